"""Owns reading rows from JSON: a list of objects whose names are the columns."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext

from troubleshoot.exchange.tables.tables import ABSENT, Table, UnreadableError, columns


def read_json(data: bytes) -> Table:
    """The objects of a list; a name that an object leaves out is not spoken of in its row."""
    items = _parsed(data)
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        raise UnreadableError(gettext("The file must be a list of objects: [{…}, {…}]."))
    names = columns(list(dict.fromkeys(name for item in items for name in item)) or [None])
    table = Table(names, lambda number: gettext("Item %d") % number)
    for number, item in enumerate(items, 1):
        table.append([_cell(item.get(name, ABSENT), number, name) for name in names], number)
    return table


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        sentence = gettext("Line %(number)d is not valid JSON: %(reason)s.") % {
            "number": error.lineno,
            "reason": error.msg,
        }
        raise UnreadableError(sentence) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(gettext("This is not JSON in UTF-8.")) from error


def _cell(value: Any, number: int, name: str) -> Any:
    if isinstance(value, list | dict):
        sentence = gettext("Item %(number)d, %(column)s: text or a number is expected.")
        raise UnreadableError(sentence % {"number": number, "column": name})
    return value
