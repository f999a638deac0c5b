"""Owns the memory of what ``load_content`` last wrote, so that an administrator's edit is recognised and kept."""

from django.db import models


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
