"""Owns the index on disk: what is in it, and that it is level with the database."""
