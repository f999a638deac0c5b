"""Owns the desk of the administration: what waits for whom, and what became of their work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from troubleshoot import read_only
from troubleshoot.editing import planning
from troubleshoot.models import Document, ErrorEntry, FailedSignIn, Flow, QueryLog, Section, Verdict
from troubleshoot.reports import waiting
from troubleshoot.reports.periods import Period, today

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.models import Plan, Revision

register = template.Library()

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
    found = (*_of_entries(user), *_of_wizards(user), *_of_documents(user), *_of_readers(user))
    return [one for one in found if one.number]


@register.filter
def what_is_in_the_way(plan: Plan) -> str:
    """Why a page will not be published as it was planned, as far as that can be told before."""
    return planning.obstacle(plan, plan.page)


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
    wrong = waiting.wrong_links()
    yield Waiting(len(wrong), gettext("entries with a link that leads nowhere"), _entries(look="links"))
    lost = waiting.lost_successors()
    yield Waiting(lost, gettext("entries with a replacement that is gone"), _entries(look="replaced"))
    if user.has_perm("troubleshoot.view_reports"):
        doubles = len(waiting.doubles())
        yield Waiting(doubles, gettext("pairs of entries that are nearly the same"), reverse("reports:doubles"))
    missing, outdated = waiting.to_translate()
    yield Waiting(outdated, gettext("entries with English older than the Korean"), _entries(english="outdated"))
    yield Waiting(missing, gettext("entries with English or Korean missing"), _entries(english="missing"))


def _of_wizards(user: Any) -> Iterator[Waiting]:
    if user.has_perm("troubleshoot.view_flow"):
        yield Waiting(waiting.in_review(Flow), gettext("wizards in review"), _wizards(state="review"))
    if not user.has_perm("troubleshoot.change_flow"):
        return
    drafts = _wizards(state="draft", proposed_by__id__exact=str(user.pk))
    yield Waiting(waiting.drafts_of(user, Flow), gettext("your drafts of wizards"), drafts)
    wrong, broken = waiting.wrong_links(Flow), waiting.wizards_with_problems()
    yield Waiting(len(wrong), gettext("wizards with a link that leads nowhere"), _wizards(look="links"))
    yield Waiting(len(broken), gettext("published wizards with problems"), _wizards(look="problems"))
    missing, outdated = waiting.to_translate(Flow)
    yield Waiting(outdated, gettext("wizards with English older than the Korean"), _wizards(english="outdated"))
    yield Waiting(missing, gettext("wizards with English or Korean missing"), _wizards(english="missing"))


def _of_documents(user: Any) -> Iterator[Waiting]:
    for model, label in (
        (Section, gettext("sections with a link that leads nowhere")),
        (Document, gettext("documents with a link that leads nowhere")),
    ):
        name = model._meta.model_name
        if user.has_perm(f"troubleshoot.change_{name}"):
            listed = reverse(f"admin:troubleshoot_{name}_changelist")
            yield Waiting(len(waiting.wrong_links(model)), label, f"{listed}?{urlencode({'look': 'links'})}")


def _of_readers(user: Any) -> Iterator[Waiting]:
    if not user.has_perm("troubleshoot.view_reports"):
        return
    mine = urlencode({"assigned": "me", "done": "no"})
    for model, label in (
        (QueryLog, gettext("searches assigned to you")),
        (Verdict, gettext("answers assigned to you")),
    ):
        if user.has_perm(f"troubleshoot.view_{model._meta.model_name}"):
            listed = reverse(f"admin:troubleshoot_{model._meta.model_name}_changelist")
            yield Waiting(waiting.assigned_to(user, model), label, f"{listed}?{mine}")
    week = Period(WEEK, today())
    failed = f"{reverse('reports:failed')}?{urlencode({'days': str(WEEK)})}"
    yield Waiting(waiting.failed_searches(week), gettext("searches this week with no result opened"), failed)
    if user.has_perm("troubleshoot.view_verdict"):
        answers = (
            f"{reverse('admin:troubleshoot_verdict_changelist')}?{urlencode({'solved__exact': '0', 'done': 'no'})}"
        )
        yield Waiting(waiting.unsolved_answers(), gettext("“not solved” answers to handle"), answers)


def _entries(**filters: str) -> str:
    return f"{reverse('admin:troubleshoot_errorentry_changelist')}?{urlencode(filters)}"


def _wizards(**filters: str) -> str:
    return f"{reverse('admin:troubleshoot_flow_changelist')}?{urlencode(filters)}"


_PAGES: tuple[type[ErrorEntry | Flow], ...] = (ErrorEntry, Flow)


@register.filter
def edit_page(row: Any) -> str:
    """The page of the administration on which a row is edited."""
    return reverse(f"admin:troubleshoot_{row._meta.model_name}_change", args=(row.pk,))


@register.filter
def talk_page(row: Any) -> str:
    """The page of the administration on which a text in review is talked about."""
    return reverse(f"admin:troubleshoot_{row._meta.model_name}_talk", args=(row.pk,))


@register.simple_tag
def desk_of(user: Any) -> dict[str, Any]:
    """What an editor has to read, and what became of what this user wrote."""
    if not user.has_perm("troubleshoot.change_errorentry"):
        return {}
    return {
        "reviews": [row for model in _PAGES for row in waiting.reviews(model)[: waiting.MOST_NAMED]],
        "sent_back": [row for model in _PAGES for row in waiting.sent_back_to(user, model)[: waiting.MOST_NAMED]],
        "planned": waiting.plans()[: waiting.MOST_NAMED],
        "comments": waiting.comments_to(user)[: waiting.MOST_NAMED],
        "published": _with_pages(waiting.published_of(user)),
        "discarded": _with_pages(waiting.discarded_of(user)),
    }


@register.simple_tag
def latest_of(user: Any) -> list[tuple[Revision, str]]:
    """What this user changed last, each with its page."""
    return _with_pages(waiting.latest_of(user))


def _with_pages(revisions: Any) -> list[tuple[Revision, str]]:
    return [(revision, _page_of(revision)) for revision in revisions]


def _page_of(revision: Revision) -> str:
    """Where the thing is that a revision is of; of what was deleted, its history."""
    name, number = f"admin:{revision.model.replace('.', '_')}", revision.object_id
    try:
        page = "history" if revision.action == revision.Action.DELETED else "change"
        return reverse(f"{name}_{page}", args=(number,))
    except NoReverseMatch:
        return ""
