"""Owns the three-way merge that prevents lost updates: what an editor began from, what is saved now, what they wrote.

Pure functions of contents; only the labels of fields are asked of the models.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from troubleshoot.editing.revisions.contents import (
    KEY,
    MODEL,
    ROW,
    TRANSLATED_FROM,
    Content,
    Shape,
    digest,
    is_rows,
    shape_named,
    text_of,
)
from troubleshoot.editing.revisions.difference import Piece, difference, leftover, matched

if TYPE_CHECKING:
    from collections.abc import Mapping

Marks = dict[str, str]
Snapshot = dict[str, Marks]
"""Fingerprints by place, which is blank for the page itself and “part:row” for a row below it, and by field."""
_ByKey = dict[str, Content]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: what is saved now, what you wrote, and the difference from that to this."""

    label: str
    now: str
    yours: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class Merge:
    """Both contents brought together in ``content``; what both changed is yours there, and named in ``clashes``."""

    content: Content = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    taken_over: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nobody else changed what this replaces."""
        return not (self.clashes or self.taken_over)


def snapshot(content: Content) -> Snapshot:
    """The fingerprints of a numbered content: they tell later which of its fields were changed since."""
    parts = {name: rows for name, rows in content.items() if is_rows(rows)}
    rows = {f"{name}:{row[ROW]}": _marks(row) for name, found in parts.items() for row in found if row.get(ROW)}
    return {"": _marks(content)} | rows


def read_snapshot(text: str) -> Snapshot | None:
    """The fingerprints that a form sent back as JSON, or None where they are none."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(read, dict) and all(
        isinstance(marks, dict) and all(isinstance(mark, str) for mark in marks.values()) for marks in read.values()
    )
    return read if whole and "" in read else None


def merged(base: Snapshot | None, theirs: Content, mine: Content) -> Merge:
    """Bring together what is saved now with what somebody wrote who began from ``base``.

    ``mine`` names the fields and rows that its author saw; ``theirs`` is complete and numbered. Without a ``base``
    whatever differs may be somebody's change.
    """
    merge, shape = Merge(), shape_named(theirs[MODEL])
    known = {"": {}} if base is None else base
    merge.content = _fields(merge, shape, (known[""], theirs, mine))
    for part in shape.parts:
        if part.name in mine:
            rows = _Rows(merge, part, base, theirs[part.name])
            merge.content[part.name] = rows.merged(mine[part.name])
    return merge


def brought_over(theirs: Content, lost: Content) -> Content:
    """What was written for a page that is gone, for another one, which says ``theirs`` (nothing where it is new).

    Rows that say almost the same there, or stand in the same place, become these; the others there stay.
    """
    content = dict(lost)
    for part in (part for part in shape_named(lost[MODEL]).parts if part.name in lost):
        before, after = theirs.get(part.name, []), lost[part.name]
        pairs = matched(before, after, part.identity)
        rows = [row | {ROW: None if at is None else before[at][ROW]} for at, row in zip(pairs, after, strict=True)]
        content[part.name] = [*rows, *(before[place] for place in leftover(before, pairs))]
    return content


def carried_over(before: Content, after: Content, other: Content) -> tuple[Content, bool]:
    """Another content with what changed from ``before`` to ``after``, and whether it now has all of that.

    A field or a row is changed where the other has it as it was before. Rows are told by their identity and taken as a
    whole; each stays in its place, unless the others were put in another order.
    """
    content, shape = dict(other), shape_named(before[MODEL])
    changed = {name for name in shape.columns if before[name] != after[name]}
    kept = {name for name in changed if other[name] not in (before[name], after[name])}
    content |= {name: after[name] for name in changed - kept}
    texts = {name.rpartition("_")[0] for name in changed - kept} & after[TRANSLATED_FROM].keys()
    content[TRANSLATED_FROM] = other[TRANSLATED_FROM] | {name: after[TRANSLATED_FROM][name] for name in texts}
    is_whole = not kept
    for part in shape.parts:
        olds, news, rows = ({_told(part, row): row for row in one[part.name]} for one in (before, after, other))
        for key in dict.fromkeys((*olds, *news)):
            old, new, row = (_placeless(found.get(key)) for found in (olds, news, rows))
            if new in (old, row):
                continue
            if row != old:
                is_whole = False
            elif key in news:
                rows[key] = news[key] | {name: rows[key][name] for name in ("order",) if name in rows.get(key, {})}
            else:
                del rows[key]
        rows, is_ordered = _in_new_order(olds, news, rows)
        is_whole = is_whole and is_ordered
        content[part.name] = list(rows.values())
    return content, is_whole


