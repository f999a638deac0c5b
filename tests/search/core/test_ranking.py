"""What is kept of documents while they are ranked, and that it is of what they say now."""

import gc
from dataclasses import replace

import pytest

from troubleshoot.search.core.corpus import Stored
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Recognised, Texts

ENTRY = Stored("error", "agent", "backup", ("The agent is not responding.",), ("UserErrorAgent",), "status zqxbody")


def kept() -> tuple[int, int]:
    """How many documents' titles, and how many documents' bodies, stand in memory."""
    every = gc.get_objects()
    bodies = sum(type(one) is frozenset and "zqxbody" in one for one in every)
    return sum(type(one) is Recognised for one in every), bodies


def asked(texts: Texts, stored: Stored) -> None:
    texts.body(stored)
    texts.recognised(stored, symptoms=True)


def test_an_entry_takes_as_much_memory_however_often_it_is_edited():
    texts = Texts(Lexicon())
    asked(texts, ENTRY)
    before = kept()

    for edit in range(30):
        asked(texts, replace(ENTRY, titles=(f"The agent is away: {edit}.",), body_terms=f"{ENTRY.body_terms} {edit}"))

    assert kept() == before


def test_an_edited_body_makes_nothing_anew_that_the_titles_say():
    texts = Texts(Lexicon())

    edited = replace(ENTRY, body_terms="another")

    assert texts.recognised(ENTRY, symptoms=True) is texts.recognised(edited, symptoms=True)


@pytest.mark.parametrize(
    "edit", [{"titles": ("The disk is full.",)}, {"codes": ("UserErrorDisk",)}, {"symptoms": ("My disk is gone",)}]
)
def test_an_entry_is_recognised_by_what_it_says_now(edit):
    texts = Texts(Lexicon())
    before = texts.recognised(ENTRY, symptoms=True)

    now = texts.recognised(replace(ENTRY, **edit), symptoms=True)

    assert (now.terms, now.codes) != (before.terms, before.codes)
    assert texts.recognised(ENTRY, symptoms=True).terms == before.terms


def test_what_customers_say_is_a_part_only_where_it_is_asked_for():
    texts, stored = Texts(Lexicon()), replace(ENTRY, symptoms=("My disk is gone",))

    assert "disk" in texts.recognised(stored, symptoms=True).terms
    assert "disk" not in texts.recognised(stored, symptoms=False).terms


def test_a_body_is_what_it_says_now():
    texts = Texts(Lexicon())

    assert texts.body(ENTRY) == {"status", "zqxbody"}
    assert texts.body(replace(ENTRY, body_terms="disk")) == {"disk"}


def test_two_kinds_of_the_same_key_are_two_documents():
    texts = Texts(Lexicon())
    before = kept()[0]

    for kind in ("error", "wizard"):
        texts.recognised(replace(ENTRY, kind=kind), symptoms=False)

    assert kept()[0] == before + 2
