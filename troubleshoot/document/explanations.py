"""Owns the reading of a resolution column: its sentences and commands, what is cause, and which fixes there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, auto
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from troubleshoot.document import writing
from troubleshoot.document.cells import Items, Line, without_bullet
from troubleshoot.document.rendering import words
from troubleshoot.document.sentences import Kind, kind_of, split_sentences, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.cells import Block

_PARTICLE = re.compile(r"(?:를|을|이|가|은|는|로|으로|와|과|의)\s")
_ANNOUNCES = re.compile(r"(?:^|\s)(?:다음|아래)(?:과|와|의|에|을|를|\s)")


class Role(StrEnum):
    """What a passage is to the steps around it."""

    DO = auto()
    TELL = auto()
    LEAD = auto()
    COMMAND = auto()
    BULLET = auto()
    LIST = auto()


_ROLES = {
    Kind.INSTRUCTION: Role.DO,
    Kind.STATEMENT: Role.TELL,
    Kind.FRAGMENT: Role.TELL,
    Kind.LEAD: Role.LEAD,
}


@dataclass(frozen=True, slots=True)
class Passage:
    role: Role
    markdown: str
    line: int
    """Which line of the cell it stands in: passages of one line are one paragraph."""
    items: Items | None = None

    @property
    def is_doing(self) -> bool:
        return self.role in {Role.DO, Role.COMMAND}

    @property
    def goes_on(self) -> bool:
        """Whether it continues the sentence whose object is the command before it: (명령)을 실행합니다."""
        return _PARTICLE.match(self.markdown) is not None

    @property
    def announces(self) -> bool:
        return _ANNOUNCES.search(self.markdown) is not None


def passages(blocks: Iterable[Block]) -> list[Passage]:
    """The passages of a cell or an item, in order."""
    found = [passage for line, block in enumerate(blocks) for passage in _passages(block, line)]
    return [*_with_offers(found)]


def _passages(block: Block, line: int) -> Iterator[Passage]:
    if isinstance(block, Items):
        yield Passage(Role.LIST, "", line, block)
    elif block.is_command:
        yield Passage(Role.COMMAND, block.verbatim, line)
    elif block.is_bullet:
        yield Passage(Role.BULLET, without_bullet(block).markdown, line)
    elif not block.is_or:
        yield from _sentences(block, line)


def _sentences(block: Line, line: int) -> Iterator[Passage]:
    for sentence in split_sentences(block.markdown):
        yield Passage(*_read(sentence), line)


@lru_cache(4_096)
def _read(sentence: str) -> tuple[Role, str]:
    """Thousands of rows say the same: restart the computer, ask the support."""
    markdown = sentence.removeprefix("- ")
    return _ROLES[kind_of(words(markdown))], writing.paragraph(markdown)


def _with_offers(found: Sequence[Passage]) -> Iterator[Passage]:
    """A statement that announces the command after it (다음 cmdlet을 사용하여 … 수 있습니다) is what to do."""
    for passage, following in zip_longest(found, found[1:]):
        offers = following is not None and following.role is Role.COMMAND and passage.announces
        yield Passage(Role.DO, passage.markdown, passage.line) if offers and passage.role is Role.TELL else passage


@dataclass(slots=True)
class Step:
    """One step: paragraphs, code and lists that belong together."""

    blocks: list[str] = field(default_factory=list)
    last_role: Role = Role.TELL
    last_line: int = -1
    commands: list[str] = field(default_factory=list)
    """The commands of the code block that is still growing."""

    def add(self, passage: Passage) -> None:
        if passage.role is not Role.COMMAND:
            self.commands = []
        if passage.role is Role.COMMAND:
            self._add_command(passage.markdown)
        elif passage.role is Role.BULLET:
            self._add_to_last(f"- {passage.markdown}", "\n", joins=self.last_role is Role.BULLET)
        elif passage.items is not None:
            self.blocks.append(listed(passage.items))
        else:
            self._add_to_last(passage.markdown, " ", joins=self.last_line == passage.line)
        self.last_role, self.last_line = passage.role, passage.line

    def _add_command(self, command: str) -> None:
        if self.commands:
            self.blocks.pop()
        self.commands += statements(command)
        self.blocks.append(writing.code_block("\n".join(self.commands), "powershell"))

    def _add_to_last(self, markdown: str, separator: str, *, joins: bool) -> None:
        if joins and self.blocks:
            self.blocks[-1] += separator + markdown
        else:
            self.blocks.append(markdown)

    @property
    def markdown(self) -> str:
        return "\n\n".join(self.blocks)

    @property
    def stands_alone(self) -> bool:
        """Whether it stays one step without a number: a paragraph, and the code that belongs to it."""
        first, *rest = self.blocks
        return not first.startswith("```") and all(block.startswith("```") for block in rest)


def steps(found: Iterable[Passage]) -> list[Step]:
    """Each instruction opens a step; what is told, shown or listed after it belongs to it."""
    made: list[Step] = []
    for passage in found:
        opens = passage.role in {Role.DO, Role.LEAD} and not (made and passage.goes_on)
        if opens and not (made and made[-1].last_role is Role.LEAD):
            made.append(Step())
        if not made:
            made.append(Step())
        made[-1].add(passage)
    return made


def body(found: Sequence[Passage]) -> str:
    """Markdown of the steps that ``found`` makes."""
    made = steps(found)
    if len(made) == 1 and made[0].stands_alone:
        return made[0].markdown
    return writing.numbered([step.markdown for step in made])


def told(found: Iterable[Passage]) -> str:
    """Markdown of ``found`` as prose: a paragraph for each line of the cell."""
    whole = Step()
    for passage in found:
        whole.add(passage)
    return whole.markdown


def original(blocks: Iterable[Block]) -> str:
    """Markdown of a cell as it stands: nothing is sorted, left out or told apart."""
    whole = Step()
    for line, block in enumerate(blocks):
        if isinstance(block, Items):
            write = writing.numbered if block.ordered else writing.bulleted
            whole.add(Passage(Role.LIST, write([original(item) for item in block.items]), line))
        elif block.is_command:
            whole.add(Passage(Role.COMMAND, block.verbatim, line))
        elif block.is_bullet:
            whole.add(Passage(Role.BULLET, without_bullet(block).markdown, line))
        else:
            whole.add(Passage(Role.TELL, writing.paragraph(block.markdown), line))
    return whole.markdown


def listed(items: Items) -> str:
    """Markdown of a list that is kept as a list."""
    write = writing.numbered if items.ordered else writing.bulleted
    return write([told(passages(item)) for item in items.items])


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
