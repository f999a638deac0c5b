"""Reading Excel workbooks: values, row numbers, and archives that were packed to do harm."""

import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from troubleshoot.exchange.files import read
from troubleshoot.exchange.tables import MOST_COLUMNS, MOST_ROWS, UnreadableError
from troubleshoot.exchange.workbooks import MOST_UNPACKED

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
    assert table.places == [3]


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
