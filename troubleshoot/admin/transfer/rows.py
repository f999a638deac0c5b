"""Owns how rows of a file become rows of the database: all of them or none, each checked, each in the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from import_export.resources import Diff, ModelResource

from troubleshoot.models import Revision
from troubleshoot.services import revisions
from troubleshoot.services.importing import ABSENT, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

    from troubleshoot.services.revisions import Piece


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

    def __init__(self, user: Any = None, table: Any = None) -> None:
        super().__init__()
        self.user = user
        self._table = table
        self._seen: dict[tuple[Any, ...], int] = {}
        self._noted: dict[int, Model] = {}

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
            raise UnreadableError(gettext("No such column: %(unknown)s. There are: %(known)s.") % names)
        if missing:
            raise UnreadableError(gettext("Missing column: %s.") % ", ".join(missing))

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name in [name for name, value in row.items() if value is ABSENT]:
            del row[name]
        names = self.get_import_id_fields()
        key = tuple(str(row.get(name) or "").strip() for name in names)
        if not all(key):
            empty = [name for name, text in zip(names, key, strict=True) if not text]
            raise ValidationError(dict.fromkeys(empty, gettext("Write something.")))
        first = self._seen.setdefault(key, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(gettext("%s is about the same.") % self._table.place(first))

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        page = self.page_of(instance)
        if not kwargs["dry_run"] and page is not None and page.pk is not None and page.pk not in self._noted:
            revisions.note_found(page)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        page = self.page_of(instance)
        if not kwargs["dry_run"] and page is not None:
            self._noted[page.pk] = page

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        row_result.place = self._table.place(kwargs["row_number"])

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        """Note each page once. The library would set the sequences of primary keys right; a file brings none."""
        for page in self._noted.values():
            revisions.record(page, Revision.Action.IMPORTED, user=self.user, reason=kwargs.get("file_name") or "")
