"""Owns the Markdown parser: which extensions are on, how much it takes, and where the links of a text lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

BLOCK_DEPTH = 40
"""Blocks nested deeper than this are not parsed by markdown-it; it would silently drop their text."""
INLINE_DEPTH = 40
LONGEST = 50_000
MOST_LINES = 5_000
"""Longer texts are shown as they were written: laying them out would take seconds. The longest real one has 2,000."""
MOST_OPEN_BRACKETS = 100
"""The parser looks for the end of each open bracket anew, so their number is what makes it slow."""

_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_BRACKET = re.compile(r"[\[\]]")


def _parser(*, html: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html, "maxNesting": BLOCK_DEPTH}).enable("table")


_STORED = _parser(html=False)
_SOURCE = _parser(html=True)
OPTIONS = _STORED.options


# A line that begins with a letter or with strong words is a paragraph, whatever follows.
_PARAGRAPH = re.compile(r"(?:\*\*)?[^\W\d_](?:[^\n\r\x00]*\S)?")


def parse(markdown: str) -> list[Token]:
    """Tokens of a stored text: raw HTML in it is text, not markup."""
    inside = _simple_tokens(markdown) if "<" not in markdown and _PARAGRAPH.fullmatch(markdown) else None
    if inside is None:
        return _STORED.parse(markdown)
    return [
        Token("paragraph_open", "p", 1, map=[0, 1], block=True),
        Token("inline", "", 0, map=[0, 1], level=1, children=inside, content=markdown, block=True),
        Token("paragraph_close", "p", -1, block=True),
    ]


def parse_source(markdown: str, definitions: MutableMapping[str, object] | None = None) -> list[Token]:
    """Tokens of a source document, where raw HTML is markup; ``definitions`` are of its links."""
    return _SOURCE.parse(markdown, definitions)


# What most cells are made of. The parser takes far longer to find the same in them.
_SIMPLE = re.compile(
    r"(?<!\*)\*\*(?P<strong>[^\W_](?:[^*_`\[\]<&\\!\n\x00]*[^\W_])?)\*\*(?!\*)"
    r"|(?<!`)`(?P<code>[^`\s\x00](?:[^`\n\x00]*[^`\s\x00])?)`(?!`)"
    r"|\[(?P<words>[^*_`\[\]<&\\!\n\x00]+)\]\((?P<href>https?://[A-Za-z0-9/?=.#-]+)\)"
    r"|(?P<tag></?(?:br|ol|ul|li|p|div) ?/?>)"
    r"|(?P<text>[^*_`\[\]<&\\!\n\x00]+(?:(?<=[^\W_])_(?=[^\W_])[^*_`\[\]<&\\!\n\x00]+)*)"
)


def parse_cell(markdown: str, definitions: MutableMapping[str, object] | None = None) -> list[Token]:
    """Inline tokens of one cell or heading of a source document."""
    simple = _simple_tokens(markdown)
    return (_SOURCE.parseInline(markdown, definitions)[0].children or []) if simple is None else simple


def _simple_tokens(markdown: str) -> list[Token] | None:
    """The tokens that the parser would give; none where its care is needed."""
    tokens: list[Token] = []
    place = 0
    while place < len(markdown):
        match = _SIMPLE.match(markdown, place)
        if match is None:
            return None
        kind = str(match.lastgroup)
        content = match[kind]
        if kind == "text":
            tokens.append(Token("text", "", 0, content=content))
        elif kind == "tag":
            tokens.append(Token("html_inline", "", 0, content=content))
        elif kind == "code":
            tokens.append(Token("code_inline", "code", 0, content=content, markup="`"))
        elif kind == "strong":
            tokens += [
                Token("strong_open", "strong", 1, markup="**"),
                Token("text", "", 0, content=content),
                Token("strong_close", "strong", -1, markup="**"),
            ]
        else:
            opening = Token("link_open", "a", 1, attrs={"href": content})
            tokens += [opening, Token("text", "", 0, content=match["words"]), Token("link_close", "a", -1)]
        place = match.end()
    return tokens


def laid_out(markdown: str) -> list[Token] | None:
    """Tokens of a stored text, or None where it is too long, or nests too deep, to be laid out at all."""
    if is_too_heavy(markdown):
        return None
    tokens = parse(markdown)
    return None if is_too_deep(tokens) else tokens


def is_too_heavy(markdown: str) -> bool:
    """Whether parsing a text would keep a reader waiting."""
    if len(markdown) > LONGEST or markdown.count("\n") >= MOST_LINES:
        return True
    if markdown.count("[") <= MOST_OPEN_BRACKETS:
        return False
    return any(_most_open(block) > MOST_OPEN_BRACKETS for block in _EMPTY_LINE.split(markdown))


def _most_open(block: str) -> int:
    """How many brackets are open at once; one that closes nothing does not count."""
    steps = (1 if bracket == "[" else -1 for bracket in _BRACKET.findall(block))
    return max(accumulate(steps, lambda open_now, step: max(0, open_now + step), initial=0))


def is_too_deep(tokens: Iterable[Token]) -> bool:
    """Whether the parser gave up on a nested block, or a browser would struggle with nested emphasis."""
    return any(token.level >= BLOCK_DEPTH - 2 or _deepest(token.children or ()) > INLINE_DEPTH for token in tokens)


def _deepest(children: Iterable[Token]) -> int:
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(deepest, depth)
    return deepest


# Each part is bounded, so that searching takes time in proportion to the text.
_LIKE_A_LINK = re.compile(r"\[[^\[\]\n]{1,200}\]\(((?:[^()\n]|\([^()\n]{0,100}\)){1,300})\)")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads, and the line of the text that it stands in, counted from 1."""

    address: str
    line: int
    is_mute: bool = False
    """Whether it is an image that no words describe."""


def targets_of(markdown: str) -> Iterator[Target]:
    """The targets of all links and pictures, in the order of the text; none where the text can't be laid out."""
    if "[" not in markdown and "<" not in markdown:
        return
    for token in laid_out(markdown) or ():
        line = (token.map or [0])[0] + 1
        for child in token.children or ():
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            if child.type in {"link_open", "image"}:
                address = str(child.attrs.get("href", child.attrs.get("src", "")))
                yield Target(address, line, child.type == "image" and not child.content.strip())


def broken_links(markdown: str) -> Iterator[Target]:
    """What is written like a link and shows as text: an address with a space in it, or of a kind that may do harm."""
    for token in (laid_out(markdown) if "](" in markdown else None) or ():
        if token.type == "inline":
            line = (token.map or [0])[0] + 1
            shown = _text_of(token)
            for match in _LIKE_A_LINK.finditer(token.content):
                if match[0] in shown:
                    yield Target(match[1], line + token.content.count("\n", 0, match.start()))


def _text_of(inline: Token) -> str:
    """What shows as plain text; code apart, which may look like a link."""
    return "".join(child.content if child.type == "text" else "\n" for child in inline.children or ())
