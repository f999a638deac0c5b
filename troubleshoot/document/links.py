"""Owns where links lead: every target of a document becomes one that works in the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from markdown_it.token import Token

from troubleshoot.document.problems import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.plan import Plan

BARE_URL = re.compile(r"https?://[!-~]*[A-Za-z0-9/=_#-]")
"""Korean particles follow an address without a space, so it ends where ASCII does."""
_MARKDOWN_FILE = re.compile(r"\.md/?$")


@dataclass(frozen=True, slots=True)
class Links:
    """The targets of one document, seen from one of its sections."""

    plan: Plan
    file: str
    section: str = ""

    def target(self, href: str, line: int) -> str:
        """``portal:…`` or an absolute address. Raises DocumentError for what leads nowhere.

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
            raise DocumentError(self.file, line, f"expected an address, not {href}") from error

    def _section(self, href: str, line: int) -> str:
        if href[1:] not in self.plan.sections.values():
            raise DocumentError(self.file, line, f"expected {href} to be a section, or in [links] of {self.plan.file}")
        return f"portal:section/{href[1:]}"

    def _published(self, href: str) -> str:
        path, hash_sign, anchor = href.partition("#")
        page = _MARKDOWN_FILE.sub("", urljoin(self.plan.published_at, path))
        return page + hash_sign + anchor

    def aim(self, children: Iterable[Token], line: int) -> list[Token]:
        """Inline tokens with every target resolved, and with links on bare addresses and on references."""
        aimed: list[Token] = []
        depth = 0
        for child in children:
            depth += child.nesting if child.type in {"link_open", "link_close"} else 0
            aimed += [child] if depth and child.type == "text" else self._aimed(child, line)
        return aimed

    def _aimed(self, token: Token, line: int) -> list[Token]:
        for name in ("href", "src"):
            if name in token.attrs:
                token.attrSet(name, self.target(str(token.attrs[name]), line))
        return list(self._linked(token)) if token.type == "text" else [token]

    def _linked(self, token: Token) -> Iterator[Token]:
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
