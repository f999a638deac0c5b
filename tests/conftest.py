"""Owns what every test can ask for: the content, a fresh index, and the number of queries something takes."""

import fcntl
import gc
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as project_settings
from django.contrib import admin
from django.core.cache import cache, caches
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.template.autoreload import reset_loaders
from django.test.signals import setting_changed
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from benchmarks import sandbox
from tests.rows import Copies
from tests.tools import needed
from troubleshoot.reading import limits
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import FINGERPRINT, SearchIndex

admin.autodiscover()  # as a server has it; tests ask what is registered

PROJECT = Path(__file__).parent.parent
LANGUAGES = ("ko", "en")
# What asks no database, by contract of its imports: its tests do so only to have the content before them. So do those
# that judge what is found in an index, and how a request is read.
PURE = ("document", "wizard", "search/core", "benchmarks", "portal/test_reading.py")
# What one process runs, one after the other, because it shares a browser, or servers. All else is dealt out by file.
UNITS = {
    "tests/browser/": "browser",
    "tests/portal/": "servers",
    "tests/test_deploy.py": "servers",
    "tests/management/test_import_document.py": "servers",
    "tests/search/index/test_crash.py": "servers",
}
# A folder that costs no disk, where it has room for what stands there at a time.
IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 1 << 28
# Outside continuous integration, one of so many slow cases runs.
SAMPLE = 10

# The same examples every time: a red test is red for everybody.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Static files need no collecting, and passwords no slow hash; nothing else differs from what is served."""
    project_settings.STORAGES = project_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    project_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    setting_changed.connect(written_out_anew)


def written_out_anew(*, setting: str, **_change: Any) -> None:
    """What the portal is called is written out in its templates, and changes under no portal that serves."""
    if setting.startswith("PORTAL_"):
        reset_loaders()


class Units(LoadScopeScheduling):
    """Deals out the longest units first. The groups of pytest-xdist 3.8 do nothing on pytest 9.2, and don't say so."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((unit for beginning, unit in UNITS.items() if path.startswith(beginning)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Units:
    return Units(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="leave out what asks no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what continuous integration alone runs, and what is alike on every database where that is asked for."""
    left_out = set() if os.environ.get("CI") else beyond_the_sample(items)
    if config.getoption("database_only"):
        left_out |= {item for item in items if not asks_database(item)}
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def beyond_the_sample(items: list[pytest.Item]) -> set[pytest.Item]:
    """All slow cases but every tenth of a test; a case that is asked for alone is the first."""
    slow: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("slow"):
            slow.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return {item for cases in slow.values() for place, item in enumerate(cases) if place % SAMPLE}


def pytest_collection_finish() -> None:
    """Nothing that was imported goes away again: spare the collector from looking at it for the length of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def asks_database(item: pytest.Item) -> bool:
    if any(item.path.is_relative_to(Path(__file__).parent / room) for room in PURE):
        return False
    asks = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asks or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def index_folders(tmp_path_factory) -> Iterator[Iterator[Path]]:
    """A new path for each index; the folder is made by whoever writes one.

    In memory where that can be: each index is otherwise brought to the disk in twenty files, which is waited for.
    """
    with ExitStack() as stack:
        if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
            base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="indexes-", dir=IN_MEMORY)))
        else:
            base = tmp_path_factory.mktemp("indexes")
        yield (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_index(settings, index_folders) -> Iterator[None]:
    """Each test's database is its own, so its index is too."""
    folder = settings.SEARCH_INDEX_DIR = next(index_folders)
    freshness.close()
    yield
    freshness.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    limits.forget()
    cache.clear()
    caches["pages"].clear()
    caches["frames"].clear()


@pytest.fixture(autouse=True)
def no_language_left_over() -> Iterator[None]:
    """A request for an English page leaves its language active; the next test begins in Korean."""
    with translation.override(project_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def prefix(language) -> str:
    """What the addresses of the language begin with."""
    return "" if language == "ko" else f"/{language}"


@pytest.fixture(scope="session")
def copies() -> Copies:
    """What tests made once in this process and later ones are given a copy of."""
    return Copies()


@pytest.fixture(scope="session")
def index_of_content(index_folders) -> Path:
    """Where the index of the content is kept, once a test had it built."""
    return next(index_folders)


@pytest.fixture
def content(db, settings, copies, index_of_content) -> None:
    """The whole document, as ``load_content`` puts it into the database, and its index."""
    copies.make("content", lambda: call_command("load_content", verbosity=0))
    mine = settings.SEARCH_INDEX_DIR
    if not index_of_content.exists():
        freshness.close()  # loading has opened the test's own
        settings.SEARCH_INDEX_DIR = index_of_content
        assert freshness.view().current()[0].size, "an empty index would be built anew by every test"
        freshness.close()
        settings.SEARCH_INDEX_DIR = mine
    SearchIndex(index_of_content / FINGERPRINT).copied_to(mine / FINGERPRINT)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """The VAR_DIR of a portal that is ready to serve, made once for all processes of the suite. To be copied."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prepared"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second waits for the first, and leaves alone what is copied
        if not (ready := folder.with_suffix(".ready")).exists():
            environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)}
            sandbox.prepare(environment)
            ready.touch()
    return folder


@pytest.fixture
def count_queries() -> Iterator[Callable[[Callable[[], Any]], int]]:
    """Count the queries of a call, to hold that they do not grow with the rows."""

    def queries_of(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return queries_of


@pytest.fixture
def redis(tmp_path) -> Iterator[str]:
    """A Redis of this test's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [needed("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _attempt in range(1_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


@pytest.fixture
def the_connection_stays_open() -> Iterator[None]:
    """The application closes what no other request needs; here it is the test's, with its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
