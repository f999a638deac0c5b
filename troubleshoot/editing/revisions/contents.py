"""Owns the content of a page as plain JSON: which rows and fields belong to it, read from rows and given to rows."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, CharField, ForeignKey, Prefetch, TextField
from django.utils.translation import gettext

from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    Operation,
    Product,
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Field, Model, QuerySet


@dataclass(frozen=True, slots=True)
class Shape:
    """A row with its fields, and the rows that are edited together with it.

    ``name`` and ``owner`` are for rows below another: the reverse accessor there, and the foreign key back.
    ``identity`` is the field by which a row is told from its siblings; without one, rows are told by their likeness.
    ``scope`` are the fields within which ``order`` is unique at the top; ``related`` is what natural keys need.
    """

    model: type[Model]
    fields: tuple[str, ...]
    parts: tuple[Shape, ...] = ()
    name: str = ""
    owner: str = ""
    identity: str = ""
    scope: tuple[str, ...] | None = None
    related: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields, each translated one in both languages."""
        if not issubclass(self.model, Translated):
            return self.fields
        translated = self.model.translated_fields()
        return tuple(
            column
            for field in self.fields
            for column in ((f"{field}_ko", f"{field}_en") if field in translated else (field,))
        )

    @property
    def is_numbered(self) -> bool:
        """Whether rows below another have an order of their own among their siblings."""
        return bool(self.owner) and "order" in self.fields

    def field(self, column: str) -> Field[Any, Any]:
        found: Field[Any, Any] = self.model._meta.get_field(column)  # type: ignore[assignment]  # never a relation back
        return found

    def rows(self, owner: Model) -> QuerySet[Any]:
        """The rows of this shape below ``owner``, each with the rows below it."""
        return self.complete().filter(**{self.owner: owner})

    def complete(self) -> QuerySet[Any]:
        rows = self.model._default_manager.select_related(*self.related).order_by("pk")
        return rows.prefetch_related(*(Prefetch(part.name, part.complete()) for part in self.parts))


ALIASES = Shape(ErrorAlias, ("kind", "text"), name="aliases", owner="entry", identity="text_ko")
RESOLUTIONS = Shape(
    Resolution, ("order", "origin", "condition", "body", "note", "staff_only"), name="resolutions", owner="entry"
)
ENTRY = Shape(
    ErrorEntry,
    ("message", "operation", "order", "cause", "lead", "staff_only", "is_outdated", "outdated_note", "successor"),
    parts=(ALIASES, RESOLUTIONS),
    scope=("operation",),
    related=("operation", "successor"),
)

_STEP_FIELDS = (
    "order",
    "kind",
    "title",
    "body",
    "help",
    "symptoms",
    "answer",
    "minimum",
    "example",
    "result",
    "hand_over",
)
CHOICES = Shape(
    Choice,
    ("order", "key", "label", "help", "symptoms", "target"),
    name="choices",
    owner="step",
    identity="key",
    related=("target__flow",),
)
STEPS = Shape(
    Step,
    ("key", *_STEP_FIELDS),
    parts=(CHOICES,),
    name="steps",
    owner="flow",
    identity="key",
    related=("hand_over",),
)
LINKS = Shape(FlowLink, ("entry", "answers"), name="entry_links", owner="flow", identity="entry", related=("entry",))
FLOW = Shape(
    Flow,
    ("title", "summary", "needs", "order", "minutes", "section"),
    parts=(STEPS, LINKS),
    scope=(),
    related=("section",),
)

_SHAPES = {
    shape.model: shape
    for shape in (
        ENTRY,
        FLOW,
        Shape(Step, _STEP_FIELDS, parts=(CHOICES,), scope=("flow",), related=("hand_over",)),
        Shape(SynonymGroup, ("terms", "note")),
        Shape(Operation, ("title", "section", "order"), scope=("section",), related=("section",)),
        Shape(Product, ("title", "names", "order"), scope=()),
        Shape(Section, ("title", "body", "document", "level", "order"), scope=("document",), related=("document",)),
        Shape(
            Document,
            (
                "title",
                "product",
                "description",
                "lead",
                "is_draft",
                "source_name",
                "published",
                "publisher",
                "article_url",
            ),
            related=("product",),
        ),
    )
}

# Steps are a part of the history of their wizard.
MODELS = tuple(model._meta.label_lower for model in _SHAPES if model is not Step)
"""The labels of what has a history, such as ``troubleshoot.errorentry``."""


def shape_of(model: type[Model]) -> Shape:
    """The shape of a model's page. Raises KeyError for a model that has none."""
    return _SHAPES[model]


def shape_named(label: str) -> Shape:
    """The shape of the model with this label, such as ``troubleshoot.errorentry``."""
    return shape_of(apps.get_model(label))


Content: TypeAlias = dict[str, Any]

# Beside the fields: the model, the key (which a proposal lacks, and a rename changes), and which Korean each English
# text was written from. None of it counts when contents are compared.
MODEL, KEY, TRANSLATED_FROM = "model", "key", "translated_from"

