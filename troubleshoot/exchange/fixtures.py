"""Owns fixture files: reading their rows, writing several files or none, and the number of their release."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

# In the order of their references: a row's file comes after those of the rows that it names.
FIXTURES = (
    "documents",
    "sections",
    "operations",
    "errors",
    "former_keys",
    "aliases",
    "codes",
    "resolutions",
    "synonyms",
    "flows",
    "steps",
    "choices",
    "flow_links",
)
RELEASE = "release.toml"
_RELEASE = """\
# Which release of the content the fixtures here are: a portal that loaded a newer one loads nothing of them.
# build_fixtures counts on where the digest of the fixtures changed.
number = {number}
digest = "{digest}"
"""
# What names a row of each model, as its natural_key() does; a reference stands for what names that row.
_NATURAL = {
    "troubleshoot.document": ("key",),
    "troubleshoot.section": ("key",),
    "troubleshoot.operation": ("key",),
    "troubleshoot.errorentry": ("key",),
    "troubleshoot.formerkey": ("key",),
    "troubleshoot.erroralias": ("entry", "text_ko"),
    "troubleshoot.resolution": ("entry", "order"),
    "troubleshoot.synonymgroup": ("key",),
    "troubleshoot.flow": ("key",),
    "troubleshoot.step": ("flow", "key"),
    "troubleshoot.choice": ("step", "key"),
    "troubleshoot.flowlink": ("entry", "flow"),
}


class FixtureError(Exception):
    """A fixture that can't be loaded; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a fixture: the fields as written, and where they stand."""

    place: str
    label: str
    fields: dict[str, Any]

    @property
    def natural_key(self) -> tuple[Any, ...]:
        """What names the row, as written. Raises FixtureError where it is not written."""
        if self.label not in _NATURAL:
            raise FixtureError(f"{self.place}: {self.label} is no model of the content")
        found: list[Any] = []
        for name in _NATURAL[self.label]:
            if name not in self.fields:
                raise FixtureError(f"{self.place}: expected {name}")
            value = self.fields[name]
            found += value if isinstance(value, list) else [value]
        return tuple(found)

    @property
    def digest(self) -> str:
        return digest(self.fields)

    @property
    def raw(self) -> dict[str, Any]:
        return {"model": self.label, "fields": self.fields}


def read(folder: Path) -> list[Item]:
    """The rows of all fixtures in a folder, in the order in which they can be loaded. Raises FixtureError."""
    return [item for name in FIXTURES for item in _read(folder / f"{name}.json")]


def _read(path: Path) -> Iterator[Item]:
    if not path.exists():
        return
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise FixtureError(f"{path.name}: not a JSON fixture: {error}") from error
    for number, raw in enumerate(rows, start=1):
        if not (isinstance(raw, dict) and isinstance(raw.get("model"), str) and isinstance(raw.get("fields"), dict)):
            raise FixtureError(f"{path.name}, row {number}: expected an object with model and fields")
        yield Item(f"{path.name}, row {number}", raw["model"], raw["fields"])


def digest(fields: Mapping[str, Any]) -> str:
    """The digest of the fields of a row as they stand in a fixture."""
    plain = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=_as_written)
    return hashlib.sha256(plain.encode()).hexdigest()


def _as_written(moment: date) -> str:
    return moment.isoformat()


def release_number(folder: Path) -> int | None:
    """The number of the release that the fixtures in a folder are; None where they are none. Raises FixtureError."""
    found = _release(folder)
    return None if found is None else int(found["number"])


def next_release(folder: Path, files: Mapping[str, str]) -> str | None:
    """What the release file of a folder says once ``files`` (by name) are written; None where it has none.

    The number counts on where the fixtures say something else than at the last release. Raises FixtureError.
    """
    found = _release(folder)
    if found is None:
        return None
    now = _digest(folder, files)
    number = found["number"] + (found["digest"] != now)
    return _RELEASE.format(number=number, digest=now)


def _release(folder: Path) -> dict[str, Any] | None:
    path = folder / RELEASE
    if not path.exists():
        return None
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise FixtureError(f"{RELEASE}: not a TOML file: {error}") from error
    if not (type(found.get("number")) is int and isinstance(found.get("digest"), str)):
        raise FixtureError(f"{RELEASE}: expected number and digest")
    return found


def _digest(folder: Path, files: Mapping[str, str]) -> str:
    told = hashlib.sha256()
    for name in (f"{name}.json" for name in FIXTURES):
        content = files[name].encode() if name in files else _bytes(folder / name)
        told.update(f"{name} {len(content)}\n".encode() + content)
    return told.hexdigest()


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def replace_all(files: Mapping[Path, str]) -> None:
    """Write every file beside its place first; only when all are written do they take their places."""
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            part = path.with_name(f".{path.name}.part")
            written.append((part, path))
            part.write_text(content, encoding="utf-8", newline="\n")
        for part, path in written:
            part.replace(path)
    finally:
        for part, _ in written:
            part.unlink(missing_ok=True)
