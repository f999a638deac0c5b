"""A Django app of one model, for the engine that searches models."""
