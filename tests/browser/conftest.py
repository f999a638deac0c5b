"""Owns the real thing for browser tests: gunicorn with the whole content, Chromium, and axe."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.tools import needed

PROJECT = Path(__file__).parent.parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS_TO_START = 60
SCHEMES = ("light", "dark")
WIDE = (1280, 900)
NARROW = (390, 844)
# Serve, and have the kernel end the server when the test process dies, however it dies (1 is PR_SET_PDEATHSIG).
SERVE = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
os.execv(server := os.path.join(os.path.dirname(sys.executable), "gunicorn"), [server])
"""
ADMINISTRATOR = ("administrator", "a password for tests only")


@dataclass(frozen=True)
class Portal:
    """A portal that is being served, and the way to run its commands."""

    url: str
    environment: dict[str, str]
    log: Path

    def manage(self, *arguments: str) -> str:
        return manage(self.environment, *arguments)


@dataclass
class Problems:
    """What the browser complained of: errors of scripts, and whatever the Content-Security-Policy refused."""

    seen: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.seen.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self.hear(page.url, message.text))

    def hear(self, url: str, text: str) -> None:
        if "Content Security Policy" in text or "content security policy" in text:
            self.seen.append(f"{url}: {text}")


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"manage.py {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, worker_id) -> Path:
    """A folder with static files and the loaded content, made by the first of the test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "prepared"
    shared.mkdir(exist_ok=True)
    with (shared.parent / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        manage(environment_for(shared) | {"DATABASE_URL": ""}, "prepare")
    return shared


def environment_for(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {"VAR_DIR": str(folder), "HOST": "127.0.0.1", "LOG_LEVEL": "INFO"} | more


@pytest.fixture(scope="session")
def own_database(worker_id) -> Iterator[str]:
    """The address of a database for this test process's portal; blank for SQLite in its folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"browser_{worker_id}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def portal(prepared, own_database, tmp_path_factory) -> Iterator[Portal]:
    """The portal as ``make run`` serves it, on a free port, with a folder and a database of its own."""
    folder = tmp_path_factory.mktemp("portal") / "var"
    unwanted = ("portal.sqlite3*", "index", "metrics", "*.lock") if own_database else ("metrics", "*.lock")
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns(*unwanted))
    port = free_port()
    environment = environment_for(folder, PORT=str(port), DATABASE_URL=own_database, WEB_CONCURRENCY="2")
    manage(environment, "prepare")
    running = Portal(f"http://127.0.0.1:{port}", environment, folder / "gunicorn.log")
    server = start(running)
    try:
        wait_until_ready(running, server)
        yield running
    finally:
        end(server)


def start(portal: Portal) -> subprocess.Popen[bytes]:
    with portal.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=PROJECT,
            env=portal.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def wait_until_ready(portal: Portal, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{portal.url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The portal did not get ready:\n{portal.log.read_text()[-4000:]}", pytrace=False)


def end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def administrator(portal) -> tuple[str, str]:
    """User name and password of an administrator of the served portal."""
    name, password = ADMINISTRATOR
    environment = portal.environment | {"DJANGO_SUPERUSER_PASSWORD": password}
    manage(environment, "createsuperuser", "--noinput", "--username", name, "--email", "administrator@example.com")
    return ADMINISTRATOR


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright keeps an event loop running in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=needed(*CHROMIUM), args=list(CHROMIUM_OPTIONS))
    yield chromium
    chromium.close()


@pytest.fixture(params=SCHEMES)
def scheme(request) -> str:
    return request.param


@pytest.fixture
def problems() -> Iterator[Problems]:
    found = Problems()
    yield found
    assert found.seen == []


@pytest.fixture
def open_context(browser, portal, problems) -> Iterator[Callable[..., BrowserContext]]:
    """Open a fresh context: ``open_context(scheme="dark", size=NARROW, java_script_enabled=False, …)``."""
    contexts: list[BrowserContext] = []

    def open_one(*, scheme: str = "light", size: tuple[int, int] = WIDE, **options) -> BrowserContext:
        width, height = size
        context = browser.new_context(
            base_url=portal.url,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
            **options,
        )
        context.on("page", problems.listen)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_context) -> Callable[..., Page]:
    """Open an address: ``open_page("/errors/", scheme="dark", size=NARROW)``."""

    def open_one(address: str, **options) -> Page:
        page = open_context(**options).new_page()
        page.goto(address)
        return page

    return open_one


@pytest.fixture
def page(open_context) -> Page:
    """A blank, wide, light page; ``page.goto("/errors/")`` knows the portal."""
    return open_context().new_page()


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Assert that axe finds nothing wrong with the page as it stands."""

    def check(page: Page) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check
