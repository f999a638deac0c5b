"""Owns the description of the API: the OpenAPI document and the page to browse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import override
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from troubleshoot.api.base import ApiView

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class Schema(ApiView, SpectacularAPIView):
    """The OpenAPI document, in English: JSON, or YAML where the Accept header asks for it."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        with override("en"):
            response: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
            return response


class Docs(ApiView, SpectacularSwaggerView):
    """The API as a page to read and try. Its script is a file, since the security policy forbids inline scripts."""

    url_name = "api:schema"