# Names the step by its wizard and its key.
TARGET = "target"

# Columns younger than the first histories. Empty they do not count, so that a content of before them is still the same.
_ADDED_LATER = (
    "is_outdated",
    "outdated_note_ko",
    "outdated_note_en",
    "successor",
    "note_ko",
    "note_en",
    "product",
    "is_draft",
)

CHANGE_OF = "change_of"
"""In the last content of a proposed change that was discarded: the primary key of the page that it was for."""
ROW = "row"
"""In a content that an editor works on: the primary key of a row below the page, or None for one that is new."""


def content_of(row: Any, *, numbered: bool = False, fetched: bool = False) -> Content:
    """The content of a row with all that is edited on its page, as values that JSON holds; line ends are plain.

    The fields are those of ``row`` as it stands in memory, the rows below it those of the database, or those that were
    ``fetched`` with it, if ``numbered`` each with its primary key.
    """
    shape = shape_of(type(row))
    content = {MODEL: row._meta.label_lower, **fields_of(row, shape)}
    if hasattr(row, KEY) and getattr(row, "proposal_for_id", None) is None:
        content[KEY] = row.key
    below = {part: getattr(row, part.name).all() if fetched else part.rows(row) for part in shape.parts}
    return content | {part.name: rows_of(part, rows, numbered=numbered) for part, rows in below.items()}


def fields_of(row: Any, shape: Shape) -> Content:
    """The fields of a row as it stands in memory, without the rows below it."""
    content = {column: _value(row, shape.field(column)) for column in shape.columns}
    if hasattr(row, TRANSLATED_FROM):
        content[TRANSLATED_FROM] = dict(row.translated_from)
    return content


def rows_of(shape: Shape, rows: Iterable[Any], *, numbered: bool = False) -> list[Content]:
    """The contents of rows, in their order, or where they have none in that of what tells them apart."""
    listed = [
        fields_of(row, shape)
        | {part.name: rows_of(part, getattr(row, part.name).all(), numbered=numbered) for part in shape.parts}
        | ({ROW: row.pk} if numbered else {})
        for row in rows
    ]
    by = "order" if shape.is_numbered else shape.identity
    return sorted(listed, key=lambda content: (content.get("kind", "") if by != "order" else "", content[by]))


def _value(row: Any, field: Field[Any, Any]) -> Any:
    if isinstance(field, ForeignKey):
        return None if getattr(row, field.attname) is None else _natural(getattr(row, field.name))
    value = getattr(row, field.name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(field, CharField | TextField):
        return (value or "").replace("\r\n", "\n")
    return value


def _natural(row: Any) -> Any:
    key = row.natural_key()
    return list(key) if len(key) > 1 else key[0]


def digest(content: Content) -> str:
    """The SHA-256 of what a content says, without what only tells where it belongs.

    One that a revision keeps was computed by the rules of its time: compare the contents.
    """
    plain = json.dumps(_compared(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def digest_of(row: Model) -> str:
    """The digest of a row's content."""
    return digest(content_of(row))


def _compared(content: Content) -> Content:
    lists = ((name, value) for name, value in content.items() if isinstance(value, list))
    below = {name: [_below(row) for row in value] for name, value in lists if is_rows(value)}
    left_out = {KEY, TRANSLATED_FROM, CHANGE_OF, ROW, *(name for name in _ADDED_LATER if not content.get(name))}
    if content.get(MODEL) == Flow._meta.label_lower:
        left_out.add("published")  # which is a state by now, and no content
    if content.get(TARGET):
        below[TARGET] = content[TARGET][-1:]  # the wizard is its own, or that which it is a proposal for
    return {name: value for name, value in content.items() if name not in left_out} | below


def _below(row: Content) -> Content:
    """As above, but the key of a step or a choice is what it is called in links, and counts."""
    return _compared(row) | ({KEY: row[KEY]} if KEY in row else {})


def is_rows(value: Any) -> bool:
    """Whether a value of a content is the rows below it."""
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def python_of(field: Field[Any, Any], value: Any) -> Any:
    """What a row holds for a value of a content. Raises ObjectDoesNotExist where the row that it names is gone."""
    if not isinstance(field, ForeignKey):
        return field.to_python(value)
    if value is None:
        return None
    model: Any = field.related_model
    try:
        return model._default_manager.get_by_natural_key(*(value if isinstance(value, list) else [value]))
    except ObjectDoesNotExist:
        if field.null:
            return None
        raise


def text_of(field: Field[Any, Any], value: Any) -> str:
    """A value of a content as a reader of the form knows it; of a row that is gone, its key."""
    if value is None or value == "":
        return ""
    if isinstance(field, BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, ForeignKey):
        with suppress(ObjectDoesNotExist, TypeError, ValueError):
            value = python_of(field, value) or value
    if isinstance(value, list):
        return "/".join(value)
    return str(dict(field.flatchoices).get(value, value))
