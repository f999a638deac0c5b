"""Owns what changed between two contents: field by field, named as the forms name them, each word by word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField
from django.utils.text import capfirst
from django.utils.translation import gettext

from troubleshoot.editing.revisions.aggregates import Shape, shape_named
from troubleshoot.editing.revisions.contents import KEY, MODEL, Content
from troubleshoot.editing.revisions.difference import Piece, difference
from troubleshoot.editing.revisions.matching import leftover, matched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Field


@dataclass(frozen=True, slots=True)
class Change:
    """A field that says something else than before: what it is called, where it is, and the difference.

    ``path`` names it for programs, such as ``resolutions/2/body_ko``.
    """

    label: str
    path: str
    pieces: tuple[Piece, ...]
    group: str = ""

    @property
    def title(self) -> str:
        return f"{self.group} · {self.label}" if self.group else self.label


def changes(before: Content, after: Content) -> list[Change]:
    """What changed from one content to another of the same model, in the order of the form."""
    shape = shape_named(after.get(MODEL) or before[MODEL])
    return list(_changes(shape, before, after))


def _changes(shape: Shape, before: Content, after: Content) -> Iterator[Change]:
    if not shape.owner and KEY in before and KEY in after:
        yield from _of_field(gettext("key"), KEY, before[KEY], after[KEY])
    for column in shape.columns:
        field = shape.field(column)
        old, new = (_text(field, content.get(column)) for content in (before, after))
        yield from _of_field(str(field.verbose_name), column, old, new)
    for part in shape.parts:
        yield from _of_rows(part, before.get(part.name, []), after.get(part.name, []))


def _of_field(label: str, path: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(capfirst(label), path, tuple(difference(before, after)))


def _of_rows(shape: Shape, before: list[Content], after: list[Content]) -> Iterator[Change]:
    pairs = matched(before, after, shape.identity)
    for number, (place, new) in enumerate(zip(pairs, after, strict=True), 1):
        yield from _of_row(shape, _name(shape, new, number), number, {} if place is None else before[place], new)
    for place in leftover(before, pairs):
        yield from _of_row(shape, _name(shape, before[place], place + 1), place + 1, before[place], {})


def _of_row(shape: Shape, name: str, number: int, before: Content, after: Content) -> Iterator[Change]:
    for change in _changes(shape, before, after):
        group = f"{name} › {change.group}" if change.group else name
        yield replace(change, group=group, path=f"{shape.name}/{number}/{change.path}")


def _name(shape: Shape, row: Content, number: int) -> str:
    """A row below the page, as “Resolution 2” or “Step os”."""
    told_by = row.get(shape.identity, number) if shape.identity else number
    return f"{capfirst(str(shape.model._meta.verbose_name))} {told_by}"


def _text(field: Field[Any, Any], value: Any) -> str:
    """A value as a reader of the form knows it."""
    if value is None or value == "":
        return ""
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "/".join(value)
    return str(dict(field.flatchoices).get(value, value))
