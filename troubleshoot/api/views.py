"""Owns the addresses that read the catalogue: operations, errors, one error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend  # type: ignore[import-untyped]
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView, RetrieveAPIView

from troubleshoot.api.base import ApiView
from troubleshoot.api.pagination import Pages
from troubleshoot.api.parameters import LANGUAGE
from troubleshoot.api.serializers import FailureShape, FullError, ListedError, OperationShape
from troubleshoot.filters import ErrorFilter
from troubleshoot.models import ErrorEntry, Operation

if TYPE_CHECKING:
    from django.db.models import QuerySet

BAD = {400: FailureShape}
MISSING = {404: FailureShape}


class Operations(ApiView, ListAPIView[Operation]):
    """What can be going on when an error appears, in the order of the document."""

    serializer_class = OperationShape
    pagination_class = Pages

    @extend_schema(
        tags=["Catalogue"],
        operation_id="operations",
        summary="List the operations",
        parameters=[LANGUAGE],
        responses={200: OperationShape(many=True)} | BAD | MISSING,
    )
    def get(self, *args: Any, **kwargs: Any) -> Any:
        return super().get(*args, **kwargs)

    def get_queryset(self) -> QuerySet[Operation]:
        return Operation.objects.with_entry_counts().select_related("section").order_by("order")


class Errors(ApiView, ListAPIView[ErrorEntry]):
    """The documented errors, in the order of the document."""

    serializer_class = ListedError
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ErrorFilter

    @extend_schema(
        tags=["Catalogue"],
        operation_id="errors",
        summary="List the documented errors",
        parameters=[LANGUAGE],
        responses={200: ListedError(many=True)} | BAD | MISSING,
    )
    def get(self, *args: Any, **kwargs: Any) -> Any:
        return super().get(*args, **kwargs)

    def get_queryset(self) -> QuerySet[ErrorEntry]:
        return ErrorEntry.objects.with_operation().prefetch_related("aliases").in_document_order()


class Error(ApiView, RetrieveAPIView[ErrorEntry]):
    """One documented error with its cause and all ways to fix it, in both languages."""

    serializer_class = FullError

    @extend_schema(
        tags=["Catalogue"],
        operation_id="error",
        summary="Read one error in both languages",
        parameters=[LANGUAGE],
        responses={200: FullError} | BAD | MISSING,
    )
    def get(self, *args: Any, **kwargs: Any) -> Any:
        return super().get(*args, **kwargs)

    def get_object(self) -> ErrorEntry:
        key = self.kwargs["key"]
        entry = ErrorEntry.objects.with_everything().filter(key=key).first()
        if entry is None:
            raise NotFound(_("There is no error “%(key)s”.") % {"key": key})
        return entry
