"""Owns the administration of entries, one module a concern: the list, the form, its parts, and their page."""

from troubleshoot.admin.editing.entries.page import ErrorEntryAdmin

__all__ = ["ErrorEntryAdmin"]
