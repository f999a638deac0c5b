"""Owns ``make screenshots`` and ``make lighthouse``: every type of page, pictured in each look, or audited."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from playwright.sync_api import sync_playwright
from tqdm import tqdm

from benchmarks import sandbox
from benchmarks.servers import Server

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from playwright.sync_api import Browser, Page

_PROJECT = Path(__file__).parent.parent
_LIGHTHOUSE = _PROJECT / "benchmarks/lighthouse/node_modules/lighthouse/cli/index.js"
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell", "chrome-headless-shell")
_ADMINISTRATOR = "administrator"
_ENTRY = "errors/restore-cloud-internal-error/"
_STEP = "wizards/vm-agent/?origin=gallery"
_RETRY = "wizards/vm-agent/?origin=gallery&os=windows&agent=present&version=at-least&retry="
# From here Lighthouse colours an audit green.
_PASSED = 0.9
_SCREEN = "--no-sandbox", "--disable-gpu", "--hide-scrollbars"


class Kind(NamedTuple):
    """A type of page: its ``path`` below the language, whose ``query`` may be worded in either, and how it is come to.

    ``press`` is what is clicked, one after another, before the picture is taken.
    """

    name: str
    path: str = ""
    query: tuple[str, str] = ("", "")
    press: tuple[str, ...] = ()
    is_audited: bool = False

    def address(self, language: str) -> str:
        asked = self.query[language == "en"]
        return f"/{'en/' if language == 'en' else ''}{self.path}{quote(asked)}"


KINDS = (
    Kind("home", is_audited=True),
    Kind("search", "search/?q=", ("스냅샷", "snapshot"), is_audited=True),
    Kind("search-answer", "search/?q=", ("VM 에이전트가 통신할 수 없음", "VM agent is unable to communicate")),
    Kind("search-undocumented", "search/?q=ExtensionFailedVssWriterInBadState"),
    Kind("search-nothing", "search/?q=zzzzzz"),
    Kind("errors", "errors/", is_audited=True),
    Kind("operation", "operations/restore/"),
    Kind("entry", _ENTRY, is_audited=True),
    Kind("entry-not-solved", _ENTRY, press=(".verdict button[value=no]",)),
    Kind("document", "document/", is_audited=True),
    Kind("diagnose", "diagnose/", is_audited=True),
    Kind("diagnosed", "diagnose/", press=("[data-example]", "#diagnose [type=submit]")),
    Kind("wizards", "wizards/", is_audited=True),
    Kind("wizard", "wizards/vm-agent/", is_audited=True),
    Kind("wizard-step", _STEP, is_audited=True),
    Kind("wizard-solved", f"{_RETRY}solved", is_audited=True),
    Kind("wizard-support", f"{_RETRY}other"),
    Kind("wizard-diagram", "wizards/vm-snapshot/map/"),
    Kind("wizard-all-steps", "wizards/vm-agent/all/"),
    Kind("offline", "offline/"),
    Kind("about", "about/"),
    Kind("not-found", "errors/cloud-internal/"),
    Kind("styleguide", "styleguide/"),
    Kind("admin-desk", "admin/"),
    Kind("admin-entries", "admin/troubleshoot/errorentry/"),
    Kind("admin-entry", "admin/troubleshoot/errorentry/", press=("#result_list tbody th a",)),
    Kind("admin-reports", "admin/reports/"),
)
API = Kind("api", "api/docs/")


class Look(NamedTuple):
    """How a page is looked at."""

    name: str
    width: int
    height: int
    scheme: str = "light"


WIDE, NARROW, DARK = Look("wide", 1280, 900), Look("narrow", 390, 844), Look("dark", 1280, 900, "dark")
LOOKS = (WIDE, NARROW, DARK)
# What the README shows, as far as a window shows it.
_BY_NAME = {kind.name: kind for kind in KINDS}
README = (("search-answer", WIDE), ("entry", WIDE), ("wizard-step", NARROW), ("diagnosed", DARK))


@contextmanager
def served() -> Iterator[Server]:
    """A portal of its own with the whole content, and an administrator."""
    with tempfile.TemporaryDirectory(prefix="face-") as name:
        folder = Path(name)
        environment = os.environ | sandbox.environment(folder)
        environment |= {"DJANGO_SUPERUSER_PASSWORD": _ADMINISTRATOR, "DJANGO_SUPERUSER_USERNAME": _ADMINISTRATOR}
        environment.pop("DATABASE_URL", None)
        for command in (("prepare",), ("createsuperuser", "--noinput", "--email=")):
            subprocess.run([sys.executable, "manage.py", *command], cwd=_PROJECT, env=environment, check=True, stdout=2)
        with Server(environment, folder / "portal.log") as server:
            yield server


def chromium() -> str:
    """Where Chromium is. Raises SystemExit with what to do where there is none."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        raise SystemExit("Chromium is missing: on Debian or Ubuntu, apt install chromium fonts-noto-cjk.")
    return found


