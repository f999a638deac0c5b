"""Owns the forms by which a failed search becomes an alias or a synonym."""

from __future__ import annotations

import re
from typing import Any, Self

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import RowSelect
from troubleshoot.models import ErrorAlias, ErrorEntry, QueryLog

LONGEST_WORD = 100
_CODE = re.compile(r"(?=\S*\d|\S*[a-z][A-Z])[A-Za-z0-9_.+-]{3,}")


class EntrySelect(RowSelect):
    """Django's field for choosing by typing; empty, it says what it is for, to screen readers also."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": gettext("Choose an entry.")}


class AliasForm(forms.Form):
    """Which entry is recognised by which text from now on."""

    entry = forms.ModelChoiceField(
        ErrorEntry.objects.filter(proposal_for=None),
        label=_("Entry"),
        required=False,
        widget=EntrySelect(ErrorAlias._meta.get_field("entry"), admin.site),
    )
    # Choosing from the entries takes JavaScript; who has none names the entry.
    key = forms.SlugField(label=_("Key of the entry"), required=False)
    text = forms.CharField(label=_("Alias"), max_length=QueryLog.LONGEST_QUERY)
    kind = forms.ChoiceField(label=_("Kind"), choices=ErrorAlias.Kind.choices)

    @classmethod
    def beginning_with(cls, wording: str) -> Self:
        kind = ErrorAlias.Kind.CODE if _CODE.fullmatch(wording) else ErrorAlias.Kind.MESSAGE
        return cls(initial={"text": wording, "kind": kind})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("entry") and cleaned.get("key"):
            cleaned["entry"] = ErrorEntry.objects.filter(proposal_for=None, key=cleaned["key"]).first()
        if not cleaned.get("entry") and "entry" not in self.errors:
            self.add_error("entry", _("Choose an entry."))
        return cleaned

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])


class SynonymForm(forms.Form):
    """Which word means what another does from now on."""

    word = forms.CharField(label=_("This word"), max_length=LONGEST_WORD)
    meaning = forms.CharField(
        label=_("means the same as"),
        max_length=LONGEST_WORD,
        help_text=_(
            "If a synonym group contains one of the words, the other is added to it. Otherwise, a new group is created."
        ),
    )

    @classmethod
    def beginning_with(cls, wording: str) -> Self:
        return cls(initial={"word": wording[:LONGEST_WORD]})

    def clean_word(self) -> str:
        return one_line(self.cleaned_data["word"])

    def clean_meaning(self) -> str:
        return one_line(self.cleaned_data["meaning"])


def one_line(text: Any) -> str:
    return " ".join(str(text).split())
