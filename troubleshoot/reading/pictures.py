"""Owns the picture of a flow: where each step and each choice is drawn, and how their texts are broken into lines.

The only file that knows graphlay, which finds the places. The words of a choice are laid out as a box of their own,
half-way of its arrow: so they stand at their arrow and on nothing else. The picture is the same for every reader;
marking one reader's way on it is for the page.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import graphlay

from troubleshoot.wizard import paths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from troubleshoot.wizard.graph import Choice, Graph, Step

BOX_WIDTH = 220
BOX_LINES = 4
LABEL_WIDTH = 150
LABEL_LINES = 3
LINE_HEIGHT = 20
PADDING = 14
MARGIN = 16
CORNER = 8
EM = 14  # the size of the type, in the units of the picture
SMALL_EM = 12
# Between the rows of boxes and words; and between neighbours in a row.
SPACING = {"layer_gap": 24.0, "node_gap": 24.0, "dummy_gap": 20.0}
MANY_STEPS = 60  # above this a good layout soon beats a perfect one late

Point = tuple[int, int]
Lines = tuple[str, ...]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and the point at its middle, on the base line."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its corner, its size, its lines, and the fewest answers that lead to it; None where none do."""

    step: Step
    answers: Pairs | None
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A choice: the way of its arrow (an SVG path) and the lines of its label."""

    step: Step
    choice: Choice
    path: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a picture: its corner and its size."""

    x: int
    y: int
    width: int
    height: int


def part_around(drawn: Picture, keys: Collection[str]) -> Part:
    """The piece that shows these steps with those before and after them; all of a picture that has none of them."""
    ways = [(arrow.step.key, arrow.choice.target) for arrow in drawn.arrows]
    near = set(keys).union(*(way for way in ways if not set(way).isdisjoint(keys)))
    boxes = [box for box in drawn.boxes if box.step.key in near]
    if not boxes or set(keys).isdisjoint(box.step.key for box in boxes):
        return Part(0, 0, drawn.width, drawn.height)
    left, top = min(box.x for box in boxes) - MARGIN, min(box.y for box in boxes) - MARGIN
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Part(left, top, right + MARGIN - left, bottom + MARGIN - top)


@lru_cache(maxsize=64)
def picture(graph: Graph, language: str, *, is_authors: bool = False) -> Picture:
    """Lay out ``graph`` from top to bottom. Drawn once by each process for each graph and language.

    Steps are numbered as readers come to them; for their author, as the lists of the administration have them.
    """
    steps = paths.in_order(graph)
    numbers = {step.key: number for number, step in enumerate(graph.steps if is_authors else steps, start=1)}
    edges = [(step, choice) for step, choice, _target in graph.edges()]
    titles = [_title(numbers[step.key], step, language) for step in steps]
    labels = [_label(step, choice, language) for step, choice in edges]
    drawing = graphlay.layout(_wanted(steps, titles, edges, labels), options=_options(len(steps)))
    words, ways = iter(drawing.nodes[len(steps) :]), iter(drawing.edges)
    canvas = _Canvas.of(drawing.bounds)
    answers = {key: paths.answers_of(way) for key, way in paths.ways(graph).items()}
    return Picture(
        canvas.width,
        canvas.height,
        tuple(
            canvas.box(step, answers.get(step.key), lines, drawn)
            for step, lines, drawn in zip(steps, titles, drawing.nodes, strict=False)
        ),
        tuple(
            canvas.arrow(step, choice, lines, [next(ways), next(ways)] if lines else [next(ways)], words)
            for (step, choice), lines in zip(edges, labels, strict=True)
        ),
    )


def _wanted(
    steps: Sequence[Step], titles: Sequence[Lines], edges: Sequence[tuple[Step, Choice]], labels: Sequence[Lines]
) -> graphlay.Graph:
    """The sizes of all that is to be placed: steps, then words; and what is joined to what, choice by choice."""
    wanted = graphlay.Graph()
    for step, lines in zip(steps, titles, strict=True):
        wanted.node(step.key, width=BOX_WIDTH, height=len(lines) * LINE_HEIGHT + 2 * PADDING)
    for (step, choice), lines in zip(edges, labels, strict=True):
        if lines:
            words = f"{step.key}/{choice.key}"
            wanted.node(words, width=_widest(lines) + EM, height=len(lines) * LINE_HEIGHT)
            wanted.edge(step.key, words)
            wanted.edge(words, choice.target)
        else:
            wanted.edge(step.key, choice.target)
    return wanted


def _options(steps: int) -> dict[str, Any]:
    return {"direction": "topbottom", "spacing": SPACING, "effort": "fast" if steps > MANY_STEPS else "balanced"}


