"""Owns what search and kept pages hear of content writes: their counter, the log of what changed, and who tells them.

One transaction counts once, at its first write; what it writes later is noted at the same number. So the row lock that
the counter takes, which makes versions visible in the order of their numbers, costs a transaction two statements.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connections, models, transaction
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot import keeping, kinds
from troubleshoot.models.translated import NamedQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Place = tuple[str, str]

_RowT = TypeVar("_RowT", bound=models.Model)
_T = TypeVar("_T")
CHUNK = 500
"""How many keys a query holds, and how many rows are read at once."""
# Columns of content models that no document of the index is made of.
_UNSEARCHED = frozenset(
    {
        "order",
        "reviewed",
        "edited",
        "translated_from",
        "successor",
        "target",
        "hand_over",
        "origin",
        "source_line",
        "updated",
    }
)
# Rows that say of which document and product the things below them are: no other columns of theirs are found.
PLACING = {"Product": {"key"}, "Document": {"key", "product"}, "Section": {"document"}}


def in_chunks(keys: Iterable[_T]) -> Iterator[list[_T]]:
    left = iter(keys)
    while some := list(islice(left, CHUNK)):
        yield some


class _Count:
    """That a transaction has counted: kept among what it does after commit, it is gone when the count is undone."""

    def __init__(self, version: int, savepoints: Iterable[Any]) -> None:
        self.version = version
        self.noted: set[Place] = set()
        self.is_read = False
        self._savepoints = frozenset(savepoints)

    def __call__(self) -> None:
        """Committed: there is nothing left to do."""

    def stands_for(self, savepoints: Iterable[Any]) -> bool:
        """Whether nothing can undo this count and leave a write within ``savepoints`` standing, or the reverse."""
        return not self.is_read and self._savepoints.issuperset(savepoints)


def _count_in(using: str) -> _Count | None:
    """The last count of the transaction that is open, unless it was undone or there is none."""
    ours = transaction.get_connection(using).run_on_commit
    return next((work for _sids, work, *_more in reversed(ours) if isinstance(work, _Count)), None)


class ContentVersionManager(models.Manager["ContentVersion"]):
    def current(self) -> ContentVersion:
        """The counter as it stands; version 0 where nothing was ever written.

        Whoever reads it inside a transaction may keep what it stands for: what is written afterwards counts anew.
        What is made of it is of this content and no other.
        """
        keeping.rests_on(None)
        return _version_of(self._row())

    def edition(self, using: str = "") -> str:
        """The name of the content as it stands, in one short question; empty where nothing was ever written.

        No other content has had it or will: not that of a restored backup, either, which counts the same numbers again.
        """
        row = self._row(using)
        return "/".join(map(str, row)) if row else ""

    def _row(self, using: str = "") -> tuple[Any, ...] | None:
        """The counter in one short question, which each request asks."""
        connection = connections[using or self.db]
        if connection.run_on_commit and (count := _count_in(connection.alias)) is not None:
            count.is_read = True
        return next(iter(keeping.rows_of(connection, _ROW)), None)

    def stamp(self, changed: Iterable[Place] = (), *, synonyms: bool = False) -> int:
        """Note what a content write ``changed``, as pairs of kind and key, and count it. Returns the version.

        Call it inside the transaction of the write itself.
        """
        wanted = {(str(kind), key) for kind, key in changed}
        with transaction.atomic(using=self.db, savepoint=False):
            connection = transaction.get_connection(self.db)
            count = _count_in(self.db)
            if synonyms or count is None or not count.stands_for(connection.savepoint_ids):
                count = _Count(self._raised(synonyms=synonyms), connection.savepoint_ids)
                transaction.on_commit(count, using=self.db)
            if new := wanted - count.noted:
                SearchChange.objects.using(self.db).bulk_create(
                    [SearchChange(kind=kind, key=key, version=count.version) for kind, key in new],
                    update_conflicts=True,
                    unique_fields=("kind", "key"),
                    update_fields=("version",),
                )
                count.noted |= new
        return count.version

    def touch(self) -> None:
        """Name the content anew for a write that pages show and search does not find. It is not counted."""
        count = _count_in(self.db)
        if count is not None and count.stands_for(transaction.get_connection(self.db).savepoint_ids):
            return
        if not self.filter(pk=ContentVersion.SINGLETON).update(edition=_new_edition()):
            self.get_or_create(pk=ContentVersion.SINGLETON)

    def _raised(self, *, synonyms: bool) -> int:
        counter, _made = self.select_for_update().get_or_create(pk=ContentVersion.SINGLETON)
        counter.value += 1
        if synonyms:
            counter.synonyms = counter.value
        counter.edition = _new_edition()
        counter.save()
        return counter.value


def _new_edition() -> str:
    return uuid.uuid4().hex


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
    edition = models.CharField(
        max_length=32,
        default=_new_edition,
        db_default="",
        help_text=_("Distinguishes the content of one version from any other that had its number."),
    )

    objects = ContentVersionManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_single"),)

    def __str__(self) -> str:
        return str(self.value)


@lru_cache(maxsize=4)
def _version_of(row: tuple[Any, ...] | None) -> ContentVersion:
    """The counter that ``row`` holds, which each search asks for: nobody writes to it."""
    if row is None:
        return ContentVersion(lineage=None)
    value, synonyms, lineage, edition = row
    return ContentVersion(value=value, synonyms=synonyms, lineage=lineage and uuid.UUID(str(lineage)), edition=edition)


class SearchChange(models.Model):
    """The last version at which a searchable thing changed. A deleted thing keeps its change: the tombstone."""

    class Kind(models.TextChoices):
        ERROR = kinds.Kind.ERROR.value, _("error entry")
        WIZARD = kinds.Kind.WIZARD.value, _("wizard")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=200)
    version = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="search_change_unique"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key} @ {self.version}"


# Older code that serves beside this one counts without naming an edition, so the number is part of the name.
_ROW = "SELECT value, synonyms, lineage, edition FROM troubleshoot_contentversion WHERE id = 1"

# Where the key of the entry that is found stands, seen from each row that it is made of.
_ENTRY = {
    "ErrorEntry": "",
    "ErrorAlias": "entry__",
    "Resolution": "entry__",
    "Operation": "entries__",
    "Section": "operations__entries__",
    "Document": "sections__operations__entries__",
    "Product": "documents__sections__operations__entries__",
}
# ... and where those of the wizard, and of the wizard and its step, do.
_BELOW = {
    "Flow": "",
    "Section": "flows__",
    "Document": "sections__flows__",
    "Product": "documents__sections__flows__",
}
_FLOW = {name: (f"{prefix}key",) for name, prefix in _BELOW.items()}
_STEP = {name: (f"{prefix}key", f"{prefix}steps__key") for name, prefix in _BELOW.items()}
_STEP |= {"Step": ("flow__key", "key"), "Choice": ("step__flow__key", "step__key")}


def places(rows: models.QuerySet[Any]) -> set[Place]:
    """The things in the index that are made of ``rows``, as pairs of kind and key. A proposal is never found."""
    name, rows = rows.model.__name__, rows.order_by()
    found: set[Place] = set()
    if (prefix := _ENTRY.get(name)) is not None:
        # Asked for those without one, SQLite would read all entries of the portal to find a few.
        entries = rows.values_list(f"{prefix}key", f"{prefix}proposal_for")
        found |= {(SearchChange.Kind.ERROR.value, key) for key, live in entries if key is not None and live is None}
    for columns in (_FLOW.get(name), _STEP.get(name)):
        if columns:
            keys = ("/".join(key) for key in rows.values_list(*columns) if None not in key)
            found |= {(SearchChange.Kind.WIZARD.value, key) for key in keys}
    return found


def stamp(model: type[models.Model], changed: Iterable[Place]) -> None:
    """Tell search that rows of ``model`` were written, and what of the index is made of them."""
    is_synonyms = model.__name__ == "SynonymGroup"
    if (changed := set(changed)) or is_synonyms:
        ContentVersion.objects.stamp(changed, synonyms=is_synonyms)


class ShownQuerySet(NamedQuerySet[_RowT]):
    """Rows that pages show and search does not find: what is written to many at once is shown by the next request."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            number = super().update(**values)
            ContentVersion.objects.touch()
        return number

    def bulk_create(self, objs: Iterable[_RowT], *args: Any, **options: Any) -> list[_RowT]:
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **options)
            ContentVersion.objects.touch()
        return made


