"""Owns ``make soak``: long trials of what must never happen, each with a portal of its own, told as rows of a table.

``ARGS="--only kills,redis"`` runs some of them, ``--share 0.1`` a tenth of each. ``docs/reliability.md`` has the last
whole run. Needs PostgreSQL and Redis where a trial stops them, and the history of git for the release before.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from itertools import count, repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import URLError
from urllib.request import Request, build_opener

import django
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from benchmarks import fresh, sandbox
from benchmarks.administrator import Administrator
from benchmarks.load import Memory, memory
from benchmarks.measures import percentile
from benchmarks.readers import Answers, Readers, get
from benchmarks.servers import Server
from tests.portal.postgres import private_postgres
from tests.test_deploy import lines, proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).parent.parent
_READY = "PREPARED_PORTAL"
_AWAY_SECONDS = 10
_LOOKS = (1_000, 3_000, 10_000, 30_000)
_KEPT = ("/errors/", "/search/?q=BitLocker", "/wizards/")


class Row(NamedTuple):
    """A line of the table: what was asked, how often, how often in vain, and what else is worth telling."""

    what: str
    tried: int
    failed: int
    told: str = ""


@contextmanager
def portal(**variables: str) -> Iterator[Server]:
    """A portal that is prepared and serves, with two workers unless told otherwise. Django is set up on it, too."""
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        environment = _prepared(Path(name) / "var", **variables)
        with Server(environment, Path(name) / "server.log", "--max-requests", "0") as server:
            os.environ.update(environment)
            django.setup()
            yield server


def _prepared(folder: Path, code: Path = PROJECT, **variables: str) -> dict[str, str]:
    """The environment of a portal in ``folder``, whose database and files are there: a copy, where one is at hand."""
    if (ready := os.environ.get(_READY)) and code == PROJECT and not folder.exists():
        shutil.copytree(ready, folder)
    environment = os.environ | sandbox.environment(folder) | {"WEB_CONCURRENCY": "2"} | variables
    sandbox.prepare(environment, code)
    return environment


def kills(share: float) -> Iterator[Row]:
    """64 clients for a minute, a worker killed every five seconds, a reload in the middle."""
    with portal() as server:
        killed: list[float] = []
        with Readers([server], 64) as readers:
            for second in range(1, round(60 * share) + 1):
                time.sleep(1)
                if second == round(30 * share):
                    server.reload()
                elif second % 5 == 0:
                    killed.append(time.monotonic())
                    server.kill_one_worker()
        answers = readers.answers
        yield Row(
            "64 clients, kills and a reload",
            len(answers),
            answers.failed(kills=killed),
            f"{len(killed)} kills; {answers}",
        )


def worker_memory(share: float) -> Iterator[Row]:
    """100,000 requests, an edit at every hundredth: what the worker takes then, and took after 1,000.

    Its kept pages may take little (PAGES_MIB) and fill that by 2,000, so that what is seen is what nothing bounds.
    """
    with portal(WEB_CONCURRENCY="1", PAGES_MIB="4") as server, Readers([server], 8) as readers:
        seen: dict[int, Memory] = {}
        edits = 0
        while (answered := len(readers.answers)) < 100_000 * share or not seen:
            time.sleep(0.01)
            seen |= {look: memory(server) for look in _LOOKS if answered >= look and look not in seen}
            if answered >= 100 * (edits + 1):
                edits += 1
                _edit(f"zqx{edits}nv")
        first, last = seen[_LOOKS[0]], memory(server)
        told = "; ".join(f"{found} after {number:,}" for number, found in seen.items())
        told += f"; {last} at the end, {sum(last) / sum(first) - 1:+.1%}, {edits} edits; {readers.answers}"
        failed = readers.answers.failed() + (sum(last) > 1.1 * sum(first))
        yield Row("memory within 10 %", len(readers.answers), failed, told)


def saves(share: float) -> Iterator[Row]:
    """200 saves in the administration, while workers are killed: each that was acknowledged is there."""
    with portal() as server:
        browser = Administrator(server)
        stop = threading.Event()
        killing = threading.Thread(target=_kill_at_random, args=(server, stop))
        killing.start()
        wanted, known, lost, cut = round(200 * share), -1, 0, 0
        for number in count():
            try:
                known = number if browser.save(f"zqx{number}nv") else known
                wanted -= known == number
            except (OSError, HTTPException):
                cut += 1
            lost += _number(_saved()) < known
            if not wanted:
                break
        stop.set()
        killing.join()
        in_vain = server.search(_saved())[1][:1] != [fresh.KEY]
        yield Row("saves that were acknowledged", round(200 * share), lost + in_vain, f"{cut} more were cut by a kill")


def redis(share: float) -> Iterator[Row]:
    """Redis hangs and then is gone, each for ten seconds: no request fails, or takes over a second."""
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with portal(CACHE_URL=f"redis://127.0.0.1:{port}/0") as server, Readers([server], 16) as readers:
            time.sleep(3)
            running.send_signal(signal.SIGSTOP)
            time.sleep(_AWAY_SECONDS * share)
            running.send_signal(signal.SIGCONT)
            time.sleep(3)
            running.kill()
            running.wait()
            time.sleep(_AWAY_SECONDS * share)
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            time.sleep(3)
        answers = readers.answers
        yield Row("Redis hangs, then is gone", len(answers), answers.failed() + answers.late(), str(answers))
    finally:
        running.kill()


def database(share: float) -> Iterator[Row]:
    """PostgreSQL hangs, then is gone: kept pages go on, new searches say 503, each within a second."""
    numbers = count()
    with private_postgres() as postgres, portal(DATABASE_URL=postgres.url) as server:
        for page in _KEPT:
            get(server, page)
        for away in (postgres.frozen, postgres.stopped):
            with (
                Readers([server], 8, lambda chance: chance.choice(_KEPT)) as kept,
                Readers([server], 4, lambda _chance: f"/search/?q=never+asked+{next(numbers)}") as new,
                Readers([server], 1, lambda _chance: "/healthz") as probe,
            ):
                time.sleep(2)
                with away():
                    time.sleep(_AWAY_SECONDS * share)
                back = time.monotonic()
                time.sleep(4)
            late = [one for one in new.answers if one.status != 200 and one.at > back + 2]
            name = f"PostgreSQL {away.__name__}"
            yield Row(
                f"{name}: kept pages", len(kept.answers), kept.answers.failed() + kept.answers.late(), str(kept.answers)
            )
            failed = new.answers.failed(allowed=(200, 503)) + len(late) + new.answers.late()
            yield Row(f"{name}: new searches", len(new.answers), failed, str(new.answers))
            yield Row(
                f"{name}: /healthz",
                len(probe.answers),
                probe.answers.failed() + probe.answers.late(),
                str(probe.answers),
            )


def freshness(share: float) -> Iterator[Row]:
    """250 edits by four writers, each looked for on the page and by a search of two servers under load: 1,000 looks.

    And 4,000 entries that are committed at once, looked for by eight readers.
    """
    edits, entries = round(250 * share), round(4_000 * share)
    for name in ("SQLite", "PostgreSQL"):
        with private_postgres() as postgres:
            environment = os.environ | ({"DATABASE_URL": postgres.url} if name == "PostgreSQL" else {})
            edited = _fresh(environment, "--edits", str(edits), "--clients", "16", "--writers", "4")
        shown, found = map(int, re.findall(r"(\d+) of \d+ edits shown, (\d+) found", edited)[0])
        yield Row(f"edits on two servers under load, {name}", 4 * edits, 2 * (2 * edits - shown - found), edited)
    said = _fresh({**os.environ}, "--at-once", str(entries))
    found, looks = map(int, re.findall(r"(\d+) of (\d+) looks", said)[0])
    yield Row("entries committed at once, SQLite", looks, looks - found, said)


def _fresh(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.fresh", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True).stdout.strip()


def long_write(share: float) -> Iterator[Row]:
    """The 99th percentile of searches while 50,000 entries are written, against that of a quiet portal."""
    numbers = count()
    with portal() as server:
        quiet, busy = Answers(), Answers()
        with Readers([server], 2, lambda _chance: f"/search/?q=snapshot+{next(numbers)}") as readers:
            while len(readers.answers) < 20:  # the first ones open the index
                time.sleep(0.1)
            cold = len(readers.answers)
            time.sleep(10 * max(share, 0.5))
            quiet.extend(readers.answers[cold:])
            writing = f"import django; django.setup(); from benchmarks.admin import fill; fill({round(50_000 * share)})"
            subprocess.run([sys.executable, "-c", writing], cwd=PROJECT, check=True, stderr=subprocess.DEVNULL)
            busy.extend(readers.answers[cold + len(quiet) :])
        before, during = (percentile([one.seconds for one in some], 99) for some in (quiet, busy))
        told = f"{before * 1000:.0f} ms before, {during * 1000:.0f} ms meanwhile: {during / before:.1f} x; {busy}"
        yield Row("searches during a long write", len(busy), busy.failed() + (during > 5 * before), told)


def starts(share: float) -> Iterator[Row]:
    """Two first starts at once; and first starts that are killed at any moment, one after the other, until one is not.

    On SQLite they share a folder, as one machine's; on PostgreSQL each has its own, as two machines'.
    """
    chance = random.Random(1)
    for name in ("SQLite", "PostgreSQL"):
        with private_postgres() as postgres, tempfile.TemporaryDirectory(prefix="soak-") as folder:
            places = ("a", "a") if name == "SQLite" else ("a", "b")
            whole = {**os.environ} | ({"DATABASE_URL": postgres.url} if name == "PostgreSQL" else {})
            own = [whole | sandbox.environment(Path(folder) / place) for place in places]
            began = time.monotonic()
            ended = [begun.wait() for begun in [sandbox.preparing(environment) for environment in own]]
            took = time.monotonic() - began
            wrong = sum(code != 0 for code in ended) + sum(not _serves(one, Path(folder) / "log") for one in own[-1:])
            yield Row(f"two first starts at once, {name}", 2, wrong)
        with private_postgres() as postgres, tempfile.TemporaryDirectory(prefix="soak-") as folder:
            whole = {**os.environ} | ({"DATABASE_URL": postgres.url} if name == "PostgreSQL" else {})
            whole |= sandbox.environment(Path(folder) / "var")
            killed = 0
            for _start in range(round(10 * share)):
                begun = sandbox.preparing(whole)
                with suppress(subprocess.TimeoutExpired):
                    begun.wait(chance.uniform(0, took / 4))
                killed += begun.poll() is None
                begun.kill()
                begun.wait()
            sandbox.prepare(whole)
            yield Row(
                f"starts killed half-way, then one that is not, {name}",
                killed,
                int(not _serves(whole, Path(folder) / "log")),
            )


def _serves(environment: dict[str, str], log: Path) -> bool:
    """Whether a portal that was prepared shows and finds what it should, with its static files."""
    with Server(environment, log) as server:
        page, files = server.page("/errors/"), assets(server)
        entries = json.loads((PROJECT / "fixtures" / "errors.json").read_text(encoding="utf-8"))
        shown = all(f"/errors/{entry['fields']['key']}/" in page for entry in entries)
        return shown and server.search("BitLocker")[1] != [] and {get(server, path) for path in files} == {200}


def slow(share: float) -> Iterator[Row]:
    """500 idle connections and 50 clients that send a byte every three seconds, through nginx, for half a minute."""
    with (
        portal() as server,
        tempfile.TemporaryDirectory(prefix="soak-") as folder,
        proxy(Path(folder), server.port, server.port) as front,
        ExitStack() as stack,
    ):
        lines(front.port, 500, stack)
        dripping = lines(front.port, 50, stack)
        for number, line in enumerate(dripping):
            body = b"POST /diagnose/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
            line.sendall(body if number % 2 else b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        cut = 0
        with Readers([front], 4) as readers:
            for _byte in range(round(10 * share)):
                time.sleep(3)
                for line in list(dripping):
                    try:
                        line.sendall(b"a")
                    except OSError:  # the proxy has waited long enough
                        dripping.remove(line)
                        cut += 1
        answers = readers.answers
        told = f"{answers}; the proxy cut {cut} of the slow ones"
        yield Row("pages beside 500 idle and 50 slow clients", len(answers), answers.failed() + answers.late(), told)


def upgrade(share: float) -> Iterator[Row]:
    """The release before serves, this one prepares the same portal and serves beside it; then the old one goes.

    In a short run readers rest between two pages, and leave most of the machine to the upgrade.
    """
    pause = 0.0 if share >= 1 else 0.2
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        old_code, folder = Path(name) / "code", Path(name) / "var"
        revision = release_before()
        checked_out(revision, old_code)
        environment = _prepared(folder, old_code)
        with (
            Server(environment, Path(name) / "old.log", code=old_code) as old,
            Readers([old], 8, pause=pause) as readers,
        ):
            time.sleep(5 * share)
            files = set(assets(old))
            _prepared(folder)
            with Server(environment, Path(name) / "new.log") as new:
                files |= set(assets(new))
                readers.servers = [old, new]
                wrong = [path for path in files if get(new, path) != 200]
                wrong += [path for path in files & set(assets(old)) if get(old, path) != 200]
                said = [_feedback(server) for server in (old, new) for _again in range(round(20 * share) or 1)]
                time.sleep(10 * share)
                readers.servers = [new]
                time.sleep(1)
                old.__exit__()
                time.sleep(5 * share)
                readers.__exit__()
        yield Row(
            "pages during an upgrade",
            len(readers.answers),
            readers.answers.failed(),
            f"from {revision[:12]}; {readers.answers}",
        )
        yield Row("static files of both releases", len(files), len(wrong), " ".join(wrong))
        yield Row("feedback written by either", len(said), sum(status != 201 for status in said))


def release_before() -> str:
    """The commit of the newest tag; where there is none, that before the newest migration came: no step of a branch."""
    asked = (
        ["describe", "--tags", "--abbrev=0"],
        ["log", "-1", "--format=%H", "--first-parent", "-m", "--diff-filter=A", "--", "troubleshoot/migrations"],
    )
    told = [_git(*command) for command in asked]
    revision = told[0] or f"{told[1]}~1"
    if not _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        raise SystemExit("The release before is not in the history of git that is here (a shallow clone?).")
    return revision


def is_shallow() -> bool:
    return _git("rev-parse", "--is-shallow-repository") == "true"


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def checked_out(revision: str, folder: Path) -> None:
    """The code of a revision, with its catalogues compiled."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", revision], cwd=PROJECT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=packed, check=True)
    for catalogue in folder.glob("troubleshoot/locale*/*/LC_MESSAGES/*.po"):
        with catalogue.open("rb") as texts, catalogue.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(texts))


