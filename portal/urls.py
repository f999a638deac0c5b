"""Owns the addresses of the portal, and the answers to what fails outside a view.

Korean stands at the root, English below ``/en/``, and machines' addresses in no language.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.http import HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.defaults import permission_denied

from portal.reading import API
from troubleshoot.admin import account, people
from troubleshoot.views import (
    about,
    catalog,
    diagnose,
    discovery,
    editions,
    feeds,
    health,
    images,
    offline,
    problems,
    query_log,
    search,
    sign_in,
    verdicts,
)
from troubleshoot.views.wizards import overviews, stepping, thanks

if TYPE_CHECKING:
    from django.http import HttpRequest


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400, for a request that could not be understood."""
    if request.path_info.startswith(API):
        return as_json(HTTPStatus.BAD_REQUEST, "parse_error", _("This request could not be read"))
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. What was sent need not be readable: that is found out here where the view did not look at it."""
    with suppress(MultiPartParserError):
        request.POST  # noqa: B018 - whoever asks for it again has it empty
    return permission_denied(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is what failed."""
    page = problems.server_error(request)
    if not request.path_info.startswith(API):
        return page
    code = "unavailable" if page.status_code == HTTPStatus.SERVICE_UNAVAILABLE else "server_error"
    answer = as_json(page.status_code, code, _("Something went wrong on our side"))
    if "Retry-After" in page.headers:
        answer.headers["Retry-After"] = page.headers["Retry-After"]
    return answer


def as_json(status: int, code: str, message: str) -> JsonResponse:
    """The shape in which the API itself reports errors."""
    return JsonResponse({"error": {"code": code, "message": f"{message}."}}, status=status)


admin.autodiscover()

handler404 = problems.not_found
handler400 = bad_request
handler403 = forbidden
handler500 = server_error

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("search/log/", query_log.log, name="search_log"),
    path("opensearch.xml", discovery.opensearch, name="opensearch"),
    path(
        "sitemap.xml",
        cache_control(max_age=discovery.AN_HOUR)(index),
        {"sitemaps": discovery.SITEMAPS, "sitemap_url_name": "sitemap_part"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml",
        cache_control(max_age=discovery.AN_HOUR)(sitemap),
        {"sitemaps": discovery.SITEMAPS},
        name="sitemap_part",
    ),
    path("robots.txt", discovery.robots, name="robots"),
    path("worker.js", offline.worker, name="worker"),
    path("llms.txt", discovery.llms, name="llms"),
    path("images/<slug:key>", images.image, name="image"),
    path("favicon.ico", discovery.favicon, name="favicon"),
    path("api/", include("troubleshoot.api.urls")),
    *i18n_patterns(
        path("", catalog.home, name="home"),
        path("search/", search.search, name="search"),
        path("search/suggest/", search.suggest, name="suggest"),
        path("search/missing/", query_log.missing, name="search_missing"),
        path("errors/", catalog.error_list, name="error_list"),
        path("errors/feed.xml", feeds.feed, name="feed"),
        path("errors/<slug:key>/", catalog.error, name="error"),
        path("errors/<slug:key>.md", editions.entry_markdown, name="error_markdown"),
        path("errors/<slug:key>.txt", editions.entry_text, name="error_text"),
        path("errors/<slug:key>/verdict/", verdicts.entry_verdict, name="error_verdict"),
        path("offline/", offline.offline, name="offline"),
        path("manifest.webmanifest", offline.manifest, name="manifest"),
        path("about/", about.about, name="about"),
        path("styleguide/", about.styleguide, name="styleguide"),
        path("operations/<slug:key>/", catalog.operation, name="operation"),
        path("diagnose/", diagnose.diagnose, name="diagnose"),
        path("wizards/", stepping.wizard_list, name="wizard_list"),
        path("wizards/<slug:key>/", stepping.wizard, name="wizard"),
        path("wizards/<slug:key>.md", overviews.wizard_markdown, name="wizard_markdown"),
        path("wizards/<slug:key>/all/", overviews.wizard_all, name="wizard_all"),
        path("wizards/<slug:key>/all/download/", overviews.wizard_file, name="wizard_file"),
        path("wizards/<slug:key>/map/", overviews.wizard_map, name="wizard_map"),
        path("wizards/<slug:key>/map.svg", overviews.wizard_picture, name="wizard_picture"),
        path("wizards/<slug:key>/verdict/", thanks.wizard_verdict, name="wizard_verdict"),
        path("wizards/<slug:key>/thanks/", thanks.wizard_thanks, name="wizard_thanks"),
        path("wizards/<slug:key>/seen/", thanks.wizard_seen, name="wizard_seen"),
        path("document/", catalog.documents, name="document"),
        path("document/<slug:key>/", catalog.document, name="one_document"),
        path("admin/reports/", include("troubleshoot.admin.reports.urls")),
        # Django's way from a row's number to its address asks for no permission, and no page of ours links to it.
        re_path("^admin/r/", problems.not_found, {"exception": None}),
        path("admin/password/", people.forgotten_password, name="forgotten_password"),
        path("admin/password/<str:place>/<str:token>/", people.choose_password, name="choose_password"),
        path("admin/account/", admin.site.admin_view(account.account), name="account"),
        path("admin/login/", sign_in.sign_in),  # before Django's own, which keeps the name
        path("admin/password_change/", admin.site.admin_view(sign_in.change_password)),  # as above
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
