import pytest

from troubleshoot.document.plan import Links, Plan
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.prose import clean, read_header
from troubleshoot.document.reading import parse, parse_source

LINKS = Links(Plan("plan.toml", "k", "https://e.com/"), "doc.md")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("> [AZURE.SELECTOR]\n- [가](https://e.com)\n", "- [가](https://e.com)"),
        (">[AZURE.NOTE] 조심하세요.\n", "> **참고:** 조심하세요."),
        ("> [!WARNING]\n> 조심하세요.\n", "> **경고:** 조심하세요."),
        ("하나. <br> 둘\n", "하나.\\\n둘"),
        ("1. 하나<br> 둘\n\n\t```\n\tcode\n\t```\n", "1. 하나\\\n   둘\n\n   ```\n   code\n   ```"),
        ("하나<br>\n\n<br>\n\n둘\n", "하나\n\n둘"),
        ("<!-- 숨은 글 -->\n", ""),
        ('<a name="x"></a>하나\n', "하나"),
        ("<div>하나\n둘</div>\n", "하나 둘"),
        ("| 가 | 나 |\n| - | - |\n| 1 | a\\|b |\n", "| 가 | 나 |\n| --- | --- |\n| 1 | a\\|b |"),
        ("```ini\n[HKEY]\n```\n", "```ini\n[HKEY]\n```"),
    ],
)
def test_prose_becomes_plain_commonmark(source, expected):
    assert clean(parse_source(source), LINKS) == expected


def test_a_cleaned_table_is_still_a_table():
    cleaned = clean(parse_source("| 가 | 나 |\n| - | - |\n| **1** | 2 |\n"), LINKS)
    assert parse(cleaned)[0].type == "table_open"


@pytest.mark.parametrize("source", ["| 가 | 나 |\n", "<table><tr><td>가\n", "하나\n\n| 가 |\n| - | - |\n"])
def test_a_table_that_was_not_finished_is_refused(source):
    with pytest.raises(DocumentError, match=r"^doc\.md:\d: expected"):
        clean(parse_source(source), LINKS)


def test_the_header_gives_description_and_date():
    source = '<properties\n\tpageTitle="가"\n\tdescription="설명"/>\n\n<tags\n\tms.date="08/26/2016"/>\n\n# 제목\n'
    header = read_header(parse_source(source), "doc.md")
    assert (header.description, str(header.published)) == ("설명", "2016-08-26")
    assert header.tokens[0].type == "heading_open"


def test_a_document_needs_no_header():
    header = read_header(parse_source("# 제목\n"), "doc.md")
    assert (header.description, header.published) == ("", None)


@pytest.mark.parametrize("date", ["2016-08-26", "13/40/2016", "soon"])
def test_a_date_that_is_none_is_refused(date):
    with pytest.raises(DocumentError, match=r"doc\.md:1: expected ms\.date as MM/DD/YYYY"):
        read_header(parse_source(f'<tags ms.date="{date}"/> \n'), "doc.md")
