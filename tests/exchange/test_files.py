"""Reading CSV, Excel workbooks and JSON: encodings, line numbers, formulas, and files that are none or do harm."""

import json
import time
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from troubleshoot.exchange.files import (
    ABSENT,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    UnreadableError,
    neutralised,
    read,
    restored,
)


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


def test_a_row_has_the_number_that_a_spreadsheet_shows_and_its_line_where_that_differs() -> None:
    table = read("a.csv", b'key,terms\n\nvm,"a\nb\nc"\n,\nos,d\n')
    assert table.places == ["3번째 행", "5번째 행(7번째 줄)"]
    assert table.place(2) == "5번째 행(7번째 줄)"


def test_workbook_and_text_name_a_row_alike() -> None:
    """A heading, a blank row, a cell of several lines, two blank rows, a row: as Excel counts them."""
    lines = (("key", "text"), (None, None), ("vm", "a\nb\nc"), (None, None), (None, None), ("os", "d"))
    with override("en"):
        of_book = read("a.xlsx", workbook(*lines)).places
        of_text = read("a.csv", b'key,text\r\n\r\nvm,"a\nb\nc"\r\n\r\n,\r\nos,d\r\n').places
    assert of_book == ["Row 3", "Row 6"]
    assert of_text == ["Row 3", "Row 6 (line 8)"]


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
        ('a,b\n1,2\n3,"4\n', "Row 3"),
        ('a,b\n1,2\n3,"4"5\n', "Row 3"),
        ("a\nx\0y\n", "not a text file"),
        (",".join(f"c{number}" for number in range(MOST_COLUMNS + 1)) + "\n1", str(MOST_COLUMNS)),
        ("a\n" + "x\n" * (MOST_ROWS + 1), str(MOST_ROWS)),
        ("a\n" + "x" * (LONGEST_CELL + 1), "Row 2, a"),
        ("a\n" + "x" * (3 * LONGEST_CELL), "Row 2"),
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
    assert table.places == ["1번째 개체", "2번째 개체"]


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


SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0"?>'
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BOMB = (
    HEAD
    + "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefghi", "bcdefghij", strict=True))
)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(**parts: str | bytes) -> bytes:
    """A sound workbook with some parts replaced."""
    out = BytesIO()
    with ZipFile(BytesIO(workbook(("a", "b"), (1, 2)))) as sound, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name in sound.namelist():
            packed.writestr(name, parts.get(name, sound.read(name)))
        for name in parts.keys() - set(sound.namelist()):
            packed.writestr(name, parts[name])
    return out.getvalue()


def sheet(body: str, before: str = "") -> dict[str, str]:
    return {SHEET: f"{HEAD}<worksheet {SPACE}>{before}<sheetData>{body}</sheetData></worksheet>"}


def refused(data: bytes) -> bool:
    start = time.process_time()
    with pytest.raises(UnreadableError):
        read("a.xlsx", data)
    return time.process_time() - start < 10


def test_texts_numbers_and_empty_cells_are_read() -> None:
    table = read("a.xlsx", workbook(("key", "text"), ("vm", "가상\n머신"), (320001, None), (320001.0, True)))
    assert table.headers == ("key", "text")
    assert table.rows == [("vm", "가상\n머신"), (320001, None), (320001, True)]


def test_a_row_is_named_by_its_number_in_the_sheet() -> None:
    table = read("a.xlsx", workbook(("key",), (None,), ("vm",)))
    assert table.places == ["3번째 행"]


def test_a_formula_is_no_text_of_ours() -> None:
    table = read("a.xlsx", workbook(("key", "text"), ("vm", "=1+1")))
    assert table.rows == [("vm", None)]


def test_the_size_that_a_sheet_claims_is_not_believed() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    table = read("a.xlsx", repacked(**sheet(rows, '<dimension ref="A1:XFD1048576"/>')))
    assert table.rows == [(2,)]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>',
        f'<row r="1"><c r="A1"><v>1</v></c></row>{"<row><c><v>1</v></c></row>" * (MOST_ROWS + 1)}',
        f'<row r="1">{"<c><v>1</v></c>" * (MOST_COLUMNS + 2)}</row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        "<row",
        '<row r="x"><c r="?"><v>1</v></c></row>',
    ],
)
def test_a_sheet_with_a_million_rows_or_columns_or_none_is_refused_soon(rows) -> None:
    assert refused(repacked(**sheet(rows)))


def test_an_archive_that_unfolds_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(**{SHEET: b" " * (MOST_UNPACKED + 1)})
    assert len(bomb) < MOST_UNPACKED / 100
    assert refused(bomb)


STYLES = f"<styleSheet {SPACE}><fonts>%s</fonts><cellXfs>%s</cellXfs></styleSheet>"


