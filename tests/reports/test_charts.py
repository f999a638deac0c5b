"""Tests that a plot is plain SVG: nothing in it runs, styles itself or leads anywhere, whatever its labels say."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.reports.charts import Series, bars, columns, shares, shortened

HOSTILE = ["<script>alert(1)</script>", "\"' onload=x", "백업 &amp; 복원", "]]>", "😀" * 50]


def plots(labels: list[str]) -> list[str]:
    values = [Series(label, list(range(len(labels)))) for label in labels[:2]]
    return [columns(labels, values), bars(labels, values), shares(labels, [(0.5, 0.2, 0.9)] * len(labels))]


@pytest.mark.parametrize("labels", [["a"], HOSTILE, [str(day) for day in range(90)]])
def test_a_plot_is_only_drawn(labels) -> None:
    for plot in plots(labels):
        root = ET.fromstring(plot)
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert names <= {"svg", "g", "rect", "path", "text", "defs"}
        assert attributes <= {
            "class", "x", "y", "rx", "ry", "width", "height", "d", "transform", "viewBox", "aria-hidden", "focusable"
        }  # fmt: skip
        assert root.get("aria-hidden") == "true"


def test_a_bar_is_as_long_as_its_share_and_its_interval_reaches_beyond() -> None:
    root = ET.fromstring(shares(["a", "b"], [(1.0, 0.5, 1.0), (0.5, 0.25, 0.75)]))
    lengths = [float(rect.get("width")) for rect in root.findall(".//{*}rect") if "reactive" in rect.get("class", "")]
    assert max(lengths) == pytest.approx(2 * min(lengths), rel=0.01)
    assert sum(group.get("class") == "ci" for group in root.findall(".//{*}g")) == 2


def test_the_first_label_of_bars_is_at_the_top() -> None:
    root = ET.fromstring(bars(["first", "last"], [Series("", [1, 2])]))
    heights = {text.text: float(text.get("y")) for text in root.findall(".//{*}text")}
    assert heights["first"] < heights["last"]


@pytest.mark.parametrize(("highest", "last"), [(0, "1"), (1, "1"), (7, "8"), (11, "15"), (12_345, "15,000")])
def test_an_axis_ends_with_a_round_number_at_or_above_the_highest(highest, last) -> None:
    root = ET.fromstring(columns(["a"], [Series("", [highest])]))
    assert last in [text.text for text in root.findall(".//{*}text")]


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_a_label_leaves_room(label) -> None:
    assert len(shortened(label)) <= 40
