"""Owns the running order of a cell: its sentences, commands, bullets and lists, and the steps they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import zip_longest
from typing import TYPE_CHECKING

from troubleshoot.document import powershell, writing
from troubleshoot.document.cells import Items, Line, without_bullet
from troubleshoot.document.sentences import Kind, kind_of, split_sentences
from troubleshoot.document.steps import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.cells import Block

_PARTICLE = re.compile(r"(?:를|을|이|가|은|는|로|으로|와|과|의)\s")
_ANNOUNCES = re.compile(r"(?:^|\s)(?:다음|아래)(?:과|와|의|에|을|를|\s)")


class Role(Enum):
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
        markdown = sentence.removeprefix("- ")
        yield Passage(_ROLES[kind_of(plain_text(markdown))], writing.paragraph(markdown), line)


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
        self.commands += powershell.statements(command)
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


def listed(items: Items) -> str:
    """Markdown of a list that is kept as a list."""
    write = writing.numbered if items.ordered else writing.bulleted
    return write([told(passages(item)) for item in items.items])
