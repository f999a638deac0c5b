"""The connection to PostgreSQL: a server that hangs or is gone costs a second, then nothing, and is found when back."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from portal.env import Environment
from portal.postgresql import base
from tests.portal.postgres import Postgres, private_postgres, streaming_replica
from tests.portal.postgres import programs as postgres_programs
from tests.portal.server import PROJECT, Server, served

KEPT = ("/errors/", "/search/?q=BitLocker")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with private_postgres() as server:
        yield server


@pytest.fixture
def database(postgres, django_db_blocker) -> Iterator[base.DatabaseWrapper]:
    """A connection of the portal's own kind, of a pool of its own."""
    options = {"connect_timeout": 2, "options": "-c statement_timeout=1000"}
    options["pool"] = {"min_size": 0, "max_size": 1, "timeout": 0.2, "reconnect_timeout": 0}
    given = Environment({"X": postgres.url}).database("X", default="")
    base.server_at.cache_clear()
    handler = ConnectionHandler(
        {"default": given | {"ENGINE": "portal.postgresql", "CONN_MAX_AGE": 0, "OPTIONS": options}}
    )
    with django_db_blocker.unblock():
        wrapper = handler["default"]
        wrapper._connection_pools = {}
        yield wrapper
        wrapper.close()
        wrapper.close_pool()


def one(database) -> int:
    with database.cursor() as cursor:
        return cursor.execute("SELECT 1").fetchone()[0]


def test_a_statement_that_takes_too_long_is_ended_by_the_server(database):
    with pytest.raises(OperationalError, match="statement timeout"), database.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    assert one(database) == 1


def test_a_server_that_is_only_busy_is_waited_for(database, monkeypatch):
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 0.1)
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
    assert one(database) == 1


def test_a_server_that_hangs_is_given_up_and_found_again(postgres, database, monkeypatch):
    assert one(database) == 1
    signs = []
    asked = base.Server._gives_a_sign
    monkeypatch.setattr(base.Server, "_gives_a_sign", lambda server: signs.append(asked(server)) or signs[-1])
    signs_of_first = 0
    with postgres.frozen():
        for _again in range(50):
            with pytest.raises(OperationalError, match=r"does not answer|did not answer|closed"):
                one(database)
            database.close()
            signs_of_first = signs_of_first or len(signs)
        assert (signs_of_first, signs[0]) == (1, False), "who comes first waits for an answer, and then for one sign"
        assert len(signs) < 10, "while it is silent, one a second asks"
    monkeypatch.setattr(base, "PAUSE_SECONDS", 0)
    base.server_at("127.0.0.1", str(postgres.port))._asked_again_at = 0.0
    assert one(database) == 1


def test_what_is_waited_for_before_a_silent_server_is_told_is_less_than_a_second():
    assert base.PATIENCE_SECONDS + base.SIGN_SECONDS <= 0.8


def test_who_finds_the_pool_empty_waits_and_is_then_told(database, monkeypatch):
    assert one(database) == 1
    monkeypatch.setattr(base, "CONNECTION_SECONDS", 0.5)
    other = database.copy()
    other._connection_pools = database._connection_pools
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        one(other)
    database.close()
    assert one(other) == 1
    other.close()


def test_a_server_that_was_stopped_is_noticed_at_once(postgres, database, monkeypatch):
    """A connection that was there is dead, and so is the next one."""
    assert one(database) == 1
    monkeypatch.setattr(base, "CONNECTION_SECONDS", 600)
    with postgres.stopped():
        for _again in range(3):
            with pytest.raises(OperationalError):
                one(database)
            database.close()
    monkeypatch.setattr(base, "PAUSE_SECONDS", 0)
    base.server_at("127.0.0.1", str(postgres.port))._asked_again_at = 0.0
    assert one(database) == 1


@pytest.mark.parametrize("host", ["", "a.example,b.example"])
def test_where_the_server_is_unknown_nobody_is_refused(host):
    server = base.Server(host, "5432")
    server.refuse_unless_alive()
    server.refuse_if_silent()


