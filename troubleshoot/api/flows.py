"""Owns the addresses that read the wizards, and their JSON shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, Gone, Pages, described
from troubleshoot.api.catalog import PageField, SourceShape, portable
from troubleshoot.models import Flow
from troubleshoot.reading import flows, sources
from troubleshoot.wizard.graph import Kind, Result

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from troubleshoot.wizard.graph import Graph, Text


@extend_schema_serializer(component_name="ListedFlow")
class ListedFlow(serializers.ModelSerializer[Flow]):
    """A wizard as lists show it, in one language."""

    url = PageField()

    class Meta:
        model = Flow
        fields = ("key", "url", "title", "minutes")
        read_only_fields = fields


class WordsField(serializers.CharField):
    """A text of a wizard in the language of the request."""

    def to_representation(self, value: Any) -> str:
        words: Text = value
        return words.of(get_language() or "")


class MarkdownField(WordsField):
    """The same for Markdown; links into the portal become absolute addresses."""

    def to_representation(self, value: Any) -> str:
        return portable(super().to_representation(value), get_language() or "", self.context["request"])


class FlowKeyField(serializers.CharField):
    """The key of a wizard, or null where there is none."""

    def to_representation(self, value: str) -> Any:
        return value or None


class FlowPageField(serializers.URLField):
    """The absolute address of the wizard with a key."""

    def to_representation(self, value: str) -> str:
        return str(self.context["request"].build_absolute_uri(Flow(key=value).get_absolute_url()))


@extend_schema_serializer(component_name="Choice")
class ChoiceShape(serializers.Serializer[Any]):
    """One answer to a step."""

    key = serializers.CharField()
    label = WordsField()  # type: ignore[assignment]  # the contract's name
    help = WordsField(allow_blank=True)
    next = serializers.CharField(source="target", help_text="The key of the step that follows.")


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
    answer = serializers.CharField(
        source="name", help_text="The name of its answer in the address; its key unless steps share one."
    )
    title = WordsField()
    body = MarkdownField(allow_blank=True, help_text="Markdown.")
    help = MarkdownField(allow_blank=True, help_text="Markdown.")
    choices = ChoiceShape(many=True)
    check = CheckShape(allow_null=True, help_text="Value steps only.")
    result = serializers.ChoiceField(
        choices=[result.value for result in Result], allow_null=True, help_text="Outcomes only: what it means."
    )
    hand_over = FlowKeyField(allow_null=True, help_text="Outcomes only: the wizard to continue with.")


@extend_schema_serializer(component_name="Flow")
class FlowShape(serializers.Serializer[Any]):
    """A wizard with all its steps, in one language."""

    key = serializers.CharField()
    url = FlowPageField(source="key")
    title = WordsField()
    summary = MarkdownField(help_text="Markdown.")
    needs = MarkdownField(allow_blank=True, help_text="Markdown.")
    minutes = serializers.IntegerField()
    start = serializers.CharField(help_text="The key of the first step.")
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # the contract's name
    steps = StepShape(many=True)

    @extend_schema_field(SourceShape)
    def get_source(self, _graph: Graph) -> dict[str, Any]:
        return SourceShape(sources.of_flow(self.context["flow"]), context=self.context).data


@extend_schema_view(get=described("Wizards", "flows", "List the wizards", {200: ListedFlow(many=True)}, 404))
class Flows(ApiView, ListAPIView[Flow]):
    """The wizards that readers see, in their order."""

    serializer_class = ListedFlow
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Flow]:
        return Flow.objects.published().order_by("order")


class OneFlow(ApiView):
    """One wizard: its steps, the choices of each, and where each choice leads."""

    @described("Wizards", "flow", "Read one wizard", {200: FlowShape}, 404, 410)
    def get(self, request: Request, key: str) -> Response:
        flow = flows.find_row(key)
        if flow is None and Flow.objects.in_state(Flow.State.ARCHIVED).filter(key=key).exists():
            raise Gone(_("This wizard was archived."))
        if flow is None:
            raise NotFound(_("There is no wizard “%(key)s”.") % {"key": key})
        context = {"request": request, "flow": flow}
        return Response(FlowShape(flows.graph_of(flow), context=context).data)
