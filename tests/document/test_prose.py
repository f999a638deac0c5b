import pytest

from troubleshoot.document.plan import Links, Plan
from troubleshoot.document.prose import attributes_of, clean
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


def test_a_note_is_called_in_the_documents_language():
    english = Links(Plan("", "k", ""), "doc.md", language="en")
    assert clean(parse_source("> [!WARNING]\n> Careful.\n"), english) == "> **Warning:** Careful."


def test_the_words_of_a_table_that_was_not_finished_stay():
    assert clean(parse_source("<table><tr><td>가\n"), LINKS) == "가"


def test_an_old_header_gives_its_attributes():
    header = '<properties\n\tpageTitle="가"\n\tdescription="설명"/>\n<tags\n\tms.date="08/26/2016"/>'
    assert attributes_of(header) == {"pagetitle": "가", "description": "설명", "ms.date": "08/26/2016"}


def test_a_link_that_leads_nowhere_leaves_its_words_where_there_is_no_plan():
    links = Links(Plan("", "k", ""), "doc.md", anchors={"here": "k--here"})
    source = "[가](#here) [나](#gone) [다](other.md)![라](x.png) [마](https://e.com)\n"
    assert clean(parse_source(source), links) == "[가](portal:section/k--here) 나 다 [마](https://e.com)"
