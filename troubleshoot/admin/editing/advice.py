"""Owns that the page of an entry says what could be better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin

from troubleshoot.editing import advice
from troubleshoot.models import ErrorEntry

if TYPE_CHECKING:
    from django.http import HttpRequest


class AdvisedEntry(ModelAdmin[ErrorEntry]):
    """Advice stands above the form of what is saved. It never keeps anybody from saving."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        entry = context.get("original")
        if entry is not None and request.method == "GET":
            context["advice"] = advice.of_entry(entry)
        return super().render_change_form(request, context, *args, **kwargs)