def assets(server: Server) -> list[str]:
    """The static files that a page of a server asks for."""
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', server.page("/"))


def _feedback(server: Server) -> int:
    body = b'{"kind": "error", "key": "%s", "solved": true}' % fresh.KEY.encode()
    asked = Request(server.address("/api/v1/feedback"), body, {"Content-Type": "application/json"})
    try:
        with build_opener().open(asked, timeout=30) as answer:
            return int(answer.status)
    except URLError as error:
        return int(getattr(error, "code", 0))


def _edit(mark: str) -> None:
    from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs Django set up

    entry = ErrorEntry.objects.get(key=fresh.KEY)
    entry.cause_ko = mark
    entry.save()


def _saved() -> str:
    from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs Django set up

    return ErrorEntry.objects.get(key=fresh.KEY).cause_ko


def _number(mark: str) -> int:
    found = re.fullmatch(r"zqx([0-9]+)nv", mark)
    return int(found.group(1)) if found else -1


def _kill_at_random(server: Server, stop: threading.Event) -> None:
    chance = random.Random(1)
    while not stop.wait(chance.uniform(0.5, 4)):
        with suppress(OSError):
            server.kill_one_worker()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


TRIALS: dict[str, Callable[[float], Iterator[Row]]] = {
    "kills": kills,
    "saves": saves,
    "upgrade": upgrade,
    "starts": starts,
    "slow": slow,
    "redis": redis,
    "database": database,
    "freshness": freshness,
    "long-write": long_write,
    "memory": worker_memory,
}


def _alone(name: str, share: float) -> int:
    """One trial in a process of its own: each sets Django up on a portal of its own."""
    command = [sys.executable, "-m", "benchmarks.soak", "--only", name, "--share", str(share)]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description="Try for long what must never happen.")
    parser.add_argument("--only", default=",".join(TRIALS), help="names of trials, separated by commas")
    parser.add_argument("--share", type=float, default=1.0, help="of the length of each")
    options = parser.parse_args()
    names = options.only.split(",")
    if len(names) > 1:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            os.environ[_READY] = folder
            _prepared(Path(folder))
            return max(map(_alone, names, repeat(options.share)))
    failed = 0
    for row in TRIALS[names[0]](options.share):
        print(f"| {row.what} | {row.tried:,} | {row.failed} | {row.told} |", flush=True)
        failed += row.failed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
