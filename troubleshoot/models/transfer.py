"""Owns files that an administrator brought and has not confirmed yet: any process may be asked to go on with one."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


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
