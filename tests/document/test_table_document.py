from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.document.plan import Plan, read_plan
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.table_document import read, read_document

PLAN = Plan(
    file="plan.toml",
    key="trouble",
    published_at="https://e.com/azure/backup/trouble",
    sections={"백업": "backup"},
    operations={"백업": "backup"},
    errors={"실패": "failed"},
)
TABLE = "| 작업 | 오류 세부 정보 | 해결 방법 |\n| --- | --- | --- |\n"
ROW = "| 백업 | 실패했습니다. | 다시 시도하세요. |\n"
DOCUMENT = f"# 문제 해결\n\n머리말\n\n## 백업\n\n{TABLE}{ROW}"


def failure(source, plan=PLAN):
    with pytest.raises(DocumentError) as caught:
        read(source, plan, "doc.md")
    return str(caught.value)


def test_a_small_document_becomes_a_dataset():
    dataset = read(DOCUMENT, PLAN, "doc.md")
    assert (dataset.title, dataset.lead) == ("문제 해결", "머리말")
    assert [(section.key, section.line, section.body) for section in dataset.sections] == [("backup", 5, "")]
    (entry,) = dataset.entries
    assert (entry.key, entry.operation, entry.message, entry.line) == ("failed", "backup", "실패했습니다.", 9)
    assert [(fix.body, fix.origin) for fix in entry.resolutions] == [("다시 시도하세요.", "document")]


def test_windows_line_ends_make_no_difference():
    assert read(DOCUMENT.replace("\n", "\r\n"), PLAN, "doc.md") == read(DOCUMENT, PLAN, "doc.md")


def test_or_between_two_messages_makes_an_alias():
    dataset = read(DOCUMENT.replace("실패했습니다.", "실패했습니다.<br>또는<br>안 됩니다."), PLAN, "doc.md")
    assert (dataset.entries[0].message, dataset.entries[0].aliases) == ("실패했습니다.", ("안 됩니다.",))


def test_where_the_column_says_none_the_message_advises():
    source = DOCUMENT.replace(ROW, "| 백업 | 실패했습니다. 다시 시도하세요. | 없음 |\n")
    (fix,) = read(source, PLAN, "doc.md").entries[0].resolutions
    assert (fix.body, fix.origin) == ("다시 시도하세요.", "message")


def test_where_nobody_advises_there_is_no_resolution():
    assert read(DOCUMENT.replace("다시 시도하세요.", "없음"), PLAN, "doc.md").entries[0].resolutions == ()


def test_a_table_of_something_else_is_prose():
    source = f"{DOCUMENT}\n| 인증서 | 위치 |\n| - | - |\n| a.pfx | 내 컴퓨터 |\n"
    assert "| a.pfx | 내 컴퓨터 |" in read(source, PLAN, "doc.md").sections[0].body


@pytest.mark.parametrize("source", ["", "\n\n", "글\n", "## 백업\n", "글\n\n# 제목\n"])
def test_a_document_without_a_title_is_refused(source):
    assert failure(source) == "doc.md:1: expected a title: the first line of text begins with # and a space"


def test_a_document_without_errors_is_refused():
    assert failure("# 제목\n\n## 백업\n").startswith("doc.md:1: expected at least one table with the columns")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| 백업 | 실패했습니다. |\n", "doc.md:9: expected 3 cells in the row, found 2"),
        ("| 백업 | 실패 | 가 | 나 |\n", "doc.md:9: expected 3 cells in the row, found 4"),
        ("| 백업 | | 가 |\n", "doc.md:9: expected text in each column: 작업 | 오류 세부 정보 | 해결 방법"),
        ("| 청소 | 실패 | 가 |\n", "doc.md:9: expected a key for 청소 in [operations] of plan.toml"),
        ("| 백업 | 안 됨 | 가 |\n", "doc.md:9: expected a key for the message in [errors] of plan.toml: 안 됨"),
        (ROW + ROW, "doc.md:10: expected a message of its own; line 9 already has the key failed"),
        (
            ROW + "\n" + ROW,
            "doc.md:11: expected a table: a heading row, a row of dashes, and rows right below",
        ),
        (
            "| 백업 | 실패 | [절](#nowhere) |\n",
            "doc.md:9: expected #nowhere to be a section, or in [links] of plan.toml",
        ),
        (ROW + "\n## 복원\n", "doc.md:11: expected a key for 복원 in [sections] of plan.toml"),
        (ROW + "\n<table>\n<tr><td>가\n", "doc.md:11: expected </table> before the next empty line"),
        (ROW + "\n## 백업\n", "doc.md:1: expected the section backup once"),
        (ROW + "\n" + "> " * 500 + "가\n", "doc.md:1: expected lists and quotations to nest less deeply"),
    ],
)
def test_a_malformed_row_is_named_with_its_line(row, problem):
    assert failure(f"# 문제 해결\n\n머리말\n\n## 백업\n\n{TABLE}{row}") == problem


