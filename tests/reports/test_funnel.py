"""Tests of how far readers came in each wizard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.flows import make_flow
from troubleshoot.reading import feedback
from troubleshoot.reports.funnel import funnels

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wizards(db) -> None:
    make_flow()
    make_flow("draft", published=False, order=2)


def test_each_wizard_has_its_steps_in_order_with_what_was_counted() -> None:
    for came_from in ("", "", "os"):
        feedback.count_step("agent", "version" if came_from else "os", came_from)
    feedback.record_verdict("wizard", "agent/done", solved=True)
    feedback.record_verdict("wizard", "agent/done", solved=False)

    agent, draft = funnels(timezone.localdate())
    numbers = {
        passage.step.key: (passage.seen, passage.went_on, passage.left, passage.share_left)
        for passage in agent.passages
    }
    assert list(numbers) == ["os", "version", "install", "done", "support"]
    assert numbers["os"] == (2, 1, 1, 50)
    assert numbers["version"] == (1, 0, 1, 100)
    assert numbers["support"] == (0, 0, 0, 0)
    assert [(one.solved, one.unsolved) for one in agent.passages] == [(0, 0)] * 3 + [(1, 1), (0, 0)]
    assert {passage.seen for passage in draft.passages} == {0}


def test_only_what_was_counted_since_then_is_in_it() -> None:
    feedback.count_step("agent", "os")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert funnels(tomorrow)[0].passages[0].seen == 0


def test_nobody_stops_at_an_outcome_and_no_number_is_below_zero() -> None:
    feedback.count_step("agent", "done", "install")
    passages = {passage.step.key: passage for passage in funnels(timezone.localdate())[0].passages}
    assert (passages["done"].seen, passages["done"].left) == (1, 0)
    assert (passages["install"].went_on, passages["install"].left) == (1, 0)


def test_they_take_five_queries_whatever_was_counted(count_queries) -> None:
    feedback.count_step("agent", "os")
    make_flow("more", order=3)
    assert count_queries(lambda: funnels(timezone.localdate())) == 5
