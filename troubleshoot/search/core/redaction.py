"""Owns masking what identifies somebody in a pasted text, or is a secret: ids, addresses, names, keys.

The rules are data, ``redaction.json``, in the syntax that Python and JavaScript share: the browser masks by them before
it sends, the server again when it receives. They are written in lower case and find any case. No rule can start twice
in the same run of letters, look ahead from more than one place of it, or divide it in two ways, so each takes time
linear in the text; a test pumps every rule to see that. A mask holds nothing that a rule could find, and no
match begins or ends inside a word, so masking twice changes nothing more.
"""

from __future__ import annotations

import json
import re
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
    for rule in rules():
        lower = _lower(text)
        places = list(rule.places(lower))
        if rule.learn:
            learnt = {lower[start:end].partition(".")[0]: rule.name for start, end in places} | learnt
        text = _masked(text, [(start, end, rule.name) for start, end in places])
    return _without(text, learnt)


def _lower(text: str) -> str:
    """ASCII in lower case, all else as it is: every place stays what it was, as in JavaScript's ``i``."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


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
