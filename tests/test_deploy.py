"""The files of a deployment, tried with the real programs: nginx keeps slow clients away, systemd reads its units."""

import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from prometheus_client import REGISTRY

from tests.portal.server import PROJECT, Server, served, wait_for
from tests.tools import needed

DEPLOY = PROJECT / "deploy"
IDLE, SLOW = 500, 50
AT_ONCE = 64  # requests of one address (limit_conn)
UNITS = sorted(path.name for path in DEPLOY.glob("portal*.*"))


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Server]:
    """One worker of four threads, which four slow connections would fill."""
    with served(tmp_path_factory.mktemp("var"), TRUST_PROXY="1", LOG_LEVEL="WARNING") as server:
        yield server


@contextmanager
def proxy(folder: Path, *ports: int) -> Iterator[Server]:
    """nginx with the configuration of the deployment, in front of servers on these ports."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = (
        text.replace("/tmp/", f"{folder}/")
        .replace("/dev/stdout", f"{folder}/access")
        .replace("/dev/stderr", f"{folder}/error")
    )
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    for name, target in zip(("portal-1:8000", "portal-2:8000"), ports, strict=True):
        assert name in text
        text = text.replace(name, f"127.0.0.1:{target}")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    more = "daemon off;" + (" user root;" if os.getuid() == 0 else "")
    command = [needed("nginx", "/usr/sbin/nginx"), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", more]
    command += ["-e", str(folder / "error")]
    running = subprocess.Popen(command)
    try:
        wait_for(port, running)
        yield Server(port, running)
    finally:
        running.terminate()
        running.wait(timeout=30)


def lines(port: int, number: int, stack: ExitStack) -> list[socket.socket]:
    return [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(number)]


def test_idle_and_slow_connections_keep_nobody_waiting(portal, tmp_path):
    """The slow ones are answered by nobody, and no thread of the portal ever hears of them."""
    with proxy(tmp_path, portal.port, portal.port) as front, ExitStack() as stack:
        lines(front.port, IDLE, stack)
        for number, line in enumerate(lines(front.port, SLOW, stack)):
            if number % 2:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            else:
                line.sendall(b"POST /diagnose/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nte")
        began = time.monotonic()
        assert [front.status("/healthz") for _ in range(20)] == [200] * 20
        assert time.monotonic() - began < 20


def test_without_a_proxy_idle_connections_are_put_aside(portal):
    with ExitStack() as stack:
        lines(portal.port, 60, stack)
        began = time.monotonic()
        assert portal.status("/healthz") == 200
        assert time.monotonic() - began < 25, "with gunicorn's own five seconds it would be 75"


def test_what_the_proxy_says_of_the_reader_is_its_own(portal, tmp_path):
    with proxy(tmp_path, portal.port, portal.port) as front:
        assert front.ask("/metrics").startswith(b"HTTP/1.1 404")
        answer = front.ask("/robots.txt", "X-Forwarded-Proto", "https").decode()
        assert "Sitemap: http://" in answer
        assert front.status("/search/?q=" + "%EB%B0%B1" * 20_000) != 414


def test_a_server_that_is_gone_is_passed_by_and_without_any_the_page_is_calm(portal, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = int(free.getsockname()[1])
    with proxy(tmp_path, portal.port, nobody) as front:
        assert [front.status("/healthz") for _ in range(6)] == [200] * 6
    (tmp_path / "alone").mkdir()
    with proxy(tmp_path / "alone", nobody, nobody) as front:
        answer = front.ask("/").decode()
    assert answer.startswith("HTTP/1.1 503")
    assert "Retry-After: 10" in answer
    assert "<h1>" in answer


def test_what_the_proxy_refuses_itself_has_a_calm_page(portal, tmp_path):
    """One request that is too large, one whose address is, one that is none, and one too many at once."""
    begun = b"POST /diagnose/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nte"
    asked = {
        413: begun.replace(b"1000", b"300000000"),
        414: b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        400: b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: another\r\n\r\n",
    }
    with proxy(tmp_path, portal.port, portal.port) as front, ExitStack() as stack:
        refused = {status: said_on(lines(front.port, 1, stack)[0], request) for status, request in asked.items()}
        opened = lines(front.port, AT_ONCE + 1, stack)
        for line in opened:
            line.sendall(begun)
        (one_too_many, *_others), _, _ = select.select(opened, [], [])
        refused[429] = said_on(one_too_many)
    for status, answer in refused.items():
        head, _blank, page = answer.partition("\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ")
        assert "Content-Security-Policy: default-src 'none'" in head
        assert ("Retry-After: 10" in head) == (status == 429)
        assert '<html lang="ko">' in page
        assert "nginx" not in page


def said_on(line: socket.socket, request: bytes = b"") -> str:
    """The page that a connection answers, which stays open for what may still be sent."""
    line.sendall(request)
    answer = b""
    while b"</html>" not in answer and (piece := line.recv(65_536)):
        answer += piece
    return answer.decode()


def test_systemd_finds_nothing_to_say_of_the_units(tmp_path):
    """Programs that are not on this machine are replaced by one that is."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"/srv/portal/\.venv/bin/\w+", "/bin/true", text), encoding="utf-8")
    verify = [needed("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no"]
    said = subprocess.run([*verify, *(tmp_path / name for name in UNITS)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert [line for line in said.stderr.splitlines() if "portal" in line] == []


def test_a_server_takes_the_socket_that_systemd_hands_it(tmp_path):
    """Connections wait in the socket while nobody serves, and are answered once somebody does."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        with socket.create_connection(door.getsockname(), timeout=60) as early:
            early.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            with activated(tmp_path, door):
                assert early.recv(15) == b"HTTP/1.1 200 OK"


@contextmanager
def activated(folder: Path, door: socket.socket) -> Iterator[None]:
    """A server with the socket as its descriptor 3, as sd_listen_fds(3) has it."""
    script = 'exec 3<&"$DOOR"; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0"'
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(folder),
        "WEB_CONCURRENCY": "1",
        "DOOR": str(door.fileno()),
    }
    gunicorn = str(PROJECT / ".venv/bin/gunicorn")
    running = subprocess.Popen(["bash", "-c", script, gunicorn], cwd=PROJECT, env=environment, pass_fds=[door.fileno()])
    try:
        yield
    finally:
        running.terminate()
        running.wait(timeout=30)


def test_the_containers_are_described_as_the_proxy_expects_them():
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    wanted = re.findall(r"server (portal-\d):8000", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert wanted == [name for name in services if name.startswith("portal-")]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in wanted:
        assert services[name]["read_only"] is True
        assert services[name]["environment"]["TRUST_PROXY"] == 1


COUNTED = {f"{family.name}{suffix}" for family in REGISTRY.collect() for suffix in ("", "_total", "_bucket", "_count")}


@pytest.mark.parametrize("name", ["alerts.yml", "dashboard.json"])
def test_alerts_and_dashboard_ask_for_what_is_counted(name):
    text = (DEPLOY / name).read_text(encoding="utf-8")
    asked = set(re.findall(r"\bportal_\w+", text))
    assert asked
    assert asked <= COUNTED


def test_each_alert_leads_to_what_to_do():
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    headings = re.findall(r"^#+ (.+)$", (PROJECT / "docs/operations.md").read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert len(rules) > 5
    for rule in rules:
        page, anchor = rule["annotations"]["runbook"].split("#")
        assert page == "docs/operations.md"
        assert anchor in anchors, rule["alert"]
    assert all(panel["targets"] for panel in json.loads((DEPLOY / "dashboard.json").read_text())["panels"])


def test_commands_and_variables_in_the_operators_guide_exist():
    guide = (PROJECT / "docs/operations.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"manage\.py (\w+)", guide))
    assert commands
    assert commands <= get_commands().keys()
    variables = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    said = set(re.findall(r"\b([A-Z]+_[A-Z_]+)=", guide)) - {"POSTGRES_PASSWORD"}
    assert said <= variables


SCRIPT = """#!{python}
import sys
from importlib.metadata import entry_points
(found,) = entry_points(group="console_scripts", name="{name}")
sys.exit(found.load()())
"""


def instructions() -> list[list[tuple[str, str]]]:
    """Those of the Dockerfile, for each stage."""
    lines = re.sub(r"\\\n\s*", "", (PROJECT / "Dockerfile").read_text(encoding="utf-8")).splitlines()
    told = [tuple(line.strip().split(maxsplit=1)) for line in lines if line.strip() and not line.startswith("#")]
    begins = [place for place, (word, _text) in enumerate(told) if word == "FROM"]
    return [told[begin:end] for begin, end in pairwise([*begins, len(told)])]


def copy_context(target: Path) -> None:
    """What the builder is given: the files of git but those of .dockerignore, whose last line that fits counts."""
    rules = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        fits = [
            rule for rule in rules if any(fnmatch(name, one) for one in (rule.lstrip("!"), f"{rule.lstrip('!')}/*"))
        ]
        if (not fits or fits[-1].startswith("!")) and (PROJECT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, target / name)


def copied(text: str, sources: Path, built: Path, here: Path) -> None:
    """Do what COPY does."""
    *options, origin, target = text.split()
    source = (built / origin.removeprefix("/srv/portal/")) if options else sources / origin
    if source.is_dir():
        shutil.copytree(source, here / target, dirs_exist_ok=True, symlinks=True)
    else:
        shutil.copy2(source, here / target)


def installed(here: Path) -> None:
    """In the place of `pip install`: what the tests run with, by the pins of the same file."""
    python = here / ".venv/bin/python"
    (site,) = (here / ".venv/lib").glob("python*/site-packages")
    (site / "tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    for name in ("pybabel", "gunicorn"):
        script = python.with_name(name)
        script.write_text(SCRIPT.format(python=python, name=name))
        script.chmod(0o755)


def without_rights(python: Path) -> list[str]:
    """What runs a command as the image's user; where that may not read the packages, as one who is allowed nothing."""
    if os.getuid() != 0:
        return []
    user = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--no-new-privs"]
    look = [*user, "sh", "-c", f"exec {python} -c 'import django'"]  # setpriv itself still may read everything
    if subprocess.run(look, check=False, capture_output=True).returncode == 0:
        return user
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, as those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="portal-image-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    shutil.rmtree(folder)


def test_the_image_is_built_and_serves_for_a_user_without_rights_from_a_tree_that_is_only_read(prepared, open_folder):
    """The commands of the Dockerfile, but that packages are not downloaded and no user is made."""
    here, sources, built = open_folder / "portal", open_folder / "context", open_folder / "built"
    copy_context(sources)
    build, final = instructions()
    here.mkdir()
    path = f"{here}/.venv/bin:{Path(sys.executable).parent}:{os.environ['PATH']}"
    for word, text in build:
        if word == "COPY":
            copied(text, sources, built, here)
        elif word == "RUN" and "pip install" in text:
            assert text.endswith("--require-hashes -r requirements.lock")
            installed(here)
        elif word == "RUN":
            subprocess.run(["sh", "-c", text], cwd=here, env={"PATH": path}, check=True, capture_output=True)
    here.rename(built)
    here.mkdir()
    for word, text in final:
        if word == "COPY":
            copied(text, sources, built, here)
    told = dict(final)
    assert told["USER"] == "portal"
    assert "useradd --system --uid 10001" in next(text for word, text in final if word == "RUN")
    variables = dict(pair.split("=", 1) for pair in told["ENV"].split() if not pair.startswith("PATH="))
    user = without_rights(here / ".venv/bin/python")
    var = shutil.copytree(prepared, open_folder / "var")
    if "--reuid=10001" in user:
        subprocess.run(["chown", "-R", "10001:10001", var], check=True)
    subprocess.run(["chmod", "-R", "a-w", here], check=True)
    before = {one: one.lstat().st_mtime_ns for one in here.rglob("*")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    own = {"PATH": path, "VAR_DIR": str(var), "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "1"}
    running = subprocess.Popen([*user, *json.loads(told["CMD"])], cwd=here, env=variables | own)
    try:
        wait_for(port, running)
        health = json.loads(told["HEALTHCHECK"].partition("CMD ")[2])
        done = subprocess.run([*user, *health], cwd=here, env=variables | own, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert Server(port, running).status("/") == 200
    finally:
        running.terminate()
        running.wait(timeout=60)
    assert {one: one.lstat().st_mtime_ns for one in here.rglob("*")} == before
