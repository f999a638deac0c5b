"""Owns ``make relevance``: how many of the golden queries the portal's search answers first, by kind and held out."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import golden, sandbox
from benchmarks.measures import Share, mean_reciprocal, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.golden import GoldenQuery

_FIRST_PAGE = 10
_FEW = 5
# The least shares, of hits at 1 and among 5: of all queries, of the held-out third, and of each kind.
FLOOR_ALL = (0.95, 0.99)
FLOOR_HELD_OUT = (0.93, 0.97)
FLOOR_KIND = 0.85


@dataclass(frozen=True, slots=True)
class Answer:
    """What search said to a query: the place of the right entry, and what stood first instead."""

    query: GoldenQuery
    place: int | None
    first: str
    interpreted_as: str | None


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


def ask(queries: Iterable[GoldenQuery]) -> list[Answer]:
    """Ask the portal's search, which needs Django set up and the content loaded."""
    return [_asked(query) for query in queries]


def _asked(query: GoldenQuery) -> Answer:
    from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - reads settings that are set up first

    outcome = search(SearchRequest(query.text, limit=_FIRST_PAGE))
    place = rank([(hit.key, hit.score) for hit in outcome.hits], query.expected)
    return Answer(query, place, outcome.hits[0].key if outcome.hits else "nothing", outcome.interpreted_as)


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
        least_at_1, least_at_5 = {"all": FLOOR_ALL, "held out": FLOOR_HELD_OUT}.get(line.name, (FLOOR_KIND, 0.0))
        if not line.at_1.value >= least_at_1:
            yield f"{line.name}: hit@1 is {line.at_1}, at least {least_at_1} is asked for"
        if not line.at_5.value >= least_at_5:
            yield f"{line.name}: hit@5 is {line.at_5}, at least {least_at_5} is asked for"


def main() -> int:
    options = _options()
    with sandbox.portal():
        answers = ask(golden.queries())
    if options.misses:
        _print_misses(answer for answer in answers if answer.query.held_out == options.held_out)
    lines = measured(answers)
    print(f"{'':<12} {'asked':>5}   {'hit@1':<13}   {'hit@5':<13}   MRR")
    print("\n".join(map(str, lines)))
    below = list(below_floor(lines))
    print("\n".join(below) or "Everything reaches its floor.")
    return 1 if options.floor and below else 0


def _print_misses(answers: Iterable[Answer]) -> None:
    for answer in answers:
        if answer.place != 1:
            read = f", read as {answer.interpreted_as!r}" if answer.interpreted_as else ""
            wanted = ", ".join(sorted(answer.query.expected))
            print(f"{answer.query.name} {answer.query.text!r}\n  first {answer.first}{read}")
            print(f"  right {wanted}, {f'at {answer.place}' if answer.place else 'not found'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure search with the golden queries.")
    parser.add_argument("--misses", action="store_true", help="print what was not first, of the part that is tuned on")
    parser.add_argument(
        "--held-out", action="store_true", help="with --misses: of the held-out part; never while tuning"
    )
    parser.add_argument("--floor", action="store_true", help="fail where a share is below its floor")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
