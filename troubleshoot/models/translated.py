"""Owns the knowledge of whether an English text still says what its Korean says."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models
from modeltranslation.translator import translator


def digest(text: str) -> str:
    """A short fingerprint of a text; white space at the ends and line endings do not count."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:16]


class Translated(models.Model):
    """A row with Korean texts and their English twins.

    ``translated_from`` remembers, for each field, the digest of the Korean that its English was written from. Saving
    a changed English text renews it; saving a changed Korean text alone leaves it behind, which marks the twin as
    outdated.
    """

    translated_from = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._renew_translated_from()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "translated_from"}
        super().save(*args, **kwargs)

    @classmethod
    def translated_fields(cls) -> tuple[str, ...]:
        """Names of the fields that exist in both languages, without language suffix."""
        return tuple(sorted(translator.get_options_for_model(cls).all_fields))

    def missing_translations(self) -> list[str]:
        """Fields that have Korean but no English text."""
        return [name for name in self.translated_fields() if self._text(name, "ko") and not self._text(name, "en")]

    def outdated_translations(self) -> list[str]:
        """Fields whose Korean has changed since their English was written."""
        return [
            name
            for name in self.translated_fields()
            if self._text(name, "en") and self.translated_from.get(name) != digest(self._text(name, "ko"))
        ]

    def _text(self, name: str, language: str) -> str:
        return (getattr(self, f"{name}_{language}") or "").strip()

    def _renew_translated_from(self) -> None:
        names = self.translated_fields()
        before: dict[str, str | None] = {}
        if self.pk is not None:
            columns = [f"{name}_en" for name in names]
            before = type(self)._default_manager.filter(pk=self.pk).values(*columns).first() or {}
        renewed = dict(self.translated_from)
        for name in names:
            english = self._text(name, "en")
            if not english:
                renewed.pop(name, None)
            elif name not in renewed or english != (before.get(f"{name}_en") or "").strip():
                renewed[name] = digest(self._text(name, "ko"))
        self.translated_from = renewed
