"""Owns a portal of one's own to measure: a temporary folder with its database, index and content."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def portal() -> Iterator[Path]:
    """Set Django up on a new SQLite database with the fixtures loaded. Once a process, before settings are read."""
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        os.environ.update(environment(Path(folder)))
        os.environ.pop("DATABASE_URL", None)
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0, stdout=StringIO())
        yield Path(folder)


def environment(folder: Path) -> dict[str, str]:
    """The variables by which a process finds the portal in ``folder``."""
    return {"DJANGO_SETTINGS_MODULE": "portal.settings", "VAR_DIR": str(folder), "SECRET_KEY": "measured, not served"}
