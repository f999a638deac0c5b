"""Owns what the forms of all content check: that links lead to what readers can open, and how rows are numbered."""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.saving import intent_of
from troubleshoot.editing import links
from troubleshoot.editing.edits import Intent
from troubleshoot.editing.ordering import LARGEST_ORDER, next_order
from troubleshoot.editing.texts import MARKDOWN_FIELDS

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What is saved so is for nobody but staff.
_UNPUBLISHED = {Intent.DRAFT, Intent.SUBMIT}
_VISIBILITY = {"staff_only", "published"}


class LinkedForm(forms.ModelForm[Any]):
    """A form whose Markdown texts are refused where a link in them is wrong.

    What was not changed is left alone, unless others than before get to see it.
    """

    checks_links = True

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if self.checks_links:
            self.check_links(has_new_readers=False)
        return cleaned

    def check_links(self, *, has_new_readers: bool) -> None:
        """Refuse texts with wrong links; all of them where this is seen by others than before."""
        cleaned = self.cleaned_data
        columns = [name for name in self._markdown_columns() if cleaned.get(name)]
        if not (has_new_readers or _VISIBILITY & set(self.changed_data)):
            columns = [name for name in columns if name in self.changed_data]
        texts = [cleaned[name] for name in columns]
        found = links.findings(texts, for_readers=self._is_for_readers(cleaned)) if texts else []
        for name, findings in zip(columns, found, strict=True):
            for finding in findings:
                self.add_error(name, finding.in_line)

    def _markdown_columns(self) -> list[str]:
        names = MARKDOWN_FIELDS.get(type(self.instance), ())
        return [f"{name}_{language}" for name in names for language in ("ko", "en")]

    def _is_for_readers(self, cleaned: dict[str, Any]) -> bool:
        if intent_of(self.data) in _UNPUBLISHED:
            return False
        row = copy(self.instance)
        for name in _VISIBILITY & cleaned.keys():
            setattr(row, name, cleaned[name])
        try:
            return links.is_for_readers(row)
        except ObjectDoesNotExist:  # a part of what is not saved yet, so that nobody can tell yet
            return False


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
            cleaned["order"] = next_order(siblings.exclude(pk=self.instance.pk))
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
