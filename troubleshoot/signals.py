"""Owns the bond between content writes and search: every save or deletion is stamped in its own transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from troubleshoot.models import (
    ContentVersion,
    ErrorAlias,
    ErrorEntry,
    Operation,
    Resolution,
    SearchChange,
    SynonymGroup,
)


@receiver(pre_save, sender=ErrorEntry)
def stamp_former_key(instance: ErrorEntry, **_kwargs: Any) -> None:
    """A renamed entry leaves its old key behind as a tombstone."""
    former = ErrorEntry.objects.filter(pk=instance.pk).exclude(key=instance.key).values_list("key", flat=True)
    if instance.pk is not None and (keys := list(former)):
        ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in keys)


@receiver((post_save, post_delete), sender=ErrorEntry)
def stamp_entry(instance: ErrorEntry, **_kwargs: Any) -> None:
    ContentVersion.objects.stamp([(SearchChange.Kind.ERROR, instance.key)])


@receiver((post_save, post_delete), sender=ErrorAlias)
@receiver((post_save, post_delete), sender=Resolution)
def stamp_entry_of_part(instance: ErrorAlias | Resolution, **_kwargs: Any) -> None:
    keys = ErrorEntry.objects.filter(pk=instance.entry_id).values_list("key", flat=True)
    ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in keys)


@receiver((post_save, post_delete), sender=Operation)
def stamp_entries_of_operation(instance: Operation, **_kwargs: Any) -> None:
    keys = ErrorEntry.objects.filter(operation_id=instance.pk).values_list("key", flat=True)
    ContentVersion.objects.stamp((SearchChange.Kind.ERROR, key) for key in keys)


@receiver((post_save, post_delete), sender=SynonymGroup)
def stamp_synonyms(**_kwargs: Any) -> None:
    ContentVersion.objects.stamp(synonyms=True)
