"""Owns what these histories are of: an entry with its parts."""

import pytest

from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Resolution, Section


@pytest.fixture
def operation(db) -> Operation:
    document = Document.objects.create(key="backup-vms", title_ko="백업 문제 해결", title_en="Troubleshoot backup")
    section = Section.objects.create(key="backup", document=document, order=1, title_ko="백업", title_en="Backup")
    return Operation.objects.create(key="backup", section=section, title_ko="백업", title_en="Backup", order=1)


@pytest.fixture
def entry(operation) -> ErrorEntry:
    """A published entry with an alias and two resolutions; the English of the first is outdated."""
    entry = ErrorEntry.objects.create(
        key="agent", operation=operation, order=1, message_ko="에이전트 오류", message_en="Agent error"
    )
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="320001", text_en="320001")
    first = Resolution.objects.create(
        entry=entry, order=1, origin="document", body_ko="다시 설치합니다.", body_en="Reinstall."
    )
    first.body_ko = "에이전트를 다시 설치합니다."
    first.save()
    Resolution.objects.create(entry=entry, order=2, body_ko="다시 시작합니다.", body_en="Restart.")
    return entry
