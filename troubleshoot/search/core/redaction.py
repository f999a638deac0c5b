"""Owns what in a pasted text is no message: what identifies somebody, masked; and noise, left out.

The rules are data, ``redaction.json``, in the syntax that Python and JavaScript share: the browser masks by them before
it sends, the server again when it receives. They are written in lower case and find any case. No rule can start twice
in the same run of letters, look ahead from more than one place of it, or divide it in two ways, so each takes time
linear in the text; a test pumps every rule to see that. A mask holds nothing that a rule could find, and no
match begins or ends inside a word, so masking twice changes nothing more.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULES = Path(__file__).with_name("redaction.json")
# What a learnt name is looked for among, and how it must look: a plain word would mask itself out of every sentence.
_WORD = re.compile(r"[a-z0-9_-]+")
_TELLING = re.compile(r"(?=[a-z0-9_-]*[0-9_-])[a-z0-9_-]{4,}")


class RuleData(TypedDict):
    """A rule as it is written down.

    ``pattern`` finds what is masked as ``‹name›``; with ``keep`` its first group, a label, stays before the mask. With
    ``learn``, what the label names is masked wherever else it stands in the text. A match holds one of ``needs``: lines
    without any are passed over, which saves time and changes nothing.
    """

    name: str
    pattern: str
    needs: NotRequired[list[str]]
    keep: NotRequired[bool]
    learn: NotRequired[bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to use."""

    name: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    keep: bool
    learn: bool

    def places(self, lower: str) -> Iterator[tuple[int, int]]:
        """The stretches ``[start, end)`` to mask, in order."""
        for first, last in self._lines(lower):
            for match in self.pattern.finditer(lower, first, last):
                yield match.end(1) if self.keep else match.start(), match.end()

    def _lines(self, lower: str) -> Iterator[tuple[int, int]]:
        if self.needs is None:
            yield 0, len(lower)
            return
        at = 0
        while found := self.needs.search(lower, at):
            end = lower.find("\n", found.end())
            at = len(lower) if end < 0 else end
            yield lower.rfind("\n", 0, found.start()) + 1, at


def rules_as_data() -> list[RuleData]:
    """The rules as they are given to the browser."""
    return list(json.loads(_RULES.read_text(encoding="utf-8")))


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(map(_rule, rules_as_data()))


def _rule(data: RuleData) -> Rule:
    needs = data.get("needs")
    return Rule(
        data["name"],
        re.compile(data["pattern"]),
        re.compile("|".join(map(re.escape, needs))) if needs else None,
        data.get("keep", False),
        data.get("learn", False),
    )


@cache
def mask() -> re.Pattern[str]:
    """What finds a mask in a masked text."""
    names = sorted({rule["name"] for rule in rules_as_data()})
    return re.compile(f"‹(?:{'|'.join(names)})›")


def redact(text: str) -> str:
    """``text`` with every match of a rule replaced by its mask. Masking twice changes nothing more."""
    learnt: dict[str, str] = {}
    lower = _lower(text)
    for rule in rules():
        if (rule.needs is not None and rule.needs.search(lower) is None) or not (places := list(rule.places(lower))):
            continue
        if rule.learn:
            learnt = {lower[start:end].partition(".")[0]: rule.name for start, end in places} | learnt
        text = _masked(text, [(start, end, rule.name) for start, end in places])
        lower = _lower(text)
    return _without(text, learnt)


# What an input method writes in full width (이름：, ０１０) is the same in half; each is one character.
_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_HALF = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def _lower(text: str) -> str:
    """ASCII in lower case and half width, all else as it is: every place stays what it was, as in the browser."""
    half = text.translate(_HALF) if _WIDE.search(text) else text
    return half.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _without(text: str, learnt: dict[str, str]) -> str:
    """``text`` with the ``learnt`` names masked wherever they stand as a word."""
    names = {word: name for word, name in learnt.items() if _TELLING.fullmatch(word)}
    if not names:
        return text
    words = _WORD.finditer(_lower(text))
    return _masked(text, [(word.start(), word.end(), names[word.group()]) for word in words if word.group() in names])


def _masked(text: str, places: list[tuple[int, int, str]]) -> str:
    if not places:
        return text
    kept: list[str] = []
    at = 0
    for start, end, name in places:
        kept += (text[at:start], f"‹{name}›")
        at = end
    return "".join((*kept, text[at:]))


# Noise: escapes, colours, markup, time stamps, GUIDs, addresses, hosts. Every expression is linear in its input: every
# repetition is bounded, and none is nested in another without a separator between.
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,30}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)")
_ESCAPE = re.compile(r"\\{1,4}u([0-9a-fA-F]{4})")
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What stands for a line end or a mark inside JSON, XML and HTML.
_MARKUP = re.compile(r"\\{1,8}[nrt]|_x[0-9A-Fa-f]{4}_|&(?:#[0-9]{1,6}|[a-z]{2,6});")


def readable(pasted: str) -> str:
    r"""``pasted`` as it is read: ``\uXXXX`` as characters, no colours, one kind of line end, no control characters."""
    plain = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), _ANSI.sub("", pasted)).replace("\u2212", "-")
    whole = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROL.sub("", _NEWLINE.sub("\n", whole)))


def only_words(text: str) -> str:
    """``text``, as long as it was, with spaces in place of masks and markup."""
    return _MARKUP.sub(_spaces, mask().sub(_spaces, text))


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


_NOISE = re.compile(
    r"""
    [0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T\s][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)?(?:Z|\s?[+-][0-9]{2}:?[0-9]{2})?
    | [0-9]{1,2}/[0-9]{1,2}/[0-9]{4}
    | [0-9]{4}\.\s?[0-9]{1,2}\.\s?[0-9]{1,2}\.?
    | (?:오전|오후)?\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:\s?[AP]M\b)?
    | \{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?
    | \b[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?::[0-9]{1,5})?(?:/[0-9]{1,2})?\b
    | \b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}\b
    | ‹[a-z]{1,20}›
    | \b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}
    | /subscriptions/[^\s"',;]{1,400}
    | \b(?:https?|ftp)://[^\s"'<>()가-힣]{1,400}
    | \b[A-Za-z][A-Za-z0-9]{0,20}(?:-[A-Za-z0-9]{1,20}){1,5}(?=[\s:,;\]\)"']|$)
    | \[(?:ERROR|ERR|WARN|WARNING|INFO|FATAL|CRITICAL|DEBUG|TRACE)\]
    | \b(?:ERROR|ERR|WARN|WARNING|INFO|FATAL|DEBUG|TRACE)\b:?(?!!)
    | (?:[Ee]rror[\ _]?(?:[Mm]essage|[Ss]tring|[Cc]ode|[Tt]itle)|[Mm]essage|[Rr]ecommendations?
        |오류\ ?(?:메시지|내용))"?\s?[=:]
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"\A[A-Z]{2,5}-[0-9]{5}\Z")
_HOST = re.compile(r"\A[A-Za-z][A-Za-z0-9]{0,20}(?:-[A-Za-z0-9]{1,20}){1,5}\Z")


def without_noise(text: str) -> str:
    """``text`` with every stretch of noise replaced by a space, other white space folded."""
    return " ".join(_NOISE.sub(_replacement, text).split())


def _replacement(match: re.Match[str]) -> str:
    stretch = match.group()
    # A hyphenated word is a host name only when it counts something: vm-prod-01, not New-NetRoute; nor ORA-01017.
    if _HOST.match(stretch) and (_NUMBERED.match(stretch) or not any(map(str.isdigit, stretch))):
        return stretch
    return " "
