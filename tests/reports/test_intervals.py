"""Tests of confidence intervals against published values, and of what holds for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.reports.intervals import Share, wilson


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
