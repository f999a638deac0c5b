"""Owns a PostgreSQL of the tests' own, which they may freeze, stop and restore into."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools import missing

SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True)
class Postgres:
    """A server with an empty database, ``portal``."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://portal@127.0.0.1:{self.port}/portal"

    def sql(self, command: str, database: str = "portal") -> str:
        return run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal", "-Atqc", command, database)

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} {SETTINGS}"
        run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def signal(self, number: int) -> None:
        """Tell it to all of the server's processes."""
        master = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        for process in (master, *children):
            os.kill(int(process), number)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)


@contextmanager
def private_postgres() -> Iterator[Postgres]:
    with _somewhere() as server:
        data = str(server.folder / "data")
        run("initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        server.start()
        server.sql("CREATE DATABASE portal", "postgres")
        yield server
        server.stop()


@contextmanager
def streaming_replica(primary: Postgres) -> Iterator[Postgres]:
    """A standby that follows ``primary`` and writes each statement to its log."""
    with _somewhere() as server:
        where = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", "portal")
        run("pg_basebackup", *where, "-D", str(server.folder / "data"), "-R", "-c", "fast", "-N")
        with (server.folder / "data" / "postgresql.auto.conf").open("a") as configuration:
            configuration.write("log_statement = 'all'\n")
        server.start()
        yield server
        server.stop()


@contextmanager
def _somewhere() -> Iterator[Postgres]:
    if not programs():
        missing("PostgreSQL")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        yield Postgres(folder, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path | None:
    """The folder of the newest PostgreSQL of the machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def run(program: str, *arguments: str) -> str:
    """What a program of PostgreSQL says. Its server refuses to run as root."""
    path = programs()
    assert path is not None
    as_its_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    # A server that is started keeps what it is given to write to open: a file, not a pipe that would never end.
    with tempfile.TemporaryFile("w+") as told:
        command = [*as_its_owner, str(path / program), *arguments]
        done = subprocess.run(command, stdout=told, stderr=subprocess.STDOUT, cwd="/", check=False)
        told.seek(0)
        said = told.read()
    assert done.returncode == 0, said
    return said.strip()