class SearchedQuerySet(NamedQuerySet[_RowT]):
    """Rows of content: what is written to many of them at once is found by the next search, as what is saved is."""

    def update(self, **values: Any) -> int:
        if not self._is_found_by(values):
            with transaction.atomic(using=self.db):
                if number := super().update(**values):
                    ContentVersion.objects.touch()
            return number
        with transaction.atomic(using=self.db):
            pks = list(self.order_by().values_list("pk", flat=True))
            before = self._places_of(pks)
            number = super().update(**values)
            self._tell(before | self._places_of(pks) if pks else set())
        return number

    def bulk_create(self, objs: Iterable[_RowT], *args: Any, **options: Any) -> list[_RowT]:
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **options)
            self._tell(self._places_of([row.pk for row in made]))
        return made

    def _is_found_by(self, names: Iterable[str]) -> bool:
        columns = {self.model._meta.get_field(name).name for name in names}  # not product_id, say
        placing = PLACING.get(self.model.__name__)
        return not _UNSEARCHED.issuperset(columns) if placing is None else not placing.isdisjoint(columns)

    def _tell(self, changed: set[Place]) -> None:
        stamp(self.model, changed)
        if not changed:  # an operation without entries, say, which pages show
            ContentVersion.objects.touch()

    def _places_of(self, pks: Sequence[Any]) -> set[Place]:
        rows = self.model._default_manager.using(self.db)
        return {place for some in in_chunks(pks) for place in places(rows.filter(pk__in=some))}


SearchedManager = MultilingualManager.from_queryset(SearchedQuerySet)
