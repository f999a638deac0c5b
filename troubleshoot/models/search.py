"""Owns the rows that search needs beside the content: version counter, change log, synonyms, and the query log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.natural import NaturalKeyManager

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class ContentVersionManager(models.Manager["ContentVersion"]):
    def current(self) -> ContentVersion:
        """The counter as it stands; version 0 where nothing was ever written."""
        return self.filter(pk=ContentVersion.SINGLETON).first() or ContentVersion(lineage=None)

    def stamp(self, changed: Iterable[tuple[str, str]] = (), *, synonyms: bool = False) -> int:
        """Count one content write and note what it ``changed``, as pairs of kind and key. Returns the new version.

        Call it inside the transaction of the write itself.
        """
        with transaction.atomic():
            counter, _made = self.select_for_update().get_or_create(pk=ContentVersion.SINGLETON)
            counter.value += 1
            if synonyms:
                counter.synonyms = counter.value
            counter.save()
            SearchChange.objects.bulk_create(
                [SearchChange(kind=kind, key=key, version=counter.value) for kind, key in set(changed)],
                update_conflicts=True,
                unique_fields=("kind", "key"),
                update_fields=("version",),
            )
        return counter.value


class ContentVersion(models.Model):
    """The single row that counts content writes.

    A writer raises it inside its own transaction. The row lock this takes makes versions appear to readers in the
    order of their numbers, which is what lets an index catch up by number alone.
    """

    SINGLETON = 1

    value = models.BigIntegerField(default=0)
    synonyms = models.BigIntegerField(default=0, help_text=_("The version at which a synonym group last changed."))
    lineage = models.UUIDField(
        default=uuid.uuid4, null=True, help_text=_("Distinguishes the counts of different databases.")
    )

    objects = ContentVersionManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_single"),)

    def __str__(self) -> str:
        return str(self.value)


class SearchChange(models.Model):
    """The last version at which a searchable thing changed. A deleted thing keeps its change: the tombstone."""

    class Kind(models.TextChoices):
        ERROR = "error", _("error entry")
        WIZARD = "wizard", _("wizard")

    kind = models.CharField(max_length=20, choices=Kind.choices)
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
        help_text=_("One word or phrase per line, in any language. Search ignores spaces inside a phrase."),
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


class QueryLogQuerySet(models.QuerySet["QueryLog"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(time__gte=moment)

    def before(self, moment: datetime) -> Self:
        return self.filter(time__lt=moment)

    def with_comment(self) -> Self:
        return self.exclude(comment="")

    def unanswered(self) -> Self:
        """Searches that found nothing."""
        return self.filter(results=0)


class QueryLog(models.Model):
    """What somebody searched for, masked, and what came of it. It says nothing of who that was."""

    LONGEST_QUERY = 500
    LONGEST_COMMENT = 1_000

    search = models.UUIDField(
        _("search"),
        unique=True,
        editable=False,
        help_text=_("A random number that the page generates for each search."),
    )
    time = models.DateTimeField(_("time"), default=timezone.now, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=10, help_text=_("The language of the page."))
    query = models.CharField(
        _("query"), max_length=LONGEST_QUERY, help_text=_("What was typed, with personal details masked.")
    )
    interpreted_as = models.CharField(
        _("searched instead"),
        max_length=LONGEST_QUERY,
        blank=True,
        help_text=_("The query as corrected or converted, if it was."),
    )
    results = models.PositiveIntegerField(_("results"))
    chosen_kind = models.CharField(_("kind opened"), max_length=20, choices=SearchChange.Kind, blank=True)
    chosen_key = models.CharField(_("result opened"), max_length=200, blank=True)
    comment = models.TextField(
        _("comment"), max_length=LONGEST_COMMENT, blank=True, help_text=_("What the reader says is missing.")
    )
    settled = models.DateTimeField(
        _("handled"), null=True, blank=True, help_text=_("When a member of staff handled this search.")
    )

    objects = models.Manager.from_queryset(QueryLogQuerySet)()

    class Meta:
        verbose_name = _("search record")
        verbose_name_plural = _("search records")
        ordering = ("-time",)
        permissions = (("view_reports", _("Can read the reports")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(chosen_kind="", chosen_key="") | (~Q(chosen_kind="") & ~Q(chosen_key="")),
                name="query_log_chosen_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.query
