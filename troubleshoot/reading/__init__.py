"""Owns what readers are shown and what they say: results, addresses, pictures, answers."""
