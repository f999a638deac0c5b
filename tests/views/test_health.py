"""The probes: alive, ready, and the numbers for Prometheus."""

from collections import Counter
from ipaddress import ip_network

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from troubleshoot.search.index import freshness
from troubleshoot.views import health


def test_healthz_is_alive_without_a_database(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_says_ok_for_every_check(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()["checks"]) == set(health.READINESS)


@pytest.mark.django_db(transaction=True)
def test_readyz_names_the_pending_migrations(client):
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name, applied FROM django_migrations WHERE app = 'sessions'")
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        try:
            answer = client.get("/readyz")
        finally:
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", rows)
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"ok": False, "reason": f"{len(rows)} migrations are not applied."}
    assert answer.json()["checks"]["database"]["ok"] is True


@pytest.mark.django_db
def test_readyz_is_503_while_any_check_fails(client, monkeypatch):
    def never() -> None:
        raise health.NotReadyError("It never is.")

    monkeypatch.setitem(health.READINESS, "never", never)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["checks"]["never"]["reason"] == "It never is."


@pytest.mark.django_db
def test_readyz_is_503_while_there_is_no_index_of_this_content(client, monkeypatch):
    missing = freshness.Health(ready=False, mode=freshness.Mode.DISK, behind=1, size=0)
    monkeypatch.setattr(freshness.View, "health", lambda _view: missing)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["index"]["ok"] is False


def test_metrics_count_requests_by_view_and_status(client):
    client.get("/healthz")
    samples = [
        sample
        for family in text_string_to_metric_families(client.get("/metrics").content.decode())
        for sample in family.samples
    ]
    labels = {"view": "healthz", "method": "GET", "status": "200"}
    counted = [s.value for s in samples if s.name == "portal_requests_total" and s.labels == labels]
    assert len(counted) == 1
    assert counted[0] >= 1


def test_metrics_count_searches_by_what_they_found(client, content):
    before = counted_searches(client)
    for text in ("BitLocker", "zzzzqqqq"):
        client.get("/search/", {"q": text})
    after = counted_searches(client)
    assert after["found"] - before["found"] == 1
    assert after["nothing"] - before["nothing"] == 1


@pytest.mark.parametrize(
    "address",
    ["/search/?q=zzzz+qqqq+wwww+xxxx", "/search/?q=zzzz+BitLocker+wwww", "/search/?q=BitLocker+backup&page=9"],
)
def test_a_search_counts_once_whatever_the_page_asks_beside_it(client, content, address):
    before = counted_searches(client)
    assert client.get(address).status_code == 200
    assert (counted_searches(client) - before).total() == 1


def test_a_page_that_nobody_searched_for_counts_no_search(client, content):
    before = counted_searches(client)
    assert client.get("/errors/vm-agent-not-responding-at-all/").status_code == 404
    assert counted_searches(client) == before


def counted_searches(client) -> Counter[str]:
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    samples = [sample for family in families for sample in family.samples if sample.name == "portal_searches_total"]
    return Counter({sample.labels["outcome"]: int(sample.value) for sample in samples})


@pytest.mark.django_db
def test_metrics_never_hold_an_address_or_a_query(client):
    client.get("/nowhere-at-all/?q=my-secret")
    page = client.get("/metrics").content.decode()
    assert "nowhere" not in page
    assert "my-secret" not in page


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=x"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_metrics_are_refused_to_other_machines(meta):
    assert Client(**meta).get("/metrics").status_code == 403


def test_metrics_are_shown_to_the_networks_of_the_settings(settings):
    settings.METRICS_NETWORKS = [ip_network("203.0.113.0/24")]
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_is_never_cached(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]
