"""Owns the bond between content writes and what readers find and see: each is stamped in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_save, pre_delete, pre_save

from troubleshoot.models import (
    Choice,
    ContentVersion,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    FormerKey,
    Operation,
    Product,
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.stamps import PLACING, places, stamp

if TYPE_CHECKING:
    Placing = Document | Product | Section
    Content = Choice | ErrorAlias | ErrorEntry | Flow | Operation | Placing | Resolution | Step | SynonymGroup


def stamp_former_key(instance: ErrorEntry | Flow | Step, **_kwargs: Any) -> None:
    """What is renamed or moved leaves its old key behind as a tombstone; so do the steps of a renamed wizard."""
    if instance.pk is None or instance._state.adding:
        return
    manager = type(instance)._default_manager
    same = {"key": instance.key} | ({"flow": instance.flow_id} if isinstance(instance, Step) else {})
    stamp(type(instance), places(manager.filter(pk=instance.pk).exclude(**same)))


def stamp_row(instance: Content, **_kwargs: Any) -> None:
    """Any save counts: it may change what is found (state, staff_only, operation)."""
    stamp(type(instance), places(type(instance)._default_manager.filter(pk=instance.pk)))


def stamp_deleted(instance: Content, origin: Model | QuerySet[Any], **kwargs: Any) -> None:
    """Told while the row is still there; what goes with what a deletion began with needs no word of its own."""
    if isinstance(instance, origin.model if isinstance(origin, QuerySet) else type(origin)):
        stamp_row(instance, **kwargs)


def see_whether_placed(instance: Placing, **_kwargs: Any) -> None:
    """Before the write: whether it changes by which product or document the things below are found."""
    rows = type(instance)._default_manager
    same = {column: getattr(instance, column) for column in PLACING[type(instance).__name__]}
    was_there = instance.pk is not None and not instance._state.adding
    instance.is_placed = was_there and rows.filter(pk=instance.pk).exclude(**same).exists()  # type: ignore[union-attr]


def stamp_placed(instance: Placing, **kwargs: Any) -> None:
    """After it: they are told where it did, and only then."""
    if instance.is_placed:  # type: ignore[union-attr]  # the one above said so
        stamp_row(instance, **kwargs)


def stamp_shown(**_kwargs: Any) -> None:
    """Pages show these, and search finds none of them: an operation without entries, too."""
    ContentVersion.objects.touch()


for model in (Choice, ErrorAlias, ErrorEntry, Flow, Operation, Resolution, Step, SynonymGroup):
    post_save.connect(stamp_row, sender=model)
    pre_delete.connect(stamp_deleted, sender=model)
for model in (ErrorEntry, Flow, Step):
    pre_save.connect(stamp_former_key, sender=model)
for placing in (Document, Product, Section):
    pre_save.connect(see_whether_placed, sender=placing)
    post_save.connect(stamp_placed, sender=placing)
    pre_delete.connect(stamp_deleted, sender=placing)
for shown in (Document, FlowLink, FormerKey, Operation, Product, Section):
    post_save.connect(stamp_shown, sender=shown)
    pre_delete.connect(stamp_shown, sender=shown)
