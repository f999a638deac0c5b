"""Owns what readers send: the note that a search was made, and what they tell us is missing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from troubleshoot.models import QueryLog, SearchChange

LONGEST_TOKEN = 8_000


class SearchMadeForm(forms.Form):
    """What a page sends of a search: its token, the number drawn for it, and the result that was opened, if any."""

    token = forms.CharField(max_length=LONGEST_TOKEN)
    search = forms.UUIDField()
    kind = forms.ChoiceField(choices=[("", ""), *SearchChange.Kind.choices], required=False)
    key = forms.CharField(max_length=200, required=False)


class MissingForm(forms.Form):
    """What a reader did not find. Without JavaScript the search has no number yet."""

    token = forms.CharField(max_length=LONGEST_TOKEN, widget=forms.HiddenInput)
    search = forms.UUIDField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(max_length=10_000, required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("What were you looking for? (optional)"),
        max_length=QueryLog.LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
