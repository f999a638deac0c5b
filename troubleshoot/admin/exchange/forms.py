"""Owns the forms of import and export: what, in which file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from troubleshoot.exchange.tables import READERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshoot.admin.exchange.rows import Rows


class KindForm(forms.Form):
    """Which of the kinds of rows that a list offers."""

    kind = forms.ChoiceField(label=_("What"))

    def __init__(self, kinds: Sequence[type[Rows]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [(kind.__name__, capfirst(kind.get_display_name())) for kind in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            field.initial = kinds[0].__name__
            field.widget = forms.HiddenInput()


class ImportForm(KindForm):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(READERS)}),
        help_text=_("CSV, Excel (.xlsx) or JSON. The first line must contain the column names."),
    )


class ExportForm(KindForm):
    file = forms.ChoiceField(
        label=_("File"),
        choices=(("xlsx", _("Excel (.xlsx)")), ("csv", "CSV"), ("json", "JSON")),
        initial="xlsx",
    )