def _title(number: int, step: Step, language: str) -> Lines:
    return wrapped(f"{number}. {step.title.of(language)}", BOX_WIDTH - 2 * PADDING, EM, BOX_LINES)


def _label(step: Step, choice: Choice, language: str) -> Lines:
    """The words on an arrow; none where there is no other way."""
    if len(step.choices) == 1:
        return ()
    return wrapped(choice.label.of(language), LABEL_WIDTH, SMALL_EM, LABEL_LINES)


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Moves what was placed around an origin of its own onto a picture that begins at 0, 0."""

    left: float
    top: float
    width: int
    height: int

    @classmethod
    def of(cls, bounds: dict[str, Any]) -> _Canvas:
        (left, top), (right, bottom) = ((bounds[end]["x"], bounds[end]["y"]) for end in ("min", "max"))
        return cls(left - MARGIN, top - MARGIN, round(right - left) + 2 * MARGIN, round(bottom - top) + 2 * MARGIN)

    def point(self, place: dict[str, Any]) -> Point:
        return round(place["x"] - self.left), round(place["y"] - self.top)

    def box(self, step: Step, answers: Pairs | None, lines: Lines, drawn: dict[str, Any]) -> Box:
        x, y = self.point(drawn["center"])
        width, height = round(drawn["size"]["width"]), round(drawn["size"]["height"])
        return Box(step, answers, x - width // 2, y - height // 2, width, height, _set(lines, (x, y)))

    def arrow(
        self, step: Step, choice: Choice, lines: Lines, ways: Sequence[dict[str, Any]], words: Iterator[dict[str, Any]]
    ) -> Arrow:
        """An arrow in one piece, or in two around its words, which are the next of all ``words``."""
        label = _set(lines, self.point(next(words)["center"])) if lines else ()
        path = "".join(rounded([self.point(place) for place in way["points"]]) for way in ways)
        return Arrow(step, choice, path, label)


def _set(lines: Lines, middle: Point) -> tuple[Line, ...]:
    """Lines of text around a point."""
    x, y = middle
    first = y - (len(lines) - 1) * LINE_HEIGHT / 2 + EM / 3
    return tuple(Line(line, x, round(first + place * LINE_HEIGHT)) for place, line in enumerate(lines))


def rounded(points: Sequence[Point]) -> str:
    """An SVG path along ``points`` whose corners are round."""
    commands = [f"M{points[0][0]} {points[0][1]}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, before), _towards(corner, after)
        commands.append(f"L{into[0]} {into[1]}Q{corner[0]} {corner[1]} {out[0]} {out[1]}")
    return "".join([*commands, f"L{points[-1][0]} {points[-1][1]}"])


def _towards(corner: Point, other: Point) -> Point:
    """The point at which a corner begins to bend; half-way where there is no room for the whole bend."""
    (x, y), (dx, dy) = corner, (other[0] - corner[0], other[1] - corner[1])
    length = max(abs(dx), abs(dy))
    share = min(CORNER, length / 2) / length if length else 0
    return round(x + dx * share), round(y + dy * share)


def wrapped(text: str, width: int, em: int, most: int) -> Lines:
    """``text`` in at most ``most`` lines that are about ``width`` wide; what does not fit becomes an ellipsis.

    A word that is wider than a line is broken; Hangul may not be broken inside a word otherwise.
    """
    lines: list[str] = [""]
    for piece in (piece for word in text.split() for piece in _pieces(word, width, em)):
        longer = f"{lines[-1]} {piece}".strip()
        if text_width(longer, em) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    kept = [line for line in lines if line]
    return tuple(kept) if len(kept) <= most else (*kept[: most - 1], _shortened(kept[most - 1], width, em))


def _pieces(word: str, width: int, em: int) -> list[str]:
    pieces = [""]
    for mark in word:
        if text_width(pieces[-1] + mark, em) > width:
            pieces.append("")
        pieces[-1] += mark
    return pieces


def _shortened(line: str, width: int, em: int) -> str:
    while line and text_width(f"{line}…", em) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def text_width(text: str, em: int) -> float:
    """About how wide ``text`` is when set: no font is at hand on a server, and its reader's font is unknown."""
    return em * sum(_share(mark) for mark in text)


def _share(mark: str) -> float:
    if unicodedata.east_asian_width(mark) in "WF":
        return 0.95
    return 0.7 if mark.isupper() or mark in "mwMW%@" else 0.54


def _widest(lines: Lines) -> float:
    return max((text_width(line, SMALL_EM) for line in lines), default=0)
