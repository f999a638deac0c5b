"""Owns what an administrator makes of a failed search: a draft, an alias, a synonym; and that it is settled then."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext

from troubleshoot.editing import edits, keys, publishing, revisions
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, QueryLog, Revision, SynonymGroup
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from troubleshoot.reports.failures import Group

State = ErrorEntry.State
SETTLE = "troubleshoot.change_querylog"
"""The permission to say that a search was seen to."""

_LONGEST_SLUG = 60
_LONGEST_NAMED = 80
_ROWS_A_WRITE = 500
_HANGUL = ("가", "힣")


class ActionError(Exception):
    """What can't be made; the message is the sentence to show."""


def settle(rows: Sequence[int]) -> None:
    """Note that these searches, by number, were seen to."""
    _note(rows, timezone.now())


def reopen(rows: Sequence[int]) -> None:
    """Take that back."""
    _note(rows, None)


def _note(rows: Sequence[int], moment: Any) -> None:
    with transaction.atomic():
        for start in range(0, len(rows), _ROWS_A_WRITE):
            QueryLog.objects.filter(pk__in=rows[start : start + _ROWS_A_WRITE]).update(settled=moment)


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
        content = {
            "operation": operation.key,
            "order": (operation.entries.aggregate(last=Max("order"))["last"] or 0) + 1,
            "message_ko": wording,
            "message_en": "" if is_korean else wording,
        }
        if group.code:
            content["aliases"] = [{"kind": ErrorAlias.Kind.CODE, "text_ko": group.code, "text_en": None}]
        entry = ErrorEntry(key=_free_key(group.code or wording), reviewed=None)
        draft = edits.Edit(entry, content, reason=_source_of(group), intent=edits.Intent.DRAFT)
        row: ErrorEntry = edits.carry_out(draft, user=user).row
    return row


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
        revisions.note_found(row)
        english = None if _is_korean(text) else text
        ErrorAlias.objects.create(entry=row, kind=kind, text_ko=text, text_en=english)
        revisions.record(row, Revision.Action.EDITED, user=user)
    return row


def _open_row(entry: ErrorEntry, user: Any) -> ErrorEntry:
    """The row that this user may write: of a published entry its proposal, unless they publish themselves."""
    row = ErrorEntry.objects.select_for_update().get(pk=entry.pk)
    if row.state == State.ARCHIVED:
        raise ActionError(gettext("This entry is archived, so nobody would find it."))
    if publishing.may_publish(user):
        return row
    if row.state == State.PUBLISHED:
        row = publishing.propose(row, user=user)
    if row.state == State.REVIEW:
        raise ActionError(gettext("This entry is in review. Wait until the review is done, or withdraw it first."))
    return row


def add_synonym(word: str, meaning: str, *, user: Any) -> SynonymGroup:
    """Have ``word`` mean what ``meaning`` does: in the group that has one of them, or in a new one."""
    with transaction.atomic():
        groups = list(SynonymGroup.objects.select_for_update().order_by("key"))
        group = _group_with(meaning, groups) or _group_with(word, groups)
        _ask(user, "change_synonymgroup" if group else "add_synonymgroup")
        if group is None:
            taken = {known.key for known in groups}
            group = SynonymGroup(key=_free_group_key((meaning, word), taken), terms="")
        else:
            revisions.note_found(group)
        return _with_terms(group, (meaning, word), user)


def _with_terms(group: SynonymGroup, words: Sequence[str], user: Any) -> SynonymGroup:
    known = {compact(term) for term in group.term_list}
    new = [word for word in words if compact(word) not in known]
    if not new:
        raise ActionError(gettext("These two are already synonyms."))
    is_new = group.pk is None
    group.terms = "\n".join((*group.term_list, *new))
    group.save()
    action = Revision.Action.CREATED if is_new else Revision.Action.EDITED
    revisions.record(group, action, user=user)
    return group


def _group_with(word: str, groups: Iterable[SynonymGroup]) -> SynonymGroup | None:
    wanted = compact(word)
    return next((group for group in groups if wanted in map(compact, group.term_list)), None)


def _ask(user: Any, *codenames: str) -> None:
    if not user.has_perms([f"troubleshoot.{codename}" for codename in codenames]):
        raise PermissionDenied


def _is_korean(text: str) -> bool:
    return any(_HANGUL[0] <= character <= _HANGUL[1] for character in text)


def _free_key(wording: str) -> str:
    return next(key for key in _keys_from(slugify(wording)[:_LONGEST_SLUG].strip("-") or "draft") if _is_free(key))


def _is_free(key: str) -> bool:
    try:
        keys.refuse(key)
    except ValidationError:
        return False
    return True


def _free_group_key(words: Iterable[str], taken: Container[str]) -> str:
    slug = next((slug for word in words if (slug := slugify(word)[:_LONGEST_SLUG].strip("-"))), "synonyms")
    return next(key for key in _keys_from(slug) if key not in taken)


def _keys_from(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in count(2))
