"""Where the server counts: off the data disk, with its room taken beforehand, and never at a reader's cost."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal import counters
from tests.portal.server import PROJECT, Server, served
from tests.tools import missing
from troubleshoot import metrics

PAGES = ("/", "/search/?q=vm", "/errors/", "/wizards/", "/diagnose/", "/api/v1/search?q=vm", "/nowhere/", "/en/")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of a few megabytes; needs root and the right to mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        missing("the right to mount a small file system (root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave not one byte free."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 - expected each time
    assert shutil.disk_usage(folder).free == 0
    return filler


@pytest.mark.parametrize("counted_in", ["memory", "disk"])
def test_a_full_disk_costs_no_reader_an_answer_and_leaves_nothing_broken(tmp_path, counted_in):
    with small_disk(tmp_path / "disk", 96) as disk:
        variables = {"METRICS_DIR": str(disk / "metrics")} if counted_in == "disk" else {}
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(disk), "SECRET_KEY": "tests"}
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=PROJECT, env=environment, check=True)
        with served(disk, WEB_CONCURRENCY="2", **variables) as server:
            filler = fill(disk)
            assert {server.status("/search/?q=vm") for _asked in range(8)} == {200}
            during = [(page, server.status(page)) for page in PAGES * 4]
            assert [(page, status) for page, status in during if status == 0 or status >= 500] == []
            filler.unlink()
            after = {page: server.status(page) for page in PAGES}
            assert after == dict.fromkeys(PAGES, 200) | {"/nowhere/": 404}
            assert server.status("/readyz") == 200
            assert counted(server) >= len(PAGES) * 5


def test_what_ended_workers_counted_stays_in_few_files_and_the_folder_goes_with_the_server(tmp_path):
    with served(tmp_path / "var", METRICS_DIR=str(tmp_path / "metrics")) as server:
        (folder,) = (tmp_path / "metrics").iterdir()
        for round_number in range(1, 5):
            for _request in range(10):
                assert server.status("/healthz") == 200
            end_workers(server, folder)
            assert counted(server) >= 10 * round_number
        processes = {file.stem.partition("_")[2] for file in folder.glob("*.db")}
        assert len(processes) <= 3  # the master, one worker, and the ended ones together
    assert not folder.exists()


def end_workers(server: Server, folder: Path) -> None:
    """End the worker, and wait until another has taken its place and its numbers are merged."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    before = children.read_text().split()
    for worker in before:
        os.kill(int(worker), signal.SIGTERM)
    until = time.monotonic() + 60
    while any((folder / f"counter_{worker}.db").exists() for worker in before) or server.status("/healthz") != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def counted(server: Server) -> int:
    """All requests that /metrics tells of."""
    told = server.ask("/metrics").decode()
    return sum(int(float(number)) for number in re.findall(r"^portal_requests_total\{.*\} (\S+)$", told, re.MULTILINE))


def test_without_shared_memory_the_counters_are_beside_the_data(tmp_path):
    assert counters.default_folder(tmp_path, tmp_path / "none") == tmp_path / "metrics"


def test_with_shared_memory_each_portal_has_a_folder_that_only_its_user_opens(tmp_path):
    one, other = (counters.default_folder(tmp_path / name, tmp_path) for name in "ab")
    assert one != other
    assert one.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_somebody_put_there_is_not_trusted(tmp_path):
    folder = counters.default_folder(tmp_path / "a", tmp_path)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert counters.default_folder(tmp_path / "a", tmp_path) == tmp_path / "a" / "metrics"


def test_without_room_nothing_is_reserved_and_nothing_left(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert counters.reserve(tmp_path) is False
    assert list(tmp_path.iterdir()) == []


def test_counting_never_fails_a_request(client, monkeypatch):
    def fail(*_arguments):
        raise TypeError

    monkeypatch.setattr(metrics.REQUESTS, "labels", fail)
    monkeypatch.setitem(metrics._state, "failed", False)
    assert client.get("/healthz").status_code == 200


def test_a_process_without_room_counts_nothing_and_serves(client, monkeypatch):
    monkeypatch.setitem(metrics._state, "stopped", True)
    before = metrics.exposition()
    assert client.get("/healthz").status_code == 200
    assert metrics.exposition().splitlines()[:5] == before.splitlines()[:5]
