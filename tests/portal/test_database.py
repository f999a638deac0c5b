"""A database that a worker holds open is read without room on the disk."""

import sqlite3

import pytest

from portal import database

ENGINE = "django.db.backends.sqlite3"


@pytest.fixture(autouse=True)
def nothing_left_open(monkeypatch):
    held: list[sqlite3.Connection] = []
    monkeypatch.setattr(database, "_held", held)
    yield
    for connection in held:
        connection.close()


def test_the_files_of_the_log_stay_while_it_is_held(tmp_path):
    path = tmp_path / "a b.sqlite3"
    first = sqlite3.connect(path)
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE t (x)")
    database.hold_open({"ENGINE": ENGINE, "NAME": path})
    first.close()
    assert path.with_name(f"{path.name}-wal").exists()


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path):
    database.hold_open({"ENGINE": ENGINE, "NAME": tmp_path / "none"})
    assert list(tmp_path.iterdir()) == []


def test_another_database_is_left_alone():
    database.hold_open({"ENGINE": "django.db.backends.postgresql", "NAME": "x"})
    assert database._held == []
