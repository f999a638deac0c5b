"""Owns telling editors who else has their page open. It stops nobody: what two people save is brought together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from troubleshoot.models import OpenPage

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

_MOST_NAMED = 5


def presence_urls(model_admin: Any) -> list[URLPattern]:
    """The address to which the page of a row says, for as long as it is looked at, that it is open."""
    view = model_admin.admin_site.admin_view(require_POST(partial(_open_view, model_admin)))
    name = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_open"
    return [path("<path:object_id>/open/", view, name=name)]


def presence_of(request: HttpRequest, row: Any) -> dict[str, Any]:
    """With whom else the page of a row is open."""
    return {"others": OpenPage.objects.others(row, request.user)[:_MOST_NAMED]}


def _open_view(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Note that the page is open, and answer with whom else it is; or note that it was left."""
    row = model_admin.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not model_admin.has_change_permission(request, row):
        raise PermissionDenied
    if "left" in request.POST:
        OpenPage.objects.leave(row, request.user)
        return HttpResponse(status=204)
    OpenPage.objects.note(row, request.user)
    return TemplateResponse(request, "admin/troubleshoot/parts/others.html", presence_of(request, row))
