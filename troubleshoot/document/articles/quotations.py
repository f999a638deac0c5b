"""Owns messages as an article quotes them: bold, in quotation marks, as code or as a list."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from troubleshoot.document.articles.vocabulary import LONGEST_ANNOUNCEMENT
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST, SHORTEST = 500, 8
LONGEST_PARAGRAPH = 5_000

LIST_OR_CODE = re.compile(r"\s*(?:[-*+]\s|\d{1,3}[.)]\s|```|~~~|\|)|(?: {4}|\t)\S")
_WHOLE_BOLD = re.compile(r"\s*(?:>\s*)?(?:\*\*|__|[\"“'‘*`])(?P<text>.{4,500}?)(?:\*\*|__|[\"”'’*`])[.\s]*", re.DOTALL)
_QUOTATION = re.compile(r"[“\"](?P<text>[^“”\"\n]{8,300})[”\"]|\*\*[\"“]?(?P<bold>[^*\n]{8,300}?)[\"”]?\*\*")
_IN_QUOTES = re.compile(r"[“\"](?P<text>[^“”\"]+)[”\"]\.?")
_EMPTY_QUOTED = re.compile(r"^\s*>\s*$", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+(?P<text>.+)")
_ERROR_FENCE = re.compile(
    r"\s*(?:```|~~~) *(?:error\b|[a-z]*\n\s*(?:\w*(?:error|exception)|fatal|panic|오류|에러|예외) ?[:：])",
    re.IGNORECASE,
)
"""A block of code that says so itself, or in its first words."""
_PROMPT = re.compile(r"^[ \t]*(?:[$#]|PS [^>\n]*>) [^\n]*\n", re.MULTILINE)
"""A command, above what it writes."""
_FENCED = re.compile(r"\s*(?:```|~~~)[^\n]*\n(?P<text>.*?)\n\s*(?:```|~~~)\s*", re.DOTALL)
_AROUND = re.compile(
    r".{0,30}?(?:오류|메시지|message|error|예외|exception)|\s*(?:이?라는|라고)", re.IGNORECASE | re.DOTALL
)
_RIGHT_BEHIND = re.compile(
    r"\s*(?:이?라는|라고|(?:오류 )?메시지|오류|예외|(?:error )?message|error|exception)", re.IGNORECASE
)
_SAYS_MESSAGE = re.compile(
    r"메시지[^.:]*[.:]$|다음(?:과 같은)? 오류[가이를][^.:]*[.:]$|설명은 다음과 같습니다|messages?[^.:]*[.:]$",
    re.IGNORECASE,
)
_CMDLET, _PLACE = re.compile(r"^\s*[A-Z][A-Za-z]+-[A-Z]\w+ : "), re.compile(r"\sAt line:\d+ char:\d+.*", re.DOTALL)
"""What PowerShell writes around a message."""
_LINK = re.compile(r"!?\[[^\]]*\]\([^)]*\)")
_SAYS_SO = (
    "(?:표시|나타|나옵|보입|냅니다|출력|받|반환|기록|발생|다음과 같|유사|입니다"
    "|receive|see|display|appear|get|return|throw|following|similar|one of)"
)
_ANNOUNCES = re.compile(
    rf"(?:메시지|오류|예외|알림|설명|message|error|exception).*{_SAYS_SO}"
    r"|(?:표시|나타|receive|see).*(?:메시지|오류|message|error)"
    r"|(?:다음과 같은|다음) (?:\w+ ){0,2}(?:오류|예외|메시지|경고)"
    r"|following (?:\w+ ){0,2}(?:error|exception|message|warning)s?\b"
    r"|(?:error|exception|warning|message|오류|예외|경고|메시지)s?\s*[:：]$",
    re.IGNORECASE | re.DOTALL,
)
_DEMANDS = re.compile(
    r"(?:실행|입력|사용|수행|추가|설정)(?:합니다|하세요|하십시오|해 ?보세요)\W*$"
    r"|(?:위의|above) (?:오류|메시지|error|message)|다음 출력|following output|output (?:shows|resembles|looks)"
    r"|(?:^|[.,;:] )(?:please |then )?(?:run|use|execute|type|enter|try|add|set)\b"
    r"(?!.*\b(?:error|exception|message|warning)s?\W*$)",
    re.IGNORECASE | re.DOTALL,
)
"""Where a failure is only the case in which something is to be run, what follows is no message."""
_OF_SERVICE = re.compile(r'\\?"(code|message)\\?"\s*:\s*\\?"((?:[^"\\]|\\[^"])+)')
_CODE_AND_MESSAGE = re.compile(
    r"\s*(?:```|~~~)[^\n]*\n\s*(?:error ?)?code *[:=][^\n]*\n\s*(?:error ?)?message *[:=]", re.IGNORECASE
)
"""What services answer, in JSON and without."""


def messages_in(paragraphs: Sequence[str]) -> list[str]:
    """The messages that some paragraphs quote, or show where the paragraph before announces one."""
    found: list[str] = []
    for before, text in pairwise(["", *paragraphs]):
        said = words(before[-LONGEST_PARAGRAPH:])
        if _announces(said) or _ERROR_FENCE.match(text) or _CODE_AND_MESSAGE.match(text):
            found += _shown(text[:LONGEST_PARAGRAPH], lists=_SAYS_MESSAGE.search(said) is not None)
        found += _quoted(text)
    return found


def items_of(text: str) -> list[str]:
    """The items of a text that is nothing but a list."""
    lines = [line for line in text.split("\n") if line.strip()]
    items = [match["text"] for line in lines if (match := _ITEM.fullmatch(line))]
    return items if len(items) == len(lines) else []


def unquoted(text: str) -> str:
    """A message without the marks around it, at most as long as the name of an error may be."""
    text = _PLACE.sub("", _CMDLET.sub("", text))
    bare = text.strip(" *_`")
    match = _IN_QUOTES.fullmatch(bare)
    return (match["text"].strip(" *_`") if match else bare)[:LONGEST]


def _shown(text: str, *, lists: bool) -> list[str]:
    """A paragraph, a block of code or a list that an announced message stands in."""
    if match := _FENCED.fullmatch(text):
        text = " ".join(_PROMPT.sub("", match["text"]).split())
        said = dict(reversed(_OF_SERVICE.findall(text[:LONGEST_PARAGRAPH])))
        return [unquoted(": ".join(said[key] for key in ("code", "message") if key in said) or text)]
    if all(line.startswith(("    ", "\t")) for line in text.split("\n")):
        return [unquoted(" ".join(text.split()))]
    if lists and (items := items_of(text)):
        return [unquoted(words(item)) for item in items if len(words(item)) >= SHORTEST and not _LINK.match(item)]
    if text.lstrip().startswith(">") and "[!" not in text:
        return [unquoted(words(one)) for one in _EMPTY_QUOTED.split(text) if one.strip(" >\n")]
    return [unquoted(words(text))] if _WHOLE_BOLD.fullmatch(text) else []


def _quoted(text: str) -> list[str]:
    """What a sentence quotes and calls a message."""
    if len(text) > LONGEST_PARAGRAPH or LIST_OR_CODE.match(text):
        return []
    return [
        unquoted(words(match["text"] or match["bold"]))
        for match in _QUOTATION.finditer(text)
        if (_AROUND if match["text"] else _RIGHT_BEHIND).match(text, match.end())
        and " " in (match["text"] or match["bold"])
    ]


def _announces(paragraph: str) -> bool:
    """Whether a paragraph (plain) says that a message follows."""
    end = paragraph[-LONGEST_ANNOUNCEMENT:]
    says_so = end.rstrip().endswith((":", ".", "다", "：")) and _ANNOUNCES.search(end) is not None
    return says_so and not any(map(_DEMANDS.search, split_sentences(end)[-1:]))
