"""Writes that touch more than one row, and the audit of what they leave behind."""
