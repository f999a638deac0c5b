"""Owns backups: the whole database in one file, written and verified while the portal runs, and put back.

What is put back gets a new lineage and edition in the very transaction: no index and no kept page of the history that
is lost is taken for one of what was restored.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[int, int], None]

_SUFFIXES = {"sqlite": ".sqlite3", "postgresql": ".dump"}
_PAGES = 1_000
# In every database of a portal, however old.
_MUST_HAVE = frozenset({"django_migrations", "troubleshoot_contentversion", "troubleshoot_errorentry"})
_NEW_LINEAGE = "UPDATE troubleshoot_contentversion SET lineage = '{lineage}', edition = '{edition}'"


class BackupError(Exception):
    """A backup that can't be made, read or put back; the message is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was verified: that it can be read to its end, and what is in it."""

    path: Path
    rows: dict[str, int]
    migrations: frozenset[tuple[str, str]]

    @property
    def told(self) -> str:
        size = self.path.stat().st_size / 1_048_576
        return f"{self.path} ({size:.1f} MiB, {len(self.rows)} tables, {sum(self.rows.values())} rows)"


def write(folder: Path, progress: Progress) -> Backup:
    """A verified backup in ``folder``, under a name that says when it was made. What fails leaves nothing behind."""
    suffix = _SUFFIXES[connection.vendor]
    target = folder / f"portal-{timezone.now():%Y%m%d-%H%M%S-%f}{suffix}"
    draft = target.with_suffix(f"{suffix}.part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        (_dump if connection.vendor == "postgresql" else _copy)(draft, progress)
        made = read(draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup could not be written to {folder}: {error}.") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return Backup(target, made.rows, made.migrations)


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all backups in ``folder`` but the newest ``keep``."""
    old = sorted(folder.glob(f"portal-*{_SUFFIXES[connection.vendor]}"))[:-keep]
    for path in old:
        path.unlink()
    return old


def read(path: Path) -> Backup:
    """Read a backup to its end and say what is in it. Raises BackupError where it is none, damaged or another's."""
    if not path.is_file():
        raise BackupError(f"{path} is no file.")
    found = (_read_dump if connection.vendor == "postgresql" else _read_copy)(path)
    if missing := _MUST_HAVE - found.rows.keys():
        raise BackupError(f"{path} is no backup of a portal: it has no table {min(missing)}.")
    return found


def put_back(backup: Backup, progress: Progress) -> None:
    """Replace the whole database by ``backup``, in one transaction. Raises BackupError; then nothing has changed."""
    ours = MigrationLoader(None).disk_migrations
    ahead = sorted(name for app, name in backup.migrations if app == "troubleshoot" and (app, name) not in ours)
    if ahead:
        raise BackupError(f"{backup.path} was made by a newer version of the portal ({ahead[-1]}). Upgrade first.")
    anew = _NEW_LINEAGE.format(lineage=_new_lineage(), edition=uuid.uuid4().hex)
    (_undump if connection.vendor == "postgresql" else _copy_back)(backup.path, anew, progress)
    connection.close()


def _new_lineage() -> str:
    """As the database writes it: SQLite knows no UUID."""
    lineage = uuid.uuid4()
    return str(lineage) if connection.features.has_native_uuid_field else lineage.hex


# SQLite: its online backup.


def _copy(draft: Path, progress: Progress) -> None:
    with _opened(_database(), "ro") as source, closing(sqlite3.connect(draft)) as target:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on it sees one moment
        source.backup(target, pages=_PAGES, progress=lambda _status, left, total: progress(total - left, total))
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whole


def _read_copy(path: Path) -> Backup:
    try:
        with _opened(path, "ro") as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise BackupError(f"{path} is damaged: {verdict}.")
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            count = 'SELECT count(*) FROM "{}"'
            rows = {name: database.execute(count.format(name)).fetchone()[0] for name in names}
            applied = (
                database.execute("SELECT app, name FROM django_migrations") if "django_migrations" in names else ()
            )
            return Backup(path, rows, frozenset(applied))
    except sqlite3.Error as error:
        raise BackupError(f"{path} is no backup that can be read: {error}.") from error


def _copy_back(path: Path, anew: str, progress: Progress) -> None:
    database = _database()
    descriptor, name = tempfile.mkstemp(dir=database.parent, prefix=".restore-")
    os.close(descriptor)
    draft = Path(name)
    try:
        shutil.copyfile(path, draft)
        with closing(sqlite3.connect(draft)) as source, closing(sqlite3.connect(database, timeout=20)) as target:
            source.execute(anew)
            source.commit()
            source.execute("PRAGMA journal_mode=WAL")  # as readers of the database have it open
            source.backup(target, pages=-1, progress=_not_for_ever)
            progress(1, 1)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{path} could not be put back: {error}. The database is as it was.") from error
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + rest).unlink(missing_ok=True)


def _not_for_ever(status: int, _left: int, _total: int) -> None:
    """Python would wait for somebody who writes until they are done, however long that is."""
    if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise sqlite3.OperationalError("the database is locked")


def _database() -> Path:
    return Path(str(connection.settings_dict["NAME"])).resolve()


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)) as database:
        yield database


