"""Owns which rows and fields belong to one page of the administration, and so to one revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Prefetch

from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    Operation,
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.translated import Translated

if TYPE_CHECKING:
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
    Resolution, ("order", "origin", "condition", "body", "staff_only"), name="resolutions", owner="entry"
)
ENTRY = Shape(
    ErrorEntry,
    ("message", "operation", "order", "cause", "lead", "staff_only"),
    parts=(ALIASES, RESOLUTIONS),
    scope=("operation",),
    related=("operation",),
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
FLOW = Shape(Flow, ("title", "summary", "needs", "order", "minutes", "published"), parts=(STEPS, LINKS), scope=())

_SHAPES = {
    shape.model: shape
    for shape in (
        ENTRY,
        FLOW,
        Shape(Step, _STEP_FIELDS, parts=(CHOICES,), scope=("flow",), related=("hand_over",)),
        Shape(SynonymGroup, ("terms", "note")),
        Shape(Operation, ("title", "section", "order"), scope=(), related=("section",)),
        Shape(Section, ("title", "body", "document", "level", "order"), scope=("document",), related=("document",)),
        Shape(Document, ("title", "description", "lead", "source_name", "published")),
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
