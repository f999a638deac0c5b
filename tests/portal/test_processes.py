"""What the processes of a server keep: their counts, never the reason why a request fails, and a database to read."""

import ctypes
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.urls import get_resolver
from prometheus_client.parser import text_string_to_metric_families

from portal import processes
from troubleshoot import metrics

PROJECT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 60
MIB = 1024 * 1024
ENTRY = "restore-cloud-internal-error"
PAGES = ("/", "/search/?q=BitLocker", "/errors/", "/wizards/vm-agent/", "/api/v1/search?q=VM", "/en/search/?q=zzzz")


@pytest.fixture
def no_server(monkeypatch) -> None:
    """What a server says to its workers is said to nobody yet, and to nobody afterwards."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")


HEAPS = """
import ctypes, runpy, sys, threading
if sys.argv[2]:
    runpy.run_path(sys.argv[2])
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
everyone = threading.Barrier(8)
def take():
    everyone.wait()
    libc.malloc(5000)
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library has other heaps")
@pytest.mark.parametrize(("configuration", "are_many"), [("gunicorn.conf.py", False), ("", True)])
def test_threads_of_a_worker_share_one_heap(tmp_path, configuration, are_many):
    told = tmp_path / "heaps.xml"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")}
    command = [sys.executable, "-c", HEAPS, str(told), configuration]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    assert (told.read_text(encoding="ascii").count("<heap nr=") > 1) == are_many


GARBAGE = """
import gc, runpy, sys
from collections import deque

class Row:
    there = most = 0

    def __init__(self):
        self.itself = self
        Row.there += 1

    def __del__(self):
        Row.there -= 1

answered = runpy.run_path("gunicorn.conf.py")["post_request"]
kept = [[] for _thing in range(50_000)]
under_way = deque(maxlen=4)
for answers in range(900):
    under_way.append([Row() for _row in range(1_000)])
    if answers >= 600:
        Row.most = max(Row.most, Row.there)
    if sys.argv[1:]:
        answered(None, None, {}, None)
print(Row.most, gc.get_freeze_count() >= 50_000)
"""


