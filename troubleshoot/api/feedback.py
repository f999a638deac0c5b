"""Owns the address that takes feedback: whether an error's fix or a wizard solved the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, TooLarge, described, refuse_too_much
from troubleshoot.models import Verdict
from troubleshoot.reading import feedback, limits, readers
from troubleshoot.reading.parameters import repeatable

if TYPE_CHECKING:
    from rest_framework.request import Request

MOST_REQUEST_BYTES = 16_384
LONGEST_KEY = 170


@extend_schema_serializer(component_name="Feedback")
class FeedbackShape(serializers.Serializer[Any]):
    """Whether something solved the problem. It is stored without anything that identifies the sender."""

    kind = serializers.ChoiceField(choices=Verdict.Kind.choices)
    key = serializers.RegexField(
        "^[A-Za-z0-9_/-]+$",
        max_length=LONGEST_KEY,
        trim_whitespace=False,
        help_text="The key of the error or of the wizard; `error/2` names the resolution with the order 2, and "
        "`wizard/outcome` the outcome that was reached, unless that sends its readers to support.",
    )
    solved = serializers.BooleanField()
    comment = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="The reader's comment. IDs, addresses, phone and card numbers, and names beside a label are masked; "
        "other names may remain. Text that is too long is cut.",
    )


class Feedback(ApiView):
    """Records whether the fix of an error, or a wizard, solved the problem."""

    @described(
        "Feedback",
        "feedback",
        "Report whether it solved the problem",
        {201: FeedbackShape},
        404,
        413,
        429,
        request=FeedbackShape,
    )
    def post(self, request: Request) -> Response:
        values = _read(request)
        try:
            verdict = feedback.record_verdict(**values, address=readers.address(request.META))
        except feedback.UnknownSubjectError as error:
            message = _("Nothing with the key “%(key)s” accepts feedback.")
            raise NotFound(message % {"key": repeatable(values["key"])}) from error
        except feedback.TooManyError as error:
            raise Throttled(wait=limits.HOUR) from error
        return Response(FeedbackShape(values | {"comment": verdict.comment}).data, status=status.HTTP_201_CREATED)


def _read(request: Request) -> dict[str, Any]:
    """What was sent. How long it is said to be is looked at before anything is read."""
    refuse_too_much(request, MOST_REQUEST_BYTES, TooLarge())
    shape = FeedbackShape(data=request.data)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)
