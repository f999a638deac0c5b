"""Holds the command that publishes what is due."""

from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from tests.people import staff
from troubleshoot.editing import planning
from troubleshoot.models import ErrorEntry, Operation, Plan

pytestmark = pytest.mark.django_db


class EnoughError(Exception):
    """Ends a command that goes on for good."""


@pytest.fixture
def draft() -> ErrorEntry:
    """What was to be published a minute ago."""
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)
    draft = ErrorEntry.objects.create(key="new", operation=operation, order=1, message_ko="새 오류", state="draft")
    planning.plan(draft, user=staff("editor"), time=timezone.now() + timedelta(hours=1))
    Plan.objects.update(time=timezone.now() - timedelta(minutes=1))
    return draft


def publish(*arguments: str) -> str:
    out = StringIO()
    call_command("publish_due", *arguments, stdout=out)
    return out.getvalue()


def test_it_publishes_what_is_due_and_says_so_once(draft) -> None:
    assert publish() == "Published: 새 오류\n"
    draft.refresh_from_db()
    assert draft.state == ErrorEntry.State.PUBLISHED
    assert publish() == ""


def test_it_says_what_was_put_aside(draft) -> None:
    draft.message_ko = "ㅋㅋㅋ"
    draft.save()
    assert publish() == "Not published, for somebody to decide: ㅋㅋㅋ\n"


def test_a_portal_that_only_reads_publishes_nothing_and_loses_no_plan(draft, settings) -> None:
    settings.READ_ONLY = True
    assert "only reads" in publish()
    settings.READ_ONLY = False
    assert publish() == "Published: 새 오류\n"


def test_without_a_timer_it_goes_on_whatever_the_database_says(draft) -> None:
    troubles = [OperationalError("away"), iter(())]
    with (
        mock.patch.object(planning, "publish_due", side_effect=troubles) as asked,
        mock.patch("time.sleep", side_effect=[None, EnoughError]) as slept,
        pytest.raises(EnoughError),
    ):
        publish("--every", "60")
    assert asked.call_count == 2
    assert slept.call_args.args == (60,)


@pytest.mark.parametrize("odd", ["0", "-1", "soon", "1.5"])
def test_an_interval_is_a_whole_number_of_seconds(odd: str) -> None:
    with pytest.raises(CommandError, match="no number of seconds"):
        publish("--every", odd)
