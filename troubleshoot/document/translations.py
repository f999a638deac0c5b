"""Owns the English twins of a document's texts, a PO file beside it, and the fixtures that both make."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from troubleshoot.document.dataset import FILES, Record, records
from troubleshoot.document.plan import BARE_URL
from troubleshoot.document.problems import DocumentError, read_text
from troubleshoot.document.reading import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from babel.messages.catalog import Message
    from markdown_it.token import Token

    from troubleshoot.document.dataset import Dataset

_HANGUL = re.compile(r"[가-힣]")
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: troubleshooting content\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Reason(StrEnum):
    MISSING = "missing"
    OUTDATED = "outdated"
    ALTERED = "altered"
    """Code or a link differs between the two, or Korean was left in the English."""
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Text:
    """A Korean text that needs an English twin. ``line`` is its line in the document."""

    context: str
    korean: str
    line: int


@dataclass(frozen=True, slots=True)
class Twin:
    """A translation, and the Korean it was made from. ``line`` is its line in the PO file."""

    korean: str
    english: str
    line: int
    is_fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class TwinProblem:
    """What is wrong with a twin: the line is one of the document, for an unused twin one of the PO file."""

    context: str
    reason: Reason
    line: int


Twins = dict[str, Twin]


def path_for(document: Path) -> Path:
    return document.with_suffix(".en.po")


def texts(dataset: Dataset) -> Iterator[Text]:
    """Every text of a dataset that a reader sees."""
    for record in records(dataset):
        for name, korean in record.texts.items():
            if korean:
                yield Text(f"{record.context}/{name}", korean, record.line)


def read_twins(path: Path) -> Twins:
    """The translations of a PO file by context; none where there is no file. Raises DocumentError."""
    if not path.exists():
        return {}
    try:
        catalog = read_po(io.StringIO(read_text(path)), locale="en", abort_invalid=True)
    except (PoFileError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        raise DocumentError(str(path), line + 1, f"expected a PO file: {error}") from error
    return {message.context: _twin(message) for message in catalog if message.context}


def _twin(message: Message) -> Twin:
    return Twin(str(message.id), str(message.string), message.lineno or 0, message.fuzzy)


def english(twins: Mapping[str, Twin], text: Text) -> str:
    """The twin of ``text``; empty where there is none, or where its Korean has changed since."""
    twin = twins.get(text.context)
    return twin.english if twin and not twin.is_fuzzy and twin.korean == text.korean else ""


def problems(wanted: Iterable[Text], twins: Mapping[str, Twin]) -> list[TwinProblem]:
    """Twins that are missing, outdated, altered in their code and links, or of no text."""
    unused = dict(twins)
    found: list[TwinProblem] = []
    for text in wanted:
        reason = _reason(text, unused.pop(text.context, None))
        if reason:
            found.append(TwinProblem(text.context, reason, text.line))
    return [*found, *(TwinProblem(context, Reason.UNUSED, twin.line) for context, twin in unused.items())]


def _reason(text: Text, twin: Twin | None) -> Reason | None:
    if twin is None or not twin.english.strip():
        return Reason.MISSING
    if twin.is_fuzzy or twin.korean != text.korean:
        return Reason.OUTDATED
    if _HANGUL.search(twin.english) or _verbatim(twin.english) != _verbatim(text.korean):
        return Reason.ALTERED
    return None


def _verbatim(markdown: str) -> list[str]:
    """What a translation must not touch: code and link targets, sorted because word order differs."""
    return sorted(part for token in parse(markdown) for part in _verbatim_parts(token))


def _verbatim_parts(token: Token) -> Iterator[str]:
    if token.type in {"fence", "code_block"}:
        yield token.content
    for child in token.children or ():
        if child.type == "code_inline":
            yield child.content
        elif child.type == "link_open":
            yield str(child.attrGet("href"))
        elif child.type == "text":
            yield from BARE_URL.findall(child.content)


def write_twins(wanted: Iterable[Text], twins: Mapping[str, Twin]) -> str:
    """A PO file with an entry for each text in document order. Twins of changed Korean are kept, marked fuzzy."""
    catalog = Catalog(locale="en", fuzzy=False)
    for text in wanted:
        twin = twins.get(text.context)
        fuzzy = ("fuzzy",) if twin and twin.english and not english(twins, text) else ()
        catalog.add(text.korean, twin.english if twin else "", context=text.context, flags=fuzzy)
    stream = io.BytesIO()
    write_po(stream, catalog, width=100, omit_header=True)
    return _HEADER + stream.getvalue().decode()


def fixtures(dataset: Dataset, twins: Mapping[str, Twin]) -> dict[str, str]:
    """The content of each fixture file by its name (``errors.json``); the same for the same input, byte for byte."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FILES}
    for record in records(dataset):
        rows[record.file].append(_row(record, twins))
    return {f"{name}.json": _json(content) for name, content in rows.items()}


def _row(record: Record, twins: Mapping[str, Twin]) -> dict[str, Any]:
    fields = dict(record.fields)
    for name, korean in record.texts.items():
        fields[f"{name}_ko"] = korean
        fields[f"{name}_en"] = english(twins, Text(f"{record.context}/{name}", korean, record.line)) if korean else ""
    if own := record.fields.get("original_message_ko"):
        places = ("message", *(f"aliases/{number}/text" for number in range(1, own.count("\n") + 1)))
        said = (
            Text(f"{record.context}/{place}", text, record.line)
            for place, text in zip(places, own.split("\n"), strict=True)
        )
        fields["original_message_en"] = "\n".join(english(twins, text) for text in said)
    return {"model": record.model, "fields": fields}


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
