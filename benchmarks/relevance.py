"""Owns ``make relevance``: how many of the golden queries the portal's search answers first, by kind and held out."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import golden, sandbox, undocumented
from benchmarks.measures import Share, mean_reciprocal, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.golden import GoldenQuery
    from benchmarks.undocumented import UndocumentedError

PRODUCT = "backup"
"""The product of the document that the golden queries ask about."""
DOCUMENT = "backup-azure-vms-troubleshoot"
_FIRST_PAGE = 10
_FEW = 5
# The least shares, of hits at 1 and among 5: of all queries, of the held-out third, and of each kind.
FLOOR_ALL = (0.95, 0.99)
FLOOR_HELD_OUT = (0.93, 0.97)
FLOOR_KIND = 0.85
FLOOR_OF_KIND = {"symptom": 0.95}
# The least share of the errors that no entry documents that are told as undocumented, of both halves, and the largest
# share of the golden queries that are.
FLOOR_UNDOCUMENTED = 0.95
MOST_MISTAKEN = 0.02
# What other documents may take of the golden queries' hits at 1; filtered to their document, they take nothing.
MOST_LOST = 0.02


@dataclass(frozen=True, slots=True)
class Answer:
    """What search said to a query: the place of the right entry, and what stood first instead."""

    query: GoldenQuery
    place: int | None
    first: str
    interpreted_as: str | None
    kind: str = "related"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What search said to an error that no entry documents: whether it told so, with the codes in it."""

    error: UndocumentedError
    is_right: bool
    said: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of a group of answers."""

    name: str
    at_1: Share
    at_5: Share
    reciprocal: float

    @classmethod
    def of(cls, name: str, answers: Sequence[Answer]) -> Measured:
        places = [answer.place for answer in answers]
        return cls(
            name,
            Share.of(place == 1 for place in places),
            Share.of(place is not None and place <= _FEW for place in places),
            mean_reciprocal(places),
        )

    def __str__(self) -> str:
        return f"{self.name:<12} {self.at_1.asked:>5}   {self.at_1}   {self.at_5}   {self.reciprocal:.3f}"


def ask(queries: Iterable[GoldenQuery], product: str = "", document: str = "") -> list[Answer]:
    """Ask the portal's search, which needs Django set up and the content loaded; all of it, a product or a document."""
    return [_asked(query, product, document) for query in queries]


def _asked(query: GoldenQuery, product: str, document: str) -> Answer:
    from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - reads settings that are set up first

    outcome = search(SearchRequest(query.text, product=product, document=document, limit=_FIRST_PAGE))
    place = rank([(hit.key, hit.score) for hit in outcome.hits], query.expected)
    first = outcome.hits[0].key if outcome.hits else "nothing"
    return Answer(query, place, first, outcome.interpreted_as, outcome.answer)


def judge(errors: Iterable[UndocumentedError]) -> list[Judgement]:
    """Ask the portal's search for errors that no entry documents."""
    from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - reads settings that are set up first

    judgements = []
    for error in errors:
        outcome = search(SearchRequest(error.text, limit=1))
        named = {code.casefold() for code in outcome.unknown}
        is_right = outcome.answer == "undocumented" and named.issuperset(map(str.casefold, error.codes))
        judgements.append(Judgement(error, is_right, f"{outcome.answer} {', '.join(outcome.unknown)}".strip()))
    return judgements


def claimed(texts: Iterable[str]) -> list[str]:
    """Those of ``texts``, of which none is a documented error, that the portal's search tells as one."""
    from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - reads settings that are set up first

    return [text for text in texts if search(SearchRequest(text, limit=1)).answer == "documented"]


def told(judgements: Iterable[Judgement], *, held_out: bool) -> Share:
    """The share of the errors of one half that are told as undocumented."""
    return Share.of(judgement.is_right for judgement in judgements if judgement.error.held_out == held_out)


def mistaken(answers: Iterable[Answer]) -> Share:
    """The share of the golden queries that are told as undocumented."""
    return Share.of(answer.kind == "undocumented" for answer in answers)


def beyond_floor(answers: Sequence[Answer], judgements: Sequence[Judgement]) -> Iterator[str]:
    """Where search says that it knows what it does not, or the other way round: one sentence each."""
    for held_out in (False, True):
        share = told(judgements, held_out=held_out)
        if not share.value >= FLOOR_UNDOCUMENTED:
            half = "the held-out half" if held_out else "the tuned half"
            yield f"undocumented errors, {half}: {share} are told so, at least {FLOOR_UNDOCUMENTED} is asked for"
    if not mistaken(answers).value <= MOST_MISTAKEN:
        yield f"golden queries: {mistaken(answers)} are told as undocumented, at most {MOST_MISTAKEN} may be"


