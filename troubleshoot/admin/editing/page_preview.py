"""Owns the page of an entry as its form says it, unsaved: what readers would see. Nothing is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from troubleshoot.admin.editing.page_form import plain_lines
from troubleshoot.admin.guards import not_found
from troubleshoot.models import ErrorAlias, Resolution
from troubleshoot.reading.entries import with_rows
from troubleshoot.reading.redirects import remembered
from troubleshoot.views.catalog import context_of
from troubleshoot.views.verdicts import ways

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

_NEW = "new"
_UNPROCESSABLE = 422


def page_preview_urls(model_admin: Any) -> list[URLPattern]:
    """The addresses that answer the page of a new entry, and of one that is there."""
    view = model_admin.admin_site.admin_view(require_POST(partial(page_preview, model_admin)))
    name = "troubleshoot_errorentry_page"
    return [path("add/page/", view, name=f"{name}_new"), path("<path:object_id>/page/", view, name=name)]


def page_preview(model_admin: Any, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
    row = None if object_id is None else model_admin.get_object(request, object_id)
    if object_id is not None and row is None:
        return not_found(model_admin, request, object_id)
    if not (model_admin.has_change_permission(request, row) if row else model_admin.has_add_permission(request)):
        raise PermissionDenied
    form = model_admin.page_form(request, row, plain_lines(request.POST))
    form.is_valid()  # which gives the rows what was typed, where it is valid
    entry = _said(form.form)
    if entry.operation_id is None:
        return HttpResponse(gettext("Choose an operation, and the page is shown here."), status=_UNPROCESSABLE)
    with remembered():
        entry.key, entry.pk = entry.key or _NEW, entry.pk or 0
        rows = {formset.model: _rows(formset) for formset in form.formsets}
        with_rows(entry, rows.get(ErrorAlias, []), rows.get(Resolution, []))
        context = context_of(entry) | {"ways": ways(entry), "is_preview": True, "is_unsaved": True}
        answer = TemplateResponse(request, "troubleshoot/error.html", context).render()
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _said(form: Any) -> Any:
    """The row of a form; a text that would be refused, such as one with a wrong link, is shown as well."""
    for name in form.errors:
        if name.endswith(("_ko", "_en")):
            setattr(form.instance, name, form[name].data or "")
    return form.instance


def _rows(formset: Any) -> list[Any]:
    """The rows that stay, in the order of their numbers; one without a number comes last."""
    deleted = formset.deleted_forms if formset.is_bound else []
    said = [_said(form) for form in formset.forms if form not in deleted and (form.instance.pk or form.has_changed())]
    if formset.model is not Resolution:
        return said
    said.sort(key=lambda row: (row.order is None, row.order))
    return [row for row in said if row.body_ko or row.body_en]
