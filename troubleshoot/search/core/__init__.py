"""Owns what search knows of text. Pure: plain Python on plain values."""
