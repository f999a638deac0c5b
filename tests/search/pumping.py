"""Owns hostile texts drawn from a regular expression itself: what it repeats without end, after what lets it begin.

A rule that takes quadratic time does so where one of its own repeats runs on and what follows fails: the text is a way
into the rule, the repeated piece, pumped, and an end that nothing expects. All of these stand in the parsed rule.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, permutations, product
from re import _constants as op
from re import _parser as parser
from typing import Any

# Bounded repeats up to this many are a constant factor; longer ones are pumped like those without end.
SMALL = 16
# Ends that no rule expects, or that one turns on.
ENDS = ("", "!", "@", "‹", "\\", "\n", " ", "a", "7", "가")
CATEGORIES = {
    op.CATEGORY_DIGIT: "7",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_NOT_WORD: " ",
}
# What a class that only says what it excludes is pumped with.
ANY = "a7 .-가"
MOST_SAMPLES = 24
Node = tuple[Any, Any]


@dataclass(frozen=True)
class Pump:
    """A text of any length: ``before``, then ``unit`` again and again (or each of two for half of it), then ``end``."""

    before: str
    unit: str
    then: str = ""
    end: str = ""

    def text(self, length: int) -> str:
        if not self.then:
            return self.before + _filled(self.unit, length) + self.end
        return self.before + _filled(self.unit, length // 2) + _filled(self.then, length // 2) + self.end


def _filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@cache
def pumps(pattern: str) -> tuple[Pump, ...]:
    """Every way to pump ``pattern``, each once.

    Each of its ways in, before each of its pieces, or before two of them in turn or side by side, and each end; and
    the ways in themselves repeated, for what begins anew at each.
    """
    repeats = list(_repeats(parser.parse(pattern), ""))
    ways = sorted({before for before, _pieces in repeats} | {""})
    pieces = sorted({piece for _before, found in repeats for piece in found})
    pairs = list(permutations([piece for piece in pieces if len(piece) == 1], 2))
    made = [Pump(before, piece, "", end) for before, piece, end in product(ways, pieces, ENDS)]
    made += [Pump(before, one, other, "!") for before, (one, other) in product(ways, pairs)]
    made += [Pump(before, one + other, "", "!") for before, (one, other) in product(ways, pairs)]
    made += [Pump("", before + piece, "", "!") for before, piece in product(ways, ["", *pieces]) if before + piece]
    return tuple(dict.fromkeys(made))


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, list[str]]]:
    """The repeats without end in ``tree``, each with a text that leads there and the pieces that it repeats."""
    for node in tree:
        if _runs_on(node):
            yield before, [piece for piece in _samples(node[1][2]) if piece]
        for inside in _inside(node):
            yield from _repeats(inside, before)
        before += _samples([node])[0]


def _runs_on(node: Node) -> bool:
    return node[0] in (op.MAX_REPEAT, op.MIN_REPEAT) and node[1][1] > SMALL


def _inside(node: Node) -> list[Any]:
    kind, value = node
    if kind is op.BRANCH:
        return list(value[1])
    if kind is op.SUBPATTERN:
        return [value[-1]]
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return [value[2]]
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []


def _samples(tree: Any) -> list[str]:
    """A few texts that ``tree`` finds, in which each choice is taken somewhere; the first takes the first of each."""
    texts = [""]
    for node in tree:
        texts = list(islice((text + more for more, text in product(_SAMPLES[node[0]](node[1]), texts)), MOST_SAMPLES))
    return texts


def _samples_of_a_repeat(value: Any) -> list[str]:
    least, most, body = value
    found = [text * max(least, 1) for text in _samples(body)]
    return found if least or most > SMALL else [*found, ""]


def _samples_of_a_class(items: list[Node]) -> list[str]:
    if items[0][0] is op.NEGATE:
        return [letter for letter in ANY if not any(_holds(item, letter) for item in items[1:])]
    return [_member(item) for item in items]


def _member(item: Node) -> str:
    kind, value = item
    if kind is op.CATEGORY:
        return CATEGORIES[value]
    return chr(value[0] if kind is op.RANGE else value)


def _holds(item: Node, letter: str) -> bool:
    kind, value = item
    if kind is op.CATEGORY:
        return CATEGORIES[value] == letter
    return value[0] <= ord(letter) <= value[1] if kind is op.RANGE else value == ord(letter)


def _nothing(_value: Any) -> list[str]:
    return [""]


_SAMPLES: dict[Any, Callable[[Any], list[str]]] = {
    op.LITERAL: lambda value: [chr(value)],
    op.NOT_LITERAL: lambda value: [letter for letter in ANY if ord(letter) != value],
    op.ANY: lambda _value: list(ANY),
    op.IN: _samples_of_a_class,
    op.BRANCH: lambda value: [text for way in value[1] for text in _samples(way)],
    op.SUBPATTERN: lambda value: _samples(value[-1]),
    op.MAX_REPEAT: _samples_of_a_repeat,
    op.MIN_REPEAT: _samples_of_a_repeat,
    op.ASSERT: _nothing,
    op.ASSERT_NOT: _nothing,
    op.AT: _nothing,
}
