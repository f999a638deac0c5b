"""Owns the rows of the exchange: what a load wrote and of which release, and files that nobody confirmed yet."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone


class FixtureRecord(models.Model):
    """One row that came from a fixture: its model, natural key, and the digest of the ``fields`` as loaded.

    A row that differs from its record was edited here; a record without a row was deleted here. Both stay as they are
    unless the load is forced.
    """

    model = models.CharField(max_length=60)
    natural_key = models.CharField(max_length=600)
    digest = models.CharField(max_length=64)
    fields = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("model", "natural_key"), name="fixture_record_unique"),)

    def __str__(self) -> str:
        return f"{self.model} {self.natural_key}"


class FixtureReleaseManager(models.Manager["FixtureRelease"]):
    def newest(self) -> int | None:
        """The number of the newest release that was loaded here, in a transaction: no other load goes on beside it."""
        list(self.select_for_update())
        newest: int | None = self.aggregate(newest=Max("number"))[
            "newest"
        ]  # after the lock: what was waited for counts
        return newest

    def loaded(self, number: int) -> None:
        """Remember a load of this release. What counted as newer was taken back by force, and is forgotten."""
        self.filter(number__gt=number).delete()
        self.get_or_create(number=number)


class FixtureRelease(models.Model):
    """A release of the content that was loaded here. Fixtures of an older one than the newest change nothing."""

    number = models.PositiveIntegerField(unique=True)
    time = models.DateTimeField(db_default=Now(), editable=False)

    objects = FixtureReleaseManager()

    def __str__(self) -> str:
        return str(self.number)


class PendingImportManager(models.Manager["PendingImport"]):
    def keep(self, **fields: Any) -> PendingImport:
        """Keep a file until it is confirmed, and forget those that nobody confirmed for a day."""
        self.filter(time__lt=timezone.now() - timedelta(days=1)).delete()
        return self.create(**fields)


class PendingImport(models.Model):
    """A file whose changes were shown to ``user``, and ``shown``, the digest of these changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    time = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    shown = models.CharField(max_length=64)

    objects = PendingImportManager()

    def __str__(self) -> str:
        return self.name