@pytest.mark.parametrize(
    ("part", "body", "element"),
    [
        (SHEET, sheet("<row>%s</row>")[SHEET], "<c/>"),
        (SHEET, sheet("%s")[SHEET], "<row/>"),
        ("xl/styles.xml", STYLES % ("%s", ""), "<font/>"),
        ("xl/styles.xml", STYLES % ("", "%s"), "<xf/>"),
        ("xl/styles.xml", STYLES % ("", "%s"), "<xf></xf>"),
        ("xl/sharedStrings.xml", f"<sst {SPACE}>%s</sst>", "<si/>"),
        ("xl/workbook.xml", f"<workbook {SPACE}><sheets>%s</sheets></workbook>", "<sheet/>"),
    ],
)
def test_a_million_elements_are_refused_before_any_of_them_is_made(part, body, element, monkeypatch) -> None:
    """A file of a few kilobytes would cost minutes and gigabytes."""
    bomb = repacked(**{part: body % (element * 1_000_000)})
    assert len(bomb) < 100_000
    monkeypatch.setattr("troubleshoot.exchange.files.load_workbook", lambda *_a, **_k: pytest.fail("it is read"))
    assert refused(bomb)


WIDE = f'<?xml version="1.0" encoding="UTF-16"?><worksheet {SPACE}><sheetData a="%s"/></worksheet>'


@pytest.mark.parametrize(
    ("body", "piece"),
    [
        ("<row><c a='%s'/></row>", ">" * 5_000_000),
        ("<row><!-- %s --></row>", "> " * 2_000_000),
        ("<row><c %s/></row>", " ".join(f"a{number}=''" for number in range(400_000))),
        ("<row><c t='inlineStr'><is><t>%s</t></is></c></row>", "&#65;" * 400_000),
        ("<row>%s</row>", "\n" * 400_000),
        ("<row><c><v>%s</v></c></row>", "9" * 1_000_000),
        ("</sheetData><mergeCells>%s</mergeCells><sheetData>", "<mergeCell ref='A1:XFD1048576'/>" * 100_000),
        ("<row><c a='%s", "a" * 1_000_000),
    ],
    ids=["attribute", "comment", "attributes", "references", "lines", "text", "merged cells", "unfinished"],
)
def test_a_sheet_of_a_few_elements_that_takes_long_is_refused_before_it_is_read(body, piece, monkeypatch) -> None:
    """The reader of XML looks through a tag anew with each piece of it: minutes, for some kilobytes."""
    monkeypatch.setattr("troubleshoot.exchange.files.load_workbook", lambda *_a, **_k: pytest.fail("it is read"))
    assert refused(repacked(**sheet(body % piece)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_large_sheet_is_in_utf_8(encoding, monkeypatch) -> None:
    monkeypatch.setattr("troubleshoot.exchange.files.load_workbook", lambda *_a, **_k: pytest.fail("it is read"))
    assert refused(repacked(**{SHEET: (WIDE % ("a" * 1_000_000)).encode(encoding)}))


def test_a_thousand_rows_are_read_however_many_texts_they_have() -> None:
    headers = [f"c{number}" for number in range(10)]
    texts = [[f"원인 {row}.{place}: " + "가" * 40 for place in range(10)] for row in range(MOST_ROWS)]
    assert read("a.xlsx", workbook(headers, *texts)).rows == [tuple(row) for row in texts]


def test_a_picture_of_a_workbook_is_not_looked_into() -> None:
    assert len(read("a.xlsx", repacked(**{"xl/media/image1.png": b"\x89PNG" + b"a" * 1_000_000})).rows) == 1


def test_a_line_of_millions_of_cells_is_refused_before_they_are_taken_apart() -> None:
    said = refusal(",".join(f"c{number}" for number in range(MOST_COLUMNS + 1)))
    assert {refusal(text) for text in ("," * 2_000_000, "a\n" + "," * 2_000_000)} == {said}


def test_an_archive_with_a_damaged_part_is_refused() -> None:
    data = bytearray(repacked())
    data[60:90] = bytes(30)
    assert refused(bytes(data))


def test_an_archive_of_many_parts_is_refused() -> None:
    assert refused(repacked(**{f"part{number}": b"" for number in range(1_100)}))


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "docProps/core.xml", "[Content_Types].xml"]
)
def test_entities_that_unfold_are_refused(part) -> None:
    assert refused(repacked(**{part: f"{BOMB}]><x>&j;</x>"}))


def test_entities_among_the_shared_texts_are_refused() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    declared = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{kind}.{role}+xml"/>'
        for name, role in (("workbook.xml", "sheet.main"), ("sharedStrings.xml", "sharedStrings"))
    )
    parts = {"[Content_Types].xml": f'{HEAD}<Types xmlns="{types}">{declared}</Types>'}
    assert refused(repacked(**parts, **{"xl/sharedStrings.xml": f"{BOMB}]><x>&j;</x>"}))


def test_an_entity_that_reads_a_file_is_refused() -> None:
    secret = f"{HEAD}<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><worksheet {SPACE}>&a;</worksheet>"
    assert refused(repacked(**{SHEET: secret}))


@pytest.mark.parametrize("data", [b"", b"key\nvm\n", b"PK\x05\x06" + b"\0" * 18, workbook(("a",), (1,))[:-40]])
def test_what_is_no_workbook_is_refused(data) -> None:
    assert refused(data)


def test_an_archive_without_a_workbook_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refused(out.getvalue())
