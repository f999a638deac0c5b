"""Owns the columns of imported and exported files: how a cell becomes a value of a row, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from import_export.fields import Field
from import_export.widgets import Widget

from troubleshoot.editing.ordering import LARGEST_ORDER

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

YES, NO = "yes", "no"
_MEANS_YES = frozenset({YES, "true", "1", "y", "예", "네"})
_MEANS_NO = frozenset({NO, "false", "0", "n", "아니요", "아니오"})


class Column(Field):  # type: ignore[misc]  # the library has no types
    """A cell whose value is kept where the cell says nothing (None from its widget), or nothing else than before."""

    def __init__(self, name: str, widget: Widget) -> None:
        super().__init__(attribute=name, column_name=name, widget=widget)

    def save(self, instance: Any, row: dict[str, Any], is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        value = self.clean(row, **kwargs)
        if value is None or plain(getattr(instance, self.attribute, None)) == plain(value):
            return
        setattr(instance, self.attribute, value)


def plain(value: Any) -> Any:
    """What a value says: no text is an empty one, and neither line ends nor space around count."""
    if value is None or isinstance(value, str):
        return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return value


class Text(Widget):  # type: ignore[misc]  # the library has no types
    """A text in one language; an empty cell empties it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - the library's signature
        return str(plain("" if value is None else str(value)))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - the library's signature
        return "" if value is None else str(value)


class Word(Text):
    """A key or a choice; an empty cell leaves it as it is."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value, row, **kwargs) or None


class Number(Text):
    """A place in an order; an empty cell leaves it as it is."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = super().clean(value, row, **kwargs)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_ORDER):
            raise ValueError(gettext("Enter a whole number from 1 to %d.") % LARGEST_ORDER)
        return int(text)


class YesOrNo(Text):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = super().clean(value, row, **kwargs).lower()
        if not text:
            return None
        if text not in _MEANS_YES | _MEANS_NO:
            raise ValueError(gettext("Enter yes or no."))
        return text in _MEANS_YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - the library's signature
        return YES if value else NO


class Reference(Text):
    """Another row by its key. The same key is looked up once a file."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__()
        self._rows = rows
        self._found: dict[str, Model | None] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        key = super().clean(value, row, **kwargs)
        if not key:
            return None
        if key not in self._found:
            self._found[key] = self._rows.filter(key=key).first()
        if self._found[key] is None:
            raise ValueError(gettext("Nothing has the key “%s”.") % key[:100])
        return self._found[key]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:  # noqa: ARG002 - the library's signature
        return value.key if value else ""
