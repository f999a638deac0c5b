"""Holds what is told of the source of a text."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests.flows import make_flow, step_of
from troubleshoot.editing import revisions
from troubleshoot.models import Choice, Document, ErrorEntry, ImportedEntry, Operation, Revision, Section, Step
from troubleshoot.reading import flows, sources

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


@pytest.fixture
def wizard(section):
    """A wizard of the document, as an editor found it."""
    flow = make_flow()
    flow.section = section
    flow.save()
    revisions.note_found(flow)
    return flow


def as_read(flow):
    return flows.find_row(flow.key)


def edited(flow, step, **texts):
    Step.objects.filter(flow=flow, key=step).update(**texts)
    revisions.record(flow, Revision.Action.EDITED)


def test_a_wizard_that_nobody_edited_is_told_in_the_documents_words(wizard, django_assert_num_queries):
    flow = as_read(wizard)
    with django_assert_num_queries(0):
        assert not sources.reworded_steps(flow)


def test_only_the_step_that_an_editor_changed_is_an_editors_in_the_language_that_changed(wizard):
    edited(wizard, "os", title_ko="운영 체제를 고르세요")
    edited(wizard, "install", order=9)
    assert sources.reworded_steps(as_read(wizard)) == {("ko", "os")}

    Choice.objects.filter(step__flow=wizard, step__key="version").update(label_en="another")
    revisions.record(wizard, Revision.Action.EDITED)
    assert sources.reworded_steps(as_read(wizard)) == {("ko", "os"), ("en", "version")}


def test_a_step_that_an_editor_added_is_an_editors_and_what_stands_above_all_steps_may_be(wizard):
    step_of(wizard, 9, "new").save()
    wizard.summary_ko = "새 요약"
    wizard.save()
    revisions.record(wizard, Revision.Action.EDITED)
    assert sources.reworded_steps(as_read(wizard)) == {("ko", "new"), ("en", "new"), ("ko", "")}


def test_what_a_later_release_wrote_and_what_was_taken_back_is_no_editors(wizard):
    edited(wizard, "os", title_ko="운영 체제를 고르세요")
    Step.objects.filter(flow=wizard, key="install").update(body_ko="새 릴리스의 글입니다.")
    revisions.note_found(wizard)
    edited(wizard, "version", title_ko="버전")
    assert sources.reworded_steps(as_read(wizard)) == {("ko", "os"), ("ko", "version")}

    edited(wizard, "os", title_ko="os 제목")
    assert sources.reworded_steps(as_read(wizard)) == {("ko", "version")}


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
