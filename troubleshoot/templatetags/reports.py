"""Owns how the administration writes what was counted: numbers and texts of reports, and what waits for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext

from troubleshoot.models import FailedSignIn
from troubleshoot.reading import read_only
from troubleshoot.reports import waiting
from troubleshoot.reports.periods import Period, today

if TYPE_CHECKING:
    from collections.abc import Iterator


register = template.Library()

WORDS_SHOWN = 90


@register.filter
def per_cent(share: float) -> str:
    """A share between 0 and 1, in whole per cent."""
    return f"{100 * share:.0f} %"


@register.filter
def first_words(text: str) -> str:
    """How a longer text begins, on one line."""
    return Truncator(" ".join(text.split())).chars(WORDS_SHOWN)


WEEK = 7
DAY = timedelta(days=1)


class Waiting(NamedTuple):
    """How many of what wait, and where they are listed."""

    number: int
    label: str
    address: str


@register.simple_tag
def what_waits(user: Any) -> list[Waiting]:
    """What waits for this user, of what the user may see; nothing of which there is none."""
    return [one for one in _of_entries(user) if one.number] + [one for one in _of_readers(user) if one.number]


@register.simple_tag
def is_read_only() -> bool:
    """Whether what is sent is refused, or was just now."""
    return read_only.is_on()


@register.simple_tag
def failed_sign_ins(user: Any) -> int:
    """How many attempts to sign in failed within a day, for who looks after accounts."""
    return FailedSignIn.objects.since(timezone.now() - DAY).count() if user.has_perm("auth.view_user") else 0


def _of_entries(user: Any) -> Iterator[Waiting]:
    if not user.has_perm("troubleshoot.view_errorentry"):
        return
    yield Waiting(waiting.in_review(), gettext("in review"), _entries(state="review"))
    if not user.has_perm("troubleshoot.change_errorentry"):
        return
    drafts = _entries(state="draft", proposed_by__id__exact=str(user.pk))
    yield Waiting(waiting.drafts_of(user), gettext("your drafts"), drafts)
    missing, outdated = waiting.to_translate()
    yield Waiting(outdated, gettext("entries with outdated English"), _entries(english="outdated"))
    yield Waiting(missing, gettext("entries with missing English"), _entries(english="missing"))


def _of_readers(user: Any) -> Iterator[Waiting]:
    if not user.has_perm("troubleshoot.view_reports"):
        return
    week = Period(WEEK, today())
    failed = f"{reverse('reports:failed')}?{urlencode({'days': str(WEEK)})}"
    yield Waiting(waiting.failed_searches(week), gettext("failed searches this week"), failed)
    if user.has_perm("troubleshoot.view_verdict"):
        since = {"solved__exact": "0", "time__gte": f"{week.start:%Y-%m-%d %H:%M:%S%z}"}
        answers = f"{reverse('admin:troubleshoot_verdict_changelist')}?{urlencode(since)}"
        yield Waiting(waiting.unsolved_answers(week), gettext("“not solved” answers this week"), answers)


def _entries(**filters: str) -> str:
    return f"{reverse('admin:troubleshoot_errorentry_changelist')}?{urlencode(filters)}"
