"""Owns the addresses of the portal: Korean at the root, English below ``/en/``, machines' addresses in no language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.cache import cache_control

from troubleshoot.views import discovery, documents, errors, health, home, operations, problems, search

handler404 = problems.not_found
handler500 = problems.server_error

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("opensearch.xml", discovery.opensearch, name="opensearch"),
    path(
        "sitemap.xml",
        cache_control(max_age=discovery.AN_HOUR)(sitemap),
        {"sitemaps": discovery.SITEMAPS},
        name="sitemap",
    ),
    path("robots.txt", discovery.robots, name="robots"),
    path("api/", include("troubleshoot.api.urls")),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("search/", search.search, name="search"),
        path("errors/", errors.error_list, name="error_list"),
        path("errors/<slug:key>/", errors.error, name="error"),
        path("operations/<slug:key>/", operations.operation, name="operation"),
        path("document/", documents.document, name="document"),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
