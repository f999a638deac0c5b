"""Owns the live preview of Markdown in the administration: which texts have one, and what a text looks like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_POST
from modeltranslation.fields import TranslationField

from troubleshoot.document.reading import is_too_heavy
from troubleshoot.editing.texts import MARKDOWN_FIELDS
from troubleshoot.models import Resolution

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.db.models import Field, Model
    from django.http import HttpRequest
    from django.urls import URLPattern

# The one text that pages number by steps.
STEPS = (Resolution, "body")
MOST_CHARACTERS = 200_000
_TOO_LONG = 413


class PreviewForm(forms.Form):
    """What the script of the page sends of a text."""

    text = forms.CharField(required=False, strip=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    steps = forms.BooleanField(required=False)


class MarkdownFields:
    """A form, or a part of one, whose Markdown texts say where their preview is to be had."""

    model: type[Any]
    admin_site: AdminSite

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin class
        if formfield and isinstance(db_field, TranslationField):
            formfield.widget.attrs |= self._preview_of(db_field)
        return formfield

    def _preview_of(self, db_field: TranslationField) -> dict[str, str]:
        name = db_field.translated_field.name
        if name not in MARKDOWN_FIELDS.get(self.model, ()):
            return {}
        attributes = {"data-preview": self._preview_address(), "data-language": db_field.language}
        return attributes | ({"data-steps": "on"} if (self.model, name) == STEPS else {})

    def _preview_address(self) -> str:
        page: type[Model] = getattr(self, "parent_model", self.model)
        return reverse(f"{self.admin_site.name}:{name_of(page)}")


def preview_urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The address that answers what a text of this model looks like; none where it has no Markdown."""
    if model_admin.model not in MARKDOWN_FIELDS:
        return []
    view = model_admin.admin_site.admin_view(require_POST(partial(preview_view, model_admin)))
    return [path("preview/", view, name=name_of(model_admin.model))]


def preview_view(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The HTML of a text, as the page of the row would have it. Nothing is saved."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        raise PermissionDenied
    form = PreviewForm(request.POST)
    if len(request.POST.get("text", "")) > MOST_CHARACTERS:
        return HttpResponse(gettext("The text is too long to display."), status=_TOO_LONG)
    if not form.is_valid():
        return HttpResponseBadRequest(gettext("This can't be displayed."))
    return answer(request, **form.cleaned_data)


def answer(request: HttpRequest, *, text: str, language: str, steps: bool) -> HttpResponse:
    text = text.replace("\r\n", "\n")
    note = gettext("The text is too long to format. Readers see it as typed.")
    context = {"text": text, "steps": steps, "note": note if is_too_heavy(text) else ""}
    with override(language):
        return TemplateResponse(request, "admin/troubleshoot/preview/text.html", context).render()


def name_of(model: type[Model]) -> str:
    """The name of the address of a model's preview."""
    return f"{model._meta.app_label}_{model._meta.model_name}_preview"
