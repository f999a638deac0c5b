"""Tests of the summary for a support case."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.wizard.graphs import AGENT
from troubleshoot.wizard.answers import read
from troubleshoot.wizard.graph import Text
from troubleshoot.wizard.resolver import resolve
from troubleshoot.wizard.summary import Headings, summary

HEADINGS = Headings("Wizard", "Answers", "Outcome", "Time", "Link", "assumed")
NIGHT = datetime(2026, 1, 31, 18, 5, tzinfo=UTC)


def test_a_summary_tells_the_way_the_end_both_times_and_the_link() -> None:
    state = resolve(AGENT, read("origin=gallery&os=windows&version=v2.10"))
    assert summary(state, "en", HEADINGS, at=NIGHT, link="https://portal/x") == (
        "Wizard: Flow\n"
        "Answers:\n"
        "  1. origin: gallery\n"
        "  2. gallery-os: windows\n"
        "  3. version: v2.10 (at-least)\n"
        "Outcome: done\n"
        "Time: 2026-01-31 18:05 UTC / 2026-02-01 03:05 KST\n"
        "Link: https://portal/x\n"
    )


def test_a_summary_speaks_korean() -> None:
    state = resolve(AGENT, read("origin=gallery&os=linux"))
    assert "  2. gallery-os (ko): linux (ko)\n" in summary(state, "ko", HEADINGS, at=NIGHT, link="")


def test_an_answer_that_was_assumed_is_told_as_such() -> None:
    state = resolve(AGENT, read("origin=gallery&os=linux&assumed=os"))
    told = summary(state, "en", HEADINGS, at=NIGHT, link="")
    assert "  1. origin: gallery\n  2. gallery-os: linux (assumed)\n" in told


def test_a_question_mark_takes_no_colon() -> None:
    asked = replace(AGENT.steps[0], title=Text("어디에서 만들었나요?", "Where does it come from?"))
    graph = replace(AGENT, steps=(asked, *AGENT.steps[1:]))
    state = resolve(graph, read("origin=gallery"))
    assert "  1. Where does it come from? gallery\n" in summary(state, "en", HEADINGS, at=NIGHT, link="")
