"""Owns the administration of what readers did and said. Read only."""
