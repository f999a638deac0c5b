"""Owns the bond between content writes and what readers find and see: each is stamped in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

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
    Resolution,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.stamps import SearchChange, places, stamp

if TYPE_CHECKING:
    Content = Choice | ErrorAlias | ErrorEntry | Flow | Operation | Resolution | Step | SynonymGroup


@receiver(pre_save, sender=ErrorEntry)
@receiver(pre_save, sender=Flow)
@receiver(pre_save, sender=Step)
def stamp_former_key(instance: ErrorEntry | Flow | Step, **_kwargs: Any) -> None:
    """What is renamed or moved leaves its old key behind as a tombstone; so do the steps of a renamed wizard."""
    if instance.pk is None or instance._state.adding:
        return
    manager = type(instance)._default_manager
    same = {"key": instance.key} | ({"flow": instance.flow_id} if isinstance(instance, Step) else {})
    stamp(type(instance), places(manager.filter(pk=instance.pk).exclude(**same)))


@receiver(post_save, sender=Choice)
@receiver(post_save, sender=ErrorAlias)
@receiver(post_save, sender=ErrorEntry)
@receiver(post_save, sender=Flow)
@receiver(post_save, sender=Operation)
@receiver(post_save, sender=Resolution)
@receiver(post_save, sender=Step)
@receiver(post_save, sender=SynonymGroup)
def stamp_saved(instance: Content, **_kwargs: Any) -> None:
    """Any save counts: it may change what is found (state, staff_only, operation)."""
    stamp(type(instance), places(type(instance)._default_manager.filter(pk=instance.pk)))


@receiver(post_delete, sender=ErrorEntry)
def stamp_deleted_entry(instance: ErrorEntry, **_kwargs: Any) -> None:
    if instance.proposal_for_id is None:
        stamp(ErrorEntry, [(SearchChange.Kind.ERROR.value, instance.key)])


@receiver(post_delete, sender=Flow)
def stamp_deleted_flow(instance: Flow, **_kwargs: Any) -> None:
    stamp(Flow, [(SearchChange.Kind.WIZARD.value, instance.key)])


@receiver(post_delete, sender=Step)
def stamp_deleted_step(instance: Step, **_kwargs: Any) -> None:
    flows = Flow.objects.filter(pk=instance.flow_id).values_list("key", flat=True)
    stamp(Step, [(SearchChange.Kind.WIZARD.value, f"{flow}/{instance.key}") for flow in flows])


@receiver(post_delete, sender=ErrorAlias)
@receiver(post_delete, sender=Resolution)
def stamp_entry_of_deleted(instance: ErrorAlias | Resolution, origin: Model | QuerySet[Any], **_kwargs: Any) -> None:
    """A part that goes with its entry needs no word of its own."""
    if _model_of(origin) is not ErrorEntry:
        stamp(type(instance), places(ErrorEntry.objects.filter(pk=instance.entry_id)))


@receiver(post_delete, sender=Choice)
def stamp_step_of_deleted(instance: Choice, origin: Model | QuerySet[Any], **_kwargs: Any) -> None:
    if _model_of(origin) is not Flow:
        stamp(Choice, places(Step.objects.filter(pk=instance.step_id)))


@receiver(post_delete, sender=SynonymGroup)
def stamp_deleted_synonyms(**_kwargs: Any) -> None:
    stamp(SynonymGroup, ())


@receiver((post_save, post_delete), sender=Document)
@receiver((post_save, post_delete), sender=FlowLink)
@receiver((post_save, post_delete), sender=FormerKey)
@receiver((post_save, post_delete), sender=Operation)
@receiver((post_save, post_delete), sender=Section)
def stamp_shown(**_kwargs: Any) -> None:
    """Pages show these, and search finds none of them: an operation without entries, too."""
    ContentVersion.objects.touch()


def _model_of(origin: Model | QuerySet[Any]) -> type[Model]:
    """What a deletion began with."""
    return origin.model if isinstance(origin, QuerySet) else type(origin)
