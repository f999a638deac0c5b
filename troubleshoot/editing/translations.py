"""Owns which texts lack a translation or are older than it, and bringing both languages level again."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import SHA256, Cast, Coalesce, Left, Replace
from django.db.models.lookups import Exact

from troubleshoot.document.commands import carried_over
from troubleshoot.editing import revisions
from troubleshoot.editing.revisions.contents import ROW, is_rows
from troubleshoot.models import Choice, ErrorAlias, ErrorEntry, Flow, Resolution, Revision, Step
from troubleshoot.models.translated import Translated, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from troubleshoot.editing.revisions import Content

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


def with_commands(before: Content, after: Content) -> Content:
    """A content in which a command that was changed in one language since ``before`` is changed in the other, too."""
    content = dict(after)
    for name in (name.removesuffix("_ko") for name in after if name.endswith("_ko") and f"{name[:-3]}_en" in after):
        for one, other in ((f"{name}_ko", f"{name}_en"), (f"{name}_en", f"{name}_ko")):
            was, now, twin = before.get(one) or "", after[one] or "", after[other] or ""
            if was != now and (before.get(other) or "") == twin:
                content[other] = carried_over(was, now, twin)
    for name, rows in after.items():
        if is_rows(rows):
            known = {str(row[ROW]): row for row in before.get(name, [])}
            content[name] = [with_commands(known.get(str(row.get(ROW)), row), row) for row in rows]
    return content


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
    """The condition that some text of a row is there in one language alone, though it needs its twin."""
    return Q(~model.WITHOUT_TWIN if model.WITHOUT_TWIN else Q()) & _any(
        _is_filled(f"{name}_ko") ^ _is_filled(f"{name}_en") for name in model.translated_fields()
    )


def has_outdated_english(model: type[Translated]) -> Q:
    """The condition that some English text of a row was written from another Korean text than it has.

    The database computes what ``Translated.outdated_translations`` does of one row.
    """
    return _any(_is_filled(f"{name}_en") & ~Q(_is_current(name)) for name in model.translated_fields())


# What is edited, or named, on the page of a row, and how it refers to that row.
_PARTS: dict[type[Translated], tuple[tuple[type[Translated], str], ...]] = {
    ErrorEntry: ((ErrorAlias, "entry"), (Resolution, "entry")),
    Flow: ((Step, "flow"), (Choice, "step__flow")),
    Step: ((Choice, "step"),),
}


def on_page(model: type[Translated], condition: Condition) -> Q:
    """The condition for a row or for a part of it on the same page, such as an alias or a step."""
    return condition(model) | _any(
        Q(Exists(part._default_manager.filter(condition(part), **{row: OuterRef("pk")}).order_by()))
        for part, row in _PARTS.get(model, ())
    )


def _is_filled(column: str) -> Q:
    return ~Q(**{column: ""}) & Q(**{f"{column}__isnull": False})


def _is_current(name: str) -> Any:
    written_from = Coalesce(Cast(KT(f"translated_from__{name}"), CharField()), Value(""))
    korean = _Strip(Replace(Coalesce(F(f"{name}_ko"), Value("")), Value("\r\n"), Value("\n")), Value(_WHITE))
    return Exact(written_from, Left(_Digest(korean), _DIGITS))


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q())
