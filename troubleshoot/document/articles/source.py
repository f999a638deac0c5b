"""Owns the files that documents come from: a file, a folder or a ZIP, within bounds, with what they include."""

from __future__ import annotations

import os
import posixpath
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshoot.document.articles.outline import INCLUDE
from troubleshoot.document.plan import Plan, read_plan
from troubleshoot.document.problems import DocumentError, decoded, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MOST_BYTES = 20_000_000
"""Of one document, what it shows inside itself included."""
MOST_FILES = 5_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
RATIO_FROM = 1_000_000
"""Smaller files may be packed as tightly as they like."""
MOST_INCLUDED, DEEPEST = 500, 20
"""How many files a document may show, and how many one inside the other."""
PIECES = "includes"
"""The folder of what documents show inside themselves; what is in it is no document."""
_CLIMBS = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|\\|\x00")


@dataclass(frozen=True, slots=True)
class Source:
    """A document's text, and the path that it is known by: as it was given, or inside its folder or ZIP."""

    path: str
    text: str
    includes: Mapping[str, str] = field(default_factory=dict)
    """The text of each file that this one shows inside itself, by the path that it writes."""
    plan: Plan | None = None
    """What is particular to it: keys, targets of links and editors' texts, from a TOML file of its name beside it."""
    key: str = ""
    """Of the document, where its file's name is not to give it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, and what should have stood there: an English sentence."""

    path: str
    line: int
    reason: str


def collect(paths: Iterable[Path]) -> Iterator[Source | Refused]:
    """Each Markdown file among ``paths``, in folders (at any depth) and in ZIP files, in the order of their names.

    What is inside a folder or a ZIP is known by its path there; where several are given, behind that of the folder.
    All of them together, with what they show inside themselves, are ``MOST_UNPACKED`` characters at most.
    """
    taken, given = 0, list(paths)
    for source in _each_of(given):
        if isinstance(source, Source):
            taken += len(source.text) + sum(map(len, source.includes.values()))
        if taken > MOST_UNPACKED:
            yield Refused(source.path, 1, f"expected at most {MOST_UNPACKED // 1_000_000} MB of documents at once")
            return
        yield source


def _each_of(paths: Sequence[Path]) -> Iterator[Source | Refused]:
    for path in paths:
        before = f"{path}/" if len(paths) > 1 else ""
        if path.is_dir():
            yield from _all_of(_Folder(path), before)
        elif path.suffix.lower() == ".zip":
            yield from _packed(path, before)
        elif path.suffix.lower() in {".md", ".markdown"}:
            yield _single(path)
        else:
            yield Refused(str(path), 1, "expected a Markdown file (.md), a folder or a ZIP file")


def _single(path: Path) -> Source | Refused:
    try:
        if path.stat().st_size > MOST_BYTES:
            return Refused(str(path), 1, _TOO_LARGE)
        return Source(str(path), _checked(read_text(path), str(path)), plan=plan_beside(path))
    except OSError as error:
        return Refused(str(path), 1, f"expected a readable file: {error.strerror}")
    except DocumentError as error:
        return Refused(error.file, error.line, error.expected)


def plan_beside(document: Path) -> Plan | None:
    """The plan of a document, where it has one. Raises DocumentError."""
    path = document.with_suffix(".toml")
    return read_plan(path) if path.is_file() else None


_TOO_LARGE = f"expected at most {MOST_BYTES // 1_000_000} MB"


def _checked(text: str, file: str) -> str:
    if not text.strip():
        raise DocumentError(file, 1, "expected text")
    return text


@dataclass(frozen=True)
class _Folder:
    root: Path

    @cached_property
    def names(self) -> list[str]:
        """The Markdown files, none behind a symbolic link."""
        found: list[str] = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            paths = (Path(folder, name) for name in files if name.lower().endswith((".md", ".markdown")))
            found += [
                path.relative_to(self.root).as_posix() for path in paths if path.is_file() and not path.is_symlink()
            ]
        return sorted(found)

    def read(self, name: str) -> bytes:
        path = self.root / name
        if path.stat().st_size > MOST_BYTES:
            raise DocumentError(name, 1, _TOO_LARGE)
        return path.read_bytes()


