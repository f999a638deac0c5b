"""Owns what a stored text becomes: HTML that is safe on a page, the steps of a fix, and its words without markup."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from troubleshoot.document.reading import OPTIONS, is_too_heavy, laid_out, parse
from troubleshoot.document.sentences import split_sentences
from troubleshoot.document.writing import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


_ADDRESS = re.compile(r"https?://")
_SITE = re.compile(r"https?://([^/:?#@\[]+)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines also splits where Markdown does not
_MARKER = re.compile(r"[ ]{0,3}\d{1,9}[.)](?:[ ]{1,4}(?=\S)|[ \t]|$)")


class Fix(NamedTuple):
    """The steps of a fix, and what is said once after all of them, each as Markdown."""

    steps: list[str]
    after: str = ""


def split_steps(markdown: str) -> list[str]:
    """The steps of a fix, each as Markdown, for who has no place for what stands after: it belongs to the last."""
    steps, after = split_fix(markdown)
    return [*steps[:-1], f"{steps[-1]}\n\n{after}"] if after else steps


def split_fix(markdown: str) -> Fix:
    """The steps of a fix, and what stands after them.

    Items of a top-level numbered list are steps. What stands before a list belongs to its first step; code and images
    after an item belong to it. Without a list each top-level block is a step, with the code and images after it.
    A text that is too long to be laid out is one step.
    """
    if is_too_heavy(markdown):
        return Fix([markdown])
    blocks = list(_top_level(parse(markdown), _LINE_END.split(markdown)))
    has_list = any(token.type == "list_item_open" for token, _source in blocks)
    steps: list[str] = []
    before: list[str] = []
    for token, source in blocks:
        if token.type == "list_item_open":
            steps.append("\n\n".join([*before, _without_marker(source)]))
            before = []
        elif steps and not before and (token.type in {"fence", "code_block"} or _IMAGES.fullmatch(source)):
            steps[-1] = f"{steps[-1]}\n\n{source}"
        elif has_list:
            before.append(source)
        else:
            steps.append(source)
    told = [step for step in steps if step.strip()]
    after = "\n\n".join(before)
    return Fix(told, after) if told else Fix([after] if after else [])


_IMAGES = re.compile(r"\s*(?:!\[[^\[\]]{0,500}\]\(portal:image/[-\w]{1,100}\)\s*)+", re.ASCII)


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


_PLAIN = re.compile(r"[^\W\d_][^\\*_\[\]<>`&\x00\r\n]*")


def plain_text(markdown: str) -> str:
    """The words of ``markdown``, a line for each block, without markup and without link targets."""
    if _PLAIN.fullmatch(markdown):
        return markdown.strip()
    tokens = laid_out(markdown)
    if tokens is None:
        return markdown
    return "\n".join(text for token in tokens if (text := _words(token)))


def as_lines(markdown: str) -> str:
    """As ``plain_text``, with the items of lists marked as in the text, for who reads it as it stands."""
    tokens = laid_out(markdown)
    return plain_text(markdown) if tokens is None else "\n".join(_marked_lines(tokens))


def _marked_lines(tokens: Iterable[Token]) -> Iterator[str]:
    depth, marker = -1, ""
    for token in tokens:
        if token.type in {"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"}:
            depth += token.nesting
        elif token.type == "list_item_open":
            marker = "  " * depth + (f"{token.info}. " if token.info else "- ")
        elif text := _words(token):
            yield marker + text
            marker = ""


_LIKE_A_LINK = re.compile(
    r"!?\[([^\[\]]{0,500})\](?:\([^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,200})?(?:\s+\"[^\"]{0,300}\")?\)|\[[^\[\]]{0,200}\])?"
)
_MARKED = re.compile(r"[*_`\[<&\\>]|^\s*(?:[-+]|\d{1,3}[.)])\s", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`++[^`]++`++")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_MARKS = re.compile(r"\*\*|__|(?<![\w*])[*_](?=\S)|(?<=\S)[*_](?![\w*])|`")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+|^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+", re.MULTILINE)


def words(written: str) -> str:
    """The words of some lines of Markdown, good enough to judge by and to quote."""
    if not _MARKED.search(written):
        return " ".join(written[:5000].split())
    told = _CODE.sub(lambda code: html.escape(code[0], quote=False), _QUOTED.sub("", written[:5000]))
    bare = _TAG.sub(" ", _LIKE_A_LINK.sub(r"\1", told.replace("\\<", "&lt;").replace("\\>", "&gt;")))
    return " ".join(html.unescape(_ESCAPED.sub(r"\1", _MARKS.sub("", bare))).split())


def _words(token: Token) -> str:
    if token.type == "inline":
        return _inline_words(token.children or ()).strip()
    return token.content.strip() if token.type in {"fence", "code_block"} else ""


def _inline_words(children: Iterable[Token]) -> str:
    return "".join("\n" if child.type in {"softbreak", "hardbreak"} else child.content for child in children)


def headline(message: str) -> str:
    """What a message says first, without its full stop: the title of its entry. Whole where it is one address."""
    return _said(message)[0]


def further(message: str) -> str:
    """What a message says after its headline, without what only leads to an address; often empty."""
    return _said(message)[1]


def _said(message: str) -> tuple[str, str]:
    first, *others = [part for part in split_sentences(message) if not _ADDRESS.search(part)] or [message]
    return first.removesuffix("."), " ".join(others).removeprefix("- ")


def first_line(markdown: str) -> str:
    """The first sentence of a fix as plain text; empty where there is none."""
    lines = plain_text(markdown).splitlines()
    return next((sentence for line in lines for sentence in split_sentences(line)), "")


SCHEMES = {"http", "https", "mailto", "portal"}
_EXTERNAL = ("http://", "https://", "//")
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "a", "ul", "ol", "li"),
        *("img", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span"),
    },
    attributes={
        "img": {"src", "alt", "width", "height", "loading"},
        "a": {"href", "title", "rel"},
        "ol": {"start"},
        "code": {"class"},
    },
    allowed_classes={"span": {"visually-hidden"}},
    url_schemes=SCHEMES,
    link_rel=None,
)
_HTML = RendererHTML()
_SAYS_NOTHING = {
    *("여기", "이곳", "링크", "자세히", "자세히 보기", "자세한 내용", "here", "click here", "link", "this"),
    *("more", "more info", "more information", "learn more"),
}


def unchanged(href: str) -> str:
    return href


def render(markdown: str, *, link: Callable[[str], str] = unchanged, heading_offset: int = 0) -> str:
    """Safe HTML for ``markdown``.

    ``link`` maps each link target (``portal:section/x``, ``https://…``) to the address to put on the page; where it
    gives an empty one, the words of the link stay as text.
    ``heading_offset`` moves headings down, so that they fit below the heading of the page around them. Text that nests
    too deeply, or is too long, to be laid out is shown as it was written.
    """
    markdown = _encodable(markdown)
    tokens = laid_out(markdown)
    if tokens is None:
        return _as_written(markdown)
    for token in tokens:
        _lower_heading(token, heading_offset)
        token.children = _named(_linked(token.children, link))
    return _CODE_ELEMENT.sub(_with_options_whole, _CLEANER.clean(_HTML.render(tokens, OPTIONS, {})))


def relinked(markdown: str, link: Callable[[str], str]) -> str:
    """``markdown`` with its links led on by ``link``, as Markdown again; where it gives an empty one, words stay.

    What can't be laid out has its words alone: in it, no link could be told from what only looks like one.
    """
    markdown = _encodable(markdown)
    tokens = laid_out(markdown)
    if tokens is None:
        return words(markdown)
    for token in tokens:
        token.children = _linked(token.children, link)
    return write(tokens)


# Browsers break a line behind any hyphen, and so would part `-` from `version`; what is longer may have to break.
_CODE_ELEMENT = re.compile(r"<code[^>]*>[^<]*</code>")
_OPTION = re.compile(r"(?<![^\s>])--?[A-Za-z][\w-]{0,18}(?![\w-])")


def _with_options_whole(code: re.Match[str]) -> str:
    return _OPTION.sub(r'<span class="option">\g<0></span>', code[0])


def _encodable(text: str) -> str:
    """``text`` without halves of surrogate pairs, which no page can carry."""
    return text.encode("utf-8", "replace").decode()


def _as_written(markdown: str) -> str:
    return f"<pre>{html.escape(markdown)}</pre>"


def _lower_heading(token: Token, offset: int) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(6, int(token.tag[1]) + offset)}"


def _linked(children: Iterable[Token] | None, link: Callable[[str], str]) -> list[Token] | None:
    if children is None:
        return None
    linked: list[Token] = []
    leads_nowhere = False
    for child in children:
        if child.type == "link_open":
            address = link(str(child.attrGet("href")))
            _aim(child, address)
            leads_nowhere = not address
        if child.type == "image":
            linked += _picture(child, link)
        elif not (leads_nowhere and child.type in {"link_open", "link_close"}):
            linked.append(child)
    return linked


def _named(children: list[Token] | None) -> list[Token] | None:
    """A link elsewhere whose words say nothing of where it leads names its site, too, to who hears links one by one."""
    for opening, said in pairwise(tuple(children or ())):
        is_empty = opening.type == "link_open" and said.content.strip().lower() in _SAYS_NOTHING
        if children and is_empty and (site := _SITE.match(str(opening.attrGet("href")))):
            hidden = f'<span class="visually-hidden"> ({html.escape(site[1])})</span>'
            children.insert(children.index(said) + 1, Token("html_inline", "", 0, content=hidden))
    return children


def _aim(token: Token, address: str) -> None:
    token.attrSet("href", address)
    if address.lower().startswith(_EXTERNAL):
        token.attrSet("rel", "noopener noreferrer")


# The size stands in the key, so that a page keeps its place while the image comes.
_OWN_IMAGE = re.compile(r"portal:image/[0-9a-f]{1,64}-([0-9]{1,5})x([0-9]{1,5})")


def _picture(token: Token, link: Callable[[str], str]) -> list[Token]:
    """A picture of another site is offered, not fetched: the portal's pages load nothing from elsewhere."""
    if own := _OWN_IMAGE.fullmatch(str(token.attrGet("src"))):
        token.attrs = {"src": link(own[0]), "alt": "", "width": own[1], "height": own[2], "loading": "lazy"}
        return [token]
    opening = Token("link_open", "a", 1, attrs={"href": ""})
    source = str(token.attrGet("src"))
    address = link(source)
    words = Token("text", "", 0, content=token.content or source)
    if not address:
        return [words]
    _aim(opening, address)
    return [opening, words, Token("link_close", "a", -1)]