def test_a_socket_of_the_file_system_is_asked_too(postgres, tmp_path):
    base.Server(str(postgres.folder), str(postgres.port)).refuse_unless_alive()
    with pytest.raises(psycopg.OperationalError):
        base.Server(str(tmp_path), "5432").refuse_unless_alive()


@pytest.fixture(scope="module")
def folder(prepared, tmp_path_factory) -> Path:
    return shutil.copytree(prepared, tmp_path_factory.mktemp("portal") / "var")


@pytest.fixture(scope="module")
def manage(postgres, folder) -> Callable[..., str]:
    """Run a command of a portal on PostgreSQL, whose tables are there."""
    programs = f"{postgres_programs()}:{os.environ['PATH']}"
    environment = {"PATH": programs, "VAR_DIR": str(folder), "DATABASE_URL": postgres.url}

    def run(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    run("prepare")
    return run


@pytest.fixture(scope="module")
def portal(postgres, manage, folder) -> Iterator[Server]:
    """A portal with one worker that serves from PostgreSQL."""
    with served(folder, DATABASE_URL=postgres.url, PAGES_MIB="8") as server:
        yield server


def answers(portal: Server, *pages: str) -> list[int]:
    """What is answered while the database is away; nobody waits until it is back, or for a time-out of 15 seconds."""
    began = time.monotonic()
    found = [portal.status(page) for page in pages]
    assert time.monotonic() - began < 10 * len(pages)
    return found


@pytest.mark.parametrize("away", ["frozen", "stopped"])
def test_while_the_database_is_away_kept_pages_go_on_and_the_rest_says_so(portal, postgres, away):
    new = f"/search/?q=never+asked+{away}"
    assert answers(portal, *KEPT, *KEPT) == [200] * 4
    with getattr(postgres, away)():
        assert answers(portal, "/healthz", *KEPT, new, "/api/v1/search?q=VM", "/healthz") == [
            200,
            200,
            200,
            503,
            503,
            200,
        ]
        calm = portal.ask(new).decode()
    assert "Retry-After: 30" in calm
    assert "<h1>" in calm
    until = time.monotonic() + 60
    while portal.status(new) != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


LOST = """
UPDATE troubleshoot_errorentry SET message_ko = 'Zqxlost ' || key, message_en = 'Zqxlost ' || key;
UPDATE troubleshoot_contentversion SET value = value + 1, edition = 'lost';
UPDATE troubleshoot_searchchange SET version = (SELECT value FROM troubleshoot_contentversion);
CREATE TABLE of_a_newer_version (id int PRIMARY KEY, entry bigint REFERENCES troubleshoot_errorentry (id));
"""


def found(portal: Server, words: str) -> int:
    return int(json.loads(portal.ask(f"/api/v1/search?q={words}").partition(b"\r\n\r\n")[2])["total"])


def test_a_backup_is_taken_and_put_back_while_the_portal_serves(portal, postgres, manage, tmp_path):
    assert found(portal, "BitLocker") > 0
    assert "Written and verified" in manage("backup", str(tmp_path))
    (path,) = tmp_path.iterdir()
    postgres.sql(LOST)
    assert found(portal, "Zqxlost") > 0
    assert b"Zqxlost" in portal.ask("/errors/")
    assert "Restored." in manage("restore", "--noinput", str(path))
    assert b"Zqxlost" not in portal.ask("/errors/")
    assert (found(portal, "Zqxlost"), found(portal, "BitLocker") > 0) == (0, True)
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'of_a_newer_version'") == "0"


def test_a_damaged_backup_changes_nothing(portal, postgres, manage, tmp_path):
    manage("backup", str(tmp_path))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:20_000])
    before = postgres.sql("SELECT lineage FROM troubleshoot_contentversion")
    said = manage("restore", "--noinput", str(path))
    assert said.startswith("CommandError: pg_restore failed: ")
    assert postgres.sql("SELECT lineage FROM troubleshoot_contentversion") == before