@dataclass(frozen=True)
class _Zip:
    archive: zipfile.ZipFile
    names: list[str]

    def read(self, name: str) -> bytes:
        """No more than a document may have, whatever the archive says of its size."""
        with self.archive.open(name) as member:
            content = member.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise DocumentError(name, 1, _TOO_LARGE)
        return content


def _packed(path: Path, before: str) -> Iterator[Source | Refused]:
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_FILES:
                yield Refused(str(path), 1, f"expected at most {MOST_FILES} files in a ZIP file")
                return
            names: list[str] = []
            for member in sorted(archive.infolist(), key=lambda member: member.filename):
                expected = _objection(member, names)
                if expected:
                    yield Refused(f"{before}{member.filename}", 1, expected)
                elif member.filename.lower().endswith((".md", ".markdown")):
                    names.append(member.filename)
            if sum(archive.getinfo(name).file_size for name in names) > MOST_UNPACKED:
                yield Refused(str(path), 1, f"expected at most {MOST_UNPACKED // 1_000_000} MB in a ZIP file")
                return
            yield from _all_of(_Zip(archive, names), before)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Refused(str(path), 1, f"expected a ZIP file: {error}")


def _objection(member: zipfile.ZipInfo, names: list[str]) -> str:
    if _CLIMBS.search(member.orig_filename):
        return "expected a path inside the ZIP file"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "expected a file, not a symbolic link"
    if member.flag_bits & 1:
        return "expected a file without a password"
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        return f"expected a file that is packed at most {MOST_RATIO} times"
    return "expected each path once" if member.filename in names else ""


def _all_of(place: _Folder | _Zip, before: str) -> Iterator[Source | Refused]:
    known = set(place.names)
    if len(known) > MOST_FILES:
        yield Refused(f"{before}{place.names[0]}", 1, f"expected at most {MOST_FILES} files")
        return

    def read(name: str) -> str:
        try:
            return decoded(place.read(name), name)
        except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            raise DocumentError(name, 1, f"expected a readable file: {error}") from error

    for name in place.names:
        if PIECES in name.split("/")[:-1]:
            continue
        try:
            text = _checked(read(name), name)
            plan = plan_beside(place.root / name) if isinstance(place, _Folder) else None
            yield Source(f"{before}{name}", text, _Includes(known, read).of(name, text), plan)
        except DocumentError as error:
            file = error.file if error.file.endswith(".toml") else f"{before}{error.file}"
            yield Refused(file, error.line, error.expected)


@dataclass
class _Includes:
    """Puts what a document shows inside itself together, as long as it is there and leads in no circle."""

    known: set[str]
    read: Callable[[str], str]
    size: int = 0
    count: int = 0

    def of(self, name: str, text: str) -> dict[str, str]:
        self.size += len(text)
        return {
            written: self._whole(target, number, (name,))
            for number, line in enumerate(text.split("\n"), 1)
            if (written := included(line)) and (target := self._target(name, written))
        }

    def _whole(self, name: str, number: int, above: tuple[str, ...]) -> str:
        if name in above:
            circle = " → ".join((*above[above.index(name) :], name))
            raise DocumentError(above[0], number, f"expected files that do not show each other in a circle: {circle}")
        self.count += 1
        if self.count > MOST_INCLUDED or len(above) > DEEPEST:
            expected = (
                f"expected at most {MOST_INCLUDED} files inside this one, and at most {DEEPEST} one inside the other"
            )
            raise DocumentError(above[0], number, expected)
        text = self.read(name).replace("\r\n", "\n").replace("\r", "\n")
        self.size += len(text)
        if self.size > MOST_BYTES:
            raise DocumentError(above[0], number, _TOO_LARGE)
        return "\n".join(self._line(name, line, number, (*above, name)) for line in text.split("\n"))

    def _line(self, name: str, line: str, number: int, above: tuple[str, ...]) -> str:
        written = included(line)
        target = self._target(name, written) if written else ""
        return self._whole(target, number, above) if target else line

    def _target(self, name: str, written: str) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), written))
        return path if path in self.known else ""


def included(line: str) -> str:
    """The path of the file that a line shows."""
    match = INCLUDE.fullmatch(line.strip("\r")) if "INCLUDE" in line else None
    return match[1].strip() if match else ""
