"""Owns bringing together what you typed and what somebody else saved meanwhile, field by field and row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.forms import CheckboxInput
from django.utils.text import capfirst
from django.utils.translation import gettext

from troubleshoot.admin.editing.sheets import as_sent, mark
from troubleshoot.editing import revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from troubleshoot.admin.editing.sheets import Base, Rows, Sheet, Values
    from troubleshoot.editing.revisions import Piece
    from troubleshoot.models import Revision


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: what is saved now, what you wrote, and the difference from that to this."""

    label: str
    now: str
    yours: str
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class Collision:
    """What somebody else saved while you were editing, and what became of it in your form."""

    clashes: list[Clash] = field(default_factory=list)
    taken_over: list[str] = field(default_factory=list)
    last: Revision | None = None
    token: str = ""


class Merge:
    """Your form and what is saved now, brought together. ``data`` is the form to show, ``collision`` what to say."""

    def __init__(self, sheet: Sheet, base: Base, data: QueryDict) -> None:
        self.data = data.copy()
        self.collision = Collision(token=sheet.token)
        self._base = base
        self._fields("", sheet.form, sheet.values, sheet.form.add_prefix)
        for rows in sheet.inlines:
            self._rows(rows)

    @property
    def is_clean(self) -> bool:
        return not (self.collision.clashes or self.collision.taken_over)

    def _fields(self, place: str, form: Any, now: Values, at: Any, group: str = "") -> None:
        base = self._base.get(place, {})
        for name, text in now.items():
            if base.get(name) == mark(text):
                continue
            label = _label(form, name, group)
            widget = form.fields[name].widget
            yours = as_sent(widget, widget.value_from_datadict(self.data, {}, at(name)))
            if mark(yours) == base.get(name):
                put(self.data, at(name), text)
                self.collision.taken_over.append(label)
            elif mark(yours) != mark(text):
                pieces = tuple(revisions.difference(*(_readable(form, name, value) for value in (text, yours))))
                self.collision.clashes.append(Clash(label, text, yours, pieces))

    def _rows(self, rows: Rows) -> None:
        posted = list(_posted(self.data, rows))
        numbers = {values.get(rows.key, ""): place for place, values in posted}
        known = {place.split(":", 1)[1] for place in self._base if place.startswith(f"{rows.prefix}:")}
        for key, now in rows.saved.items():
            if key in numbers:
                prefix = f"{rows.prefix}-{numbers[key]}-"
                self._fields(
                    f"{rows.prefix}:{key}", rows.blank, now, lambda name, at=prefix: f"{at}{name}", f"{rows.name} {key}"
                )
        if set(rows.saved) != known:
            self._renumber(rows, known)

    def _renumber(self, rows: Rows, known: set[str]) -> None:
        """Write the rows anew: those that are saved now, and then those that are only yours."""
        posted = [values for _place, values in _posted(self.data, rows)]
        yours = {values[rows.key]: values for values in posted if values.get(rows.key)}
        kept = []
        for key, now in rows.saved.items():
            if key not in yours:
                self.collision.taken_over.append(gettext("%(row)s: added") % {"row": capfirst(rows.name)})
            kept.append(yours.get(key) or now | {rows.key: key})
        own = [values for values in posted if not values.get(rows.key)]
        for key in known - set(rows.saved):
            own += self._gone(rows, key, yours.get(key, {}))
        write(self.data, rows, kept, own)

    def _gone(self, rows: Rows, key: str, values: Values) -> list[Values]:
        """A row that somebody deleted: what you changed in it stays, as a new row."""
        self.collision.taken_over.append(gettext("%(row)s: deleted") % {"row": capfirst(rows.name)})
        base = self._base[f"{rows.prefix}:{key}"]
        changed = any(mark(values.get(name, "")) != before for name, before in base.items())
        if not changed or not values or "DELETE" in values:
            return []
        self.collision.taken_over[-1] = gettext("%(row)s: deleted; your text is kept as a new row") % {
            "row": capfirst(rows.name)
        }
        return [{name: text for name, text in values.items() if name != rows.key}]


def write(data: QueryDict, rows: Rows, kept: list[Values], own: list[Values]) -> None:
    """Write the rows of an inline anew: those that are saved, and then new ones."""
    for place, values in list(_posted(data, rows)):
        for name in values:
            data.pop(f"{rows.prefix}-{place}-{name}", None)
    taken = {values.get("order") for values in kept}
    for place, values in enumerate([*kept, *own]):
        is_taken = place >= len(kept) and values.get("order") in taken
        for name, text in (values | {"order": ""} if is_taken else values).items():
            put(data, f"{rows.prefix}-{place}-{name}", text)
    data[f"{rows.prefix}-INITIAL_FORMS"] = str(len(kept))
    data[f"{rows.prefix}-TOTAL_FORMS"] = str(len(kept) + len(own))


def put(data: QueryDict, at: str, text: str) -> None:
    """Write a value as a browser sends it: a box that is not ticked not at all."""
    if text:
        data[at] = text
    else:
        data.pop(at, None)


def brought_over(data: QueryDict, sheet: Sheet) -> QueryDict:
    """What was typed into the form of a row that is gone, for the form of another: its rows there become these here."""
    brought = data.copy()
    for rows in sheet.inlines:
        posted = [
            {name: text for name, text in values.items() if name not in (rows.key, rows.owner)}
            for _place, values in _posted(data, rows)
        ]
        kept = [values | {rows.key: key} for key, values in zip(rows.saved, posted, strict=False)]
        write(brought, rows, kept, posted[len(kept) :])
    return brought


def _posted(data: QueryDict, rows: Rows) -> Iterator[tuple[int, Values]]:
    """The rows of an inline as they were sent, each with its number."""
    found: dict[int, Values] = {}
    for name in data:
        prefix, _dash, rest = name.partition(f"{rows.prefix}-")
        number, _dash, column = rest.partition("-")
        if not prefix and column and number.isascii() and number.isdecimal():
            found.setdefault(int(number), {})[column] = str(data[name])
    yield from sorted(found.items())


def _label(form: Any, name: str, group: str) -> str:
    label = capfirst(str(form.fields[name].label or name))
    return f"{capfirst(group)} · {label}" if group else label


def _readable(form: Any, name: str, text: str) -> str:
    """A choice by what it is called."""
    if isinstance(form.fields[name].widget, CheckboxInput):
        return gettext("yes") if text else gettext("no")
    choices = getattr(form.fields[name], "queryset", None)
    if choices is not None:
        return str(choices.filter(pk=text).first() or text) if text.isascii() and text.isdecimal() else text
    return str(dict(getattr(form.fields[name], "choices", ())).get(text, text))