@pytest.fixture(scope="module")
def replica(postgres, manage) -> Iterator[Postgres]:
    with streaming_replica(postgres) as server:
        yield server


@pytest.fixture(scope="module")
def replicated(postgres, replica, folder) -> Iterator[Server]:
    """A portal with one worker that reads from a replica, and keeps what it made."""
    away = "postgres://portal@127.0.0.1:1/portal"
    addresses = {"DATABASE_URL": postgres.url, "DATABASE_REPLICA_URLS": f"{replica.url}, {away}"}
    with served(folder, **addresses, PAGES_MIB="8") as server:
        yield server


def edit(postgres: Postgres, word: str) -> None:
    """One entry says something else, as a save of the administration has it."""
    postgres.sql(
        f"""BEGIN; UPDATE troubleshoot_errorentry SET cause_ko = '{word}' WHERE key = '{ENTRY}';
        UPDATE troubleshoot_contentversion SET value = value + 1, edition = '{word}';
        INSERT INTO troubleshoot_searchchange (kind, key, version)
        SELECT 'error', '{ENTRY}', value FROM troubleshoot_contentversion
        ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version; COMMIT"""
    )


ENTRY = "restore-cloud-internal-error"


def asked(replica: Postgres, ask: Callable[[], object]) -> bool:
    """Whether the replica was asked for entries meanwhile."""
    log = replica.folder / "log"
    before = log.stat().st_size
    ask()
    return "troubleshoot_errorentry" in log.read_text(encoding="utf-8", errors="replace")[before:]


def wait_until_read_again(portal: Server, replica: Postgres) -> None:
    """The replica has repeated everything, and the second is over in which nobody asks one that did not answer."""
    until = time.monotonic() + 60
    while not asked(replica, lambda: portal.ask(f"/errors/{ENTRY}/?{time.monotonic()}")):
        assert time.monotonic() < until
        time.sleep(0.05)


def shown(portal: Server, word: str) -> bool:
    return word in portal.ask(f"/errors/{ENTRY}/").decode() and found(portal, word) == 1


def test_pages_of_readers_are_read_from_a_replica_and_those_of_others_are_not(replicated, postgres, replica):
    wait_until_read_again(replicated, replica)
    assert not asked(replica, lambda: replicated.ask(f"/errors/{ENTRY}/?mine", "Cookie", "sessionid=somebody"))
    assert not asked(replica, lambda: replicated.ask("/admin/login/"))


def test_each_edit_is_shown_and_found_by_the_next_request_however_far_the_replica_is(replicated, postgres, replica):
    for number in range(10):
        edit(postgres, f"zqx{number}nv")
        assert shown(replicated, f"zqx{number}nv")


def test_a_replica_that_is_behind_is_passed_over_until_it_is_level(replicated, postgres, replica):
    wait_until_read_again(replicated, replica)
    replica.sql("SELECT pg_wal_replay_pause()")
    edit(postgres, "zqxpausednv")
    assert not asked(replica, lambda: shown(replicated, "zqxpausednv"))
    assert shown(replicated, "zqxpausednv")
    replica.sql("SELECT pg_wal_replay_resume()")
    wait_until_read_again(replicated, replica)


def test_without_its_replica_pages_are_read_from_the_primary(replicated, postgres, replica):
    with replica.stopped():
        assert answers(replicated, *(f"/errors/{ENTRY}/?away={number}" for number in range(5))) == [200] * 5
    edit(postgres, "zqxbacknv")
    assert shown(replicated, "zqxbacknv")


def test_without_its_primary_pages_that_were_never_made_are_read_from_the_replica(replicated, postgres, replica):
    wait_until_read_again(replicated, replica)
    with postgres.stopped():
        assert answers(replicated, f"/errors/{ENTRY}/?alone", "/search/?q=never+asked+alone") == [200, 503]
