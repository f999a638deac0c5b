"""Owns the addresses that read the catalogue: operations, errors, one error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend  # type: ignore[import-untyped]
from drf_spectacular.utils import OpenApiResponse, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, Gone, Pages, described
from troubleshoot.api.serializers import FullError, ListedError, OperationShape
from troubleshoot.filters import ErrorFilter
from troubleshoot.models import ErrorEntry, Operation
from troubleshoot.reading.redirects import moved

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

MOVED = "The error was renamed, or archived and replaced: `Location` names the one to read."


@extend_schema_view(
    get=described("Catalogue", "operations", "List the operations", {200: OperationShape(many=True)}, 404)
)
class Operations(ApiView, ListAPIView[Operation]):
    """What a reader can be doing when an error appears, in document order."""

    serializer_class = OperationShape
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Operation]:
        return Operation.objects.with_entry_counts().select_related("section").order_by("order")


@extend_schema_view(
    get=described("Catalogue", "errors", "List the documented errors", {200: ListedError(many=True)}, 404)
)
class Errors(ApiView, ListAPIView[ErrorEntry]):
    """The documented errors, in the order of the document."""

    serializer_class = ListedError
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ErrorFilter

    def get_queryset(self) -> QuerySet[ErrorEntry]:
        return ErrorEntry.objects.seen_by_readers().with_operation().prefetch_related("aliases").in_document_order()


class Error(ApiView, GenericAPIView[ErrorEntry]):
    """One documented error with its cause and all ways to fix it, in both languages."""

    serializer_class = FullError

    @described(
        "Catalogue",
        "error",
        "Read one error in both languages",
        {200: FullError, 301: OpenApiResponse(description=MOVED)},
        404,
        410,
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        entry = ErrorEntry.objects.for_readers().filter(key=key).first()
        return self._elsewhere(request, key) if entry is None else Response(self.get_serializer(entry).data)

    def _elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        found = moved(key)
        if found is None:
            raise NotFound(_("There is no error “%(key)s”.") % {"key": key})
        if found.entry is None:
            raise Gone
        address = reverse("api:error", args=(found.entry.key,))
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
