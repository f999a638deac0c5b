"""Tests of how feedback is taken down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.flows import make_flow
from troubleshoot.models import ErrorEntry, Operation, StepCount, Verdict
from troubleshoot.reading import feedback

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def subjects(db, copies) -> None:
    copies.make("subjects of feedback", make_subjects)


def make_subjects() -> None:
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)
    ErrorEntry.objects.create(key="gone", operation=operation, order=1, message_ko="없습니다.")
    make_flow()
    make_flow("draft", published=False, order=2)


@pytest.mark.parametrize(("kind", "key"), [("error", "gone"), ("wizard", "agent/done"), ("wizard", "agent")])
def test_a_verdict_is_kept_for_what_readers_can_see(kind, key) -> None:
    feedback.record_verdict(kind, key, solved=False)
    assert list(Verdict.objects.values_list("kind", "key", "solved")) == [(kind, key, False)]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("error", "nope"),
        ("error", "agent/done"),
        ("wizard", "agent/"),
        ("wizard", "draft"),
        ("wizard", "agent/os"),
        ("wizard", "agent/nope"),
        ("wizard", "agent/support"),
        ("wizard", "draft/done"),
        ("other", "gone"),
        ("wizard", ""),
    ],
)
def test_a_verdict_on_anything_else_is_refused(kind, key) -> None:
    with pytest.raises(feedback.UnknownSubjectError):
        feedback.record_verdict(kind, key, solved=True)
    assert not Verdict.objects.exists()


def test_a_comment_is_kept_without_personal_details_and_cut() -> None:
    comment = "  메일 someone@example.com\x00 " + "가" * 2000
    feedback.record_verdict("error", "gone", solved=False, comment=comment)
    kept = Verdict.objects.get().comment
    assert kept.startswith("메일 ")
    assert "someone" not in kept
    assert len(kept) == Verdict.LONGEST_COMMENT


def test_a_flood_is_refused_and_ends_with_the_hour(monkeypatch) -> None:
    monkeypatch.setattr(feedback, "MOST_VERDICTS_AN_HOUR", 1)
    feedback.record_verdict("error", "gone", solved=True)
    with pytest.raises(feedback.TooManyError):
        feedback.record_verdict("error", "gone", solved=True)
    Verdict.objects.update(time=timezone.now() - timedelta(hours=2))
    feedback.record_verdict("error", "gone", solved=True)
    assert Verdict.objects.count() == 2


def test_steps_are_counted_for_each_day(monkeypatch) -> None:
    for day in (1, 1, 2):
        noon = datetime(2026, 1, day, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda noon=noon: noon)
        feedback.count_step("agent", "os")
    assert list(StepCount.objects.order_by("day").values_list("day__day", "seen")) == [(1, 2), (2, 1)]


def test_a_step_of_another_flow_is_not_gone_on_from() -> None:
    feedback.count_step("agent", "version", "nope")
    assert StepCount.objects.totals() == {("agent", "version"): (1, 0)}


def test_counting_takes_as_many_queries_the_second_time(count_queries) -> None:
    feedback.count_step("agent", "version", "os")
    assert count_queries(lambda: feedback.count_step("agent", "version", "os")) == 3
