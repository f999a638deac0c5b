"""Owns the addresses that read the wizards, and their JSON shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from troubleshoot.api.base import LANGUAGE, ApiView, Pages
from troubleshoot.api.serializers import FailureShape, PageField, SourceShape, portable
from troubleshoot.models import Flow
from troubleshoot.reading import flows, sources
from troubleshoot.wizard.graph import Check, Kind, Result

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from troubleshoot.wizard.graph import Choice, Step, Text


@extend_schema_serializer(component_name="ListedFlow")
class ListedFlow(serializers.ModelSerializer[Flow]):
    """A wizard as lists show it, in one language."""

    url = PageField()

    class Meta:
        model = Flow
        fields = ("key", "url", "title", "minutes")
        read_only_fields = fields


@extend_schema_serializer(component_name="Choice")
class ChoiceShape(serializers.Serializer[Any]):
    """One answer to a step."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the contract's name
    help = serializers.CharField(allow_blank=True)
    next = serializers.CharField(help_text="The key of the step that follows.")


@extend_schema_serializer(component_name="Check")
class CheckShape(serializers.Serializer[Any]):
    """What an entered value is compared with: it leads where the choice ``at-least`` or ``below`` leads."""

    kind = serializers.ChoiceField(choices=("version",))
    minimum = serializers.CharField()
    example = serializers.CharField(allow_blank=True)


@extend_schema_serializer(component_name="Step")
class StepShape(serializers.Serializer[Any]):
    """One page of a wizard."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    answer = serializers.CharField(help_text="The name of its answer in the address; its key unless steps share one.")
    title = serializers.CharField()
    body = serializers.CharField(allow_blank=True, help_text="Markdown.")
    help = serializers.CharField(allow_blank=True, help_text="Markdown.")
    choices = ChoiceShape(many=True)
    check = CheckShape(allow_null=True, help_text="Value steps only.")
    result = serializers.ChoiceField(
        choices=[result.value for result in Result], allow_null=True, help_text="Outcomes only: what it means."
    )
    hand_over = serializers.CharField(allow_null=True, help_text="Outcomes only: the wizard to continue with.")


@extend_schema_serializer(component_name="Flow")
class FlowShape(serializers.Serializer[Any]):
    """A wizard with all its steps, in one language."""

    key = serializers.CharField()
    url = serializers.URLField()
    title = serializers.CharField()
    summary = serializers.CharField(help_text="Markdown.")
    needs = serializers.CharField(allow_blank=True, help_text="Markdown.")
    minutes = serializers.IntegerField()
    start = serializers.CharField(help_text="The key of the first step.")
    source = SourceShape()  # type: ignore[assignment]  # as above
    steps = StepShape(many=True)


class Flows(ApiView, ListAPIView[Flow]):
    """The wizards that readers see, in their order."""

    serializer_class = ListedFlow
    pagination_class = Pages

    @extend_schema(
        tags=["Wizards"],
        operation_id="flows",
        summary="List the wizards",
        parameters=[LANGUAGE],
        responses={200: ListedFlow(many=True), 400: FailureShape, 404: FailureShape},
    )
    def get(self, *args: Any, **kwargs: Any) -> Any:
        return super().get(*args, **kwargs)

    def get_queryset(self) -> QuerySet[Flow]:
        return Flow.objects.published().order_by("order")


class OneFlow(ApiView):
    """One wizard: its steps, the choices of each, and where each choice leads."""

    @extend_schema(
        tags=["Wizards"],
        operation_id="flow",
        summary="Read one wizard",
        parameters=[LANGUAGE],
        responses={200: FlowShape, 400: FailureShape, 404: FailureShape},
    )
    def get(self, request: Request, key: str) -> Response:
        flow = flows.find_row(key)
        if flow is None:
            raise NotFound(_("There is no wizard “%(key)s”.") % {"key": key})
        return Response(_FlowWriter(request).flow(flow))


class _FlowWriter:
    """Writes a graph as JSON, in the language of the request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._language = get_language() or ""

    def flow(self, row: Flow) -> dict[str, Any]:
        graph = flows.graph_of(row)
        return {
            "key": graph.key,
            "url": self._request.build_absolute_uri(row.get_absolute_url()),
            "title": self._plain(graph.title),
            "summary": self._markdown(graph.summary),
            "needs": self._markdown(graph.needs),
            "minutes": graph.minutes,
            "start": graph.start,
            "source": SourceShape(sources.of_flow(row), context={"request": self._request}).data,
            "steps": [self._step(step) for step in graph.steps],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "key": step.key,
            "kind": step.kind.value,
            "answer": step.name,
            "title": self._plain(step.title),
            "body": self._markdown(step.body),
            "help": self._markdown(step.help),
            "choices": [self._choice(choice) for choice in step.choices],
            "check": _check(step.check),
            "result": step.result.value if step.result else None,
            "hand_over": step.hand_over or None,
        }

    def _choice(self, choice: Choice) -> dict[str, Any]:
        return {
            "key": choice.key,
            "label": self._plain(choice.label),
            "help": self._plain(choice.help),
            "next": choice.target,
        }

    def _plain(self, text: Text) -> str:
        return text.of(self._language)

    def _markdown(self, text: Text) -> str:
        return portable(text.of(self._language), self._language, self._request)


def _check(check: Check | None) -> dict[str, str] | None:
    return None if check is None else {"kind": check.kind, "minimum": check.minimum, "example": check.example}
