"""The settings as a start reads them: what stops it, what a deployment turns on, and the README that tells it all."""

import os
import re
import runpy
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from portal import settings as project_settings
from portal.env import Environment

PROJECT = Path(__file__).parent.parent.parent
TABLE_ROW = re.compile(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", re.MULTILINE)


@pytest.fixture
def start(tmp_path):
    """Run Python in a fresh process with exactly these variables."""
    return partial(run, tmp_path)


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder / "var")} | variables
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def read_settings(tmp_path, monkeypatch):
    """The settings as a start reads them with exactly these variables, in this process: a start takes a second."""

    def read(**variables: str) -> dict[str, Any]:
        monkeypatch.setattr(os, "environ", {"VAR_DIR": str(tmp_path / "var")} | variables)
        return runpy.run_path(str(PROJECT / "portal" / "settings.py"))

    return read


def variables_of_the_example() -> dict[str, str]:
    lines = (PROJECT / "production.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "flase"),
        ("HSTS_SECONDS", "long"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "mysql://h/n"),
        ("HTTPS", "?"),
        ("WEB_THREADS", "0"),
        ("WEB_CONCURRENCY", "abc"),
        ("WEB_CONCURRENCY", ""),
        ("DATABASE_CONNECTIONS", "0"),
    ],
)
def test_a_wrong_value_is_named_by_the_settings(read_settings, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}"):
        read_settings(**{name: value})


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PORT", "70000")])
def test_a_wrong_value_is_named_by_the_server(monkeypatch, name, value):
    monkeypatch.setattr(project_settings, "env", Environment({name: value}))
    with pytest.raises(SystemExit, match=f"^The portal can't start. {name}"):
        runpy.run_path(str(PROJECT / "gunicorn.conf.py"))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("manage.py", "check"), "DEBUG"),
        (("-m", "gunicorn", "--check-config"), "DEBUG"),
        (("manage.py", "prepare"), "WEB_CONCURRENCY"),  # every start has this step before gunicorn, which reads it raw
    ],
)
def test_a_wrong_value_stops_a_start_with_one_sentence(start, arguments, name):
    stopped = start(*arguments, **{name: "flase"})
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"The portal can't start. {name}")
    assert "Traceback" not in stopped.stderr


def test_nothing_need_be_set_and_the_first_start_makes_a_secret(start, tmp_path):
    assert start("manage.py", "check", "--fail-level", "WARNING").returncode == 0
    assert (tmp_path / "var" / "secret").exists()


def test_the_documented_production_environment_passes_the_deployment_checks(start):
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables_of_the_example())
    assert checked.returncode == 0, checked.stderr


def test_a_portal_for_any_name_is_warned_of_in_a_deployment(start):
    checked = start("manage.py", "check", "--deploy", **variables_of_the_example() | {"ALLOWED_HOSTS": "*"})
    assert "troubleshoot.W001" in checked.stderr


def test_debug_is_off_unless_asked_for(read_settings):
    assert read_settings()["DEBUG"] is False
    assert read_settings(DEBUG="true")["DEBUG"] is True


def test_postgres_has_time_outs_unless_its_address_says_others(read_settings):
    url = "postgres://me@db.example/portal"
    usual = read_settings(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (usual["connect_timeout"], usual["options"], usual["pool"]["max_size"]) == (
        2,
        "-c statement_timeout=15000",
        6,
    )
    asked = {"DATABASE_URL": f"{url}?connect_timeout=9", "DATABASE_STATEMENT_SECONDS": "60", "WEB_THREADS": "8"}
    chosen = read_settings(**asked)["DATABASES"]["default"]["OPTIONS"]
    assert (chosen["connect_timeout"], chosen["options"], chosen["pool"]["max_size"]) == (
        9,
        "-c statement_timeout=60000",
        10,
    )


def test_replicas_of_postgres_only_read_and_are_routed_to(read_settings):
    urls = "postgres://me@one.example/portal,postgres://me@two.example/portal"
    found = read_settings(DATABASE_URL="postgres://me@db.example/portal", DATABASE_REPLICA_URLS=urls)
    databases = found["DATABASES"]
    assert {name: one["HOST"] for name, one in databases.items()} == {
        "default": "db.example",
        "replica-1": "one.example",
        "replica-2": "two.example",
    }
    only_reads = {name for name, one in databases.items() if "read_only=on" in one["OPTIONS"]["options"]}
    assert only_reads == {"replica-1", "replica-2"}
    assert found["DATABASE_ROUTERS"] == ["troubleshoot.replicas.Router"]
    assert read_settings()["DATABASE_ROUTERS"] == []


def test_sqlite_has_no_replicas(read_settings):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_REPLICA_URLS needs a DATABASE_URL of PostgreSQL"):
        read_settings(DATABASE_REPLICA_URLS="postgres://me@one.example/portal")


def test_sqlite_writes_ahead_and_waits_its_turn(read_settings, django_db_blocker):
    # A browser of other tests may have left its event loop in this thread.
    database = ConnectionHandler(read_settings(DJANGO_ALLOW_ASYNC_UNSAFE="true")["DATABASES"])["default"]
    with django_db_blocker.unblock(), closing(database), database.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


@pytest.fixture(scope="module")
def variables_that_are_read(tmp_path_factory) -> set[str]:
    """The variables of the settings, and those that only the server's configuration reads."""
    told = run(
        tmp_path_factory.mktemp("names"), "-c", "import runpy; print(*runpy.run_path('gunicorn.conf.py')['env'].names)"
    )
    return set(told.stdout.split())


def test_every_variable_stands_in_the_readme_and_no_other(variables_that_are_read):
    rows = TABLE_ROW.findall((PROJECT / "README.md").read_text(encoding="utf-8"))
    documented = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert documented == variables_that_are_read


def test_the_production_example_sets_only_what_is_documented(variables_that_are_read):
    assert set(variables_of_the_example()) <= variables_that_are_read


def test_the_server_logs_paths_without_their_query(start):
    told = start("-m", "gunicorn", "--print-config").stdout
    (line,) = [line for line in told.splitlines() if line.startswith("access_log_format")]
    for atom in ("%(r)s", "%(q)s", "%(f)s", "{referer}i"):
        assert atom not in line


def test_no_module_forks_on_debug():
    for path in (*PROJECT.glob("portal/*.py"), *PROJECT.glob("troubleshoot/**/*.py")):
        assert "settings.DEBUG" not in path.read_text(encoding="utf-8"), path


def test_uploads_are_bounded_above_what_the_largest_page_takes():
    assert 256 * 1024 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 4 * 1024 * 1024
