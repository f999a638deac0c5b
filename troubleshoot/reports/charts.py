"""Owns the plots of the reports: bars and columns as SVG to stand inside a page, with title and legend in the picture.

A plot has no style and no script, which the Content-Security-Policy would refuse: ``admin-reports.css`` colours its
classes, light or dark. The table beside it has every number.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 760
_ROW = 20
_LEGEND = 36
_COLUMNS = 220  # how high the highest column is at most
_AXIS = 64
_LABELS = 300
_VALUES = 60
_LETTER = 9  # as wide as a Latin letter of the largest type that admin-reports.css sets, in the units of the picture
_LABELS_SHOWN = 8
_MOST_STEPS = 5
_WIDEST_LABEL = 34  # Latin letters; a syllable of Hangul is about as wide as two of them


@dataclass(frozen=True, slots=True)
class Series:
    """A name for the legend, a value for each label, and the interval (low, high) of each that is an estimate."""

    name: str
    values: Sequence[float]
    intervals: Sequence[tuple[float, float]] = ()


def columns(title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Columns of series upon each other, of whole numbers. At most eight labels are written, the last among them."""
    steps = round_steps(max(map(sum, zip(*(one.values for one in series), strict=True)), default=0))
    floor, scale, width = _LEGEND + _COLUMNS, _COLUMNS / steps[-1], (WIDTH - _AXIS) / max(1, len(labels))
    svg = _picture(title, series, floor + _ROW)
    for step in steps:
        SubElement(svg, "path", {"class": "guide", "d": f"M{_AXIS} {floor - step * scale:g}H{WIDTH}"})
        _write(svg, f"{step:,}", _AXIS - 8, floor - step * scale + 5, "end")
    for place, label in enumerate(labels):
        top, left = float(floor), _AXIS + place * width
        for number, one in enumerate(series, 1):
            top -= one.values[place] * scale
            _rect(svg, number, (left + 0.1 * width, top), (0.8 * width, one.values[place] * scale))
        if (len(labels) - 1 - place) % -(-len(labels) // _LABELS_SHOWN) == 0:
            _write(svg, label, left + width, floor + _ROW - 4, "end")
    return _drawn(svg)


def bars(title: str, labels: Sequence[str], series: Sequence[Series], *, most: float = 0, unit: str = "") -> SafeString:
    """Bars beside each other for each label, the first label at the top, each with its value behind it.

    ``most`` is the value of the longest bar that there can be; else the highest has the whole width.
    """
    group = _ROW * len(series) + 8
    scale = (WIDTH - _LABELS - _VALUES) / (most or max((max(one.values, default=0) for one in series), default=0) or 1)
    svg = _picture(title, series, _LEGEND + group * len(labels))
    for place, label in enumerate(labels):
        top = _LEGEND + place * group
        _write(svg, shortened(label), _LABELS - 8, top + group / 2, "end")
        for number, one in enumerate(series):
            value, interval = one.values[place], one.intervals[place] if one.intervals else ()
            ends = [end * scale for end in (value, *interval)]
            _bar(svg, number + 1, top + number * _ROW, ends, f"{value:,.0f}{unit}")
    return _drawn(svg)


def _bar(svg: Element, number: int, top: float, ends: Sequence[float], text: str) -> None:
    """One bar with its value; ``ends`` are its length and, of an estimate, where its interval begins and ends."""
    _rect(svg, number, (_LABELS, top), (ends[0], _ROW - 2))
    if interval := [f"{_LABELS + end:.2f}" for end in ends[1:]]:
        left, right = interval
        tip = f"{top + 3:g}v{_ROW - 8}"
        line = f"M{left} {top + _ROW / 2 - 1:g}H{right}M{left} {tip}M{right} {tip}"
        SubElement(svg, "path", {"class": "interval", "d": line})
    _write(svg, text, _LABELS + max(ends) + 6, top + _ROW - 6, "start")


def round_steps(highest: float) -> list[int]:
    """From 0 to a round number that is not below the highest value, in at most five steps of whole numbers."""
    step = 1
    for factor in (2, 2.5, 2) * 6:
        if step * _MOST_STEPS >= highest:
            break
        step = int(step * factor)
    return list(range(0, max(1, -(-int(highest) // step)) * step + 1, step))


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


def _picture(title: str, series: Sequence[Series], height: float) -> Element:
    """The picture with its title for who does not see it, and the legend on top."""
    svg = Element("svg", {"class": "chart", "role": "img", "viewBox": f"0 0 {WIDTH} {height:g}"})
    SubElement(svg, "title").text = title
    SubElement(svg, "desc").text = ", ".join(one.name for one in series)
    left = 0
    for number, one in enumerate(series, 1):
        _rect(svg, number, (left, 6), (14, 14))
        _write(svg, one.name, left + 20, 18, "start")
        left += 44 + _LETTER * _width(one.name)
    return svg


def _rect(svg: Element, number: int, corner: tuple[float, float], size: tuple[float, float]) -> None:
    place = zip(("x", "y", "width", "height"), (*corner, *size), strict=True)
    SubElement(svg, "rect", {"class": f"plot-{number}"} | {name: f"{value:.2f}" for name, value in place})


def _write(svg: Element, text: str, x: float, y: float, anchor: str) -> None:
    SubElement(svg, "text", {"class": anchor, "x": f"{x:.2f}", "y": f"{y:.2f}"}).text = text


def _drawn(svg: Element) -> SafeString:
    return mark_safe(tostring(svg, encoding="unicode"))  # noqa: S308 - a tree of elements, its texts escaped
