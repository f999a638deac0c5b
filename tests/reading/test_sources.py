"""Holds what is told of the source of a text."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests.flows import make_flow
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, ImportedEntry, Operation, Section, Step
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
    """A wizard of which a document says some steps."""
    section.body_ko = "**설치합니다.** 그런 다음 [다시 시작](https://example.com)하세요.\n\nversion 제목"
    section.body_en = "Install it. Then restart."
    section.save()
    flow = make_flow()
    flow.section = section
    flow.save()
    return flow


def added(flow, language="ko"):
    found = sources.added_to_steps(flows.find_row(flow.key))
    return {one.part for one in found if (one.language, one.step) == (language, "install")}


def change(flow, **fields):
    Step.objects.filter(flow=flow, key="install").update(**fields)


def test_a_tip_is_an_editors_where_a_sentence_of_it_does_not_stand_in_the_document(wizard):
    change(wizard, help_ko="그런 다음 다시 시작하세요.", help_en="Then restart.")
    assert added(wizard) == added(wizard, "en") == set()
    change(wizard, help_en="Then restart. It takes a minute.")
    assert (added(wizard), added(wizard, "en")) == (set(), {"tip"})


@pytest.mark.parametrize(
    "name", ["`waagent`", "**DNS 서버**", "[여기](https://example.org/else)", "\n\n```sh\nsudo reboot\n```"]
)
def test_an_editor_added_to_a_step_that_names_what_the_document_does_not(wizard, name):
    change(wizard, body_ko=f"다음을 사용하여 설치하세요: {name}")
    assert added(wizard) == {"named"}


@pytest.mark.parametrize(
    "body", ["다른 말로 합니다.", "**설치**하고 [다시](https://example.com) `시작`하세요.", "[항목](portal:error/x)"]
)
def test_other_words_for_what_the_document_says_are_no_addition(wizard, body):
    change(wizard, body_ko=body)
    assert added(wizard) == set()


def test_a_wizard_of_no_document_has_nothing_to_tell_its_steps_from(wizard):
    wizard.section = None
    wizard.save()
    assert added(wizard, "ko") == set()


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


def test_a_code_or_message_that_the_document_does_not_have_was_added(entry, section):
    entry.original_message = "오류\n다른 오류"
    for kind, text in (("message", "다른 오류"), ("message", "새 오류"), ("code", "400094"), ("code", "0x80310000")):
        ErrorAlias.objects.create(entry=entry, kind=kind, text_ko=text)
    told = {"codes": ["400094"], "aliases": []}
    ImportedEntry.objects.create(document=section.document, language="ko", entry=entry, line=7, content=told)
    assert [(name.label, name.text) for name in sources.of_entry(entry).names] == [
        ("오류 코드", "400094"),
        ("오류 코드(편집자가 추가)", "0x80310000"),
        ("다음과 같이 표시되기도 합니다", "다른 오류"),
        ("다음과 같이 표시되기도 합니다(편집자가 추가)", "새 오류"),
    ]
    assert sources.other_messages(entry) == ["다른 오류"]


def test_of_an_entry_that_an_editor_wrote_no_name_is_told_apart(entry):
    entry.source_line = None
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="400094")
    assert [name.is_added for name in sources.of_entry(entry).names] == [False]
