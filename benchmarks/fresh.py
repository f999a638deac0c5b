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
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path

import django
from tqdm import tqdm

from benchmarks import sandbox
from benchmarks.readers import Readers
from benchmarks.servers import Server

_PROJECT = Path(__file__).parent.parent
_EDITS = 200
KEY = "restore-cloud-internal-error"


def trial(edits: int, clients: int, writers: int = 1) -> tuple[int, int]:
    """How many of so many edits were shown, and found, at the first try by both servers, which ``clients`` ask, too."""
    workers = "1" if writers == 1 else "2"
    with tempfile.TemporaryDirectory(prefix="fresh-") as name, ExitStack() as stack:
        folder = Path(name)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'shared.sqlite3'}"
        starting = []
        for number in range(2):
            own = os.environ | sandbox.environment(folder / str(number)) | {"DATABASE_URL": database}
            own["WEB_CONCURRENCY"] = workers
            sandbox.prepare(own)
            starting.append(Server(own, folder / f"{number}.log"))
        servers = [stack.enter_context(server) for server in starting]
        os.environ.update(sandbox.environment(folder / "writer") | {"DATABASE_URL": database})
        django.setup()
        stack.enter_context(Readers(servers, clients))
        each = [edits // writers + (number < edits % writers) for number in range(writers)]
        with ThreadPoolExecutor(writers) as pool:
            seen = list(pool.map(_edited, repeat(servers), _keys(writers), each))
        return sum(shown for shown, _found in seen), sum(found for _shown, found in seen)


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
    options = parser.parse_args()
    shown, found = trial(options.edits, options.clients, options.writers)
    print(f"{shown} of {options.edits} edits shown, {found} found by the very next request of both servers")
    return 0 if shown == found == options.edits else 1


if __name__ == "__main__":
    sys.exit(main())
