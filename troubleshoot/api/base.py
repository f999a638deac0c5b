"""Owns what every address of the API has in common: language, parameters, pages, JSON, and who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from troubleshoot.api.exceptions import as_response
from troubleshoot.reading.parameters import repeatable, whole_number
from troubleshoot.reading.redirects import remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.core.paginator import Paginator
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request
    from rest_framework.response import Response


MOST_DIGITS = 9

LANGUAGE = OpenApiParameter(
    "lang", str, description="Language of titles, messages and page addresses.", enum=["ko", "en"], default="ko"
)


def number_of(request: Request, name: str, *, default: int, most: int | None = None) -> int:
    """A positive whole number; one above ``most`` becomes ``most``. Anything else is a 400 that says so."""
    raw = request.query_params.get(name, "").strip()
    if not raw:
        return default
    # What is longer is out of any range, and slow to read.
    number = whole_number(raw.lstrip("0")[:MOST_DIGITS]) if raw.isascii() and raw.isdecimal() else None
    if not number:
        raise ValidationError({name: _("“%(value)s” is not a whole number of 1 or more.") % {"value": repeatable(raw)}})
    return number if most is None else min(number, most)


def one_of(request: Request, name: str, values: Iterable[str]) -> str:
    """One of the known values, or an empty string where the parameter is missing or empty."""
    known = list(values)
    raw = request.query_params.get(name, "")
    if raw and raw not in known:
        raise ValidationError(
            {
                name: _("“%(value)s” is unknown; expected one of: %(known)s.")
                % {"value": repeatable(raw), "known": ", ".join(known)}
            }
        )
    return raw


def language(request: Request) -> str:
    """The language asked for with ``lang``; Korean where none is."""
    return one_of(request, "lang", dict(settings.LANGUAGES)) or settings.LANGUAGE_CODE


class Json(JSONParser):
    """JSON. Brackets within brackets by the thousand exhaust Python's stack: that is malformed, not our fault."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class Pages(PageNumberPagination):
    """Pages of 25 rows, at most 100.

    A larger ``page_size`` becomes 100; a malformed ``page`` or ``page_size`` is a 400 and a page that does not exist
    a 404.
    """

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    invalid_page_message = gettext_lazy("There is no page {page_number}.")  # type: ignore[assignment]  # lazy text

    def get_page_size(self, request: Request) -> int:
        return number_of(request, self.page_size_query_param, default=self.page_size, most=self.max_page_size)

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:  # noqa: ARG002 - DRF's signature
        return number_of(request, self.page_query_param, default=1)


class ApiView(APIView):
    """Answers in the language of ``lang``, reports errors as JSON, and lets any site read it.

    There is nothing to protect from other sites: the answers are public and no cookie is looked at.
    """

    parser_classes = [Json]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(_language_of(request)), remembered():
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


def _language_of(request: HttpRequest) -> str:
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
        raise NotFound(_("There is nothing at %(path)s.") % {"path": repeatable(request.path)})

    @staticmethod
    def _is_known(path: str) -> bool:
        try:
            return getattr(resolve(path).func, "cls", None) is not Unknown
        except Resolver404:
            return False
