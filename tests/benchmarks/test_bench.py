"""Owns the specification of the benchmark's parts, and a small run of the whole."""

import random
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import generator, known_items, report
from benchmarks.engines import COMPETITORS, MODELSEARCH, THIS
from benchmarks.engines.bigrams import bigrams, words
from benchmarks.entries import Entry, Synthetic
from benchmarks.measures import Share, mean_reciprocal, percentile, rank
from benchmarks.run import run
from benchmarks.targets import targets

NUMBERED = st.lists(st.floats(0, 1), min_size=1)


def test_generated_entries_are_the_same_each_time_and_whatever_their_number():
    assert list(generator.entries(50, seed=1)) == list(islice(generator.entries(500, seed=1), 50))


def test_generated_entries_differ():
    titles = [entry.title for entry in Synthetic(2_000)]
    assert len(set(titles)) == len(titles)


def test_some_generated_words_are_far_commoner_than_most():
    found = Counter(word for entry in Synthetic(500) for word in words(entry.body))
    counts = sorted(found.values(), reverse=True)
    assert counts[10] > 20 * counts[len(counts) // 2]


def test_known_items_are_asked_in_every_way():
    questions = known_items.questions(Synthetic(300), 4)
    assert [question.kind for question in questions] == list(known_items.DISTORTIONS) * 4


def test_a_title_that_another_entry_has_too_is_no_known_item():
    entry = Entry("백업 에이전트와 통신할 수 없어 작업이 실패했습니다.", "")
    spaced = Entry("백업 에이전트와 통신할 수 없어 작업이 실패했습니다", "")
    assert known_items.questions([entry, spaced], 4) == []
    assert len(known_items.questions([entry], 4)) == len(known_items.DISTORTIONS)


@given(st.sampled_from(["에이전트", "스냅숏", "통신할", "snapshot", "VHD"]), st.integers())
def test_a_mistyped_word_is_never_the_word(word, seed):
    assert known_items.mistyped(word, random.Random(seed)) != word


def test_a_pasted_message_stands_whole_among_the_noise():
    pasted = [question for question in known_items.questions(Synthetic(300), 20) if question.kind == "pasted"]
    titles = [entry.title for entry in Synthetic(300)]
    assert all(titles[question.number] in question.text for question in pasted)


def test_a_tie_counts_against_the_engine():
    assert rank([("a", 2.0), ("b", 2.0)], {"a"}) == 2
    assert rank([("a", 2.0), ("b", 1.0)], {"a"}) == 1
    assert rank([("a", 2.0), ("b", 2.0)], {"a", "b"}) == 1
    assert rank([("b", 2.0)], {"a"}) is None


def test_a_share_has_its_standard_error():
    assert str(Share.of([True, True, True, False])) == "0.750 ± 0.217"


def test_what_is_not_found_counts_as_nothing():
    assert mean_reciprocal([1, 2, None]) == pytest.approx(0.5)


@given(NUMBERED)
def test_a_percentile_is_one_of_the_values(values):
    assert percentile(values, 50) in values
    assert percentile(values, 100) == max(values)


def test_bigrams_cross_the_spaces_between_hangul_words_only():
    assert bigrams("백업 작업 VM 실패") == ["백업", "업작", "작업", "vm", "실패"]


def test_a_small_run_measures_every_engine():
    made = run(Synthetic(200), 3, [one for one in COMPETITORS if one.name != MODELSEARCH])
    assert made.engines[THIS].found("exact") == Share(3, 3)
    assert made.engines[THIS].built.rate > 0
    assert "hit@1 two errors" in report.table(made)
    assert report.as_mapping(made)["engines"][THIS]["refused"] == 0
    assert targets([made]) == []
