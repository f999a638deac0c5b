"""Owns the system checks: content and configuration explain themselves at boot."""
