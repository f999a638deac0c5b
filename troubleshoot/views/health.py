"""Owns the probes: whether the portal is alive, whether it can serve, and the numbers it counts."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from troubleshoot.metrics import CONTENT_TYPE, exposition
from troubleshoot.reading.readers import known_address
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexUnavailableError


class NotReadyError(Exception):
    """Why the portal can't serve, in words that may be shown to anybody."""


def server_stays() -> None:
    if settings.LEAVING[0]:
        raise NotReadyError("This server is about to stop.")


def database_answers() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        raise NotReadyError("The database does not answer.") from error


def migrations_are_applied() -> None:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        raise NotReadyError("The database does not answer.") from error
    if pending:
        raise NotReadyError(f"{len(pending)} migrations are not applied.")


def search_answers() -> None:
    """Bring this process's index level with the content, as the next search would."""
    try:
        freshness.view().current()
        is_ready = freshness.view().health().ready
    except Error as error:
        raise NotReadyError("The database does not answer.") from error
    except IndexUnavailableError as error:
        raise NotReadyError("The search index can't be opened.") from error
    if not is_ready:
        raise NotReadyError("The search index holds nothing of this content yet.")


# Everything that must hold before readers are sent here; each raises NotReadyError with the reason.
READINESS: dict[str, Callable[[], None]] = {
    "server": server_stays,
    "database": database_answers,
    "migrations": migrations_are_applied,
    "index": search_answers,
}


def reason_against(check: Callable[[], None]) -> str | None:
    """Why the check fails, or None if it holds."""
    try:
        check()
    except NotReadyError as error:
        return str(error)
    return None


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of the database, so that a database's failure restarts no process."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if every check holds, else 503; either way the checks with their reasons, and what searches answer from."""
    reasons = {name: reason_against(check) for name, check in READINESS.items()}
    ready = not any(reasons.values())
    checks = {name: {"ok": reason is None, "reason": reason} for name, reason in reasons.items()}
    answer = {"status": "ok" if ready else "unavailable", "checks": checks, "search": search_state()}
    return JsonResponse(answer, status=200 if ready else 503)


def search_state() -> dict[str, str | int] | None:
    """What this process answers searches from: ``disk``, or why not; None where the database does not tell."""
    try:
        health = freshness.view().health()
    except Error:
        return None
    return {"mode": health.mode.value, "behind": health.behind, "documents": health.size}


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers for Prometheus, for the networks of METRICS_NETWORKS only."""
    if not comes_from_within(request):
        return HttpResponse("Metrics are not shown to this address.\n", status=403, content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


def comes_from_within(request: HttpRequest) -> bool:
    """Whether the caller itself is in an allowed network: a forwarded request is somebody else's."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    address = known_address(request.META.get("REMOTE_ADDR", ""))
    return address is not None and any(address in network for network in settings.METRICS_NETWORKS)
