"""Owns what readers are told of the source of a text: its document and section, and when it was last worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from datetime import datetime

    from troubleshoot.models import Document, ErrorEntry, Flow, Section


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from. ``section`` is None for what an editor wrote here; ``anchor`` is its place in there.

    ``edited`` is when an editor last changed what readers are told, None where it is as the document has it.
    """

    section: Section | None
    anchor: str
    edited: datetime | None
    reviewed: datetime | None

    @property
    def document(self) -> Document | None:
        return self.section.document if self.section else None

    @property
    def url(self) -> str:
        """Its place in the document, on this site, in the active language; empty where there is none."""
        return f"{reverse('document')}#{self.anchor}" if self.section else ""


def of_entry(entry: ErrorEntry) -> Source:
    section = entry.operation.section if entry.is_of_document else None
    return Source(section, f"entry-{entry.key}", entry.edited, entry.reviewed)


def of_flow(flow: Flow) -> Source:
    return Source(flow.section, flow.section.key if flow.section else "", flow.edited, flow.reviewed)


def successor_of(entry: ErrorEntry) -> ErrorEntry | None:
    """What readers shall read instead of an outdated entry, where they may."""
    successor = entry.successor if entry.is_outdated else None
    return successor if successor and successor.is_seen_by_readers else None
