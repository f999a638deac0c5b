"""Owns the addresses that search, by a query or by a pasted log, and their JSON shapes. Nothing of a log is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, TooLarge, described, number_of, one_of, refuse_too_much
from troubleshoot.api.catalog import OUTDATED
from troubleshoot.filters import Keyed, find
from troubleshoot.kinds import Kind
from troubleshoot.models import Document, ErrorEntry, Operation, Product
from troubleshoot.reading import limits, query_log, readers
from troubleshoot.reading.results import results_of
from troubleshoot.search.core.answers import UNDOCUMENTED
from troubleshoot.search.engine import CANDIDATES, MOST_PASTED_BYTES, SearchRequest, diagnose, is_too_long, search

if TYPE_CHECKING:
    from rest_framework.request import Request

    from troubleshoot.reading.results import Result
    from troubleshoot.search.engine import Diagnosis, Outcome


KINDS = tuple(map(str, Kind))
DEFAULT_LIMIT = 10
MOST_RESULTS = 100


@extend_schema_serializer(component_name="SearchResult")
class ResultShape(serializers.Serializer[Any]):
    """One thing that was found."""

    kind = serializers.ChoiceField(choices=tuple(map(str, Kind)))
    key = serializers.CharField(help_text="The key of the error or wizard; for a step of a wizard, wizard/step.")
    url = serializers.URLField()
    title = serializers.CharField()
    operation = serializers.CharField(allow_blank=True, help_text="The key of the operation; empty for a wizard.")
    product = serializers.CharField(allow_blank=True, help_text="The key of the product; empty where it is of none.")
    snippet = serializers.CharField(
        help_text="Plain text: the first sentence of the fix, or else of the cause; empty beside an undocumented error."
    )
    outdated = serializers.BooleanField(help_text=OUTDATED)
    score = serializers.FloatField(help_text="Higher is better; comparable within one answer only.")


@extend_schema_serializer(component_name="SearchAnswer")
class SearchShape(serializers.Serializer[Any]):
    """What a search found, best first."""

    query = serializers.CharField()
    interpreted_as = serializers.CharField(allow_null=True, help_text="The query as corrected or converted, or null.")
    answer = serializers.ChoiceField(
        choices=("documented", "related", "undocumented"),
        help_text="Whether the first result is the error that the query is; what is undocumented has no right result.",
    )
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="The error codes in the query that no entry has."
    )
    loose = serializers.BooleanField(
        help_text="Whether the results are only loosely related: the first one has little of what the query names."
    )
    total = serializers.IntegerField()
    results = ResultShape(many=True)


class Search(ApiView):
    """Finds errors and wizards by any words of theirs, by a code, or by a pasted message."""

    @described(
        "Search",
        "search",
        "Find errors and wizards",
        {200: SearchShape},
        413,
        description=(
            "Finds errors and wizards by any words of theirs, by a code, or by a pasted message. "
            f"A search ranks the {CANDIDATES} most likely of them, so `total` is never more than that; "
            "narrow the search by product, document, operation or kind to see others. "
            "`answer` says what kind of answer it is: the query is the error that stands first (`documented`), it is "
            "words about something (`related`), or it reads as an error and no entry is that error (`undocumented`): "
            "then the results are merely similar, `total` counts these, and `unknown` names the codes that nobody "
            "documented. What is related may be so only loosely (`loose`): the page shows such results without fixes."
        ),
        parameters=[
            OpenApiParameter(
                "q", str, description="What the reader typed or pasted. Without it, there are no results."
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "default": DEFAULT_LIMIT},
                description=f"The maximum number of results, at most {MOST_RESULTS}: a larger number counts as that.",
            ),
            OpenApiParameter("product", str, description="The key of a product, to find only what its documents hold."),
            OpenApiParameter("document", str, description="The key of a document, to find only what it holds."),
            OpenApiParameter("operation", str, description="The key of an operation, to find only its errors."),
            OpenApiParameter("kind", str, enum=KINDS, description="Only errors, or only wizards."),
        ],
    )
    def get(self, request: Request) -> Response:
        query = _query(request)
        wanted = SearchRequest(
            text=query,
            product=_key(request, "product", Product),
            document=_key(request, "document", Document),
            operation=_key(request, "operation", Operation),
            kind=one_of(request, "kind", KINDS),
            limit=number_of(request, "limit", default=DEFAULT_LIMIT, most=MOST_RESULTS),
            is_marked=False,
        )
        return Response(_found(request, search(wanted)) if query.strip() else _nothing(query))


def _query(request: Request) -> str:
    query = request.query_params.get("q", "")
    if len(query.encode("utf-8", "surrogatepass")) > settings.SEARCH_QUERY_BYTES:
        limit = settings.SEARCH_QUERY_BYTES // 1024
        text = _("A search can be up to %(limit)s KiB. Search for the line that contains the error.")
        raise TooLarge(text % {"limit": limit})
    return query


def _key(request: Request, name: str, model: type[Keyed]) -> str:
    key = request.query_params.get(name, "")
    try:
        find(model, key)
    except DjangoValidationError as error:
        raise ValidationError({name: error.messages}) from error
    return key


def _nothing(query: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"query": query, "interpreted_as": None, "answer": "related", "unknown": []}
    return nothing | {"loose": False, "total": 0, "results": []}


def _found(request: Request, outcome: Outcome) -> dict[str, Any]:
    return {
        "query": outcome.request.text,
        "interpreted_as": outcome.interpreted_as,
        "answer": outcome.answer,
        "unknown": list(outcome.unknown),
        "loose": outcome.is_loose,
        "total": outcome.total,
        "results": [_result(request, result, outcome.answer) for result in results_of(outcome.hits)],
    }


def _result(request: Request, result: Result, answer: str) -> dict[str, Any]:
    # What is merely similar to an undocumented error is another error: its fix is not offered.
    is_of_another = answer == UNDOCUMENTED and result.is_entry
    return {
        "kind": result.hit.kind,
        "key": result.hit.key,
        "url": request.build_absolute_uri(result.shown.url),
        "title": result.shown.title,
        "operation": result.shown.operation,
        "product": result.hit.product,
        "snippet": "" if is_of_another else result.shown.snippet,
        "outdated": result.shown.is_outdated,
        "score": result.hit.score,
    }


# JSON writes a character as \uXXXX at most, and a little stands around the text.
MOST_REQUEST_BYTES = 6 * MOST_PASTED_BYTES + 1_024


@extend_schema_serializer(component_name="Paste")
class PasteShape(serializers.Serializer[Any]):
    """What was pasted."""

    text = serializers.CharField(
        allow_blank=True, help_text="A log, portal text, job JSON or PowerShell output, up to 256 KiB of UTF-8."
    )


@extend_schema_serializer(component_name="Match")
class MatchShape(serializers.Serializer[Any]):
    """A documented error that was found."""

    key = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField(help_text="Its error message.")
    score = serializers.FloatField(help_text="Higher is better; comparable within one answer only.")
    is_partial = serializers.BooleanField(help_text="Whether only a part of its message stands there.")
    matched_text = serializers.CharField(help_text="The part of the masked text in which it was found.")


@extend_schema_serializer(component_name="Diagnosis")
class DiagnosisShape(serializers.Serializer[Any]):
    """The masked text, and the documented errors found in it, best first."""

    redacted = serializers.CharField()
    matches = MatchShape(many=True)
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="The error codes in the text that no entry has."
    )


class Diagnose(ApiView):
    """Finds documented errors in a pasted log. The text is not stored.

    IDs, addresses, secrets, phone and card numbers, and names beside a label are masked; other names may remain.
    An error that is not documented is counted, as on the page: by its code, or by its masked message.
    """

    @described(
        "Search", "diagnose", "Find documented errors in a log", {200: DiagnosisShape}, 413, 429, request=PasteShape
    )
    def post(self, request: Request) -> Response:
        text = _text(request)
        try:
            limits.refuse_too_much_work(limits.DIAGNOSING, readers.address(request.META))
        except limits.TooManyError as error:
            raise Throttled(wait=limits.MINUTE) from error
        diagnosis = diagnose(text)
        query_log.note_undocumented(diagnosis, get_language() or "ko", address=readers.address(request.META))
        return Response(_diagnosed(request, diagnosis))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers["Cache-Control"] = "no-store"
        return final


def _text(request: Request) -> str:
    """The pasted text. How long it is said to be is looked at before anything is read, and its length after."""
    refuse_too_much(request, MOST_REQUEST_BYTES, _too_large())
    data = request.data
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str):
        raise ValidationError({"text": _("Send an object with the pasted text as a string.")})
    if is_too_long(text):
        raise _too_large()
    return text


def _too_large() -> TooLarge:
    return TooLarge(_("The text is longer than %(limit)s KiB.") % {"limit": MOST_PASTED_BYTES // 1024})


def _diagnosed(request: Request, diagnosis: Diagnosis) -> dict[str, Any]:
    keys = [match.key for match in diagnosis.matches]
    entries = {entry.key: entry for entry in ErrorEntry.objects.seen_by_readers().by_keys(keys)}
    return {
        "redacted": diagnosis.redacted,
        "matches": [
            {
                "key": match.key,
                "url": request.build_absolute_uri(entries[match.key].get_absolute_url()),
                "title": entries[match.key].message,
                "score": match.score,
                "is_partial": match.is_partial,
                "matched_text": match.matched_text,
            }
            for match in diagnosis.matches
            if match.key in entries
        ],
        "unknown": list(diagnosis.unknown),
    }
