"""Owns look-up by natural key: a row's ASCII ``key`` names it in fixtures and addresses."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from modeltranslation.manager import MultilingualManager

RowT_co = TypeVar("RowT_co", bound=models.Model, covariant=True)


class NaturalKeyManager(models.Manager[RowT_co]):
    """A manager that finds a row by its ``key``."""

    def get_by_natural_key(self, key: str) -> RowT_co:
        return self.get(key=key)


class TranslatedKeyManager(MultilingualManager[RowT_co], NaturalKeyManager[RowT_co]):
    """The same for a model with texts in both languages."""
