"""Owns the history of content: what belongs to a page, what it said when, and in what it differs."""

from troubleshoot.editing.revisions.applying import apply
from troubleshoot.editing.revisions.contents import CHANGE_OF, MODELS, Content, content_of, digest, digest_of
from troubleshoot.editing.revisions.difference import Piece, difference
from troubleshoot.editing.revisions.history import (
    OF,
    Change,
    changes,
    hidden_as_now,
    named_rows,
    note_found,
    record,
    record_read,
    subject_of,
)

__all__ = [
    "CHANGE_OF",
    "MODELS",
    "OF",
    "Change",
    "Content",
    "Piece",
    "apply",
    "changes",
    "content_of",
    "difference",
    "digest",
    "digest_of",
    "hidden_as_now",
    "named_rows",
    "note_found",
    "record",
    "record_read",
    "subject_of",
]
