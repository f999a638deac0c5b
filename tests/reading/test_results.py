"""Holds what a result shows of its row: title, address and first line, of entries, wizards and their steps."""

import time

import pytest
from django.core.cache import caches
from django.utils.translation import override

from tests.flows import make_flow
from troubleshoot import keeping
from troubleshoot.models import ContentVersion, ErrorEntry, Operation, Resolution, Verdict
from troubleshoot.reading.results import results_of
from troubleshoot.search.engine import Hit

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    backup = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=backup, order=1, message_ko="메시지", message_en="Message")
    Resolution.objects.create(entry=entry, order=1, body_ko="1. 엽니다.\n2. 닫습니다.", body_en="Open it.")
    make_flow()
    make_flow("draft", published=False, order=2)


def found(*keys: tuple[str, str]):
    return results_of([Hit(kind, key, 1.0) for kind, key in keys])


def test_results_come_in_the_order_of_the_hits(rows):
    keys = [("wizard", "agent/install"), ("error", "agent"), ("wizard", "agent")]

    assert [(result.hit.kind, result.hit.key) for result in found(*keys)] == keys


def test_an_entry_shows_its_message_and_the_first_line_of_its_fix(rows):
    (result,) = found(("error", "agent"))

    assert (result.shown.title, result.shown.url, result.shown.snippet) == ("메시지", "/errors/agent/", "엽니다.")
    assert result.is_entry


def test_a_wizard_shows_its_title_and_what_it_is(rows):
    with override("en"):
        (result,) = found(("wizard", "agent"))

    assert (result.shown.title, result.shown.snippet, result.shown.part_of) == ("Agent wizard", "A summary.", "")


def test_a_step_names_its_wizard_and_leads_to_its_place_by_the_shortest_way_as_assumed(rows):
    (result,) = found(("wizard", "agent/install"))

    assert (result.shown.title, result.shown.snippet, result.shown.part_of) == (
        "install 제목",
        "설치합니다.",
        "에이전트 마법사",
    )
    assert result.shown.url.endswith("?os=linux&assumed=os")


def test_the_first_step_needs_no_answer(rows):
    assert "?" not in found(("wizard", "agent/os"))[0].shown.url


@pytest.mark.parametrize(
    "gone",
    [("error", "gone"), ("wizard", "gone"), ("wizard", "agent/gone"), ("wizard", "draft"), ("wizard", "draft/os")],
)
def test_a_hit_whose_row_is_gone_or_hidden_is_left_out(rows, gone):
    assert found(gone) == []


def test_the_queries_do_not_grow_with_the_hits(rows, count_queries):
    one = [("wizard", "agent"), ("error", "agent")]
    many = [*one, ("wizard", "agent/os"), ("wizard", "agent/version"), ("wizard", "agent/install")]

    few = count_queries(lambda: found(*one))
    caches["pages"].clear()
    assert count_queries(lambda: found(*many)) == few


def test_what_was_shown_once_is_asked_of_no_row_again_until_the_content_changes(rows, count_queries):
    keys = [("wizard", "agent/install"), ("error", "agent")]
    found(*keys)
    the_edition = 1
    assert count_queries(lambda: found(*keys)) == the_edition

    ErrorEntry.objects.filter(key="agent").update(message_ko="다른 메시지")

    assert found(*keys)[1].shown.title == "다른 메시지"


def test_an_answer_that_was_begun_with_a_content_does_not_ask_for_its_name_again(rows, count_queries):
    found(("error", "agent"))

    with keeping.making(ContentVersion.objects.edition()):
        assert count_queries(lambda: found(("error", "agent"))) == 0


def test_what_was_written_since_an_answer_was_begun_is_not_kept_as_of_its_content(rows):
    begun = ContentVersion.objects.edition()
    for message in ("나중", "더 나중"):
        ErrorEntry.objects.filter(key="agent").update(message_ko=message)
        with keeping.making(begun):
            assert found(("error", "agent"))[0].shown.title == message


def test_what_was_shown_in_one_language_is_not_shown_in_the_other(rows):
    found(("error", "agent"))
    with override("en"):
        assert found(("error", "agent"))[0].shown.title == "Message"


def test_an_entry_that_readers_no_longer_see_is_gone_at_once(rows):
    assert found(("error", "agent"))

    ErrorEntry.objects.filter(key="agent").update(staff_only=True)

    assert not found(("error", "agent"))


def test_an_entry_says_how_many_answers_found_it_to_help_once_there_are_enough(rows):
    way = Resolution.objects.get()
    said = {"kind": "error", "key": "agent", "resolution": way}
    Verdict.objects.bulk_create(Verdict(solved=number < 6, **said) for number in range(9))
    assert found(("error", "agent"))[0].shown.helped is None
    caches["pages"].clear()

    Verdict.objects.create(solved=True, **said)

    assert found(("error", "agent"))[0].shown.helped == (7, 10)


def test_what_is_shown_is_that_of_the_hour(rows, monkeypatch):
    found(("error", "agent"))
    way = Resolution.objects.get()
    Verdict.objects.bulk_create(Verdict(solved=True, kind="error", key="agent", resolution=way) for _ in range(10))
    assert found(("error", "agent"))[0].shown.helped is None
    later = time.time() + 3600

    monkeypatch.setattr(time, "time", lambda: later)

    assert found(("error", "agent"))[0].shown.helped == (10, 10)
