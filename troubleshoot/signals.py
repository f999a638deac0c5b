"""Owns the bond between content writes and search: every save or deletion is stamped in its own transaction."""