# PostgreSQL: its own programs.


def _dump(draft: Path, progress: Progress) -> None:
    _ran("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")
    progress(1, 1)


def _read_dump(path: Path) -> Backup:
    """Unpack it all, write nothing, and count the rows of each table."""
    rows: dict[str, int] = {}
    applied = []
    table = ""
    with _running("pg_restore", "--file=-", "--data-only", str(path)) as process:
        for line in process.stdout or ():
            if table and line == "\\.\n":
                table = ""
            elif table:
                rows[table] += 1
                if table == "django_migrations":
                    applied.append(tuple(line.split("\t")[1:3]))
            elif line.startswith("COPY "):
                table = line.split()[1].rpartition(".")[2].strip('"')
                rows[table] = 0
    return Backup(path, rows, frozenset(applied))  # type: ignore[arg-type]  # of two each, as the table has them


def _undump(path: Path, anew: str, progress: Progress) -> None:
    """Drop what is there and write what was, as one transaction of psql."""
    with connection.cursor() as cursor:
        names = [connection.ops.quote_name(table.name) for table in connection.introspection.get_table_list(cursor)]
    connection.close()
    with tempfile.TemporaryFile("w+") as script:
        script.write("".join(f"DROP TABLE IF EXISTS {name} CASCADE;\n" for name in names))
        script.flush()
        with _running("pg_restore", "--file=-", "--no-owner", "--no-privileges", str(path)) as process:
            shutil.copyfileobj(process.stdout, script)  # type: ignore[arg-type]  # it is a pipe of text
        script.write(f"\n{anew.replace('troubleshoot_', 'public.troubleshoot_', 1)};\n")
        script.seek(0)
        _ran("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", stdin=script)
    progress(1, 1)


def _ran(program: str, *arguments: str, stdin: Any = subprocess.DEVNULL) -> None:
    with _running(program, *arguments, stdin=stdin) as process:
        for _line in process.stdout or ():
            pass


@contextmanager
def _running(program: str, *arguments: str, stdin: Any = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """A program of PostgreSQL on our database. Raises BackupError, with what it says, where it fails or is missing."""
    if not (path := shutil.which(program)):
        raise BackupError(f"{program} is needed: on Debian or Ubuntu, apt install postgresql-client.")
    with tempfile.TemporaryFile("w+") as said:
        command = [path, *arguments]
        with subprocess.Popen(  # noqa: S603 - a program of the machine, and no shell
            command, env=os.environ | _address(), stdin=stdin, stdout=subprocess.PIPE, stderr=said, text=True
        ) as process:
            yield process
        if process.returncode:
            said.seek(0)
            raise BackupError(f"{program} failed: {said.read().strip()[:2_000]}")


def _address() -> dict[str, str]:
    """Where the database is, for programs that use its library. The password stands in no list of processes."""
    known, options = connection.settings_dict, connection.settings_dict.get("OPTIONS", {})
    told = {
        "PGHOST": known["HOST"],
        "PGPORT": known["PORT"],
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
        "PGDATABASE": known["NAME"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGCONNECT_TIMEOUT": options.get("connect_timeout"),
        "PGCLIENTENCODING": "UTF8",
    }
    return {name: str(value) for name, value in told.items() if value}
