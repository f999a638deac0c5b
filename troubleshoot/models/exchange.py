"""Owns the rows of the exchange: what a load or a document wrote, of which release, and files to be confirmed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from troubleshoot.models.catalog import ErrorEntry
from troubleshoot.models.document import LANGUAGES, Document, Section


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


class ImportedEntry(models.Model):
    """One error as a document tells it, and the entry that was made of it.

    What nobody wants here (it is no error, or its entry was deleted) has no ``entry`` and stays away. An administrator
    has edited an entry where it says neither ``content``, which the document says, nor ``before``, which it said when
    a change to it was proposed.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="imported")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    entry = models.ForeignKey(ErrorEntry, on_delete=models.SET_NULL, null=True, related_name="imports")
    name = models.CharField(max_length=100, help_text="Its key as the document was read.")
    edition = models.CharField(max_length=100, blank=True, help_text="The last edition that has it.")
    gone = models.CharField(max_length=100, blank=True, help_text="The edition that has it no more.")
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, related_name="+")
    line = models.PositiveIntegerField()
    text = models.TextField(blank=True, help_text="What it was read from.")
    content = models.JSONField()
    before = models.JSONField(null=True)
    corrections = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("document", "language"), name="imported_of_document"),)

    def __str__(self) -> str:
        return f"{self.document.key}:{self.line}"


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
