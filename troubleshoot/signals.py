"""Owns the bond between content writes and search: every save or deletion is stamped in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from troubleshoot.models import (
    Choice,
    ContentVersion,
    ErrorAlias,
    ErrorEntry,
    Flow,
    Operation,
    Resolution,
    SearchChange,
    Step,
    SynonymGroup,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@receiver(pre_save, sender=ErrorEntry)
def stamp_former_key(instance: ErrorEntry, **_kwargs: Any) -> None:
    """A renamed entry leaves its old key behind as a tombstone."""
    if instance.proposal_for_id is not None:
        return
    former = ErrorEntry.objects.filter(pk=instance.pk).exclude(key=instance.key).values_list("key", flat=True)
    if instance.pk is not None and (keys := list(former)):
        ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in keys)


@receiver((post_save, post_delete), sender=ErrorEntry)
def stamp_entry(instance: ErrorEntry, **_kwargs: Any) -> None:
    """Any save counts: it may change what is found (state, staff_only, operation). A proposal is never found."""
    if instance.proposal_for_id is None:
        ContentVersion.objects.stamp([(SearchChange.Kind.ERROR, instance.key)])


@receiver((post_save, post_delete), sender=ErrorAlias)
@receiver((post_save, post_delete), sender=Resolution)
def stamp_entry_of_part(instance: ErrorAlias | Resolution, **_kwargs: Any) -> None:
    keys = ErrorEntry.objects.without_proposals().filter(pk=instance.entry_id).values_list("key", flat=True)
    if stamped := list(keys):
        ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in stamped)


@receiver((post_save, post_delete), sender=Operation)
def stamp_entries_of_operation(instance: Operation, **_kwargs: Any) -> None:
    keys = ErrorEntry.objects.without_proposals().filter(operation_id=instance.pk).values_list("key", flat=True)
    ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in keys)


@receiver((post_save, post_delete), sender=SynonymGroup)
def stamp_synonyms(**_kwargs: Any) -> None:
    ContentVersion.objects.stamp(synonyms=True)


@receiver((pre_save, post_save, post_delete), sender=Flow)
def stamp_flow(instance: Flow, **_kwargs: Any) -> None:
    """A flow's steps are seen or hidden with it. Before a save, this leaves a renamed flow's old keys behind."""
    flows = Flow.objects.filter(pk=instance.pk).values_list("key", flat=True)
    steps = Step.objects.filter(flow_id=instance.pk).values_list("flow__key", "key")
    stamp_wizards([*({*flows, instance.key}), *(f"{flow}/{step}" for flow, step in steps)])


@receiver((pre_save, post_save, post_delete), sender=Step)
def stamp_step(instance: Step, **_kwargs: Any) -> None:
    """Before a save, this leaves a renamed step's old key behind."""
    flow = Flow.objects.filter(pk=instance.flow_id).values_list("key", flat=True).first()
    former = Step.objects.filter(pk=instance.pk).values_list("flow__key", "key")
    stamp_wizards({f"{flow}/{instance.key}", *(f"{at}/{step}" for at, step in former)})


@receiver((post_save, post_delete), sender=Choice)
def stamp_step_of_choice(instance: Choice, **_kwargs: Any) -> None:
    places = Step.objects.filter(pk=instance.step_id).values_list("flow__key", "key")
    stamp_wizards(f"{flow}/{step}" for flow, step in places)


def stamp_wizards(keys: Iterable[str]) -> None:
    ContentVersion.objects.stamp((SearchChange.Kind.WIZARD, key) for key in keys)
