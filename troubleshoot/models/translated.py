"""Owns what rows of content share: what names them, and whether an English text still says what its Korean says."""

from __future__ import annotations

import hashlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models, router, transaction
from modeltranslation.translator import translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


RowT_co = TypeVar("RowT_co", bound=models.Model, covariant=True)


class Named:
    """A row that fixtures name by its ``NATURAL_KEY``, each part a path of fields."""

    NATURAL_KEY: ClassVar[tuple[str, ...]] = ("key",)

    def natural_key(self) -> tuple[Any, ...]:
        return tuple(attrgetter(path.replace("__", "."))(self) for path in self.NATURAL_KEY)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row and count the write together: nobody sees one without the other, whatever fails between."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)  # type: ignore[arg-type]
        with transaction.atomic(using=using, savepoint=False):
            super().save(*args, **kwargs)  # type: ignore[misc]  # of the model that this is a part of


class NamedQuerySet(models.QuerySet[RowT_co]):
    """Rows that are found by what names them."""

    def get_by_natural_key(self, *key: Any) -> RowT_co:
        model: Any = self.model
        wanted = dict(zip(model.NATURAL_KEY, key, strict=True))
        if "entry__key" in wanted:  # which may have been renamed since
            entries: Any = model._meta.get_field("entry").related_model._default_manager
            wanted["entry__in"] = entries.known_as(wanted.pop("entry__key"))
        return self.get(**wanted)


def digest(text: str) -> str:
    """A short fingerprint of a text; white space at the ends and line endings do not count."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:16]


def written_from(
    names: Iterable[str], known: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """The digest of the Korean that each English text of a row was written from, by field.

    ``known`` says it of the row as it was ``before``; an English text that is another in ``after`` was written from
    the Korean there.
    """
    renewed = dict(known)
    for name in names:
        english = (after.get(f"{name}_en") or "").strip()
        if not english:
            renewed.pop(name, None)
        elif name not in renewed or english != (before.get(f"{name}_en") or "").strip():
            renewed[name] = digest((after.get(f"{name}_ko") or "").strip())
    return renewed


class Translated(Named, models.Model):
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
        before: Mapping[str, Any] = {}
        if self.pk is not None:
            columns = [f"{name}_en" for name in names]
            before = type(self)._default_manager.filter(pk=self.pk).values(*columns).first() or {}
        self.translated_from = written_from(names, self.translated_from, before, vars(self))
