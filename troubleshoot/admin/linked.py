"""Owns that what is saved in the administration links only to what is there, and readers only to what they can open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext

from troubleshoot.services import links
from troubleshoot.services.texts import MARKDOWN_FIELDS

# The buttons that save a new entry for nobody but staff.
_UNPUBLISHED = {"_draft", "_submit"}


class LinkedForm(forms.ModelForm[Any]):
    """A form whose Markdown texts are refused where a link in them is wrong; what was not changed is left alone."""

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        columns = [name for name in self._markdown_columns() if cleaned.get(name) and name in self.changed_data]
        texts = [cleaned[name] for name in columns]
        found = links.findings(texts, for_readers=self._is_for_readers(cleaned)) if texts else []
        for name, findings in zip(columns, found, strict=True):
            for finding in findings:
                sentence = gettext("Line %(line)d: %(sentence)s")
                self.add_error(name, sentence % {"line": finding.line, "sentence": finding.sentence})
        return cleaned

    def _markdown_columns(self) -> list[str]:
        names = MARKDOWN_FIELDS.get(type(self.instance), ())
        return [f"{name}_{language}" for name in names for language in ("ko", "en")]

    def _is_for_readers(self, cleaned: dict[str, Any]) -> bool:
        if cleaned.get("staff_only") or _UNPUBLISHED & self.data.keys():
            return False
        try:
            return links.is_for_readers(self.instance)
        except ObjectDoesNotExist:  # a part of what is not saved yet, so that nobody can tell yet
            return False
