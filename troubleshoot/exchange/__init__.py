"""Owns how content comes in and goes out as a whole: fixtures, and tables of rows."""
