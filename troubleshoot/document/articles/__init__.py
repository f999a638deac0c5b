"""Owns the way from any troubleshooting article to its dataset: what is an error in it, and what is none."""