def measured(answers: Sequence[Answer]) -> list[Measured]:
    """One line for each kind, one for all, one for the held-out third."""
    kinds = dict.fromkeys(answer.query.kind for answer in answers)
    groups = {kind: [answer for answer in answers if answer.query.kind == kind] for kind in kinds}
    groups["all"] = list(answers)
    groups["held out"] = [answer for answer in answers if answer.query.held_out]
    return [Measured.of(name, group) for name, group in groups.items()]


def below_floor(lines: Iterable[Measured]) -> Iterator[str]:
    """What is less than it must be, one sentence each."""
    for line in lines:
        least_at_1, least_at_5 = {"all": FLOOR_ALL, "held out": FLOOR_HELD_OUT}.get(
            line.name, (FLOOR_OF_KIND.get(line.name, FLOOR_KIND), 0.0)
        )
        if not line.at_1.value >= least_at_1:
            yield f"{line.name}: hit@1 is {line.at_1}, at least {least_at_1} is asked for"
        if not line.at_5.value >= least_at_5:
            yield f"{line.name}: hit@5 is {line.at_5}, at least {least_at_5} is asked for"


def lost(alone: Sequence[Answer], beside: Sequence[Answer], filtered: Sequence[Answer]) -> Iterator[str]:
    """What the golden queries lose to documents beside theirs beyond what they may, one sentence each."""
    first, most = (_at_1(answers) for answers in (alone, beside))
    if most < first - MOST_LOST:
        yield f"beside other documents: hit@1 is {most:.3f}, at least {first - MOST_LOST:.3f} is asked for"
    if (narrowed := _at_1(filtered)) < first:
        yield f"filtered to their document: hit@1 is {narrowed:.3f}, {first:.3f} is asked for as alone"


def _at_1(answers: Sequence[Answer]) -> float:
    return Share.of(answer.place == 1 for answer in answers).value


def _beside(folder: Path, alone: Sequence[Answer]) -> list[str]:
    """Import the documents of a folder, publish them, ask again and print what came of it."""
    from django.core.management import call_command  # noqa: PLC0415 - needs settings

    call_command("import_document", str(folder), publish=True, verbosity=0, stdout=StringIO())
    beside, filtered = ask(golden.queries()), ask(golden.queries(), document=DOCUMENT)
    for name, answers in (("alone", alone), ("beside", beside), ("filtered", filtered)):
        print(Measured.of(name, answers))
    return list(lost(alone, beside, filtered))


def main() -> int:
    options = _options()
    with sandbox.portal():
        answers = ask(golden.queries(), options.product)
        judgements = judge(undocumented.errors())
        texts = undocumented.boilerplate()
        believed = claimed(texts)
        losses = _beside(options.beside, answers) if options.beside else []
    if options.misses:
        _print_misses(answer for answer in answers if answer.query.held_out == options.held_out)
        _print_wrong(judgement for judgement in judgements if judgement.error.held_out == options.held_out)
    lines = measured(answers)
    print(f"{'':<12} {'asked':>5}   {'hit@1':<13}   {'hit@5':<13}   MRR")
    print("\n".join(map(str, lines)))
    print(f"undocumented, told so       {told(judgements, held_out=False)}, held out {told(judgements, held_out=True)}")
    print(f"documented, told otherwise  {mistaken(answers)}")
    print(f"boilerplate, told as documented  {len(believed)} of {len(texts)}")
    wrong = [f"boilerplate: told as a documented error: {text}" for text in believed]
    below = [*below_floor(lines), *beyond_floor(answers, judgements), *wrong, *losses]
    print("\n".join(below) or "Everything reaches its floor.")
    return 1 if options.floor and below else 0


def _print_misses(answers: Iterable[Answer]) -> None:
    for answer in answers:
        if answer.place != 1:
            read = f", read as {answer.interpreted_as!r}" if answer.interpreted_as else ""
            wanted = ", ".join(sorted(answer.query.expected))
            print(f"{answer.query.name} {answer.query.text!r}\n  first {answer.first}{read}")
            print(f"  right {wanted}, {f'at {answer.place}' if answer.place else 'not found'}")


def _print_wrong(judgements: Iterable[Judgement]) -> None:
    for judgement in judgements:
        if not judgement.is_right:
            print(f"{judgement.error.name} {judgement.error.text!r}\n  told as {judgement.said}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure search with the golden queries.")
    parser.add_argument("--misses", action="store_true", help="print what was not first, of the part that is tuned on")
    parser.add_argument(
        "--held-out", action="store_true", help="with --misses: of the held-out part; never while tuning"
    )
    parser.add_argument("--floor", action="store_true", help="fail where a share is below its floor")
    parser.add_argument("--product", default="", help="ask within a product alone, by its key")
    parser.add_argument(
        "--beside", type=Path, help="import the documents of a folder, ask once more and tell what they take"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
