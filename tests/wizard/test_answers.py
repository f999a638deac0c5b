"""Tests of answers from and to a query string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.wizard.answers import LONGEST_ANSWER, LONGEST_QUERY, Answers, Dropped, assuming, read, write
from troubleshoot.wizard.graph import Reason


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("", {}),
        ("?", {}),
        ("origin=migrated&os=windows", {"origin": "migrated", "os": "windows"}),
        ("?origin=migrated", {"origin": "migrated"}),
        ("os=windows&origin=migrated", {"os": "windows", "origin": "migrated"}),
        ("version=v2.7.1", {"version": "v2.7.1"}),
        ("version=+2.7.1+", {"version": "2.7.1"}),
        ("version=%202.7", {"version": "2.7"}),
        ("origin", {"origin": ""}),
        ("origin=", {"origin": ""}),
        ("origin=&origin=gallery", {"origin": "gallery"}),
        ("=x", {}),
        ("&&&", {}),
        ("a=b=c", {"a": "b=c"}),
        ("a=%00b%1f", {"a": "b"}),
        ("a=%EB%B2%84%EC%A0%84", {"a": "버전"}),
        ("a=%FF", {"a": "\ufffd"}),
        ("a=%zz", {"a": "%zz"}),
    ],
)
def test_a_query_string_is_read(query, given) -> None:
    assert read(query) == Answers(tuple(given.items()))


@pytest.mark.parametrize(
    ("query", "given", "dropped"),
    [
        ("os=linux&os=linux", {"os": "linux"}, [Dropped("os", "linux", Reason.REPEATED)]),
        (
            "os=linux&os=windows&a=b",
            {"a": "b"},
            [Dropped("os", "linux", Reason.CONTRADICTORY), Dropped("os", "windows", Reason.CONTRADICTORY)],
        ),
        ("os=" + "x" * 101, {}, [Dropped("os", "x" * 100, Reason.OVERLONG)]),
        ("x" * 101 + "=a", {}, [Dropped("x" * 100, "a", Reason.OVERLONG)]),
    ],
)
def test_what_can_not_be_used_is_dropped_with_its_reason(query, given, dropped) -> None:
    assert read(query) == Answers(tuple(given.items()), tuple(dropped))


def test_an_endless_query_is_cut() -> None:
    assert len(read("a=" + "b" * 10_000_000).given) == 0
    assert len(read("".join(f"k{number}=v&" for number in range(1_000_000))).given) < 5_000


@pytest.mark.parametrize(
    ("answers", "name", "value", "query"),
    [
        ("", "os", "linux", "os=linux"),
        ("a=b", "os", "linux", "a=b&os=linux"),
        ("os=windows&a=b", "os", "linux", "a=b&os=linux"),
        ("", "version", "2.7 (64)", "version=2.7+%2864%29"),
        ("", "a", "버전", "a=%EB%B2%84%EC%A0%84"),
    ],
)
def test_an_answer_is_added(answers, name, value, query) -> None:
    assert read(answers).with_answer(name, value).query == query


@pytest.mark.parametrize(
    ("answers", "name", "query"), [("a=b&os=linux", "a", "os=linux"), ("a=b", "os", "a=b"), ("", "a", "")]
)
def test_an_answer_is_taken_away(answers, name, query) -> None:
    assert read(answers).without(name).query == query


def test_only_the_wanted_names_stay() -> None:
    assert read("a=1&b=2&c=3").only(["c", "a", "x"]).query == "a=1&c=3"


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_query_string_can_be_read(query) -> None:
    answers = read(query)
    assert all(len(name) <= LONGEST_ANSWER and len(value) <= LONGEST_QUERY for name, value in answers.given)


@given(st.text())
def test_what_was_read_is_written_so_that_it_reads_the_same(query) -> None:
    answers = Answers(read(query).given)
    assert read(write(answers.given)) == answers


def test_the_answers_of_a_wizard_before_travel_under_its_key_and_come_apart_again() -> None:
    before = Answers.of({"os": "windows", "version": "2.7"})
    own, earlier = Answers.of([("dhcp", "yes"), *before.as_earlier("vm-agent")]).apart()

    assert own.query == "dhcp=yes"
    assert earlier == {"vm-agent": before}


def test_answers_that_nobody_gave_are_marked_behind_the_others_however_many_they_are() -> None:
    pairs = tuple((f"a-question-with-a-long-name-{number}", "yes") for number in range(20))
    marked = assuming((*pairs, ("os", "linux")), (name for name, _value in pairs))

    assert write(assuming((("os", "linux"), ("nsg", "no")), ["os"])) == "os=linux&nsg=no&assumed=os"
    assert assuming(pairs, ()) == pairs
    assert read(write(marked)).assumed == set(dict(pairs))
    assert read(write(marked)).dropped == ()
