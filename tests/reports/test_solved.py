"""Tests of what helped: shares by entry and by resolution, surely bad or good first, and how sure a share is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.admin.cast import NOW, answered
from troubleshoot.models import ErrorEntry, FormerKey, Operation, Resolution
from troubleshoot.reports.periods import Period
from troubleshoot.reports.solved import Share, Sorting, by_entry, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
        # table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
        (1, 1, 0.2065, 1.0),
        (0, 1, 0.0, 0.7935),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_an_interval_is_as_published(part, whole, low, high) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("part", "whole", "confidence"), [(2, 1, 0.95), (-1, 1, 0.95), (0, -1, 0.95), (0, 1, 1), (0, 1, 0)]
)
def test_what_is_no_share_is_refused(part, whole, confidence) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(part, whole, confidence)


SHARES = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(SHARES)
def test_it_holds_what_was_seen_and_stays_between_none_and_all(share) -> None:
    part, whole = share
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    assert low < high


@given(SHARES)
def test_solved_and_unsolved_mirror_each_other(share) -> None:
    part, whole = share
    low, high = wilson(part, whole)
    assert wilson(whole - part, whole) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(2, 100))
def test_more_answers_of_the_same_share_say_more(part, more, times) -> None:
    whole = part + more
    low, high = wilson(part, whole)
    surer_low, surer_high = wilson(part * times, whole * times)
    assert surer_high - surer_low < high - low


def test_the_share_of_nothing_is_nothing() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (0.0, (0.0, 1.0))


pytestmark = pytest.mark.django_db

MARCH = Period(30, NOW.date())


@pytest.fixture(autouse=True)
def entries(db) -> dict[str, ErrorEntry]:
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)
    return {
        key: ErrorEntry.objects.create(key=key, operation=operation, order=order, message_ko=f"{key} 오류")
        for order, key in enumerate(("agent", "disk", "gone"), start=1)
    }


def numbers(sorting: Sorting = Sorting.WORST) -> list[tuple[str, int, int]]:
    return [(row.key, row.share.part, row.share.whole) for row in by_entry(MARCH, sorting)]


def test_few_answers_make_nothing_surely_bad_nor_good() -> None:
    answered("agent", unsolved=1)
    answered("disk", solved=2, unsolved=20)
    answered("gone", solved=20, unsolved=2)
    assert [key for key, *_ in numbers()] == ["disk", "agent", "gone"]
    assert [key for key, *_ in numbers(Sorting.BEST)] == ["gone", "disk", "agent"]
    assert [key for key, *_ in numbers(Sorting.MOST)] == ["disk", "gone", "agent"]


def test_answers_about_resolutions_count_for_their_entry_too(entries) -> None:
    first, second = (
        Resolution.objects.create(entry=entries["agent"], order=order, body_ko="고칩니다.") for order in (1, 2)
    )
    answered("agent", solved=1)
    answered("agent/2", unsolved=3, resolution=second)
    answered("agent/1", solved=2, unsolved=1, resolution=first)
    row = by_entry(MARCH)[0]
    assert (row.entry, row.share.part, row.share.whole) == (entries["agent"], 3, 7)
    assert [(one.resolution.order, one.share.part, one.share.whole) for one in row.resolutions] == [
        (1, 2, 3),
        (2, 0, 3),
    ]


def test_an_entry_keeps_the_answers_of_its_former_key(entries) -> None:
    FormerKey.objects.create(key="old", entry=entries["disk"])
    answered("old", solved=1)
    answered("disk", unsolved=1)
    assert numbers() == [("disk", 1, 2)]
    assert by_entry(MARCH)[0].entry == entries["disk"]


def test_what_was_said_of_an_entry_that_exists_no_more_is_shown(entries) -> None:
    answered("nowhere/4", solved=1)
    row = by_entry(MARCH)[0]
    assert (row.key, row.entry, row.resolutions) == ("nowhere", None, ())


def test_wizards_and_older_answers_do_not_count() -> None:
    answered("agent", solved=1, kind="wizard")
    answered("agent", solved=1, time=NOW - timedelta(days=30))
    assert numbers() == []


def test_it_takes_five_queries_whatever_was_said(entries, count_queries) -> None:
    answered("agent", solved=1)
    few = count_queries(lambda: by_entry(MARCH))
    for entry in entries.values():
        answered(f"{entry.key}/1", solved=9, resolution=Resolution.objects.create(entry=entry, order=1, body_ko="…"))
    assert count_queries(lambda: by_entry(MARCH)) == few == 5
