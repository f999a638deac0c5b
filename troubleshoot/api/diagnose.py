"""Owns the address that reads a pasted log: how large it may be, and the documented errors found in it.

Nothing of what is sent is kept: no session, no cache, no line in a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.response import Response

from troubleshoot.api.base import LANGUAGE, ApiView, TooLarge
from troubleshoot.api.serializers import FailureShape
from troubleshoot.models import ErrorEntry
from troubleshoot.reading import limits, readers
from troubleshoot.reading.parameters import announced_length
from troubleshoot.search.engine import MOST_PASTED_BYTES, diagnose, is_too_long

if TYPE_CHECKING:
    from rest_framework.request import Request

    from troubleshoot.search.engine import Diagnosis

# JSON writes a character as \uXXXX at most, and a little stands around the text.
MOST_REQUEST_BYTES = 6 * MOST_PASTED_BYTES + 1_024


@extend_schema_serializer(component_name="Paste")
class PasteShape(serializers.Serializer[Any]):
    """What was pasted."""

    text = serializers.CharField(help_text="A log, portal text, job JSON or PowerShell output, up to 256 KiB of UTF-8.")


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
    """Finds documented errors in a pasted log. IDs, addresses, names and secrets are masked; nothing is stored."""

    @extend_schema(
        tags=["Search"],
        operation_id="diagnose",
        summary="Find documented errors in a log",
        parameters=[LANGUAGE],
        request=PasteShape,
        responses={200: DiagnosisShape, 400: FailureShape, 413: FailureShape, 429: FailureShape},
    )
    def post(self, request: Request) -> Response:
        text = _text(request)
        try:
            limits.refuse_a_flood(limits.DIAGNOSES, readers.address(request.META))
        except limits.TooManyError as error:
            raise Throttled(wait=limits.DIAGNOSES.get_expiry()) from error
        return Response(_found(request, diagnose(text)))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers["Cache-Control"] = "no-store"
        return final


def _text(request: Request) -> str:
    """The pasted text. How long it is said to be is looked at before anything is read, and its length after."""
    if announced_length(request.META) > MOST_REQUEST_BYTES:
        raise _too_large()
    data = request.data
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str):
        raise ValidationError({"text": _("Send an object with the pasted text as a string.")})
    if is_too_long(text):
        raise _too_large()
    return text


def _too_large() -> TooLarge:
    return TooLarge(_("The text is longer than %(limit)s KiB.") % {"limit": MOST_PASTED_BYTES // 1024})


def _found(request: Request, diagnosis: Diagnosis) -> dict[str, Any]:
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
