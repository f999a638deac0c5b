"""Owns what is particular to one document, from TOML: the keys of its rows, and where its links lead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from markdown_it.token import Token

from troubleshoot.document.problems import DocumentError, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACE = re.compile(r"\(at line (\d+)")
_TABLES = ("sections", "operations", "errors", "links", "references", "texts")


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
    texts: Mapping[str, str] = field(default_factory=dict)
    """An editor's text by the context and field that it is shown in; the document's own is kept beside it."""
    product: str = ""
    """The key of the product that the document is about."""
    publisher: str = ""
    edited: str = ""
    """When an editor last worked on ``texts``."""


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
    product, publisher, edited = (document.get(name, "") for name in ("product", "publisher", "edited"))
    at = document["published_at"]
    return Plan(str(path), document["key"], at, product=product, publisher=publisher, edited=edited, **tables)


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


BARE_URL = re.compile(r"https?://[!-~]*[A-Za-z0-9/=_#-]")
"""Korean particles follow an address without a space, so it ends where ASCII does."""
_MARKDOWN_FILE = re.compile(r"\.md/?$")


@dataclass(frozen=True, slots=True)
class Links:
    """The targets of one document, seen from one of its sections."""

    plan: Plan
    file: str
    section: str = ""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Section by the name that its heading gives itself."""
    language: str = "ko"

    def target(self, href: str, line: int) -> str:
        """``portal:…`` or an absolute address; empty for what leads nowhere, or a DocumentError where there is a plan.

        A link to another page never leads to the section it stands in: the reader has just read that.
        """
        href = unquote(href)
        known = self.plan.links.get(href)
        if known and known != f"portal:section/{self.section}":
            return known
        if href.startswith("#"):
            return self._section(href, line)
        try:
            return href if urlsplit(href).scheme else self._published(href)
        except ValueError as error:
            if not self.plan.file:
                return ""
            raise DocumentError(self.file, line, f"expected an address, not {href}") from error

    def _section(self, href: str, line: int) -> str:
        if href[1:] in self.anchors:
            return f"portal:section/{self.anchors[href[1:]]}"
        if not self.plan.file:
            return ""
        if href[1:] not in self.plan.sections.values():
            raise DocumentError(self.file, line, f"expected {href} to be a section, or in [links] of {self.plan.file}")
        return f"portal:section/{href[1:]}"

    def _published(self, href: str) -> str:
        if not self.plan.published_at:
            return ""
        path, hash_sign, anchor = href.partition("#")
        page = _MARKDOWN_FILE.sub("", urljoin(self.plan.published_at, path))
        return page + hash_sign + anchor

    def aim(self, children: Iterable[Token], line: int) -> list[Token]:
        """Inline tokens with every target resolved, and with links on bare addresses and on references.

        The words of a link that leads nowhere stay; a picture goes.
        """
        aimed: list[Token] = []
        leads: list[bool] = []
        for child in children:
            if child.type == "link_open":
                leads.append(self._leads(child, "href", line))
                aimed += [child] if leads[-1] else []
            elif child.type == "link_close" and leads:
                aimed += [child] if leads.pop() else []
            elif child.type == "image":
                aimed += [child] if self._leads(child, "src", line) else []
            else:
                aimed += self._linked(child) if child.type == "text" and not leads else [child]
        return aimed

    def _leads(self, token: Token, name: str, line: int) -> bool:
        target = self.target(str(token.attrs[name]), line)
        token.attrSet(name, target)
        token.meta.pop("label", None)
        return bool(target)

    def _linked(self, token: Token) -> Iterator[Token]:
        if not self.plan.references and "://" not in token.content:
            yield token
            return
        start = 0
        for match in self._pattern().finditer(token.content):
            yield text_token(token.content[start : match.start()])
            yield from link_tokens(match[0], self.plan.references.get(match[0], match[0]))
            start = match.end()
        yield text_token(token.content[start:])

    def _pattern(self) -> re.Pattern[str]:
        words = sorted(self.plan.references, key=len, reverse=True)
        return re.compile("|".join([BARE_URL.pattern, *map(re.escape, words)]))


def text_token(text: str) -> Token:
    return Token("text", "", 0, content=text)


def link_tokens(text: str, target: str) -> Sequence[Token]:
    is_address = text == target
    opening = Token("link_open", "a", 1, attrs={"href": target})
    if is_address:
        opening.markup, opening.info = "autolink", "auto"
    return opening, text_token(text), Token("link_close", "a", -1)
