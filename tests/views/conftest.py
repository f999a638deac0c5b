"""Owns the rows that page tests start from: an operation and as many entries of it as a test asks for."""

from collections.abc import Callable

import pytest

from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Resolution, Section


@pytest.fixture
def backup(db) -> Operation:
    """The operation “backup”, in a section of a document."""
    document = Document.objects.create(key="guide", title_ko="백업 문제 해결", title_en="Troubleshoot backup")
    section = Section.objects.create(key="backup", document=document, order=1, title_ko="백업", title_en="Backup")
    return Operation.objects.create(key="backup", section=section, title_ko="백업", title_en="Backup", order=1)


@pytest.fixture
def make_entry(backup) -> Callable[..., ErrorEntry]:
    """Make an entry with a code and one resolution; the key counts up unless it is given."""

    def make(key: str = "", body: str = "다시 시작합니다.", **fields) -> ErrorEntry:
        number = ErrorEntry.objects.count() + 1
        defaults = {"message_ko": f"스냅숏 오류 {number}", "message_en": f"Snapshot error {number}"}
        entry = ErrorEntry.objects.create(
            key=key or f"error-{number}", operation=backup, order=number, **(defaults | fields)
        )
        ErrorAlias.objects.create(entry=entry, kind="code", text_ko=f"Code{number}", text_en=f"Code{number}")
        if body:
            Resolution.objects.create(entry=entry, order=1, origin="document", body_ko=body, body_en="Restart it.")
        return entry

    return make


@pytest.fixture
def make_entries(make_entry) -> Callable[[int], list[ErrorEntry]]:
    def make(count: int) -> list[ErrorEntry]:
        return [make_entry() for _ in range(count)]

    return make
