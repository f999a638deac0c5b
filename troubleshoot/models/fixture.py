"""Owns the memory of what ``load_content`` last wrote, so that an administrator's edit is recognised and kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Max
from django.db.models.functions import Now


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
