"""Owns the floor of relevance: what the golden queries find must not get worse."""

import pytest

from benchmarks import golden, undocumented
from benchmarks.relevance import (
    FLOOR_KIND,
    PRODUCT,
    Answer,
    ask,
    below_floor,
    beyond_floor,
    claimed,
    judge,
    lost,
    measured,
)
from troubleshoot.search.index import documents


def test_the_golden_queries_find_their_entries_first(content):
    assert list(below_floor(measured(ask(golden.queries())))) == []


def test_an_error_that_no_entry_documents_is_told_so_and_hardly_another_is(content):
    assert list(beyond_floor(ask(golden.queries()), judge(undocumented.errors()))) == []


def test_what_any_program_prints_is_no_documented_error(content):
    texts = undocumented.boilerplate()
    assert len(set(texts)) == len(texts) >= 100
    assert claimed(texts) == []


def test_enough_undocumented_errors_are_asked_for_and_half_of_them_is_held_out():
    errors = undocumented.errors()
    assert len({error.text for error in errors}) == len(errors) >= 120
    assert {error.language for error in errors} == {"ko", "en"}
    assert sum(error.held_out for error in errors) / len(errors) == pytest.approx(1 / 2, abs=0.05)
    assert all(error.held_out == undocumented.is_held_out(error.text.replace("\n", "\\n")) for error in errors)
    assert all(error.source for error in errors)


def test_every_expected_key_is_one_that_search_can_find(content):
    expected = {key for query in golden.queries() for key in query.expected}
    assert expected <= {document.key for document in documents.every()}


def test_no_golden_query_stands_twice():
    names = [query.name for query in golden.queries()]
    assert sorted(names) == sorted(set(names))


def test_a_third_of_the_queries_is_held_out():
    held_out = [query.held_out for query in golden.queries()]
    assert sum(held_out) / len(held_out) == pytest.approx(1 / 3, abs=0.02)


def test_a_line_break_is_written_as_two_characters(tmp_path):
    path = tmp_path / "golden.tsv"
    path.write_text("id\tkind\theld_out\tquery\texpected\nx-01\tpasted\t1\tone\\ntwo\ta,b\n", encoding="utf-8")
    assert golden.queries(path) == [golden.GoldenQuery("x-01", "pasted", True, "one\ntwo", frozenset("ab"))]


def test_a_kind_that_is_below_its_floor_is_said_with_its_numbers():
    query = golden.GoldenQuery("x-01", "typo", False, "one", frozenset({"a"}))
    said = list(below_floor(measured([Answer(query, 2, "b", None)])))
    assert f"typo: hit@1 is 0.000 ± 0.000, at least {FLOOR_KIND} is asked for" in said


def test_within_the_only_product_the_golden_queries_find_what_they_do_without(content):
    queries = golden.queries()[::10]

    assert [answer.place for answer in ask(queries, PRODUCT)] == [answer.place for answer in ask(queries)]


def places(first: int, of: int = 100) -> list[Answer]:
    query = golden.GoldenQuery("x-01", "typo", False, "one", frozenset({"a"}))
    return [Answer(query, 1 if number < first else 2, "a", None) for number in range(of)]


@pytest.mark.parametrize(
    ("beside", "filtered", "said"), [(98, 100, 0), (97, 100, 1), (100, 99, 1), (90, 90, 2), (100, 100, 0)]
)
def test_what_other_documents_take_is_said_where_it_is_more_than_they_may(beside, filtered, said):
    assert len(list(lost(places(100), places(beside), places(filtered)))) == said
