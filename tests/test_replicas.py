"""From which database a page is read; tests/portal/test_postgresql.py tries it with a replica that streams."""

import pytest
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import OperationalError

from troubleshoot import replicas
from troubleshoot.models import ErrorEntry

ROUTER = replicas.Router()


class Databases(dict[str, str]):
    """What content each database says it has; one that says nothing does not answer."""

    def __init__(self, monkeypatch, **said: str) -> None:
        super().__init__(said)
        self.closed: list[str] = []
        known = dict.fromkeys((PRIMARY, *said), self)
        monkeypatch.setattr(replicas, "connections", known)

    def close(self) -> None:
        self.closed.append("one")

    def edition_on(self, alias: str) -> str:
        if not self[alias]:
            raise OperationalError
        return self[alias]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"one": "b"}, "one"),
        ({"one": "a", "two": "b"}, "two"),
        ({"one": "", "two": "b"}, "two"),
        ({"one": "a"}, PRIMARY),
        ({"one": "c"}, PRIMARY),
        ({"one": ""}, PRIMARY),
        ({}, PRIMARY),
    ],
    ids=repr,
)
def test_a_page_is_read_from_a_replica_that_has_what_was_seen(monkeypatch, said, wanted):
    databases = Databases(monkeypatch, **said)
    with replicas.reading("b", databases.edition_on) as is_replica:
        assert ROUTER.db_for_read(ErrorEntry) == wanted
        assert is_replica == (wanted != PRIMARY)
        with replicas.primary():
            assert ROUTER.db_for_read(ErrorEntry) == PRIMARY
    assert ROUTER.db_for_read(ErrorEntry) == PRIMARY
    assert len(databases.closed) == list(said.values()).count("") or wanted != PRIMARY


def test_all_replicas_are_asked_as_much(monkeypatch):
    databases = Databases(monkeypatch, one="b", two="b", three="b")
    read = set()
    for _again in range(200):
        with replicas.reading("b", databases.edition_on):
            read.add(ROUTER.db_for_read(ErrorEntry))
    assert read == {"one", "two", "three"}


def test_where_nothing_was_seen_no_replica_is_asked(monkeypatch):
    databases = Databases(monkeypatch, one="")
    with replicas.reading("", databases.edition_on):
        assert ROUTER.db_for_read(ErrorEntry) == PRIMARY
    assert databases.closed == []


def test_that_a_replica_is_away_is_logged_once_and_again_when_it_is_back(monkeypatch, caplog):
    databases = Databases(monkeypatch, one="")
    for said in ("", "", "b", "b", ""):
        databases["one"] = said
        with replicas.reading("b", databases.edition_on):
            pass
    assert [record.getMessage().partition(",")[0] for record in caplog.records] == [
        "one does not answer",
        "one answers again.",
        "one does not answer",
    ]
    replicas._away.clear()


def test_what_is_written_goes_to_the_primary_wherever_a_row_was_read(monkeypatch):
    databases = Databases(monkeypatch, one="b")
    with replicas.reading("b", databases.edition_on):
        assert ROUTER.db_for_write(ErrorEntry) == PRIMARY
    assert ROUTER.allow_relation(ErrorEntry(), ErrorEntry())
    assert [ROUTER.allow_migrate(alias, "troubleshoot") for alias in (PRIMARY, "one")] == [True, False]
