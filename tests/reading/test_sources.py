"""Holds what is told of the source of a text."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests.flows import make_flow
from troubleshoot.models import Document, ErrorEntry, ImportedEntry, Operation, Section
from troubleshoot.reading import sources

pytestmark = pytest.mark.django_db

EDITED = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture
def section():
    document = Document.objects.create(key="guide", title_ko="안내서", published=date(2016, 8, 26))
    return Section.objects.create(key="backup", document=document, order=1, title_ko="백업")


@pytest.fixture
def entry(section):
    operation = Operation.objects.create(key="backup", section=section, title_ko="백업", order=1)
    return ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류", source_line=3)


def test_an_entry_of_the_document_leads_to_its_row_there(entry):
    source = sources.of_entry(entry)

    assert source.document.key == "guide"
    assert source.url == "/document/#entry-agent"


def test_what_an_editor_began_comes_from_no_document(entry):
    entry.source_line = None

    assert sources.of_entry(entry).document is None
    assert sources.of_entry(entry).url == ""


def test_a_wizard_leads_to_the_section_that_its_steps_are_taken_from(section):
    flow = make_flow()
    assert sources.of_flow(flow).document is None

    flow.section = section
    assert sources.of_flow(flow).url == "/document/#backup"


def test_a_loading_changes_nothing_for_readers_and_an_edit_does(entry):
    assert entry.changed == timezone.make_aware(datetime(2016, 8, 26))  # noqa: DTZ001 - made aware here

    entry.edited = EDITED
    assert entry.changed == EDITED


def test_what_has_neither_a_dated_document_nor_an_edit_has_no_date(section):
    section.document.published = None

    assert make_flow().changed is None


def test_only_an_outdated_entry_leads_on_and_only_to_what_readers_may_read(entry):
    other = ErrorEntry.objects.create(key="new", operation=entry.operation, order=2, message_ko="새 오류")
    entry.successor = other
    assert sources.successor_of(entry) is None

    entry.is_outdated = True
    assert sources.successor_of(entry) == other

    other.state = ErrorEntry.State.ARCHIVED
    assert sources.successor_of(entry) is None


def test_an_entry_says_line_and_edition_as_the_document_in_its_language_has_it(entry, section):
    Document.objects.update(edition="2016-08-26")
    known = sources.of_entry(ErrorEntry.objects.get())
    assert (known.line, known.edition, known.gone) == (3, "2016-08-26", "")
    for language, line, gone in (("ko", 7, "2017-01-01"), ("en", 9, "")):
        ImportedEntry.objects.create(
            document=section.document, language=language, entry=entry, line=line, edition="e", gone=gone, content={}
        )
    told = sources.of_entry(ErrorEntry.objects.get())
    assert (told.line, told.edition, told.gone) == (7, "e", "2017-01-01")
    with override("en"):
        assert sources.of_entry(ErrorEntry.objects.get()).line == 9
