"""Owns what every address of the API has in common: language, parameters, pages, errors and the description of all."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework import exceptions, serializers, status
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from troubleshoot import read_only
from troubleshoot.models import Document, Operation, Product
from troubleshoot.reading.parameters import announced_length, repeatable, whole_number
from troubleshoot.reading.redirects import remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.core.paginator import Paginator
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request


logger = logging.getLogger("django.request")


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The request is larger than this address accepts.")


class Gone(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_code = "gone"
    default_detail = _("This error was archived, and nothing replaces it.")


class ServerError(exceptions.APIException):
    default_code = "server_error"
    default_detail = _("Something went wrong on our side. Try the request again.")


class ReadOnly(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "read_only"
    default_detail = _("The portal can only be read right now. Nothing was saved.")
    wait = 300


class Unavailable(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = _("The database is not responding. Try again in 30 seconds.")
    wait = 30


def as_response(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception that a view let through; an unforeseen one is logged and becomes a 500 or 503."""
    known = _known(error)
    if known is None:
        known = _fault(error)
        _report(error, context)
        response = Response({"error": _envelope(known)}, status=known.status_code, headers=_headers(known))
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - as Django itself says so
        return response
    return Response({"error": _envelope(known)}, status=known.status_code, headers=_headers(known))


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    return exceptions.ParseError() if isinstance(error, SuspiciousOperation) else None


def _fault(error: Exception) -> exceptions.APIException:
    if read_only.refuses_to_write(error):
        return ReadOnly()
    return Unavailable() if isinstance(error, OperationalError | InterfaceError) else ServerError()


def _envelope(error: exceptions.APIException) -> dict[str, str]:
    code = "invalid" if isinstance(error, exceptions.ValidationError) else str(error.get_codes())
    return {"code": code, "message": " ".join(_sentences(error.detail))}


def _sentences(detail: Any, name: str = "") -> list[str]:
    """Flatten DRF's nested details; each sentence is preceded by the parameter that it is about."""
    if isinstance(detail, dict):
        return [sentence for key, value in detail.items() for sentence in _sentences(value, str(key))]
    if isinstance(detail, list):
        return [sentence for value in detail for sentence in _sentences(value, name)]
    return [f"{name}: {detail}" if name else str(detail)]


def _headers(error: exceptions.APIException) -> dict[str, str]:
    wait, scheme = getattr(error, "wait", None), getattr(error, "auth_header", None)
    told = {"Retry-After": str(int(wait)) if wait else "", "WWW-Authenticate": scheme or ""}
    return {name: value for name, value in told.items() if value}


def _report(error: Exception, context: dict[str, Any]) -> None:
    """Tell the log and the test client, as Django does for a page; the exception itself ends here."""
    request = context["request"]
    phrase = "Unavailable" if isinstance(error, OperationalError | InterfaceError) else "Internal Server Error"
    logger.error("%s: %s", phrase, request.path, exc_info=error, extra={"request": request._request})  # noqa: SLF001 - log handlers want Django's request
    got_request_exception.send(sender=type(context["view"]), request=request)


ViewT = TypeVar("ViewT", bound="Callable[..., Any]")
MOST_DIGITS = 9

LANGUAGE = OpenApiParameter(
    "lang", str, description="Language of titles, messages and page addresses.", enum=["ko", "en"], default="ko"
)


class Problem(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


@extend_schema_serializer(component_name="Failure")
class FailureShape(serializers.Serializer[Any]):
    """Why there is no answer."""

    error = Problem()


def described(
    tag: str, name: str, summary: str, answers: dict[int, Any], *refusals: int, **more: Any
) -> Callable[[ViewT], ViewT]:
    """Decorate a view method with what the description says of it; every address refuses bad input with 400."""
    parameters = [*more.pop("parameters", ()), LANGUAGE]
    responses = answers | dict.fromkeys((400, *refusals), FailureShape)
    return extend_schema(
        tags=[tag], operation_id=name, summary=summary, parameters=parameters, responses=responses, **more
    )


def refuse_too_much(request: Request, most: int, error: TooLarge) -> None:
    """Look at how long a request is said to be before anything of it is read."""
    if announced_length(request.META) > most:
        raise error


def number_of(request: Request, name: str, *, default: int, most: int | None = None) -> int:
    """A positive whole number; one above ``most`` becomes ``most``. Anything else is a 400 that says so."""
    raw = request.query_params.get(name, "").strip()
    if not raw:
        return default
    # What is longer is out of any range, and slow to read.
    number = whole_number(raw.lstrip("0")[:MOST_DIGITS]) if raw.isascii() and raw.isdecimal() else None
    if not number:
        raise ValidationError(
            {name: gettext("“%(value)s” is not a whole number of 1 or more.") % {"value": repeatable(raw)}}
        )
    return number if most is None else min(number, most)


def one_of(request: Request, name: str, values: Iterable[str]) -> str:
    """One of the known values, or an empty string where the parameter is missing or empty."""
    known = list(values)
    raw = request.query_params.get(name, "")
    if raw and raw not in known:
        raise ValidationError(
            {
                name: gettext("“%(value)s” is unknown; expected one of: %(known)s.")
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
            raise ParseError(gettext("The JSON is nested too deeply.")) from error


class Pages(PageNumberPagination):
    """Pages of 25 rows, at most 100.

    A larger ``page_size`` becomes 100; a malformed ``page`` or ``page_size`` is a 400 and a page that does not exist
    a 404.
    """

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
    invalid_page_message = _("There is no page {page_number}.")  # type: ignore[assignment]  # lazy text

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
        raise NotFound(gettext("There is nothing at %(path)s.") % {"path": repeatable(request.path)})

    @staticmethod
    def _is_known(path: str) -> bool:
        try:
            return getattr(resolve(path).func, "cls", None) is not Unknown
        except Resolver404:
            return False


class Schema(ApiView, SpectacularAPIView):
    """The OpenAPI document, in English: JSON, or YAML where the Accept header asks for it."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        with override("en"):
            response: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
        for methods in response.data["paths"].values():
            for method in methods.values():
                _say_what_is_taken(method["parameters"])
        return response


# Parameters that take the key of a row. Of more rows than this, the description does not name the keys.
KEYED: dict[str, Callable[[], QuerySet[Any]]] = {
    "product": Product.objects.all,
    "document": Document.objects.for_readers,
    "operation": Operation.objects.all,
}
MOST_KEYS = 200


def _say_what_is_taken(parameters: Iterable[dict[str, Any]]) -> None:
    """An empty parameter counts as none, numbers begin at 1, and of a few keys each is named."""
    for parameter in parameters:
        if parameter["in"] != "query":
            continue
        parameter["allowEmptyValue"] = True
        if (shape := parameter["schema"])["type"] == "integer":
            shape["minimum"] = 1
        elif (rows := KEYED.get(parameter["name"])) is not None:
            keys = list(rows().order_by("key").values_list("key", flat=True)[: MOST_KEYS + 1])
            if 0 < len(keys) <= MOST_KEYS:
                shape["enum"] = keys


class Docs(ApiView, SpectacularSwaggerView):
    """The API as a page to read and try. Its script is a file, since the security policy forbids inline scripts."""

    url_name = "api:schema"
