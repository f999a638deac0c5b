"""Owns what every address of the API has in common: its language, its errors, and who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import override
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from troubleshoot.api.errors import as_response
from troubleshoot.api.parameters import language
from troubleshoot.api.parsing import Json
from troubleshoot.filters import shown
from troubleshoot.reading.redirects import remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request
    from rest_framework.response import Response


class ApiView(APIView):
    """Answers in the language of ``lang``, reports errors as JSON, and lets any site read it.

    There is nothing to protect from other sites: the answers are public and no cookie is looked at.
    """

    parser_classes = [Json]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(_spoken(request)), remembered():
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        language(request)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return as_response

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSONRenderer.media_type
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            final.headers["Access-Control-Allow-Origin"] = "*"
        return final


def _spoken(request: HttpRequest) -> str:
    """The language to answer in, complaints about the request itself included."""
    try:
        asked = request.GET.get("lang", "")
    except SuspiciousOperation:
        asked = ""
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _other_ending(path: str) -> str:
    return path[:-1] if path.endswith("/") else f"{path}/"


class Unknown(ApiView):
    """Every address below ``/api/`` that has no view; one that is only a slash too many or too few is led home."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self._is_known(_other_ending(request.path_info)):
            query = request.META.get("QUERY_STRING", "")
            home = _other_ending(request.path) + (f"?{query}" if query else "")
            return HttpResponsePermanentRedirect(home, preserve_request=True)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing at %(path)s.") % {"path": shown(request.path)})

    @staticmethod
    def _is_known(path: str) -> bool:
        try:
            return getattr(resolve(path).func, "cls", None) is not Unknown
        except Resolver404:
            return False
