"""Owns the real thing for browser tests: gunicorn with the whole content, Chromium, and axe."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.tools import needed

PROJECT = Path(__file__).parent.parent.parent
# The shell is the same engine without windows around it: to open a page takes it a fifth of the processor time.
CHROMIUM = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What a whole Chromium loads for the window that nobody sees costs it more than the page itself; and, as only the last
# list counts, what Playwright switches off for good reasons: what waits before it paints, and what asks the internet.
OFF = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess"),
    *("PaintHolding", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("AimEnabled", "PreconnectToSearch", "OptimizationHints", "NetworkTimeServiceQuerying", "MediaRouter"),
)
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF)}",
)
SECONDS_TO_START = 60
# Much longer than anything takes: what is waited for comes, on a busy machine later.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
SCHEMES = ("light", "dark")
# What is wrong with a page's structure depends on its language, with its contrast on its scheme, and neither on the
# other: texts are written without colours, and colours know no language. So two of the four looks show all of both.
both_looks = pytest.mark.parametrize(("language", "scheme"), [("ko", "light"), ("en", "dark")])
WIDE = (1280, 900)
NARROW = (390, 844)
TABLET = (820, 1180)
# A page that is open changes its look without being loaded, or led up to, again.
LOOKS = (("light", WIDE), ("dark", TABLET))
# Links of the administration pass from one colour to the next by and by. They are brought to where they go: to wait for
# it takes frames, and a page that nobody looks at may never get one.
COLOURS_CHANGE_AT_ONCE = """() => {
  for (const one of document.getAnimations()) {
    one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish();
  }
}"""
# Serve, and have the kernel end the server when the test process dies, however it dies (1 is PR_SET_PDEATHSIG).
SERVE = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
os.execv(server := os.path.join(os.path.dirname(sys.executable), "gunicorn"), [server])
"""
PASSWORD = "a password for tests only"
MEMBER = """
from django.contrib.auth.models import Group, User
user = User.objects.create_user({name!r}, password={password!r}, is_staff=True)
user.groups.add(Group.objects.get(name={group!r}))
"""
ADMINISTRATOR = """
from django.contrib.auth.models import User
User.objects.create_superuser("administrator", password={password!r})
"""
# What runs code beside the server, as often as it is told to, and says what was printed.
INTERPRET = """
import contextlib, io, json, sys
import django
django.setup()
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), {})
    print(json.dumps(printed.getvalue()), flush=True)
"""


@dataclass(frozen=True)
class Portal:
    """A portal that is being served."""

    url: str
    environment: dict[str, str]
    log: Path


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


def environment_for(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {"VAR_DIR": str(folder), "HOST": "127.0.0.1", "LOG_LEVEL": "INFO"} | more


@pytest.fixture(scope="session")
def own_database() -> Iterator[str]:
    """The address of a database for the served portal; blank for SQLite in its folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = "browser"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def portal(own_database, prepared, tmp_path_factory) -> Iterator[Portal]:
    """The portal as ``make run`` serves it, on a free port, with a folder and a database of its own."""
    folder = shutil.copytree(prepared, tmp_path_factory.mktemp("portal") / "var")
    port = free_port()
    environment = environment_for(folder, PORT=str(port), DATABASE_URL=own_database, WEB_CONCURRENCY="2")
    if own_database:  # what was copied is that of SQLite
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
def python(portal) -> Iterator[Callable[[str], str]]:
    """Run code in the terms of the served portal, and return what it prints; one process does so for all tests."""
    environment = portal.environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", INTERPRET], cwd=PROJECT, env=environment, **pipes) as process:

        def run(code: str) -> str:
            print(json.dumps(code), file=process.stdin, flush=True)
            said = process.stdout.readline()
            assert said, "The code has failed."
            return json.loads(said).strip()

        yield run
        process.stdin.close()


@pytest.fixture(scope="session")
def administrator(python) -> str:
    """The name of an administrator of the served portal; everybody's password is ``PASSWORD``."""
    python(ADMINISTRATOR.format(password=PASSWORD))
    return "administrator"


@pytest.fixture(scope="session")
def member(python) -> Callable[..., str]:
    """The name of somebody of a group, ``member("editor")``, made once: a new password would end their sessions."""

    @cache
    def make(group: str, name: str) -> str:
        python(MEMBER.format(group=group, name=name, password=PASSWORD))
        return name

    return make


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
        context.set_default_timeout(PATIENCE_MS)
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


@pytest.fixture(scope="session")
def sessions() -> dict[str, list[dict]]:
    """The cookies of who has signed in: hashing a password is meant to take long, and once is enough."""
    return {}


@pytest.fixture(scope="session")
def importer(member) -> str:
    return member("editor", "importer")


@pytest.fixture
def open_as(open_context, sessions) -> Callable[..., Page]:
    """Open an address of the administration as somebody: ``open_as("administrator", "/admin/", scheme="dark")``."""

    def open_one(name: str, address: str, **options) -> Page:
        context = open_context(**options)
        context.add_cookies(sessions.get(name, []))
        page = context.new_page()
        page.goto(address)
        if name not in sessions:
            fill_in(page, name)
            page.wait_for_url(f"**{address}")
            sessions[name] = context.cookies()
        return page

    return open_one


def fill_in(page: Page, name: str) -> None:
    """Sign in at the form."""
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")


@pytest.fixture
def accessible() -> Callable[..., None]:
    """Assert that axe finds nothing wrong with the page as it stands; in ``LOOKS``, and that it then fits, where asked.

    Axe is asked for what is wrong alone: it spares itself a report of all that is right. In the administration it does
    not copy the style sheets: Django's import one another, which makes axe write inline styles, and those the
    Content-Security-Policy refuses. Left out, by its selectors, is what stands around every page and was looked at with
    one of them.
    """

    def check(
        page: Page,
        looks: Iterable[tuple[str, tuple[int, int]]] = (),
        *,
        without: Sequence[str] = (),
        rules: Sequence[str] = (),
    ) -> None:
        for scheme, (width, height) in looks:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(COLOURS_CHANGE_AT_ONCE)
            check(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        if looks:
            return
        page.wait_for_load_state()  # a click waits no longer than for the page to begin
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options: dict[str, object] = {"preload": "/admin/" not in page.url, "resultTypes": ["violations"]}
        options |= {"runOnly": list(rules)} if rules else {}
        context = {"exclude": [[selector] for selector in without]} if without else {"include": [["html"]]}
        # To name every element that it looked at takes a fifth of its time, and is wanted where something is wrong.
        found = "([context, options]) => axe.run(context, options).then(results => results.violations.length)"
        if page.evaluate(found, [context, options | {"selectors": False}]):
            everything = "([context, options]) => axe.run(context, options)"
            results = AxeResults(page.evaluate(everything, [context, options]))
            pytest.fail(f"{page.url}\n{results.generate_report()}")

    return check