@pytest.mark.parametrize(
    "table",
    [
        "| 오류 | 해결 방법 |\n| - | - |\n| 가 | 나 |\n",
        "| 작업 | 오류 |\n| - | - |\n| 가 | 나 |\n",
        "| 작업 | 해결 방법 |\n| - | - |\n| 가 | 나 |\n",
    ],
)
def test_a_table_that_lacks_a_column_is_refused(table):
    assert failure(f"# 제목\n\n## 백업\n\n{table}") == (
        "doc.md:5: expected a table with the columns 작업 | 오류 세부 정보 | 해결 방법"
    )


def test_a_table_whose_dashes_do_not_fit_is_refused():
    assert failure("# 제목\n\n## 백업\n\n| 작업 | 오류 | 해결 |\n| - | - |\n").startswith("doc.md:5: expected a table")


def test_a_key_for_nothing_is_refused():
    plan = Plan("plan.toml", "k", "https://e.com/", PLAN.sections, PLAN.operations, {"실패": "failed", "불발": "dud"})
    assert failure(DOCUMENT, plan) == "plan.toml:1: expected dud to be in the document: 불발"


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "doc.md"
    path.write_bytes(b"# a\n\n\xff\n")
    with pytest.raises(DocumentError, match=r"doc\.md:3: expected text in UTF-8"):
        read_document(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="expected a readable file"):
        read_document(tmp_path / "doc.md")


PIECES = st.lists(
    st.sampled_from(
        [
            *("# 제목\n", "## 백업\n", TABLE, ROW, "\n", "| 백업 |", "실패했습니다.", "하세요. ", "`", "**", "[a](#b)"),
            *("<br>", "<ol>", "<li>", "</ol>", "(또는)", "> [AZURE.NOTE] ", "- ", "1. ", "```\n", "<table>", "\t", "|"),
            *(
                "http://e.com/가",
                "$a = Get-Item",
                "\\",
                "&amp;",
                "<!--",
                "-->",
                "![x](y)",
                "\x00",
                "\u2028",
                "]",
                "[",
                ":",
            ),
        ]
    ),
    max_size=30,
).map("".join)


REAL = Path("fixtures/document/backup-azure-vms-troubleshoot.md")


def refusal(source, plan):
    """What the reader objects to; anything but a DocumentError fails the test."""
    try:
        read(source, plan, "doc.md")
    except DocumentError as error:
        return error
    return None


@settings(deadline=None)
@given(PIECES, st.sampled_from(["", "# 제목\n", DOCUMENT, DOCUMENT.removesuffix("다시 시도하세요. |\n")]))
def test_whatever_the_text_it_is_read_or_refused(pieces, before):
    error = refusal(before + pieces, PLAN)
    assert error is None or error.file in {"doc.md", "plan.toml"}


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 9_500), st.integers(0, 40), PIECES)
def test_the_document_with_a_part_replaced_is_read_or_refused(place, length, pieces):
    source = REAL.read_text(encoding="utf-8")
    error = refusal(source[:place] + pieces + source[place + length :], read_plan(REAL.with_suffix(".toml")))
    assert error is None or error.line > 0
