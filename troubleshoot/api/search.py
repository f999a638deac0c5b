"""Owns the address that searches: it reads the request, asks the engine, and dresses each hit for a result list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from troubleshoot.api.base import LANGUAGE, ApiView, number_of, one_of
from troubleshoot.api.exceptions import TooLarge
from troubleshoot.api.serializers import FailureShape, SearchShape
from troubleshoot.filters import find_operation
from troubleshoot.kinds import Kind
from troubleshoot.reading.results import results_of
from troubleshoot.search.engine import CANDIDATES, SearchRequest, search

if TYPE_CHECKING:
    from rest_framework.request import Request

    from troubleshoot.reading.results import Result
    from troubleshoot.search.engine import Outcome

KINDS = tuple(map(str, Kind))
DEFAULT_LIMIT = 10
MOST_RESULTS = 100


class Search(ApiView):
    """Finds errors and wizards by any words of theirs, by a code, or by a pasted message."""

    @extend_schema(
        tags=["Search"],
        operation_id="search",
        summary="Find errors and wizards",
        description=(
            "Finds errors and wizards by any words of theirs, by a code, or by a pasted message. "
            f"A search ranks the {CANDIDATES} most likely of them, so `total` is never more than that; "
            "narrow the search by operation or kind to see others. "
            "`answer` says what kind of answer it is: the query is the error that stands first (`documented`), it is "
            "words about something (`related`), or it reads as an error and no entry is that error (`undocumented`): "
            "then the results are merely similar, and `unknown` names the codes that nobody documented."
        ),
        parameters=[
            OpenApiParameter(
                "q", str, description="What the reader typed or pasted. Without it, there are no results."
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS, "default": DEFAULT_LIMIT},
                description="The maximum number of results. A larger number counts as the limit.",
            ),
            OpenApiParameter("operation", str, description="The key of an operation, to find only its errors."),
            OpenApiParameter("kind", str, enum=KINDS, description="Only errors, or only wizards."),
            LANGUAGE,
        ],
        responses={200: SearchShape, 400: FailureShape, 413: FailureShape},
    )
    def get(self, request: Request) -> Response:
        query = _query(request)
        wanted = SearchRequest(
            text=query,
            operation=_operation(request),
            kind=one_of(request, "kind", KINDS),
            limit=number_of(request, "limit", default=DEFAULT_LIMIT, most=MOST_RESULTS),
        )
        return Response(_found(request, search(wanted)) if query.strip() else _nothing(query))


def _query(request: Request) -> str:
    query = request.query_params.get("q", "")
    if len(query.encode("utf-8", "surrogatepass")) > settings.SEARCH_QUERY_BYTES:
        limit = settings.SEARCH_QUERY_BYTES // 1024
        text = _("A search can be up to %(limit)s KiB. Search for the line that contains the error.")
        raise TooLarge(text % {"limit": limit})
    return query


def _operation(request: Request) -> str:
    key = request.query_params.get("operation", "")
    try:
        find_operation(key)
    except DjangoValidationError as error:
        raise ValidationError({"operation": error.messages}) from error
    return key


def _nothing(query: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"query": query, "interpreted_as": None, "answer": "related", "unknown": []}
    return nothing | {"total": 0, "results": []}


def _found(request: Request, outcome: Outcome) -> dict[str, Any]:
    return {
        "query": outcome.request.text,
        "interpreted_as": outcome.interpreted_as,
        "answer": outcome.answer,
        "unknown": list(outcome.unknown),
        "total": outcome.total,
        "results": [_result(request, result) for result in results_of(outcome.hits)],
    }


def _result(request: Request, result: Result) -> dict[str, Any]:
    return {
        "kind": result.hit.kind,
        "key": result.hit.key,
        "url": request.build_absolute_uri(result.url),
        "title": result.title,
        "operation": result.entry.operation.key if result.entry else "",
        "snippet": result.snippet,
        "outdated": bool(result.entry and result.entry.is_outdated),
        "score": result.hit.score,
    }
