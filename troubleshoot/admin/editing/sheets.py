"""Owns the forms of a page as text: what a browser would send back if nothing was typed, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.forms import CheckboxInput

if TYPE_CHECKING:
    from django.http import QueryDict

_BESIDES = ("DELETE",)

Values = dict[str, str]
"""The fields of one form as a browser sends them, by name."""

Base = dict[str, dict[str, str]]
"""Fingerprints by place, which is blank for the form itself and “prefix:number” for a row, and by field."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an inline as they are saved now.

    ``blank`` reads a row, ``key`` and ``owner`` name the fields of its number and of the row above it.
    """

    prefix: str
    name: str
    key: str
    owner: str
    blank: Any
    saved: dict[str, Values]


class Sheet:
    """The forms of one page as they would be shown now."""

    def __init__(self, form: Any, formsets: list[Any]) -> None:
        self.form = form
        self.values = shown(form)
        self.inlines = [rows_of(formset) for formset in formsets]

    @property
    def token(self) -> str:
        """What tells later which fields were changed since."""
        marks = {place: {name: mark(text) for name, text in values.items()} for place, values in self._places.items()}
        return json.dumps(marks, separators=(",", ":"))

    @property
    def nothing_known(self) -> Base:
        """What a form began from that does not say it: every field that differs may be somebody's change."""
        return {place: {} for place in self._places}

    @property
    def _places(self) -> dict[str, Values]:
        return {"": self.values} | {
            f"{rows.prefix}:{key}": values for rows in self.inlines for key, values in rows.saved.items()
        }


def rows_of(formset: Any) -> Rows:
    key = formset.model._meta.pk.name
    saved = {str(form.instance.pk): shown(form) for form in formset.initial_forms}
    return Rows(formset.prefix, str(formset.model._meta.verbose_name), key, formset.fk.name, formset.empty_form, saved)


def shown(form: Any) -> Values:
    """The values that the browser would send back if nothing was typed."""
    return {name: as_sent(form.fields[name].widget, form[name].value()) for name in _names(form)}


def _names(form: Any) -> list[str]:
    keys = (form._meta.model._meta.pk.name, *_BESIDES)
    return [name for name, field in form.fields.items() if name not in keys and not hasattr(field, "parent_instance")]


def as_sent(widget: Any, value: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "on" if value else ""
    formatted = widget.format_value(value)
    if isinstance(formatted, list | tuple):
        return ",".join(str(part) for part in formatted if part is not None)
    return "" if formatted is None else str(formatted).replace("\r\n", "\n")


def mark(text: str) -> str:
    """A short fingerprint; spaces at the ends are no change."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def read_token(text: str) -> Base | None:
    """The fingerprints of a token, or None where it is none."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(read, dict) and all(
        isinstance(values, dict) and all(isinstance(value, str) for value in values.values())
        for values in read.values()
    )
    return read if whole and "" in read else None


def with_plain_lines(data: QueryDict) -> QueryDict:
    """The data as typed: browsers send each line break as two characters, which are no change of a text."""
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") if isinstance(value, str) else value for value in values])
    return plain
