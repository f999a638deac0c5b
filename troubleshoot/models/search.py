"""Owns the rows that search needs beside the content: the version counter, the change log and the synonyms."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.natural import NaturalKeyManager


class ContentVersion(models.Model):
    """The single row that counts content writes.

    A writer raises it inside its own transaction. The row lock this takes makes versions appear to readers in the
    order of their numbers, which is what lets an index catch up by number alone.
    """

    SINGLETON = 1

    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_single"),)

    def __str__(self) -> str:
        return str(self.value)


class SearchChange(models.Model):
    """The last version at which a searchable thing changed. A deleted thing keeps its change: the tombstone."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    version = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="search_change_unique"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key} @ {self.version}"


class SynonymGroup(models.Model):
    """Words that mean the same here."""

    FEWEST_TERMS = 2

    key = models.SlugField(_("key"), max_length=80, unique=True)
    terms = models.TextField(
        _("words"),
        help_text=_("One word or phrase a line, in any language. Spaces inside a phrase do not matter to search."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[NaturalKeyManager[SynonymGroup]] = NaturalKeyManager()

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ("key",)

    def __str__(self) -> str:
        return " = ".join(self.term_list)

    @property
    def term_list(self) -> list[str]:
        """The words of the group, without blank lines or repeats, in the order written."""
        return list(dict.fromkeys(line.strip() for line in self.terms.splitlines() if line.strip()))

    def clean(self) -> None:
        if len(self.term_list) < self.FEWEST_TERMS:
            raise ValidationError({"terms": _("Write at least two words, each on a line of its own.")})

    def natural_key(self) -> tuple[str]:
        return (self.key,)
