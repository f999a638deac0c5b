"""Reading CSV and JSON: encodings, separators, line numbers, formulas, and files that are none."""

import json
from contextlib import suppress

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.exchange.files import read
from troubleshoot.exchange.formulas import neutralised, restored
from troubleshoot.exchange.tables import ABSENT, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, UnreadableError


def csv(text: str, encoding: str = "utf-8") -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    table = read("a.csv", text.encode(encoding))
    return table.headers, table.rows


def refusal(data: bytes | str, name: str = "a.csv") -> str:
    with pytest.raises(UnreadableError) as refused:
        read(name, data if isinstance(data, bytes) else data.encode())
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_every_encoding_that_korean_excel_writes_is_read(encoding) -> None:
    assert csv("key,terms\nvm,가상 머신 똠\n", encoding) == (("key", "terms"), [("vm", "가상 머신 똠")])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator_is_read(separator) -> None:
    assert csv(f"key{separator}terms\nvm{separator}a\n")[1] == [("vm", "a")]


def test_a_cell_may_hold_quotes_separators_and_lines() -> None:
    assert csv('key,terms\nvm,"a ""b"", c\r\nd"\n')[1] == [("vm", 'a "b", c\r\nd')]


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    table = read("a.csv", b'key,terms\n\nvm,"a\nb\nc"\n,\nos,d\n')
    assert table.places == [3, 7]
    assert "7" in table.place(2)


def test_a_short_row_is_filled_and_empty_cells_are_nothing() -> None:
    assert csv("a,b,c\n1\n1,  ,3\n")[1] == [("1", None, None), ("1", None, "3")]


def test_empty_columns_at_the_end_are_passed_over() -> None:
    assert csv("a,b,,\n1,2,,\n") == (("a", "b"), [("1", "2")])


def test_a_long_row_is_named() -> None:
    assert "3" in refusal("a,b\n1,2\n1,2,3\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "first line"),
        ("\n\n", "first line"),
        ("a,b\n", "no rows"),
        ("a,,c\n1,2,3", "Column 2"),
        ("a,b,a\n1,2,3", "called a"),
        ('a,b\n1,2\n3,"4\n', "Line 3"),
        ('a,b\n1,2\n3,"4"5\n', "Line 3"),
        ("a\nx\0y\n", "not a text file"),
        (",".join(f"c{number}" for number in range(MOST_COLUMNS + 1)) + "\n1", str(MOST_COLUMNS)),
        ("a\n" + "x\n" * (MOST_ROWS + 1), str(MOST_ROWS)),
        ("a\n" + "x" * (LONGEST_CELL + 1), "Line 2, a"),
        ("a\n" + "x" * (3 * LONGEST_CELL), "Line 2"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_with_a_sentence(text, said) -> None:
    with override("en"):
        assert said in refusal(text)


def test_a_million_columns_and_a_million_rows_are_refused_at_once() -> None:
    assert refusal("a," * 1_000_000)
    assert refusal("a\n" * 1_000_000)
    assert refusal("a\n" + "," * 1_000_000)


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, b"\x00" * 1_000, b"\xff\xfe\x00", b"PK\x03\x04" + b"\x9f" * 99]
)
def test_binary_rubbish_is_refused(data) -> None:
    assert refusal(data)


@pytest.mark.parametrize("name", ["a.exe", "a", "", "a.csv.zip", "../a.xls", "a.ods"])
def test_a_file_of_another_kind_is_refused(name) -> None:
    assert refusal(b"a\n1\n", name)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_the_answer_is_rows_or_a_sentence(data) -> None:
    for name in ("a.csv", "a.json", "a.xlsx"):
        with suppress(UnreadableError):
            assert read(name, data).rows


@given(st.text("'=+-@\t\r a1", max_size=6))
def test_a_neutralised_text_is_no_formula_and_isrestored(text) -> None:
    cell = neutralised(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restored(cell) == text


@pytest.mark.parametrize("text", ["가", "VM", "1.5", "'quoted'", "a=b", ""])
def test_an_ordinary_text_stays_as_it_is(text) -> None:
    assert neutralised(text) == text


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
