"""Owns the rows that search needs beside the content: the synonyms, and the query log."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.feedback import MASKED, Handled
from troubleshoot.models.stamps import SearchChange, SearchedQuerySet
from troubleshoot.models.translated import Named

if TYPE_CHECKING:
    from datetime import datetime


class SynonymGroup(Named, models.Model):
    """Words that mean the same here."""

    FEWEST_TERMS = 2

    key = models.SlugField(_("key"), max_length=80, unique=True)
    terms = models.TextField(
        _("words"),
        help_text=_("One word or phrase per line, in any language. Search ignores spaces inside a phrase."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[SynonymGroup]] = models.Manager.from_queryset(SearchedQuerySet)()

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


class QueryLogQuerySet(models.QuerySet["QueryLog"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(time__gte=moment)

    def before(self, moment: datetime) -> Self:
        return self.filter(time__lt=moment)

    def with_comment(self) -> Self:
        return self.exclude(comment="")

    def searches(self) -> Self:
        """What was searched for, without what a diagnosis noted."""
        return self.filter(source=QueryLog.Source.SEARCH)


class QueryLog(Handled):
    """What somebody searched for, masked, and what came of it. It says nothing of who that was.

    An error that nobody documented is noted from a diagnosis, too: its code, or the line that says it.
    """

    LONGEST_QUERY = 500
    LONGEST_COMMENT = 1_000
    LONGEST_CODE = 80

    class Source(models.TextChoices):
        SEARCH = "search", _("search")
        DIAGNOSIS = "diagnosis", _("diagnosis")

    search = models.UUIDField(
        _("search"),
        unique=True,
        editable=False,
        help_text=_("A random number that the page generates for each search."),
    )
    time = models.DateTimeField(_("time"), default=timezone.now, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=10, help_text=_("The language of the page."))
    query = models.CharField(_("query"), max_length=LONGEST_QUERY, help_text=MASKED)
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
    source = models.CharField(
        _("source"), max_length=10, choices=Source, default=Source.SEARCH, db_default=Source.SEARCH
    )
    undocumented = models.BooleanField(
        _("undocumented"),
        default=False,
        db_default=False,
        help_text=_("Whether it looks like an error that no entry describes."),
    )
    documented = models.BooleanField(
        _("documented"),
        default=False,
        db_default=False,
        help_text=_("Whether the first result is the error that was searched for. Readers see its fix there."),
    )
    code = models.CharField(
        _("undocumented code"), max_length=LONGEST_CODE, blank=True, default="", db_default="", help_text=_("If any.")
    )
    reader = models.CharField(
        _("reader"),
        max_length=16,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Tells apart the readers who met one undocumented error. It differs from error to error."),
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
