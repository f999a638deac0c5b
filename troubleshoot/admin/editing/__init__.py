"""Owns the administration of content: its forms, states, history."""
