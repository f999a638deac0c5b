"""Owns the plots of the reports, as SVG to stand inside a page. The only file that knows pygal.

The Content-Security-Policy allows neither the style sheet nor the script that pygal puts into its pictures: they are
taken out, and ``reports.css`` gives the classes that pygal writes the colours of the administration, light or dark.
A plot is for who sees it; the table beside it says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import pygal
from django.utils.safestring import SafeString, mark_safe
from pygal.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from pygal.graph.graph import Graph

WIDTH = 760
_HEIGHT = 280
_BAR = 28
_AROUND_BARS = 80
_LABELS_SHOWN = 8
_MOST_STEPS = 5
_WIDEST_LABEL = 34  # Latin letters; a syllable of Hangul is about as wide as two of them
_MARGIN = 8
_WIDTH_MISSED = 6  # what pygal, which knows Latin letters only, thinks too little of for a syllable of Hangul

# Sizes only: pygal leaves room for texts of them, the largest that reports.css writes. Colours and fonts are its own.
_SIZES = Style(label_font_size=15, major_label_font_size=15, legend_font_size=15)
_FOREIGN = ("style", "script", "desc", "title")


@dataclass(frozen=True, slots=True)
class Series:
    """A name for the legend, and a value for each label."""

    name: str
    values: Sequence[float]


def columns(labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Columns of series upon each other, of whole numbers; of many labels every so manieth is written."""
    every = -(-len(labels) // _LABELS_SHOWN)
    chart = pygal.StackedBar(
        **_options(_HEIGHT),
        x_labels=labels,
        x_labels_major=[label for number, label in enumerate(reversed(labels)) if number % every == 0],
        show_minor_x_labels=False,
    )
    highest = max((sum(values) for values in zip(*(one.values for one in series), strict=True)), default=0)
    chart.y_labels = _round_steps(highest)
    for one in series:
        chart.add(one.name, one.values)
    return _drawn(chart)


def bars(labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Bars beside each other for each label, of whole numbers, the first label at the top."""
    chart = _bars(labels, len(series), show_legend=True)
    for one in series:
        chart.add(one.name, list(reversed(one.values)))
    chart.y_labels = _round_steps(max((max(one.values, default=0) for one in series), default=0))
    return _drawn(chart)


def shares(labels: Sequence[str], intervals: Sequence[tuple[float, float, float]]) -> SafeString:
    """A bar of a share in per cent for each label, the first at the top, with the interval it lies in.

    An interval is (value, low, high), each between 0 and 1.
    """
    chart = _bars(labels, 1, show_legend=False, range=(0, 100))
    chart.y_labels = [{"value": value, "label": f"{value} %"} for value in (0, 25, 50, 75, 100)]
    values = [
        {"value": 100 * value, "ci": {"low": 100 * low, "high": 100 * high}} for value, low, high in reversed(intervals)
    ]
    chart.add("", values)
    return _drawn(chart)


def _bars(labels: Sequence[str], bars_a_label: int, **options: Any) -> Graph:
    height = _AROUND_BARS + len(labels) * (_BAR + 12 * (bars_a_label - 1))
    shown = [shortened(label) for label in reversed(labels)]
    missed = max((_width(label) - len(label) for label in shown), default=0) * _WIDTH_MISSED
    return pygal.HorizontalBar(**_options(height) | {"margin_left": _MARGIN + missed}, x_labels=shown, **options)


def _options(height: int) -> dict[str, Any]:
    return {
        "css": [],
        "js": [],
        "style": _SIZES,
        "no_prefix": True,
        "disable_xml_declaration": True,
        "explicit_size": False,
        "width": WIDTH,
        "height": height,
        "margin": _MARGIN,
        "margin_right": 3 * _MARGIN,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 3,
        "truncate_label": -1,
        "truncate_legend": -1,
        "print_values": False,
    }


def _round_steps(highest: float) -> list[dict[str, Any]]:
    """From 0 to a round number that is not below the highest value, in at most five steps of whole numbers."""
    step = 1
    for factor in (2, 2.5, 2) * 6:
        if step * _MOST_STEPS >= highest:
            break
        step = int(step * factor)
    numbers = range(0, max(1, -(-int(highest) // step)) * step + 1, step)
    return [{"value": number, "label": f"{number:,}"} for number in numbers]


def shortened(label: str) -> str:
    """A label that leaves room for the plot."""
    text = " ".join(label.split())
    if _width(text) <= _WIDEST_LABEL:
        return text
    ends = accumulate(_width(character) for character in text)
    return text[: sum(end < _WIDEST_LABEL for end in ends)].rstrip() + "…"


def _width(text: str) -> int:
    """In Latin letters."""
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


def _drawn(chart: Graph) -> SafeString:
    chart.add_xml_filter(_plain)
    drawn: str = chart.render(is_unicode=True)
    return mark_safe(drawn)  # noqa: S308 - pygal writes a tree of elements, and escapes every text in it


def _plain(root: Element) -> Element:
    """The picture without what the policy refuses, and without what only pygal's own script reads."""
    for parent in list(root.iter()):
        for name in ("style", "id"):  # several plots stand on one page
            parent.attrib.pop(name, None)
        for child in list(parent):
            if _is_foreign(child):
                parent.remove(child)
    root.set("class", "chart")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return root


def _is_foreign(element: Element) -> bool:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
    return name in (*_FOREIGN, "comment") or "tooltip" in element.get("class", "").split()
