"""Owns the steps of a stored fix, and its words without the markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshoot.document.reading import is_too_heavy, laid_out, parse
from troubleshoot.document.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

_ADDRESS = re.compile(r"https?://")
_LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines also splits where Markdown does not
_MARKER = re.compile(r"[ ]{0,3}\d{1,9}[.)](?:[ ]{1,4}(?=\S)|[ \t]|$)")


def split_steps(markdown: str) -> list[str]:
    """The steps of a fix, each as Markdown.

    Items of a top-level numbered list are steps; so is every other top-level block. Code belongs to the step before.
    A text that is too long to be laid out is one step.
    """
    if is_too_heavy(markdown):
        return [markdown]
    tokens = parse(markdown)
    lines = _LINE_END.split(markdown)
    steps: list[str] = []
    for token, source in _top_level(tokens, lines):
        if token.type == "list_item_open":
            steps.append(_without_marker(source))
        elif token.type in {"fence", "code_block"} and steps:
            steps[-1] = f"{steps[-1]}\n\n{source}"
        else:
            steps.append(source)
    return [step for step in steps if step.strip()]


def _top_level(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[tuple[Token, str]]:
    """Each top-level block, and each item of a top-level numbered list, with its source."""
    in_numbered_list = False
    for token in tokens:
        if token.level == 0 and token.type in {"ordered_list_open", "ordered_list_close"}:
            in_numbered_list = token.nesting == 1
        elif token.map and (token.level == 0 or (in_numbered_list and _is_item(token))):
            yield token, "\n".join(lines[slice(*token.map)]).rstrip()


def _is_item(token: Token) -> bool:
    return token.type == "list_item_open" and token.level == 1


def _without_marker(source: str) -> str:
    first, *rest = source.split("\n")
    match = _MARKER.match(first)
    width = match.end() if match else 0
    return "\n".join([first[width:], *(_outdented(line, width) for line in rest)]).strip("\n")


def _outdented(line: str, width: int) -> str:
    text = line.lstrip(" \t")
    indent = len(line[: len(line) - len(text)].expandtabs(4))
    return " " * max(0, indent - width) + text


def plain_text(markdown: str) -> str:
    """The words of ``markdown``, a line for each block, without markup and without link targets."""
    tokens = laid_out(markdown)
    if tokens is None:
        return markdown
    return "\n".join(text for token in tokens if (text := _words(token)))


def _words(token: Token) -> str:
    if token.type == "inline":
        return _inline_words(token.children or ()).strip()
    return token.content.strip() if token.type in {"fence", "code_block"} else ""


def _inline_words(children: Iterable[Token]) -> str:
    return "".join("\n" if child.type in {"softbreak", "hardbreak"} else child.content for child in children)


def headline(message: str) -> str:
    """A message without the sentences that lead to an address; whole where none is left."""
    return " ".join(part for part in split_sentences(message) if not _ADDRESS.search(part)) or message


def first_line(markdown: str) -> str:
    """The first sentence of a fix as plain text; empty where there is none."""
    lines = plain_text(markdown).splitlines()
    return next((sentence for line in lines for sentence in split_sentences(line)), "")
