"""Owns that what is saved in the administration links only to what is there, and readers only to what they can open."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext

from troubleshoot.editing import links
from troubleshoot.editing.texts import MARKDOWN_FIELDS

# The buttons that save a new entry for nobody but staff.
_UNPUBLISHED = {"_draft", "_submit"}
_VISIBILITY = {"staff_only", "published"}


class LinkedForm(forms.ModelForm[Any]):
    """A form whose Markdown texts are refused where a link in them is wrong.

    What was not changed is left alone, unless others than before get to see it.
    """

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        columns = [name for name in self._markdown_columns() if cleaned.get(name)]
        self.instance.has_new_readers = self.has_new_readers()
        if not self.instance.has_new_readers:
            columns = [name for name in columns if name in self.changed_data]
        texts = [cleaned[name] for name in columns]
        found = links.findings(texts, for_readers=self._is_for_readers(cleaned)) if texts else []
        for name, findings in zip(columns, found, strict=True):
            for finding in findings:
                sentence = gettext("Line %(line)d: %(sentence)s")
                self.add_error(name, sentence % {"line": finding.line, "sentence": finding.sentence})
        return cleaned

    def has_new_readers(self) -> bool:
        """Whether saving this changes who sees it; the forms of its parts ask its row."""
        return not _VISIBILITY.isdisjoint(self.changed_data)

    def _markdown_columns(self) -> list[str]:
        names = MARKDOWN_FIELDS.get(type(self.instance), ())
        return [f"{name}_{language}" for name in names for language in ("ko", "en")]

    def _is_for_readers(self, cleaned: dict[str, Any]) -> bool:
        if _UNPUBLISHED & self.data.keys():
            return False
        row = copy(self.instance)
        for name in _VISIBILITY & cleaned.keys():
            setattr(row, name, cleaned[name])
        try:
            return links.is_for_readers(row)
        except ObjectDoesNotExist:  # a part of what is not saved yet, so that nobody can tell yet
            return False