def _in_new_order(olds: _ByKey, news: _ByKey, rows: _ByKey) -> tuple[_ByKey, bool]:
    """The rows in the order that was given to them meanwhile, where they stood as before; whether they stand so now."""
    shared = olds.keys() & news.keys() & rows.keys()
    was, now, here = ([key for key in one if key in shared] for one in (olds, news, rows))
    if now in (was, here):
        return rows, True
    if here != was:
        return rows, False
    places = zip(now, [rows[key].get("order") for key in here], strict=True)
    moved = {key: rows[key] | ({} if number is None else {"order": number}) for key, number in places}
    inward = iter(moved.items())
    return dict(next(inward) if key in shared else (key, row) for key, row in rows.items()), True


def _told(part: Shape, row: Content) -> str:
    return json.dumps(row[part.identity])


def _placeless(row: Content | None) -> str:
    """The digest of what a row says, wherever it stands; blank for none."""
    return digest({name: value for name, value in row.items() if name != "order"}) if row else ""


def _fields(
    merge: Merge, shape: Shape, texts: tuple[Mapping[str, str], Content, Content], *, group: str = ""
) -> Content:
    """The fields of one row: mine, but where only the other changed one, theirs. Notes both in ``merge``."""
    base, now, mine = texts
    content = dict(mine)
    for name in dict.fromkeys((KEY, *shape.columns)):
        if not (name in mine and name in now):
            continue
        mark = _mark(now[name])
        if mark in (base.get(name), _mark(mine[name])):
            continue
        label = " · ".join((*([group] if group else []), capfirst(str(shape.field(name).verbose_name))))
        if _mark(mine[name]) == base.get(name):
            content[name] = now[name]
            merge.taken_over.append(label)
        else:
            saved, yours = (text_of(shape.field(name), value) for value in (now[name], mine[name]))
            merge.clashes.append(Clash(label, saved, yours, tuple(difference(saved, yours))))
    return content


class _Rows:
    """The rows below a page, of one kind, by primary key: as they are saved now, and as they were known."""

    def __init__(self, merge: Merge, shape: Shape, base: Snapshot | None, theirs: list[Content]) -> None:
        self._merge, self._shape = merge, shape
        self._now = {str(row[ROW]): row for row in theirs}
        before = {place.partition(":")[2]: marks for place, marks in (base or {}).items() if self._is_here(place)}
        self._known = dict.fromkeys(self._now, Marks()) if base is None else before

    def _is_here(self, place: str) -> bool:
        return place.startswith(f"{self._shape.name}:")

    def merged(self, mine: list[Content]) -> list[Content]:
        """The rows that are saved now, without those that I deleted, and then those that only I have."""
        yours = {str(row[ROW]): row for row in mine if row[ROW]}
        kept = [row for key, now in self._now.items() if (row := self._kept(key, now, yours.get(key))) is not None]
        own = [row for row in mine if not row[ROW]]
        own += [row for key in self._known if key not in self._now and (row := self._own(key, yours.get(key)))]
        taken = {row.get("order") for row in kept}
        return kept + [row | {"order": None} if row.get("order") in taken else row for row in own]

    def _kept(self, key: str, now: Content, mine: Content | None) -> Content | None:
        if key not in self._known:
            self._note(gettext("%(row)s: added"))
            return now
        if mine is None:
            return None
        number = list(self._now).index(key) + 1
        return _fields(self._merge, self._shape, (self._known[key], now, mine), group=f"{self._name} {number}")

    def _own(self, key: str, mine: Content | None) -> Content | None:
        """A row that somebody deleted: what you changed in it stays, as a new row."""
        if mine is None:
            return None
        if all(_mark(mine[name]) == mark for name, mark in self._known[key].items() if name in mine):
            self._note(gettext("%(row)s: deleted"))
            return None
        self._note(gettext("%(row)s: deleted; your text is kept as a new row"))
        return mine | {ROW: None}

    @property
    def _name(self) -> str:
        return capfirst(str(self._shape.model._meta.verbose_name))

    def _note(self, sentence: str) -> None:
        self._merge.taken_over.append(sentence % {"row": self._name})


def _marks(row: Content) -> Marks:
    return {name: _mark(value) for name, value in row.items() if name not in (MODEL, ROW) and not is_rows(value)}


def _mark(value: Any) -> str:
    """A short fingerprint; spaces at the ends of a text are no change, nor is an empty text instead of none."""
    plain = "" if value is None else str(value).strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:12]
