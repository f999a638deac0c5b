"""Owns one measured run: every engine over the same entries, asked the same queries in turns.

Taking turns makes whatever else the machine does hit all of them alike.
"""

from __future__ import annotations

import random
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks import golden, known_items
from benchmarks.engines import COMPETITORS
from benchmarks.known_items import DISTORTIONS, Question
from benchmarks.measures import Share, percentile, rank
from benchmarks.processes import Answering, build

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.engines import Competitor
    from benchmarks.entries import Source
    from benchmarks.processes import Answered, Built

GOLDEN = "golden"
_SEED = 20_170_823
_WARMING_ITEMS = 10
# Each engine is asked so many queries before the next one has its turn: its working set stays in the caches of the
# processor, as it does in a server.
_TURN = 25
# An engine that has answered for so long in all is asked no more. The queries are shuffled, so those it was asked are a
# fair sample of all.
_BUDGET_SECONDS = 180.0


@dataclass
class Measured:
    """What one engine did over one set of entries. Times are in seconds."""

    built: Built
    answers: list[tuple[Question, Answered]] = field(default_factory=list)
    memory_answering: int = 0

    def found(self, kind: str) -> Share:
        """The share of the known items of ``kind`` that came first, ties counted against the engine."""
        return Share.of(_is_first(question, answer) for question, answer in self.answers if question.kind == kind)

    def time(self, share: int) -> float:
        return percentile([answer.seconds for _question, answer in self.answers], share)

    def processor_time(self, share: int) -> float:
        return percentile([answer.processor_seconds for _question, answer in self.answers], share)

    @property
    def seconds(self) -> float:
        return sum(answer.seconds for _question, answer in self.answers)

    @property
    def failures(self) -> int:
        return sum(1 for _question, answer in self.answers if answer.failed)


@dataclass
class Run:
    """The measures of all engines over ``source``, by the name of the engine."""

    source: Source
    engines: dict[str, Measured] = field(default_factory=dict)


def run(source: Source, items: int, competitors: Sequence[Competitor] = COMPETITORS) -> Run:
    """Build and ask every engine that is worth waiting for at this size."""
    competitors = [one for one in competitors if one.largest is None or len(source) <= one.largest]
    asked, warming = _questions(source, items)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folders = {one.name: Path(name, str(number)) for number, one in enumerate(competitors)}
        made = Run(source, {one.name: Measured(_built(one, source, folders[one.name])) for one in competitors})
        _ask(competitors, folders, made, warming, asked)
    return made


def _questions(source: Source, items: int) -> tuple[list[Question], list[Question]]:
    """The measured questions, known items and golden queries mixed, and others to warm up with."""
    known = known_items.questions(source, items + _WARMING_ITEMS)
    warming = known[-_WARMING_ITEMS * len(DISTORTIONS) :]
    asked = known[: -len(warming)] + [Question(query.text, GOLDEN) for query in golden.queries()]
    random.Random(_SEED).shuffle(asked)
    return asked, warming


def _built(competitor: Competitor, source: Source, folder: Path) -> Built:
    folder.mkdir()
    with tqdm(
        total=len(source), desc=f"{competitor.name}: building", unit=" entries", disable=None, leave=False
    ) as bar:
        return build(competitor, source, folder, bar.update)


def _ask(
    competitors: Sequence[Competitor],
    folders: dict[str, Path],
    made: Run,
    warming: list[Question],
    asked: list[Question],
) -> None:
    with ExitStack() as stack:
        opened = {one.name: stack.enter_context(Answering(one, folders[one.name])) for one in competitors}
        for engine in opened.values():
            for question in warming:
                engine.ask(question.text)
        for start in tqdm(range(0, len(asked), _TURN), desc="asking", unit=" turns", disable=None, leave=False):
            turn = asked[start : start + _TURN]
            for name, engine in opened.items():
                if made.engines[name].seconds < _BUDGET_SECONDS:
                    made.engines[name].answers += [(question, engine.ask(question.text)) for question in turn]
        for name, engine in opened.items():
            made.engines[name].memory_answering = engine.memory()


def _is_first(question: Question, answer: Answered) -> bool:
    return rank([(found.number, found.score) for found in answer.found], {question.number}) == 1
