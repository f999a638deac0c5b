"""Owns what search knows of text and of results: plain Python on plain values, which asks an index by a protocol."""
