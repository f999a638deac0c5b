"""Owns whether the portal only reads: it was told to (READ_ONLY), or its database refuses to be written."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

# So long after a refusal the administration still says so. The next form is tried all the same.
SAID_SECONDS = 60
_READ_ONLY_TRANSACTION = "25006"
_DISK_FULL = "53100"
_PRIMARY_CODE = 0xFF  # SQLite's other bits tell why


class _Refused:
    """When the database refused this process last."""

    at: float | None = None


def is_on() -> bool:
    """Whether forms are refused, or were just now."""
    return settings.READ_ONLY or (_Refused.at is not None and time.monotonic() - _Refused.at < SAID_SECONDS)


def refuses_to_write(error: BaseException) -> bool:
    """Whether an error says that the database can be read and not written. It is remembered, and logged once."""
    if not any(_says_so(cause) for cause in _causes(error)):
        return False
    if not is_on():
        logger.error("The database refuses to be written; the portal only reads until it takes a form again")
    _Refused.at = time.monotonic()
    return True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _says_so(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        return code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL}
    return getattr(error, "sqlstate", "") in {_READ_ONLY_TRANSACTION, _DISK_FULL}