class Camera:
    """A browser in which each look has a window of its own, in which the administrator is signed in."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser, self._server = browser, server
        self._pages: dict[tuple[Look, str], Page] = {}

    def _page(self, look: Look, language: str) -> Page:
        if (look, language) in self._pages:
            return self._pages[look, language]
        size = {"width": look.width, "height": look.height}
        context = self._browser.new_context(
            viewport=size,
            color_scheme=look.scheme,
            reduced_motion="reduce",
            locale="ko-KR" if language == "ko" else "en-GB",
        )
        return self._pages.setdefault((look, language), context.new_page())

    def take(self, kind: Kind, look: Look, language: str, path: Path, *, whole: bool = True) -> None:
        """A picture of a page, of its ``whole`` length or of what the window shows, written to ``path`` (WebP)."""
        page = self._page(look, language)
        page.goto(self._server.address(kind.address(language) if kind is not API else f"/{API.path}"))
        if "/admin/login/" in page.url:
            page.fill("#id_username", _ADMINISTRATOR)
            page.fill("#id_password", _ADMINISTRATOR)
            page.click("[type=submit]")
        for selector in kind.press:
            page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")
        height = page.evaluate("document.documentElement.scrollHeight") if whole else look.height
        clip = {"x": 0, "y": 0, "width": look.width, "height": height, "scale": 1}
        asked = {"format": "webp", "quality": 80, "captureBeyondViewport": whole, "clip": clip}
        shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
        path.write_bytes(b64decode(shot["data"]))


def screenshots(folder: Path, *, readme: bool) -> int:
    """Every type of page in each look and language into a folder, or what the README shows; how many there are."""
    if readme:
        wanted = [(_BY_NAME[name], look, "ko", f"{name}.webp") for name, look in README]
    else:
        each = [(kind, look, language) for language in ("ko", "en") for kind in KINDS for look in LOOKS]
        each += [(API, look, "en") for look in LOOKS]
        wanted = [(*one, f"{one[2]}-{one[0].name}-{one[1].name}.webp") for one in each]
    folder.mkdir(parents=True, exist_ok=True)
    with served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_SCREEN))
        camera = Camera(browser, server)
        for kind, look, language, name in (bar := tqdm(wanted, desc="pictures", disable=None, leave=False)):
            bar.set_postfix_str(name)
            camera.take(kind, look, language, folder / name, whole=not readme)
        browser.close()
    return len(wanted)


class Audit(NamedTuple):
    """What Lighthouse says of a page: the score of each category out of 100, and the audits that it did not pass."""

    scores: dict[str, int]
    failed: tuple[str, ...]

    @property
    def row(self) -> str:
        scores = {name: str(score) for name, score in self.scores.items()}
        if "is-crawlable" in self.failed:  # meant not to be indexed
            others = set(self.failed) - {"is-crawlable"}
            scores["seo"] = f"{scores['seo']}, not indexed" + ("" if others else ", all else passed")
        failed = ", ".join(name for name in self.failed if name != "is-crawlable")
        return " | ".join((*scores.values(), failed))


def audit(address: str) -> Audit:
    """Lighthouse, with its preset for phones. Audits without a weight in a category are advice, and no failure."""
    flags = " ".join(("--headless=new", *_SCREEN))
    command = ["node", str(_LIGHTHOUSE), address, "--output=json", "--quiet", f"--chrome-flags={flags}"]
    done = subprocess.run(
        command, env=os.environ | {"CHROME_PATH": chromium()}, check=True, capture_output=True, text=True
    )
    said = json.loads(done.stdout)
    scores, failed = {}, []
    for name, category in said["categories"].items():
        scores[name] = round(100 * (category["score"] or 0))
        refs = [ref["id"] for ref in category["auditRefs"] if ref["weight"]]
        # An audit that does not apply has no score.
        failed += [ref for ref in refs if (score := said["audits"][ref]["score"]) is not None and score < _PASSED]
    return Audit(scores, tuple(failed))


def lighthouse(rounds: int, only: Collection[str]) -> None:
    """Print a row a page and language as it comes; of several rounds the median performance, and all that failed.

    A page that Lighthouse gives up on, as it does on a machine that is too busy, has a row that says so.
    """
    print("| page | performance | accessibility | best practices | SEO | not passed |\n|---|---|---|---|---|---|")
    audited = [kind for kind in KINDS if kind.is_audited and (not only or kind.name in only)]
    wanted = [(kind, language) for kind in audited for language in ("ko", "en")]
    with served() as server:
        for kind, language in tqdm(wanted, desc="pages", disable=None, leave=False):
            address = server.address(kind.address(language))
            server.page(kind.address(language))
            try:
                audits = [audit(address) for _round in range(rounds)]
            except subprocess.CalledProcessError as error:
                row = f"| | | | Lighthouse gave up: {error.stderr.strip().splitlines()[-1:]}"
            else:
                middle = round(statistics.median(one.scores["performance"] for one in audits))
                worst = max(audits, key=lambda one: len(one.failed))
                row = Audit(worst.scores | {"performance": middle}, worst.failed).row
            print(f"| {language} {kind.name} | {row} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Picture or audit every type of page.")
    parser.add_argument("what", choices=("screenshots", "lighthouse"))
    parser.add_argument("--folder", type=Path, default=Path("var/screenshots"), help="where pictures are written")
    parser.add_argument("--readme", action="store_true", help="only what the README shows, into docs/pictures")
    parser.add_argument("--rounds", type=int, default=3, help="how often Lighthouse audits a page; the median counts")
    parser.add_argument("--only", nargs="+", default=(), help="names of the pages to audit, such as home entry")
    options = parser.parse_args()
    chromium()
    if options.what == "lighthouse":
        lighthouse(options.rounds, options.only)
        return 0
    folder = _PROJECT / "docs/pictures" if options.readme else options.folder
    print(f"{screenshots(folder, readme=options.readme)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
