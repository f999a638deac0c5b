"""Measuring search: the golden queries, known items over many entries, and what a killed process leaves behind."""
