"""Reading JSON: a list of objects, and nothing else."""

import json

import pytest

from troubleshoot.exchange.files import read
from troubleshoot.exchange.tables import ABSENT, UnreadableError


def rows(value: object) -> list[tuple[object, ...]]:
    return read("a.json", json.dumps(value).encode()).rows


def test_names_are_columns_and_what_is_left_out_is_not_spoken_of() -> None:
    table = read("a.JSON", b'\xef\xbb\xbf[{"key": "vm", "order": 1}, {"key": "os", "note": null, "on": true}]')
    assert table.headers == ("key", "order", "note", "on")
    assert table.rows == [("vm", 1, ABSENT, ABSENT), ("os", ABSENT, None, True)]
    assert table.places == [1, 2]


@pytest.mark.parametrize(
    "value", [{}, 1, "x", None, [1], [[1]], [], [{}], [{"a": [1]}], [{"a": {"b": 1}}], [{"": 1}], [{"a": "x\0y"}]]
)
def test_any_other_shape_is_refused(value) -> None:
    with pytest.raises(UnreadableError):
        rows(value)


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b'[{"a": 1},]', b"\xff", b"[" * 200_000, b'[{"a": "\\ud800"}]', b'[{"a": ' + b"9" * 9_999 + b"}]"],
)
def test_what_is_no_json_is_refused(data) -> None:
    with pytest.raises(UnreadableError):
        read("a.json", data)
