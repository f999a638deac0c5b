"""Owns a portal of one's own to measure: a temporary folder with its database, index and content."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import django
from django.core.management import call_command
from whitenoise.compress import Compressor

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROJECT = Path(__file__).parent.parent


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


def collect_static() -> None:
    """Static files for a process that Django is set up in, compressed well: the best takes half a minute."""
    Compressor.compress_brotli = staticmethod(partial(brotli.compress, quality=9))
    call_command("collectstatic", verbosity=0, interactive=False)


# `manage.py prepare`, with files compressed likewise.
_PREPARE = """
import brotli, runpy, sys
from whitenoise.compress import Compressor
Compressor.compress_brotli = staticmethod(lambda data: brotli.compress(data, quality=9))
sys.argv = ["manage.py", "prepare"]
sys.path.insert(0, ".")
runpy.run_path("manage.py", run_name="__main__")
"""


def prepare(environment: dict[str, str], code: Path = _PROJECT) -> None:
    """Have ``code`` make a portal ready to serve."""
    begun = preparing(environment, code)
    said, _nothing = begun.communicate()
    if begun.returncode:
        raise RuntimeError(said)


def preparing(environment: dict[str, str], code: Path = _PROJECT) -> subprocess.Popen[str]:
    """The same, begun."""
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(
        [sys.executable, "-c", _PREPARE], cwd=code, env=environment, stdout=pipe, stderr=both, text=True
    )


def environment(folder: Path) -> dict[str, str]:
    """The variables by which a process finds the portal in ``folder``."""
    return {"DJANGO_SETTINGS_MODULE": "portal.settings", "VAR_DIR": str(folder), "SECRET_KEY": "measured, not served"}
