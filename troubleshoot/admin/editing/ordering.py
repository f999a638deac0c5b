"""Owns the numbering of rows in the administration: an empty number means the end, and numbers can be exchanged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Max
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from troubleshoot.editing.ordering import LARGEST_ORDER

if TYPE_CHECKING:
    from django.db.models import QuerySet


def order_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Order"),
        required=False,
        min_value=1,
        max_value=LARGEST_ORDER,
        help_text=_("1 comes first. Leave empty to add at the end."),
    )


class OrderedForm(forms.ModelForm[Any]):
    """A row that is numbered among its siblings; subclasses say who those are."""

    order = order_field()

    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[Any] | None:
        """The rows that share the numbering, or None while that can't be told."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        siblings = self.siblings(cleaned)
        if cleaned.get("order") is None and "order" not in self.errors and siblings is not None:
            last = siblings.exclude(pk=self.instance.pk).aggregate(last=Max("order"))["last"]
            cleaned["order"] = (last or 0) + 1
        return cleaned


class OrderedInlineForm(forms.ModelForm[Any]):
    """A row of an ordered inline. Its number is compared with the other rows of the page, not with the database."""

    order = order_field()

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"order"}  # type: ignore[misc,no-any-return]  # no stub for it


class OrderedFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Ordered rows: no two of those that stay may have the same number."""

    def clean(self) -> None:
        super().clean()
        staying = [form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        times = Counter(form.cleaned_data.get("order") for form in staying)
        for form in staying:
            number = form.cleaned_data.get("order")
            if number is not None and times[number] > 1:
                form.add_error("order", _("This number is already in use."))
