"""Owns keeping the content right: states, proposals, history, links and advice."""
