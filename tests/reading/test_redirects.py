"""Holds where the address of an entry leads readers once it shows them no text, and which recorded links are closed."""

import pytest

from troubleshoot.models import ErrorEntry, FormerKey, Operation
from troubleshoot.reading.redirects import Moved, closed, closed_links, moved, remembered
from troubleshoot.templatetags.content import markdown

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(db):
    """Make an entry; ``former`` are keys that it had before."""
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)

    def entry(key, former=(), **fields) -> ErrorEntry:
        order = ErrorEntry.objects.count() + 1
        made = ErrorEntry.objects.create(key=key, operation=operation, order=order, message_ko=key, **fields)
        FormerKey.objects.bulk_create(FormerKey(key=old, entry=made) for old in former)
        return made

    return entry


def test_a_former_key_leads_to_the_entry(make):
    entry = make("new", former=["old"])
    assert moved("old") == Moved(entry)


def test_a_key_that_another_entry_took_over_is_that_entrys(make):
    make("new", former=["old"])
    taken = make("old")
    assert moved("old") == Moved(taken)


def test_an_archived_entry_leads_to_its_successor_however_many_there_are(make):
    last = make("last")
    middle = make("middle", state="archived", successor=last)
    make("first", state="archived", successor=middle, former=["older"])
    assert moved("first") == moved("older") == Moved(last)


def test_an_archived_entry_without_successor_is_explained(make):
    make("gone", state="archived", former=["older"])
    assert moved("gone") == moved("older") == Moved(None)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_circle_of_successors_leads_nowhere(make, length):
    entries = [make(f"entry-{number}", state="archived") for number in range(length)]
    for number, entry in enumerate(entries):
        entry.successor = entries[(number + 1) % length]
        entry.save()
    assert moved("entry-0") == Moved(None)


@pytest.mark.parametrize("hidden", [{"state": "draft"}, {"state": "review"}, {"staff_only": True}])
def test_a_successor_that_readers_do_not_see_is_none(make, hidden):
    make("first", state="archived", successor=make("secret", **hidden))
    assert moved("first") == Moved(None)


@pytest.mark.parametrize(
    "hidden", [{"state": "draft"}, {"state": "review"}, {"staff_only": True}, {"state": "archived", "staff_only": True}]
)
def test_what_readers_never_saw_was_never_anywhere(make, hidden):
    make("secret", former=["older"], **hidden)
    assert moved("secret") is moved("older") is moved("unknown") is None


def test_links_are_closed_where_the_address_shows_no_text(make):
    entry = make("seen", former=["once"])
    make("archived", state="archived")
    make("replaced", state="archived", successor=entry)
    make("draft", state="draft")
    make("secret", staff_only=True, former=["secret-once"])
    asked = ["seen", "once", "archived", "replaced", "draft", "secret", "secret-once", "unknown"]
    assert closed(asked) == {"archived", "draft", "secret", "secret-once"}


def test_a_link_to_a_replaced_entry_is_open_only_where_readers_end_at_a_text(make):
    seen, secret = make("seen"), make("secret", staff_only=True)
    middle = make("middle", state="archived", successor=seen)
    make("through", state="archived", successor=middle, former=["through-once"])
    make("ends-hidden", state="archived", successor=secret, former=["hidden-once"])
    make("ends-nowhere", state="archived", successor=make("end", state="archived"))
    make("through-staff", state="archived", successor=make("staff", state="archived", staff_only=True, successor=seen))
    round_one = make("round-one", state="archived")
    round_one.successor = make("round-two", state="archived", successor=round_one)
    round_one.save()
    is_open = {"seen", "middle", "through", "through-once"}
    asked = {*ErrorEntry.objects.values_list("key", flat=True), *FormerKey.objects.values_list("key", flat=True)}
    assert asked - closed(asked) == is_open
    for key in asked:
        entry = (moved(key) or Moved(None)).entry
        assert (entry is not None) == (key in is_open), key


def test_a_former_key_that_another_entry_took_over_is_as_open_as_that(make):
    make("secret", staff_only=True, former=["taken"])
    make("taken")
    assert closed(["taken"]) == set()


def test_a_closed_link_stays_as_its_words(make):
    make("draft", state="draft")
    make("seen")
    text = "[처음](portal:error/draft) 뒤 [**굵게**](portal:error/draft) 뒤 [둘](portal:error/seen)"
    assert markdown(text) == '<p>처음 뒤 <strong>굵게</strong> 뒤 <a href="/errors/seen/">둘</a></p>\n'
    assert markdown("![그림](portal:error/draft)") == "<p>그림</p>\n"


def test_a_text_without_links_costs_no_query_and_a_page_asks_once_for_a_key(make, count_queries):
    make("draft", state="draft")
    text = "[둘](portal:error/draft)"

    def page() -> None:
        with remembered():
            assert closed_links(text) == closed_links(text) == {"portal:error/draft"}

    assert count_queries(lambda: closed_links("[밖](https://example.com)")) == 0
    assert count_queries(page) == 1
