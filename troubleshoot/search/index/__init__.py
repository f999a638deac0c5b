"""Owns the index on disk, and what asks it."""
