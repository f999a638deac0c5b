"""Owns what a log line says: one line an event, and never what a reader typed or pasted.

Readers paste logs with secrets in them. Addresses lose their query string, and an exception is told by its type and
its stack, without its message, unless the message can only come from the machine.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError

QUERY_STRING = re.compile(r"\?\S+")
MESSAGE_IS_SAFE = (OperationalError, OSError, ImportError)
LONGEST_CHAIN = 4
# gunicorn repeats what it could not read, a cookie with it.
UNREADABLE = re.compile(r"(Invalid request from ip=\S*): .*", re.DOTALL)
ACCESS_ATOMS = {
    "method": "m",
    "path": "U",
    "status": "s",
    "bytes": "B",
    "seconds": "L",
    "address": "h",
    "request": "{x-request-id}o",
}


def without_query(text: str) -> str:
    """Cut the query string off every address in ``text``."""
    return QUERY_STRING.sub("", text)


def on_one_line(text: str) -> str:
    r"""Write control characters as escapes, so that no value can forge a line of its own."""
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def told(error: BaseException) -> str:
    """An exception by type, with its message only where no reader's text can be in it."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name}: {without_query(str(error))}" if isinstance(error, MESSAGE_IS_SAFE) else name


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what led to it, latest first; a failing error page can make the chain very long."""
    for _ in range(LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def stack_of(error: BaseException) -> list[str]:
    """Where it happened, outermost call first: ``file:line function``."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


class Event(logging.Formatter):
    """The parts of a record that may be written."""

    def time(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def message(self, record: logging.LogRecord) -> str:
        return without_query(UNREADABLE.sub(r"\1", record.getMessage()))

    def request(self, record: logging.LogRecord) -> str:
        """The number of the request; an access line has it already, and other threads have none."""
        return "" if record.name == "gunicorn.access" else _request_number()

    def error(self, record: logging.LogRecord) -> BaseException | None:
        return record.exc_info[1] if record.exc_info else None


class LineFormatter(Event):
    """For people: ``time LEVEL logger message``, then the stack, one call a line."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.time(record)} {record.levelname} {record.name} {on_one_line(self.message(record))}"
        if number := self.request(record):
            head += f" [{number}]"
        lines = [head]
        for error in chain(self.error(record)):
            lines.append(f"  {on_one_line(told(error))}")
            lines.extend(f"    {call}" for call in stack_of(error))
        return "\n".join(lines)


class JsonFormatter(Event):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {
            "time": self.time(record),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": self.message(record),
        }
        if number := self.request(record):
            event["request"] = number
        event |= access_fields(record)
        errors = [{"error": told(error), "stack": stack_of(error)} for error in chain(self.error(record))]
        if errors:
            event["errors"] = errors
        return json.dumps(event, ensure_ascii=False)


def _request_number() -> str:
    from portal import request_id  # noqa: PLC0415 - it asks for the settings, which are made with this module

    return request_id.current()


def access_fields(record: logging.LogRecord) -> dict[str, str]:
    """The fields of an access line, from gunicorn's atoms."""
    if record.name != "gunicorn.access" or not isinstance(record.args, Mapping):
        return {}
    return {name: str(record.args[atom]) for name, atom in ACCESS_ATOMS.items() if atom in record.args}


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """The logging configuration: everything to standard error, in one form."""
    through_root = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"text": {"()": "portal.logs.LineFormatter"}, "json": {"()": "portal.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"level": level, "handlers": ["console"]},
        "loggers": {
            **dict.fromkeys(("django", "django.server", "gunicorn.error", "gunicorn.access"), through_root),
            # A wrong name is the sender's fault; the access line has the 400.
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": True},
        },
    }
