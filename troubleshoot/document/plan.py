"""Owns what is particular to one document: the keys of its rows and the targets of its links, read from TOML."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshoot.document.problems import DocumentError, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACE = re.compile(r"\(at line (\d+)")
_TABLES = ("sections", "operations", "errors", "links", "references")


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys by what the document calls the thing: ``operations["백업"] == "backup"``."""

    file: str
    key: str
    published_at: str
    """The address of the published document; its relative links start from there."""
    sections: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """Entry key by the beginning of the entry's message."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Target by link as the document writes it."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Target by words of the text that refer to it without a link."""


def read_plan(path: Path) -> Plan:
    """Raises DocumentError."""
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise DocumentError(str(path), line, f"expected TOML: {error}") from error
    return _plan(path, text, data)


def _plan(path: Path, text: str, data: Mapping[str, Any]) -> Plan:
    document = _strings(path, text, data, "document")
    missing = {"key", "published_at"} - document.keys()
    if missing:
        raise DocumentError(str(path), 1, f"expected {' and '.join(sorted(missing))} in [document]")
    tables = {name: _strings(path, text, data, name) for name in _TABLES}
    for name in ("sections", "operations", "errors"):
        tables[name] = _by_title(path, text, tables[name])
    return Plan(str(path), document["key"], document["published_at"], **tables)


def _strings(path: Path, text: str, data: Mapping[str, Any], name: str) -> dict[str, str]:
    table = data.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise DocumentError(str(path), _line_of(text, name), f"expected [{name}] to hold only text in quotes")
    return table


def _by_title(path: Path, text: str, titles: Mapping[str, str]) -> dict[str, str]:
    """Turn ``key = title`` around; both must be unique."""
    keys: dict[str, str] = {}
    for key, title in titles.items():
        if not _SLUG.fullmatch(key):
            raise DocumentError(str(path), _line_of(text, key), f"expected a key of a-z, 0-9 and hyphens, not {key}")
        if title in keys:
            raise DocumentError(str(path), _line_of(text, key), f"expected one key for {title}; {keys[title]} has it")
        keys[title] = key
    return keys


def _line_of(text: str, word: str) -> int:
    return text.count("\n", 0, max(0, text.find(f"\n{word}") + 1)) + 1
