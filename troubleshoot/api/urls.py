"""Owns the addresses below ``/api/``."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from troubleshoot.api.base import Docs, Schema, Unknown
from troubleshoot.api.catalog import Error, Errors, Operations, Products
from troubleshoot.api.documents import Documents, DocumentsStatus
from troubleshoot.api.feedback import Feedback
from troubleshoot.api.flows import Flows, OneFlow
from troubleshoot.api.search import Diagnose, Search
from troubleshoot.keeping import keepable

app_name = "api"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    path("docs/", Docs.as_view(), name="docs"),
    path("v1/schema", Schema.as_view(), name="schema"),
    path("v1/search", keepable(Search.as_view()), name="search"),
    path("v1/diagnose", Diagnose.as_view(), name="diagnose"),
    path("v1/products", keepable(Products.as_view()), name="products"),
    path("v1/operations", keepable(Operations.as_view()), name="operations"),
    path("v1/errors", keepable(Errors.as_view()), name="errors"),
    path("v1/errors/<slug:key>", keepable(Error.as_view()), name="error"),
    path("v1/documents", Documents.as_view(), name="documents"),
    path("v1/documents/<uuid:upload>", DocumentsStatus.as_view(), name="documents_status"),
    path("v1/feedback", Feedback.as_view(), name="feedback"),
    path("v1/flows", keepable(Flows.as_view()), name="flows"),
    path("v1/flows/<slug:key>", keepable(OneFlow.as_view()), name="flow"),
    re_path("", Unknown.as_view(), name="unknown"),
]
