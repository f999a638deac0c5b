"""Owns getting the portal ready to serve: migrations, content, index and static files, each only where it is due."""

import fcntl
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core import signing
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

PREPARING = 7_163_402_118  # any number, the same for all portals on one database

KEYS_DIFFER = (
    "WARNING: People are signed in with another SECRET_KEY than this machine has. Machines of one database need the "
    "same, or they sign people out. Once, after it was changed on purpose, this is to be expected."
)
MANIFEST = "staticfiles.json"
HASHED = re.compile(r"\.[0-9a-f]{12}\.")
# So long the files of earlier releases stay.
STATIC_DAYS = 30
NOT_SERVED = ["redoc"]  # megabytes of a second API page that nobody is shown


class Command(BaseCommand):
    help = "Get the portal ready to serve. Safe to repeat; steps that are up to date are skipped."
    requires_system_checks: list[str] = []  # the server runs them all, where every module is loaded anyway

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            self.prepare()
        except OperationalError as error:
            raise CommandError(
                f"The portal can't start. Its database can't be used: {str(error).strip().removesuffix('.')}."
            ) from error

    def prepare(self) -> None:
        keep_to_its_owner(connection.settings_dict)
        if settings.READ_ONLY:
            self.say("Database and content: left as they are (READ_ONLY)")
            self.collect()
            return
        with one_at_a_time():
            self.migrate()
            if another_secret_signs():
                self.say(KEYS_DIFFER)
            self.load()
            take_stock()
            self.collect()

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            self.say(f"Database: applying {len(pending)} migrations")
            call_command("migrate", verbosity=0, interactive=False)
        else:
            self.say("Database: up to date")

    def load(self) -> None:
        self.say("Content and index: comparing with the fixtures")
        call_command("load_content", stdout=self.stdout, stderr=self.stderr)

    def collect(self) -> None:
        stamp = Path(settings.VAR_DIR) / "static.stamp"
        wanted = static_fingerprint()
        if stamp.exists() and stamp.read_text() == wanted and manifest().exists():
            self.say("Static files: up to date")
            return
        self.say("Static files: collecting, hashing and compressing (up to half a minute)")
        collect_beside(Path(settings.STATIC_ROOT))
        stamp.write_text(wanted)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def another_secret_signs() -> bool:
    """Whether the session that was begun or used last was signed with another secret than this machine has."""
    newest = Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date").first()
    if newest is None:
        return False
    store = SessionStore()
    try:
        signing.loads(newest.session_data, salt=store.key_salt, serializer=store.serializer)
    except signing.BadSignature:
        return True
    return False


def keep_to_its_owner(database: dict[str, Any]) -> None:
    """A file that holds password hashes is read by nobody else; SQLite gives the files beside it the same rights."""
    path = Path(str(database["NAME"]))
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]  # SQLite's own
        return
    path.touch(mode=0o600)
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o600)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait while another start prepares the same folder, or, on PostgreSQL, the same database."""
    with (Path(settings.VAR_DIR) / "prepare.lock").open("w") as lock, connection.cursor() as cursor:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])  # released with the connection, if not before
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def take_stock() -> None:
    """Have SQLite count its rows by what they are found by; PostgreSQL does so by itself.

    Before it knows that nearly no entry is a proposal, it begins half of its questions by reading all entries.
    """
    if connection.vendor == "sqlite":
        with suppress(OperationalError), connection.cursor() as cursor:  # somebody writes: the next start will do
            cursor.execute("ANALYZE")


def manifest() -> Path:
    return Path(settings.STATIC_ROOT) / MANIFEST


def collect_beside(root: Path) -> None:
    """Collect into a folder of its own, and then put each file in its place at once.

    A server that is running goes on with the files that it began with. Pages of an earlier release that readers have
    open find theirs, too: what no release has collected for a while is removed.
    """
    root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="static-", dir=settings.VAR_DIR) as name:
        command = collectstatic.Command()
        chosen = settings.STORAGES["staticfiles"]
        command.storage = storages.create_storage({**chosen, "OPTIONS": {"location": name}})
        call_command(command, verbosity=0, interactive=False, ignore_patterns=NOT_SERVED)
        made = [path for path in Path(name).rglob("*") if path.is_file()]
        for path in sorted(made, key=lambda path: path.name == MANIFEST):  # that names all others comes last
            place = root / path.relative_to(name)
            if HASHED.search(path.name) and place.exists():
                place.touch()  # the same, and a server may be sending it
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
    forgotten = time.time() - STATIC_DAYS * 24 * 60 * 60
    for path in root.rglob("*"):
        if path.is_file() and path.stat().st_mtime < forgotten:
            path.unlink()


def static_fingerprint() -> str:
    """A digest of the names, sizes and times of every source of a static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(NOT_SERVED):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
