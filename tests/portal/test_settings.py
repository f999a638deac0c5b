"""The settings as a start reads them: what stops it, what a deployment turns on, and the README that tells it all."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PROJECT = Path(__file__).parent.parent.parent
TABLE_ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


@pytest.fixture
def start(tmp_path):
    """Run Python in a fresh process with exactly these variables."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")} | variables
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    return run


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
    ],
)
def test_a_wrong_value_stops_a_command_with_one_sentence(start, name, value):
    stopped = start("manage.py", "check", **{name: value})
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"The portal can't start. {name}")
    assert "Traceback" not in stopped.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("DEBUG", "flase"), ("PORT", "http"), ("PORT", "70000"), ("WEB_THREADS", "0")]
)
def test_a_wrong_value_stops_the_server_with_one_sentence(start, name, value):
    stopped = start("-m", "gunicorn", "--check-config", **{name: value})
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"The portal can't start. {name}")
    assert "Traceback" not in stopped.stderr


def test_nothing_need_be_set(start):
    assert start("manage.py", "check", "--fail-level", "WARNING").returncode == 0


def test_the_first_start_makes_a_secret(start, tmp_path):
    start("manage.py", "check")
    assert (tmp_path / "var" / "secret").exists()


def test_the_documented_production_environment_passes_the_deployment_checks(start):
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables_of_the_example())
    assert checked.returncode == 0, checked.stderr


def test_a_portal_for_any_name_is_warned_of_in_a_deployment(start):
    checked = start("manage.py", "check", "--deploy", **variables_of_the_example() | {"ALLOWED_HOSTS": "*"})
    assert "troubleshoot.W001" in checked.stderr


def test_debug_is_off_unless_asked_for(start):
    told = start("-c", "from portal import settings; print(settings.DEBUG)")
    assert told.stdout == "False\n"


def test_sqlite_writes_ahead_and_waits_its_turn(start):
    read = (
        "from django.db import connection as c; k = c.cursor(); print(k.execute('PRAGMA journal_mode').fetchone()[0])"
    )
    told = start("manage.py", "shell", "-v0", "-c", read)
    assert told.stdout.strip() == "wal"


@pytest.fixture
def variables_that_are_read(start) -> set[str]:
    """The variables of the settings, and those that only the server's configuration reads."""
    told = start("-c", "import runpy; print(*runpy.run_path('gunicorn.conf.py')['env'].names)")
    return set(told.stdout.split())


def test_every_variable_stands_in_the_readme_and_no_other(variables_that_are_read):
    documented = set(TABLE_ROW.findall((PROJECT / "README.md").read_text(encoding="utf-8")))
    assert documented == variables_that_are_read


def test_the_production_example_sets_only_what_is_documented(variables_that_are_read):
    assert set(variables_of_the_example()) <= variables_that_are_read


def test_the_server_counts_in_a_folder_of_its_own_and_removes_what_ended_servers_left(start, tmp_path):
    left_behind = tmp_path / "metrics" / "4194305"  # above the highest process id that Linux gives
    left_behind.mkdir(parents=True)
    told = start(
        "-c",
        "import os, runpy; c = runpy.run_path('gunicorn.conf.py'); print(os.getpid(), *os.listdir(c['counting']))",
        METRICS_DIR=str(left_behind.parent),
    )
    process, *folders = told.stdout.split()
    assert folders == [process]
    assert not left_behind.parent.exists()


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
