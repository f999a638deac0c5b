"""Owns which texts lack a translation or are older than it, and saying that an English one is still right."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import SHA256, Cast, Coalesce, Left, Replace
from django.db.models.lookups import Exact

from troubleshoot.editing import revisions
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution, Revision
from troubleshoot.models.translated import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from troubleshoot.models.translated import Translated

    Condition = Callable[[type[Translated]], Q]

_DIGITS = 16  # of the digest that models.translated keeps
_WHITE = " \t\n\r\x0b\x0c"


def confirm_english(page: Any, rows: Iterable[Translated], *, user: Any, reason: str = "") -> int:
    """Note that the English texts of a page's rows are still right though their Korean changed since; how many."""
    with transaction.atomic():
        revisions.note_found(page)
        confirmed = 0
        for row in rows:
            outdated = row.outdated_translations()
            row.translated_from |= {name: digest(getattr(row, f"{name}_ko") or "") for name in outdated}
            confirmed += len(outdated)
            if outdated:
                row.save(update_fields=["translated_from"])
        if confirmed:
            revisions.record(page, Revision.Action.ENGLISH, user=user, reason=reason)
        return confirmed


class _Strip(Func):
    """A text without the white space around it, as ``str.strip`` leaves it."""

    function = "TRIM"
    output_field = CharField()


class _Digest(SHA256):
    """SHA-256 in hexadecimal digits. PostgreSQL has it built in; Django's own way there needs an extension."""

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> tuple[str, Any]:
        template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
        return self.as_sql(compiler, connection, template=template, **extra)


def lacks_translation(model: type[Translated]) -> Q:
    """The condition that some text of a row is there in one language alone."""
    return _any(_is_filled(f"{name}_ko") ^ _is_filled(f"{name}_en") for name in model.translated_fields())


def has_outdated_english(model: type[Translated]) -> Q:
    """The condition that some English text of a row was written from another Korean text than it has.

    The database computes what ``Translated.outdated_translations`` does of one row.
    """
    return _any(_is_filled(f"{name}_en") & ~Q(_is_current(name)) for name in model.translated_fields())


def of_entry(condition: Condition) -> Q:
    """The condition for an entry or one of its aliases and resolutions, since they are edited on one page."""
    own = OuterRef("pk")
    parts = (ErrorAlias, Resolution)
    return condition(ErrorEntry) | _any(
        Q(Exists(part._default_manager.filter(condition(part), entry=own).order_by())) for part in parts
    )


def _is_filled(column: str) -> Q:
    return ~Q(**{column: ""}) & Q(**{f"{column}__isnull": False})


def _is_current(name: str) -> Any:
    written_from = Coalesce(Cast(KT(f"translated_from__{name}"), CharField()), Value(""))
    korean = _Strip(Replace(Coalesce(F(f"{name}_ko"), Value("")), Value("\r\n"), Value("\n")), Value(_WHITE))
    return Exact(written_from, Left(_Digest(korean), _DIGITS))


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q())
