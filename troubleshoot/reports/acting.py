"""Owns what an administrator makes of a failed search: a draft, an alias, a synonym; and that it is settled then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from troubleshoot.editing import edits, keys, lost_update, publishing, revisions
from troubleshoot.editing.edits import Edit, Intent
from troubleshoot.editing.revisions.contents import ROW
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, QueryLog, Step, SynonymGroup, Verdict
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from troubleshoot.reports.failures import Group

    Model = type[QueryLog | Verdict]

RowT = TypeVar("RowT", ErrorEntry, SynonymGroup)
State = ErrorEntry.State
SETTLE = "troubleshoot.change_querylog"
"""The permission to say that a search was seen to."""

_LONGEST_NAMED = 80
_ROWS_A_WRITE = 500
_HANGUL = ("가", "힣")


class ActionError(Exception):
    """What can't be made; the message is the sentence to show."""


def settle(rows: Sequence[int], model: Model = QueryLog) -> None:
    """Note that these searches or answers, by number, were seen to."""
    _note(rows, model, settled=timezone.now())


def reopen(rows: Sequence[int], model: Model = QueryLog) -> None:
    """Take that back."""
    _note(rows, model, settled=None)


def may_be_assigned() -> QuerySet[Any]:
    """Who can see to searches and answers."""
    users: Any = get_user_model().objects
    staff: QuerySet[Any] = users.with_perm(SETTLE, backend=settings.AUTHENTICATION_BACKENDS[0]).filter(is_staff=True)
    return staff.order_by("username")


def assign(rows: Sequence[int], person: Any, model: Model = QueryLog) -> None:
    """Give these searches or answers, by number, to somebody to see to; or to nobody."""
    _note(rows, model, assigned_to=person)


def link(rows: Sequence[int], entry: ErrorEntry | None, step: Step | None, model: Model = QueryLog) -> None:
    """Note which entry or step of a wizard these searches or answers are about; or that it is none."""
    _note(rows, model, entry=entry, step=step)


def standing(rows: Sequence[int], model: Model = QueryLog) -> tuple[list[str], list[Any]]:
    """The names of those who have some of these rows to see to, and the entries and steps that they are linked to."""
    found = model._default_manager.filter(pk__in=rows[:_ROWS_A_WRITE]).order_by("pk")
    given = found.exclude(assigned_to=None).values_list("assigned_to__username", flat=True)
    linked = found.exclude(entry=None, step=None).select_related("entry", "step__flow")
    return sorted(set(given)), list(dict.fromkeys(row.entry or row.step for row in linked))


def _note(rows: Sequence[int], model: Model, **said: Any) -> None:
    with transaction.atomic():
        for start in range(0, len(rows), _ROWS_A_WRITE):
            model._default_manager.filter(pk__in=rows[start : start + _ROWS_A_WRITE]).update(**said)


def begin_entry(group: Group, *, user: Any) -> ErrorEntry:
    """A draft of what readers looked for: message, code and language are filled in, and its history names the source.

    Its operation is the first, until its author chooses another.
    """
    _ask(user, "add_errorentry")
    wording = group.message
    is_korean = _is_korean(wording) or (wording == group.code and group.language == "ko")
    with transaction.atomic():
        # The lock makes two drafts that begin at once take two numbers.
        operation = Operation.objects.select_for_update().order_by("order").first()
        if operation is None:
            raise ActionError(gettext("Add an operation first. Every entry belongs to one."))
        content: revisions.Content = {
            "operation": operation.key,
            "message_ko": wording,
            "message_en": "" if is_korean else wording,
        }
        if group.code:
            content["aliases"] = [{"kind": ErrorAlias.Kind.CODE, "text_ko": group.code, "text_en": None}]
        entry = ErrorEntry(key=keys.entry_key(group.code or wording), reviewed=None)
        source = _source_of(group)
        if not is_korean:
            # An entry has a Korean message, so the English wording holds its place.
            source += " " + gettext("The Korean message still contains the English wording. Translate it.")
        return _saved(entry, content, user, Intent.DRAFT, source)


def _source_of(group: Group) -> str:
    """Where a draft comes from, as its history says it."""
    said = gettext("Readers looked for: %(wording)s (searches: %(number)s, readers: %(readers)s, since %(date)s)")
    return said % {
        "wording": group.wording[:_LONGEST_NAMED],
        "number": group.number,
        "readers": group.readers,
        "date": date_format(localtime(group.since), "SHORT_DATE_FORMAT"),
    }


def add_alias(entry: ErrorEntry, text: str, kind: str, *, user: Any) -> ErrorEntry:
    """Have an entry recognised by ``text`` too. Returns the row that has the alias now.

    That is the entry itself, or the proposal of a change where the user may not decide what readers see.
    """
    _ask(user, "change_errorentry", "add_erroralias")
    with transaction.atomic():
        row = _open_row(entry, user)
        known = {compact(alias.text_ko) for alias in row.aliases.all()} | {compact(row.message_ko)}
        if compact(text) in known:
            raise ActionError(gettext("The entry can already be found by this."))
        alias = {"kind": kind, "text_ko": text, "text_en": None if _is_korean(text) else text, ROW: None}
        aliases = revisions.content_of(row, numbered=True)["aliases"]
        return _saved(row, {"aliases": [*aliases, alias]}, user)


def _open_row(entry: ErrorEntry, user: Any) -> ErrorEntry:
    """The row that takes a change of this user: the proposal of a published entry, unless they publish themselves."""
    row = ErrorEntry.with_proposals.select_for_update().get(pk=entry.pk)
    if row.state == State.ARCHIVED:
        raise ActionError(gettext("This entry is archived, so nobody would find it."))
    if publishing.may_publish(user):
        return row
    row = getattr(row, "proposal", row)
    if row.state == State.REVIEW:
        raise ActionError(gettext("This entry is in review. Wait until the review is done, or withdraw it first."))
    return row


def add_synonym(word: str, meaning: str, *, user: Any) -> SynonymGroup:
    """Have ``word`` mean what ``meaning`` does: in the group that has one of them, or in a new one."""
    words = (meaning, word)
    with transaction.atomic():
        groups = list(SynonymGroup.objects.select_for_update().order_by("key"))
        group = _group_with(meaning, groups) or _group_with(word, groups)
        _ask(user, "change_synonymgroup" if group else "add_synonymgroup")
        if group is None:
            group = SynonymGroup(key=keys.new_key(meaning, (known.key for known in groups), "synonyms"), terms="")
        known = {compact(term) for term in group.term_list}
        new = [one for one in words if compact(one) not in known]
        if not new:
            raise ActionError(gettext("These two are already synonyms."))
        return _saved(group, {"terms": "\n".join((*group.term_list, *new))}, user)


def _saved(row: RowT, content: revisions.Content, user: Any, intent: Intent = Intent.SAVE, reason: str = "") -> RowT:
    """The row that has the content now. It was locked before it was read, so nobody else changed it meanwhile."""
    base = lost_update.snapshot(revisions.content_of(row, numbered=True)) if row.pk else None
    saved: RowT = edits.carry_out(Edit(row, content, base, reason=reason, intent=intent), user=user).row
    return saved


def _group_with(word: str, groups: Iterable[SynonymGroup]) -> SynonymGroup | None:
    wanted = compact(word)
    return next((group for group in groups if wanted in map(compact, group.term_list)), None)


def _ask(user: Any, *codenames: str) -> None:
    if not user.has_perms([f"troubleshoot.{codename}" for codename in codenames]):
        raise PermissionDenied


def _is_korean(text: str) -> bool:
    return any(_HANGUL[0] <= character <= _HANGUL[1] for character in text)
