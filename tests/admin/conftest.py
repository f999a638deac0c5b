"""Owns who opens the administration in these tests, and what there is to edit."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.forms import member
from tests.flows import make_flow
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Resolution, Section, SynonymGroup


@pytest.fixture
def editor(db) -> Client:
    """An administrator, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.fixture
def author(entry) -> Client:
    """Somebody who proposes, with something to edit."""
    return member("author")


@pytest.fixture
def publisher(entry) -> Client:
    """Somebody of the group editor, who publishes, with something to edit."""
    return member("editor", "publisher")


@pytest.fixture
def entry(db, copies) -> ErrorEntry:
    """An entry with an alias and two resolutions, in a document with one section; synonyms and a wizard beside it."""
    copies.make("entry and wizard", make_entry)
    return ErrorEntry.objects.select_related("operation__section__document").get(key="agent")


def make_entry() -> None:
    document = Document.objects.create(key="backup-vms", title_ko="백업 문제 해결", title_en="Troubleshoot backup")
    section = Section.objects.create(
        key="backup", document=document, order=1, title_ko="백업", title_en="Backup", body_ko="본문", body_en="Text"
    )
    operation = Operation.objects.create(key="backup", section=section, title_ko="백업", title_en="Backup", order=1)
    SynonymGroup.objects.create(key="vm", terms="가상 머신\nVM")
    entry = ErrorEntry.objects.create(
        key="agent", operation=operation, order=1, message_ko="에이전트 오류", message_en="Agent error"
    )
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="320001", text_en="320001")
    Resolution.objects.create(entry=entry, order=1, origin="document", body_ko="다시 설치합니다.", body_en="Reinstall.")
    Resolution.objects.create(entry=entry, order=2, body_ko="다시 시작합니다.", body_en="Restart.")
    make_flow("wizard", published=False, order=9)
