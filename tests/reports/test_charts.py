"""Tests that a plot is plain SVG: nothing in it runs, styles itself or leads anywhere, whatever its labels say."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.reports.charts import Series, bars, columns, shortened

HOSTILE = ["<script>alert(1)</script>", "\"' onload=x", "백업 &amp; 복원", "]]>", "😀" * 50]


def plots(labels: list[str]) -> list[str]:
    values = [Series(label, list(range(len(labels)))) for label in labels[:2]]
    estimates = Series(labels[0], [0.5] * len(labels), [(0.2, 0.9)] * len(labels))
    return [columns(labels[0], labels, values), bars(labels[0], labels, values), bars(labels[0], labels, [estimates])]


@pytest.mark.parametrize("labels", [["a"], HOSTILE, [str(day) for day in range(90)]])
def test_a_plot_is_only_drawn(labels) -> None:
    for plot in plots(labels):
        root = ET.fromstring(plot)
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert names <= {"svg", "title", "desc", "rect", "path", "text"}
        assert attributes <= {"class", "x", "y", "width", "height", "d", "viewBox", "role"}
        assert root.get("role") == "img"
        assert root.findtext("title") == labels[0]


def test_a_bar_is_as_long_as_its_share_and_its_interval_reaches_beyond() -> None:
    root = ET.fromstring(bars("", ["a", "b"], [Series("", [1.0, 0.5], [(0.5, 1.0), (0.25, 0.75)])], most=1))
    lengths = [float(rect.get("width")) for rect in root.findall("rect")][1:]
    assert max(lengths) == pytest.approx(2 * min(lengths), rel=0.01)
    assert sum(path.get("class") == "interval" for path in root.findall("path")) == 2


def test_the_first_label_of_bars_is_at_the_top() -> None:
    root = ET.fromstring(bars("", ["first", "last"], [Series("", [1, 2])]))
    heights = {text.text: float(text.get("y")) for text in root.findall(".//{*}text")}
    assert heights["first"] < heights["last"]


@pytest.mark.parametrize(("highest", "last"), [(0, "1"), (1, "1"), (7, "8"), (11, "15"), (12_345, "15,000")])
def test_an_axis_ends_with_a_round_number_at_or_above_the_highest(highest, last) -> None:
    root = ET.fromstring(columns("", ["a"], [Series("", [highest])]))
    assert last in [text.text for text in root.findall(".//{*}text")]


def test_every_plot_has_its_legend() -> None:
    series = [Series("본 사람", [2, 1]), Series("계속한 사람", [1, 0])]
    for plot in (columns("", ["a", "b"], series), bars("", ["a", "b"], series)):
        root = ET.fromstring(plot)
        assert {"본 사람", "계속한 사람"} <= {text.text for text in root.findall("text")}
        assert {rect.get("class") for rect in root.findall("rect")} == {"plot-1", "plot-2"}


def test_of_many_labels_few_are_written_and_the_last_is() -> None:
    labels = [f"day {number}" for number in range(90)]
    written = {text.text for text in ET.fromstring(columns("", labels, [Series("", [1] * 90)])).findall("text")}
    assert len(written & set(labels)) <= 8
    assert labels[-1] in written


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_a_label_leaves_room(label) -> None:
    assert len(shortened(label)) <= 40
