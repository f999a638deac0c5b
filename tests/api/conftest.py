"""Owns the content that the API tests read, and how they ask for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Resolution, Section

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """Read an address of the API and return its JSON; the status must be as expected."""

    def read(address: str, status: int = 200, **parameters: object) -> Any:
        answer = client.get(f"/api/v1/{address}", parameters)
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == "application/json"
        return answer.json()

    return read


@pytest.fixture
def catalogue(db, copies) -> None:
    """Backup has an entry with everything and one with nothing but a message; restore has no entry."""
    copies.make("catalogue", make_catalogue)


def make_catalogue() -> None:
    document = Document.objects.create(key="document", title_ko="문서")
    section = Section.objects.create(key="backup-section", document=document, order=1, title_ko="백업")
    backup = Operation.objects.create(key="backup", section=section, title_ko="백업", title_en="Backup", order=1)
    Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)
    agent = ErrorEntry.objects.create(
        key="agent",
        operation=backup,
        order=1,
        message_ko="에이전트가 응답하지 않습니다.",
        message_en="The agent does not respond.",
        cause_ko="자세한 내용은 [섹션](portal:section/backup-section)을 참조하세요.",
        cause_en="See [the section](portal:section/backup-section).",
    )
    ErrorEntry.objects.create(key="bare", operation=backup, order=2, message_ko="알 수 없는 문제입니다.")
    ErrorAlias.objects.create(entry=agent, kind="code", text_ko="320001", text_en="320001")
    ErrorAlias.objects.create(entry=agent, kind="message", text_ko="에이전트 오류", text_en="Agent error")
    Resolution.objects.create(
        entry=agent,
        order=1,
        origin="document",
        body_ko="1. 포털을 엽니다.\n2. [다시](portal:error/bare) 시작합니다.",
        body_en="1. Open the portal.\n2. [Restart](portal:error/bare).",
    )
    Resolution.objects.create(
        entry=agent, order=2, origin="message", condition_ko="Windows인 경우", body_ko="기다립니다."
    )


def add_entries(number: int) -> None:
    """More entries, each with two aliases and two resolutions."""
    backup = Operation.objects.get(key="backup")
    start = ErrorEntry.objects.count() + 10
    for order in range(start, start + number):
        entry = ErrorEntry.objects.create(key=f"more-{order}", operation=backup, order=order, message_ko="추가 오류")
        Operation.objects.create(key=f"more-{order}", title_ko="작업", title_en="Job", order=order)
        for place in (1, 2):
            ErrorAlias.objects.create(entry=entry, text_ko=f"별칭 {order} {place}")
            Resolution.objects.create(entry=entry, order=place, body_ko="고칩니다.")
