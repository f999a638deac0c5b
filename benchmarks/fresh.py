"""Owns ``python -m benchmarks.fresh``: an edit in one process is shown and found by the very next request in another.

Two servers with folders of their own stand on one database: SQLite, or the one that ``DATABASE_URL`` names, which must
be empty. Each is asked for the entry's page, which it keeps, and searched, before and after each edit. With several
writers each has an entry of its own, and each server two workers, who then want the same index at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import django
from tqdm import tqdm

from benchmarks import sandbox
from benchmarks.readers import Readers
from benchmarks.servers import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

_EDITS = 200
_LOOKS, _LOOKERS = 120, 8
KEY = "restore-cloud-internal-error"


def trial(edits: int, clients: int, writers: int = 1) -> tuple[int, int]:
    """How many of so many edits were shown, and found, at the first try by both servers, which ``clients`` ask, too."""
    with _serving(workers=1 if writers == 1 else 2) as servers, Readers(servers, clients):
        each = [edits // writers + (number < edits % writers) for number in range(writers)]
        with ThreadPoolExecutor(writers) as pool:
            seen = list(pool.map(_edited, repeat(servers), _keys(writers), each))
        return sum(shown for shown, _found in seen), sum(found for _shown, found in seen)


def at_once(entries: int) -> tuple[int, float]:
    """Of 120 looks for entries that were committed at once: how many found theirs, and the seconds of the slowest."""
    with _serving(workers=2) as servers:
        for server in servers:
            _look(server, "BitLocker")
        keys = _committed(entries)
        with ThreadPoolExecutor(_LOOKERS) as pool:
            asked = [(servers[number % 2], keys[number * entries // _LOOKS]) for number in range(_LOOKS)]
            looks = list(pool.map(lambda one: (*_look(*one), one[1]), asked))
        return sum(found[:1] == [key] for found, _seconds, key in looks), max(
            seconds for _found, seconds, _key in looks
        )


def _look(server: Server, text: str) -> tuple[list[str], float]:
    began = time.monotonic()
    return server.search(text)[1], time.monotonic() - began


def _committed(number: int) -> list[str]:
    """The keys of new entries, each of which stands in its message."""
    from django.db import transaction  # noqa: PLC0415 - needs Django set up

    from troubleshoot.models import ErrorEntry, Operation  # noqa: PLC0415 - needs Django set up

    operation = Operation.objects.create(key="at-once", order=1_000, title_ko="한 번에", title_en="At once")
    keys = [f"q{zlib.crc32(str(place).encode()):08x}zv" for place in range(number)]
    with transaction.atomic():
        ErrorEntry.objects.bulk_create(
            ErrorEntry(key=key, operation=operation, order=place, message_ko=f"오류 {key}", message_en=f"Error {key}")
            for place, key in enumerate(keys, 1)
        )
    return keys


@contextmanager
def _serving(workers: int) -> Iterator[list[Server]]:
    """Two servers of one database, in which Django is set up here as well."""
    with tempfile.TemporaryDirectory(prefix="fresh-") as name, ExitStack() as stack:
        folder = Path(name)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'shared.sqlite3'}"
        starting = []
        for number in range(2):
            own = os.environ | sandbox.environment(folder / str(number)) | {"DATABASE_URL": database}
            own["WEB_CONCURRENCY"] = str(workers)
            sandbox.prepare(own)
            starting.append(Server(own, folder / f"{number}.log"))
        servers = [stack.enter_context(server) for server in starting]
        os.environ.update(sandbox.environment(folder / "writer") | {"DATABASE_URL": database})
        django.setup()
        yield servers


def _keys(number: int) -> list[str]:
    from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs Django set up

    others = ErrorEntry.objects.exclude(key=KEY).order_by("pk").values_list("key", flat=True)
    return [KEY, *others[: number - 1]]


def _edited(servers: list[Server], key: str, edits: int) -> tuple[int, int]:
    from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs Django set up

    shown = found = 0
    for number in tqdm(range(edits), desc=key, disable=None, leave=False):
        for server in servers:
            server.page(f"/errors/{key}/")
        mark = f"q{zlib.crc32(key.encode()):08x}x{number:05}zv"
        entry = ErrorEntry.objects.get(key=key)
        entry.cause_ko = f"원인 {mark}"
        entry.save()
        shown += all(mark in server.page(f"/errors/{key}/") for server in servers)
        found += all(server.search(mark)[1][:1] == [key] for server in servers)
    return shown, found


def main() -> int:
    parser = argparse.ArgumentParser(description="Edit an entry and look for it with the next request elsewhere.")
    parser.add_argument("--edits", type=int, default=_EDITS)
    parser.add_argument("--clients", type=int, default=0, help="so many readers ask for other pages meanwhile")
    parser.add_argument("--writers", type=int, default=1, help="so many edit at once, each an entry of its own")
    parser.add_argument("--at-once", type=int, default=0, help="commit so many entries at once, and look for them")
    options = parser.parse_args()
    if options.at_once:
        found, slowest = at_once(options.at_once)
        print(f"{found} of {_LOOKS} looks found one of {options.at_once} entries; the slowest {slowest:.1f} s")
        return 0 if found == _LOOKS else 1
    shown, found = trial(options.edits, options.clients, options.writers)
    print(f"{shown} of {options.edits} edits shown, {found} found by the very next request of both servers")
    return 0 if shown == found == options.edits else 1


if __name__ == "__main__":
    sys.exit(main())