def test_a_warm_worker_has_less_garbage_and_what_it_keeps_is_not_looked_through(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")}
    said = [
        subprocess.check_output([sys.executable, "-c", GARBAGE, *how], cwd=PROJECT, env=environment, text=True).split()
        for how in ([], ["answered"])
    ]

    (without, is_frozen), (most, is_frozen_then) = said

    assert int(most) < int(without) / 2
    assert (is_frozen, is_frozen_then) == ("False", "True")


def test_a_portal_counts_in_memory_and_beside_its_data_where_there_is_none(tmp_path, monkeypatch):
    wanted = tmp_path / "memory"
    wanted.mkdir()
    assert processes.folder_for(tmp_path / "var", str(wanted)).parent == wanted
    assert processes.folder_for(tmp_path / "var", str(tmp_path / "missing")) == tmp_path / "var" / "metrics"
    monkeypatch.setattr(processes, "MEMORY", wanted)
    assert processes.folder_for(tmp_path / "var").parent == wanted


def test_two_portals_of_one_machine_count_apart(tmp_path):
    one, other = (processes.folder_for(tmp_path / name, str(tmp_path)) for name in ("a", "b"))
    assert one != other


def test_a_folder_that_is_a_link_of_somebody_is_not_counted_in(tmp_path):
    mine = processes.folder_for(tmp_path / "var", str(tmp_path))
    mine.rmdir()
    (tmp_path / "elsewhere").mkdir()
    mine.symlink_to(tmp_path / "elsewhere")
    assert processes.folder_for(tmp_path / "var", str(tmp_path)) == tmp_path / "var" / "metrics"


def test_what_ended_servers_left_is_removed_and_what_runs_stays(tmp_path, no_server):
    above_every_process = tmp_path / "4194305"
    running = tmp_path / str(os.getppid())
    above_every_process.mkdir()
    running.mkdir()
    own = processes.begin(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([own, running])
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(own)
    assert processes.begin(tmp_path) == own, "a reload counts on"


def test_without_space_each_process_counts_for_itself(tmp_path, no_server, monkeypatch, capsys):

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert processes.begin(tmp_path) is None
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in capsys.readouterr().err


def test_a_request_is_answered_whatever_counting_does_and_counting_goes_on_by_itself(client, monkeypatch, caplog):
    def broken(*_labels: object) -> None:
        raise TypeError("half made")

    with monkeypatch.context() as patched:
        patched.setattr(metrics, "_counters", broken)
        assert [client.get("/healthz").status_code for _ in range(3)] == [200] * 3
    assert [record.getMessage() for record in caplog.records if "counted" in record.getMessage()] == [
        "Nothing is counted for /metrics: TypeError: half made"
    ]
    before = answered(client.get("/metrics").content.decode())
    monkeypatch.setattr(metrics, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(metrics._Pause, "until", time.monotonic())
    client.get("/healthz")
    assert answered(client.get("/metrics").content.decode()) > before
    assert metrics._Pause.until is None


def answered(exposition: str) -> float:
    families = text_string_to_metric_families(exposition)
    return sum(s.value for family in families for s in family.samples if s.name == "portal_requests_total")


COUNT_ALL = """
import os, sys
from pathlib import Path
from portal import processes
folder = processes.begin(Path(sys.argv[1]))
from troubleshoot import metrics
for view in sys.argv[2].split(","):
    for method in ("GET", "HEAD", "POST", "OPTIONS", "OTHER"):
        for status in (200, 301, 302, 304, 400, 403, 404, 405, 410, 413, 429, 500, 503):
            metrics.observe_request(view=view, method=method, status=status, seconds=0.1)
for outcome in ("found", "rescued", "nothing"):
    metrics.observe_search(outcome=outcome, seconds=0.1)
metrics.observe_search_mode("disk", ("disk", "memory"))
print(*(f"{path.stem.rsplit('_', 1)[0]} {path.stat().st_size}" for path in folder.glob("*.db")), sep="\\n")
"""


def test_the_space_that_is_taken_holds_every_label_that_there_is(tmp_path):
    views = sorted(view_names())
    assert len(views) > 100
    done = subprocess.run(
        [sys.executable, "-c", COUNT_ALL, str(tmp_path), ",".join(views)],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    sizes = dict.fromkeys(done.stdout.split("\n")[:-1])
    assert set(sizes) == {f"{kind} {size}" for kind, size in processes.FILES.items()}


def view_names(resolver=None, prefix: str = "") -> Iterator[str]:
    """The names of all views, as they are counted, those below namespaces too."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from view_names(pattern, prefix + namespace)
        else:
            yield f"{prefix}{pattern.name or pattern.lookup_str}"


def test_a_server_that_has_ended_leaves_nothing_where_it_counted(prepared, tmp_path):
    var = shutil.copytree(prepared, tmp_path / "var")
    counted = processes.folder_for(var)
    with served(var):
        assert list(counted.iterdir())
    assert not counted.exists()


def test_a_server_that_is_told_to_stop_says_so_before_it_closes_its_door(prepared, tmp_path):
    var = shutil.copytree(prepared, tmp_path / "var")
    with served(var, DRAIN_SECONDS="60") as (url, server):
        server.terminate()
        wait_until(lambda: status(f"{url}/readyz") == 503)
        assert status(f"{url}/errors/") == status(f"{url}/healthz") == 200
        server.kill()  # its workers notice, and end


@contextmanager
def served(var: Path, log: str = os.devnull, **variables: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A portal with two workers that serves on loopback from a prepared folder, and writes to a log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "PORT": port, "WEB_CONCURRENCY": "2"} | variables
    command = [str(Path(sys.executable).with_name("gunicorn"))]
    with Path(log).open("ab") as said:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=said, stdout=said)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: server.poll() is None and status(f"{url}/readyz") == 200)
        yield url, server
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def status(url: str | urllib.request.Request) -> int:
    """The status of an answer; 0 where there was none."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of its own, just large enough for a portal."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=24m", "portal-test", str(folder)]
    made = subprocess.run(mounting, capture_output=True, text=True, check=False)
    if made.returncode and not os.environ.get("CI"):
        pytest.skip(f"A file system can't be mounted here: {made.stderr.strip()}")
    assert made.returncode == 0, made.stderr
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the space that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 65_536):
                pass
        except OSError:
            pass
    return filler


def test_a_full_disk_cuts_no_reader_off_and_nothing_stays_broken(small_disk, prepared):
    with served(shutil.copytree(prepared, small_disk / "var")) as (url, _server):
        filler = fill(small_disk)
        answers = {page: [status(url + page) for _ in range(4)] for page in PAGES}
        assert answers == {page: [200] * 4 for page in PAGES}
        assert status(f"{url}/metrics") == 200
        filler.unlink()
        assert {page: status(url + page) for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert status(f"{url}/readyz") == 200


def feedback(url: str) -> int:
    """The status of an answer to a reader who says that an entry helped."""
    body = json.dumps({"kind": "error", "key": ENTRY, "solved": True}).encode()
    return status(urllib.request.Request(f"{url}/api/v1/feedback", body, {"Content-Type": "application/json"}))


def test_what_is_saved_on_a_full_disk_is_kept_or_refused_and_the_log_goes_on_when_there_is_space(small_disk, prepared):
    var, log = shutil.copytree(prepared, small_disk / "var"), small_disk / "log"
    with served(var, str(log)) as (url, _server):
        filler = fill(small_disk)
        said = [feedback(url) for _ in range(40)]
        assert set(said) <= {201, 503}
        assert 503 in said, "the disk is not full"
        assert {page: status(url + page) for page in PAGES} == dict.fromkeys(PAGES, 200)
        filler.unlink()
        wait_until(lambda: feedback(url) == 201)
        wait_until(lambda: status(f"{url}/errors/after-it/") == 404 and "/errors/after-it/" in log.read_text())
    with closing(sqlite3.connect(var / "portal.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (kept,) = database.execute("SELECT count(*) FROM troubleshoot_verdict").fetchone()
    assert kept == said.count(201) + 1


EDIT = """
UPDATE troubleshoot_errorentry SET cause_ko = :word WHERE key = :key;
UPDATE troubleshoot_contentversion SET value = value + 1, edition = :word;
INSERT INTO troubleshoot_searchchange (kind, key, version) SELECT 'error', :key, value FROM troubleshoot_contentversion
WHERE true ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version
"""


def edit(path: Path, word: str) -> None:
    """One entry says something else, as a save of the administration has it."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in EDIT.split(";"):
            database.execute(statement, {"word": word, "key": ENTRY})


def searched(url: str, word: str) -> list[str]:
    """What is found for a word, asked of both workers."""
    found = []
    for again in range(4):
        with urllib.request.urlopen(f"{url}/api/v1/search?q={word}&page_size={10 + again}", timeout=30) as answer:
            found += [result["key"] for result in json.load(answer)["results"]]
    return found


def mode(url: str) -> str:
    with urllib.request.urlopen(f"{url}/readyz", timeout=30) as answer:
        return str(json.load(answer)["search"]["mode"])


def test_an_edit_is_found_though_the_index_has_no_space_and_its_folder_is_whole_afterwards(
    small_disk, prepared, tmp_path
):
    var, database = shutil.copytree(prepared, small_disk / "var"), tmp_path / "portal.sqlite3"
    shutil.move(var / "portal.sqlite3", database)
    elsewhere = {"DATABASE_URL": f"sqlite:///{database}"}
    with served(var, **elsewhere) as (url, _server):
        filler = fill(small_disk)
        for number in range(3):
            edit(database, f"zqxfull{number}nv")
            assert searched(url, f"zqxfull{number}nv") == [ENTRY] * 4
        wait_until(lambda: mode(url) == "memory")
        filler.unlink()
        edit(database, "zqxspacenv")
        assert searched(url, "zqxspacenv") == [ENTRY] * 4
    with served(var, **elsewhere) as (url, _server):
        assert searched(url, "zqxspacenv") == [ENTRY] * 4
        assert mode(url) == "disk"


def test_what_ended_workers_counted_stays_counted_in_as_many_files_as_before(tmp_path, prepared):
    with served(shutil.copytree(prepared, tmp_path / "var"), METRICS_DIR=str(tmp_path)) as (url, server):
        for _ in range(20):
            assert status(f"{url}/healthz") == 200
        counted = healthz_count(url)
        assert counted >= 20
        (folder,) = [path for path in tmp_path.glob("portal-*/*") if path.name == str(server.pid)]
        files = {path.name for path in folder.glob("*.db")}
        os.kill(server.pid, signal.SIGHUP)  # every worker ends, and another takes its place
        wait_until(
            lambda: (
                not files & own_files(folder, server.pid) and len(own_files(folder, server.pid)) >= len(processes.FILES)
            )
        )
        assert healthz_count(url) == counted
        assert len({path.name for path in folder.glob("*.db")}) <= len(files)
    assert not folder.exists()


def own_files(folder: Path, server: int) -> set[str]:
    """The files of workers that run."""
    names = {path.name for path in folder.glob("*.db")}
    return {name for name in names if not name.endswith(("_ended.db", f"_{server}.db"))}


def healthz_count(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == "portal_requests_total" and sample.labels["view"] == "healthz"
        )


ENGINE = "django.db.backends.sqlite3"


@pytest.fixture(autouse=True)
def nothing_left_open(monkeypatch):
    held: list[sqlite3.Connection] = []
    monkeypatch.setattr(processes, "_held", held)
    yield
    for connection in held:
        connection.close()


def test_the_files_of_the_log_stay_while_it_is_held(tmp_path):
    path = tmp_path / "a b.sqlite3"
    first = sqlite3.connect(path)
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE t (x)")
    processes.hold_open({"ENGINE": ENGINE, "NAME": path})
    first.close()
    assert path.with_name(f"{path.name}-wal").exists()


def test_a_database_that_is_not_there_yet_is_not_made(tmp_path):
    processes.hold_open({"ENGINE": ENGINE, "NAME": tmp_path / "none"})
    assert list(tmp_path.iterdir()) == []


def test_another_database_is_left_alone():
    processes.hold_open({"ENGINE": "django.db.backends.postgresql", "NAME": "x"})
    assert processes._held == []
