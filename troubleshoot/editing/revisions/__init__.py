"""Owns the history of content: what belongs to a page, what it said when, and how to give it that again."""

from troubleshoot.editing.revisions.contents import MODELS, Content, apply, content_of, digest, digest_of
from troubleshoot.editing.revisions.difference import Piece, difference
from troubleshoot.editing.revisions.history import (
    Change,
    RestoreError,
    can_be_restored,
    changes,
    hidden_as_now,
    may_restore,
    note_found,
    record,
    restore,
    subject_of,
)

__all__ = [
    "MODELS",
    "Change",
    "Content",
    "Piece",
    "RestoreError",
    "apply",
    "can_be_restored",
    "changes",
    "content_of",
    "difference",
    "digest",
    "digest_of",
    "hidden_as_now",
    "may_restore",
    "note_found",
    "record",
    "restore",
    "subject_of",
]
