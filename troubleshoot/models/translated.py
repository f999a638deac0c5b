"""Owns what rows share: names, addresses, their two languages, and whether the English is of the Korean."""

from __future__ import annotations

import hashlib
from functools import lru_cache, reduce
from operator import and_, attrgetter, or_
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models, router, transaction
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator

from troubleshoot.document.commands import words_of

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


def in_a_language(field: str, *, name: str) -> models.CheckConstraint:
    """That a text is there in Korean or English; either is enough."""
    there = (Q(**{f"{field}_{language}__isnull": False, f"{field}_{language}__gt": ""}) for language in ("ko", "en"))
    return models.CheckConstraint(
        condition=reduce(or_, there), name=name, violation_error_message=_("Enter the text in Korean or in English.")
    )


def address_of(view: str, *key: str) -> str:
    """The address of a page, in the active language, below where the portal stands; asked for a dozen times a page."""
    return _address(view, key, get_language(), get_script_prefix())


@lru_cache(maxsize=4_096)
def _address(view: str, key: tuple[str, ...], _language: str | None, _prefix: str) -> str:
    return reverse(view, args=key)


def in_an_address(*, name: str) -> models.CheckConstraint:
    """That a key can stand in an address: it is not empty, and has nothing that an address reads as its own.

    The field asks for more, by a regular expression; for SQLite that would be a function of Python, which a backup that
    is checked, or a row that is written by hand, does not have.
    """
    others = (~Q(key__contains=letter) for letter in "/?# ")
    return models.CheckConstraint(condition=reduce(and_, others, ~Q(key="")), name=name)


def written_from(
    names: Iterable[str], known: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """The digest of the Korean that each English text of a row was written from, by field.

    ``known`` says it of the row as it was ``before``; an English text that is another in ``after`` was written from
    the Korean there, and so counts one that stood alone and got its Korean now. One of which a command alone is another
    was not: it is as current as it was, and no more so where the Korean says something else now.
    """
    renewed = dict(known)
    for name in names:
        korean, english = ((after.get(f"{name}_{language}") or "").strip() for language in ("ko", "en"))
        korean_before, english_before = ((before.get(f"{name}_{language}") or "").strip() for language in ("ko", "en"))
        if not english:
            renewed.pop(name, None)
        elif name not in renewed or not korean_before:
            renewed[name] = digest(korean)
        elif english != english_before:
            is_of_commands = words_of(english) == words_of(english_before)
            says_the_same = words_of(korean) == words_of(korean_before)
            if not is_of_commands or (says_the_same and renewed[name] == digest(korean_before)):
                renewed[name] = digest(korean)
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

    # The rows whose texts need no twin, as the database finds them; ``needs_twin`` says it of one row.
    WITHOUT_TWIN: ClassVar[Q] = Q()

    @property
    def needs_twin(self) -> bool:
        """Whether a text that is there in one language alone lacks something."""
        return True

    def missing_translations(self, language: str = "") -> list[str]:
        """Fields that have a text in one language alone; only those that lack ``language`` where it is given."""
        if not self.needs_twin:
            return []
        both = {name: (self._text(name, "ko"), self._text(name, "en")) for name in self.translated_fields()}
        lacking = {name: "en" if ko else "ko" for name, (ko, en) in both.items() if bool(ko) != bool(en)}
        return [name for name, lacks in lacking.items() if language in ("", lacks)]

    def outdated_translations(self) -> list[str]:
        """Fields whose Korean has changed since their English was written."""
        return [
            name
            for name in self.translated_fields()
            if self._text(name, "en") and self.translated_from.get(name) != digest(self._text(name, "ko"))
        ]

    def origins(self) -> dict[str, str]:
        """``translated_from`` of a row that is new: its English is of the Korean beside it. Saving does the same."""
        return written_from(self.translated_fields(), {}, {}, vars(self))

    def _text(self, name: str, language: str) -> str:
        return (getattr(self, f"{name}_{language}") or "").strip()

    def _renew_translated_from(self) -> None:
        names = self.translated_fields()
        before: Mapping[str, Any] = {}
        if self.pk is not None:
            columns = [f"{name}_{language}" for name in names for language in ("ko", "en")]
            before = type(self)._default_manager.filter(pk=self.pk).values(*columns).first() or {}
        self.translated_from = written_from(names, self.translated_from, before, vars(self))
