"""Owns how rows of a file become rows of the database: all of them or none, each checked, each in the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from import_export.resources import Diff, ModelResource

from troubleshoot.admin.exchange.columns import Reference
from troubleshoot.admin.exchange.linking import Written, refusals
from troubleshoot.editing import revisions
from troubleshoot.exchange.tables import ABSENT, UnreadableError
from troubleshoot.models import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from troubleshoot.editing.revisions import Piece


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that says something else than the database."""

    column: str
    pieces: tuple[Piece, ...]


class WordDiff(Diff):  # type: ignore[misc]  # the library has no types
    """The cells that change, word by word. The library's own marks them by styles that the page may not have."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:  # noqa: FBT001 - the library's signature
        super().__init__(resource, instance, new)
        self._columns = resource.get_diff_headers()

    def as_html(self) -> list[Cell]:
        before = [""] * len(self.left) if self.new else self.left
        pairs = zip(self._columns, before, self.right, strict=True)
        return [Cell(name, tuple(revisions.difference(old, new))) for name, old, new in pairs if old != new]


class Rows(ModelResource):  # type: ignore[misc]  # the library has no types
    """Rows by natural key. What is not in the file stays; so does what a file has no column for."""

    name: Any = ""

    class Meta:
        use_transactions = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        store_instance = True

    def __init__(self, user: Any = None, table: Any = None) -> None:
        super().__init__()
        self.user = user
        self._table = table
        self._seen: dict[tuple[Any, ...], int] = {}
        self._noted: dict[int, Model] = {}
        self._written: list[Written] = []

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls.name)

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return WordDiff

    def page_of(self, instance: Any) -> Model | None:
        """The row on whose page this one is edited, which has the history."""
        return instance  # type: ignore[no-any-return]

    def refuse_columns(self, headers: Sequence[str]) -> None:
        """Raise UnreadableError where a column is not known, or one is missing that names the rows."""
        known = self.get_diff_headers()
        unknown = [name for name in headers if name not in known]
        missing = [name for name in self.get_import_id_fields() if name not in headers]
        if unknown:
            names = {"unknown": ", ".join(name[:60] for name in unknown), "known": ", ".join(known)}
            raise UnreadableError(gettext("Unknown column: %(unknown)s. Available columns: %(known)s.") % names)
        if missing:
            raise UnreadableError(gettext("Missing column: %s.") % ", ".join(missing))

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name in [name for name, value in row.items() if value is ABSENT]:
            del row[name]
        names = self.get_import_id_fields()
        key = tuple(str(row.get(name) or "").strip() for name in names)
        if not all(key):
            empty = [name for name, text in zip(names, key, strict=True) if not text]
            raise ValidationError(dict.fromkeys(empty, gettext("Enter a value.")))
        first = self._seen.setdefault(key, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(gettext("%s has the same key.") % self._table.place(first))

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: dict[str, Any] | None = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002 - the library's signature
    ) -> None:
        """Check the fields. The database checks its constraints when the row is saved: asked before, it takes twice."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        references = [name for name, column in self.fields.items() if isinstance(column.widget, Reference)]
        known = [name for name in references if getattr(instance, f"{name}_id") is not None]
        try:
            instance.full_clean({*errors, *known}, validate_unique=validate_unique, validate_constraints=False)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:  # noqa: FBT001 - the library's signature
        self.before_save_instance(instance, row, **kwargs)
        try:
            with transaction.atomic():
                (_rehearse if kwargs["dry_run"] else _save)(instance, self.fields, is_new=is_create)
        except IntegrityError as error:
            instance.validate_constraints()  # says what the database refused
            raise ValidationError(gettext("This row can't be saved.")) from error
        self.after_save_instance(instance, row, **kwargs)

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        page = self.page_of(instance)
        if not kwargs["dry_run"] and page is not None and page.pk is not None and page.pk not in self._noted:
            revisions.note_found(page)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        page = self.page_of(instance)
        if not kwargs["dry_run"] and page is not None:
            self._noted[page.pk] = page

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        row_result.title = " · ".join(str(row[name]).strip() for name in self.get_import_id_fields())
        row_result.place = self._table.place(kwargs["row_number"])
        if not row_result.is_skip():
            self._written.append(Written(kwargs["row_number"], row, row_result.instance, row_result.original))

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        """Check the links, which may lead to rows further down, and note each page once.

        The library would set the sequences of primary keys right; a file brings none.
        """
        for written, error in refusals(self._written):
            result.append_invalid_row(written.number, written.row, error)
        for page in self._noted.values():
            revisions.record(page, Revision.Action.IMPORTED, user=self.user, reason=kwargs.get("file_name") or "")


def _save(instance: Any, _columns: Iterable[str], *, is_new: bool) -> None:
    instance.save(force_insert=is_new)


def _rehearse(instance: Any, columns: Iterable[str], *, is_new: bool) -> None:
    """Write what is taken back in a moment, for the database to check, without telling search and history of it."""
    rows = type(instance)._default_manager
    if is_new:
        rows.bulk_create([instance])
    else:
        rows.filter(pk=instance.pk).update(**{name: getattr(instance, name) for name in columns})
