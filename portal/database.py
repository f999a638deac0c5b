"""Owns that SQLite's database stays open while a worker lives, so that readers need no room on the disk.

Whoever opens a database in WAL mode first makes two files beside it, and who closes it last removes them. On a full
disk they can't be made, and nothing can be read, though nothing is to be written.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

_held: list[sqlite3.Connection] = []


def hold_open(settings: dict[str, Any]) -> None:
    """Keep the database of ``settings`` (Django's, of one connection) open in this process, if it is there yet."""
    if settings["ENGINE"] != "django.db.backends.sqlite3":
        return
    with suppress(sqlite3.Error):
        address = f"{Path(settings['NAME']).resolve().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()  # opens the files; no transaction stays open
        _held.append(connection)
