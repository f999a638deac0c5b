"""Owns the reading of a resolution column: what is cause, what introduces, and which fixes there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from troubleshoot.document.cells import Items, Line
from troubleshoot.document.passages import Passage, Role, body, passages, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshoot.document.cells import Block

_NONE = re.compile(r"(?:없음|해당 없음|none|n/a|-)\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fix:
    """One way out: the case it is for (may be empty) and what to do, both Markdown."""

    condition: str
    body: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a column says about an error: why, an introduction, and the fixes in order."""

    cause: str = ""
    lead: str = ""
    fixes: tuple[Fix, ...] = ()


def explain(blocks: Sequence[Block]) -> Explanation:
    """Read a resolution column. 없음 explains nothing."""
    if _says_none(blocks):
        return Explanation()
    place = next((place for place, block in enumerate(blocks) if isinstance(block, Items)), None)
    if place is None:
        return _without_list(passages(blocks))
    items = blocks[place]
    assert isinstance(items, Items)  # noqa: S101 - place was found by this very test
    return _around_list(passages(blocks[:place]), items, passages(blocks[place + 1 :]))


def advice(blocks: Sequence[Block]) -> Explanation:
    """What a message itself tells its reader to do."""
    _, doing = split_case(passages(blocks))
    return Explanation(fixes=(Fix("", body(doing)),) if doing else ())


def _says_none(blocks: Sequence[Block]) -> bool:
    return all(isinstance(block, Line) and _NONE.fullmatch(block.text) for block in blocks)


def _without_list(found: Sequence[Passage]) -> Explanation:
    why, doing = _split_by_line(found)
    return Explanation(told(why), "", (Fix("", body(doing)),) if doing else ())


def _around_list(before: Sequence[Passage], items: Items, after: Sequence[Passage]) -> Explanation:
    each = [passages(item) for item in items.items]
    alternatives = _are_alternatives(items)
    cases = not alternatives and any(found and found[0].role is Role.TELL for found in each)
    before, lead = _split_lead(before, takes_statement=cases)
    why, doing = _split_by_line(before)
    if alternatives or cases:
        fixes = _fixes_of_items(each, after)
        return Explanation(told(why), told([*doing, *lead]), fixes)
    return Explanation(told(why), told(lead), (Fix("", _steps_of_list(doing, items, after)),))


def _are_alternatives(items: Items) -> bool:
    return any(isinstance(block, Line) and block.is_or for item in items.items for block in item)


def _split_lead(before: Sequence[Passage], *, takes_statement: bool) -> tuple[Sequence[Passage], Sequence[Passage]]:
    """The sentence right before a list introduces it where it is half a sentence, announces, or counts cases."""
    if before and (before[-1].role is Role.LEAD or takes_statement or before[-1].announces):
        return before[:-1], before[-1:]
    return before, ()


def _fixes_of_items(each: Sequence[Sequence[Passage]], after: Sequence[Passage]) -> tuple[Fix, ...]:
    """A fix for each item; what stands after the list belongs to the last."""
    fixes = [_fix(found) for found in each if found]
    if after and fixes:
        fixes[-1] = Fix(fixes[-1].condition, f"{fixes[-1].body}\n\n{told(after)}")
    return tuple(fixes)


def _fix(found: Sequence[Passage]) -> Fix:
    case, doing = split_case(found)
    return Fix(told(case), body(doing)) if doing else Fix("", body(found))


def _steps_of_list(doing: Sequence[Passage], items: Items, after: Sequence[Passage]) -> str:
    listed = Passage(Role.LIST, "", 0, items)
    return "\n\n".join(part for part in (told(doing), told([listed]), told(after)) if part)


def split_case(found: Sequence[Passage]) -> tuple[Sequence[Passage], Sequence[Passage]]:
    """What is told first, and everything from the first thing to do."""
    first = next((place for place, passage in enumerate(found) if passage.is_doing), len(found))
    return found[:first], found[first:]


def _split_by_line(found: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """Statements before an instruction, and lines with none, tell why; the rest is what to do."""
    why: list[Passage] = []
    doing: list[Passage] = []
    for _, line in groupby(found, key=lambda passage: passage.line):
        told_first, done = split_case(list(line))
        (doing if _belongs_to_command(told_first, doing) else why).extend(told_first)
        doing.extend(done)
    return why, doing


def _belongs_to_command(told_first: Sequence[Passage], doing: Sequence[Passage]) -> bool:
    """A line after a command, or a bullet or half a sentence among steps, goes on with them."""
    if not doing or not told_first:
        return False
    return doing[-1].role in {Role.COMMAND, Role.BULLET} or told_first[0].role is not Role.TELL
