"""Owns find and replace over entries: what would change where, and proposing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from troubleshoot.editing import edits, lost_update, revisions
from troubleshoot.editing.edits import Edit, Intent, Result
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.editing.revisions.contents import shape_of
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshoot.editing.revisions import Change, Content
    from troubleshoot.editing.revisions.contents import Shape

MOST = 200
_STATES = (ErrorEntry.State.DRAFT, ErrorEntry.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What replacing does to an entry; ``seen`` is the digest of what it says now."""

    entry: ErrorEntry
    before: Content
    after: Content

    @property
    def seen(self) -> str:
        return revisions.digest(self.before)

    @property
    def changes(self) -> list[Change]:
        return revisions.changes(self.before, self.after)


def replacements(find: str, replace: str, entries: Iterable[int] | None = None) -> list[Replacement]:
    """Every draft and published entry with ``find`` in a text, as it would be then: one more than ``MOST`` at most.

    Letters count as they are written. What has a proposal is looked at as it is published.
    """
    if not find or find == replace:
        return []
    parts = (Exists(part.objects.filter(_has(part, find), entry=OuterRef("pk"))) for part in (ErrorAlias, Resolution))
    rows = ErrorEntry.objects.filter(_has(ErrorEntry, find) | reduce(or_, map(Q, parts)), state__in=_STATES)
    rows = rows.order_by("operation__order", "order", "pk")
    found = []
    for entry in rows if entries is None else rows.filter(pk__in=list(entries)):
        before = revisions.content_of(entry, numbered=True)
        after = _replaced(shape_of(ErrorEntry), before, find, replace)
        if after != before:
            found.append(Replacement(entry, before, after))
        if len(found) > MOST:
            break
    return found


def _has(model: type[Translated], text: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__contains": text}) for column in _columns(model)))


def _columns(model: type[Translated]) -> list[str]:
    return [f"{name}_{language}" for name in model.translated_fields() for language in ("ko", "en")]


def _replaced(shape: Shape, content: Content, find: str, replace: str) -> Content:
    columns = _columns(shape.model) if issubclass(shape.model, Translated) else []
    texts = {name: content[name].replace(find, replace) for name in columns if content.get(name)}
    parts = {part.name: [_replaced(part, row, find, replace) for row in content[part.name]] for part in shape.parts}
    return content | texts | parts


def propose(one: Replacement, *, seen: str, user: Any, reason: str) -> ErrorEntry:
    """Propose it; a draft takes it at once. Raises TransitionError where the entry says something else by now."""
    if seen != one.seen:
        raise TransitionError(gettext("This text has changed since you opened the page. Check it again first."))
    base = lost_update.snapshot(one.before)
    outcome = edits.carry_out(Edit(one.entry, one.after, base, reason, Intent.PROPOSE), user=user)
    if outcome.result in (Result.REFUSED, Result.COLLIDED):
        raise TransitionError(outcome.sentence or gettext("Someone saved this entry in the meantime."))
    row: ErrorEntry = outcome.row
    return row
