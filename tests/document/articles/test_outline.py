"""Front matter, headings and tables are found line by line, whatever the article's age and hand."""

import pytest

from troubleshoot.document.articles.outline import Span, date_of, paragraphs, product_of, read_outline


def headings(text, **includes):
    outline = read_outline(text, includes)
    return [(part.level, part.title, outline.number(part.heading)) for part in outline.parts[1:]]


@pytest.mark.parametrize(
    ("text", "level", "title"),
    [
        ("# 가", 1, "가"),
        ('###<a name="x"></a>가', 3, "가"),
        ('## <a name="x"></a> 가 ##', 2, "가"),
        ("##가", 2, "가"),
        ("가\n===", 1, "가"),
        ("가\n---", 2, "가"),
        ("\ufeff# 가\r\n", 1, "가"),
    ],
)
def test_a_heading_is_one_however_it_is_written(text, level, title):
    assert headings(text) == [(level, title, 1)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "#!/bin/sh",
            "#1234",
            "# ",
            "    # 가",
            "```\n# 가\n```",
            "- ```\n  # 가\n  ```",
            "<!--\n# 가\n-->",
            "| 가 |\n---",
        ),
        *("글\n가\n---\n", "- 가\n---"),
    ],
)
def test_what_only_looks_like_a_heading_is_none(text):
    assert headings(text) == []


def test_a_fence_that_was_never_closed_ends_at_a_heading_with_a_name():
    assert headings('```\ncode\n\n# comment\n## <a name="x"></a>가\n') == [(2, "가", 5)]


def test_a_heading_is_known_by_its_name():
    assert read_outline("## <a id='x-y'></a>가\n", {}).parts[1].anchor == "x-y"


def test_front_matter_is_read_old_and_new():
    new = read_outline('---\ntitle: "가: 나"\nms.date: 1/2/2018\nkeywords: \n  - a\n---\n# 다\n', {})
    assert (new.attributes, new.number(0)) == ({"title": "가: 나", "ms.date": "1/2/2018", "keywords": ""}, 7)
    old = read_outline('\n<properties\n  pageTitle="가"/>\n\n<tags ms.service="b"/>\n# 다\n', {})
    assert old.attributes == {"pagetitle": "가", "ms.service": "b"}
    assert old.number(0) == 6


def test_a_line_above_the_first_paragraph_is_no_front_matter():
    outline = read_outline("---\n\n글\n\n---\n", {})
    assert outline.attributes == {}


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("08/26/2016", "2016-08-26"),
        ("1/5/2018", "2018-01-05"),
        ("2018-01-05T00:00", "2018-01-05"),
        ("soon", ""),
        ("13/40/2016", ""),
    ],
)
def test_a_date_is_one_or_none(written, date):
    assert str(date_of({"ms.date": written}) or "") == date


def test_the_product_is_the_first_that_is_named():
    assert product_of({"services": "backup, site-recovery", "ms.service": ""}) == "backup"
    assert product_of({"ms.service": "SQL-Database", "services": "x"}) == "sql-database"
    assert product_of({}) == ""


def tables(text):
    return [(span.start, span.end) for part in read_outline(text, {}).parts for span in part.tables]


def test_tables_are_found_in_lists_and_html_and_not_in_code():
    assert tables("1. 가\n\n    | a | b |\n    | - | - |\n    | 1 | 2 |\n글\n") == [(2, 5)]
    assert tables("<table>\n<tr><td>가\n</table>\n글\n") == [(0, 3)]
    assert tables("```\n| a | b |\n| - | - |\n```\n> | a |\n> | - |\n") == []
    assert tables("a | b\n-|-\n1 | 2\n# 가 | 나\n") == [(0, 3)]


def test_an_included_file_has_the_number_of_the_line_that_shows_it():
    text = "# 가\n\n[!INCLUDE [x](b.md)]\n[AZURE.INCLUDE [x](c.md)]\n\n## 나\n"
    outline = read_outline(text, {"b.md": "하나\n## 둘"})
    assert headings(text, **{"b.md": "하나\n## 둘"}) == [(1, "가", 1), (2, "둘", 3), (2, "나", 6)]
    assert [outline.number(span.start) for span in outline.missing] == [4]


def test_paragraphs_are_parted_by_empty_lines_and_not_inside_code():
    lines = ["가", "", "```", "", "```", "나", "", "", "다"]
    assert list(paragraphs(lines, Span(0, 9))) == [Span(0, 1), Span(2, 5), Span(5, 6), Span(8, 9)]


def test_a_tab_is_no_heading_but_a_bold_line():
    text = "## 가\n\n# [포털](#tab/portal)\n\n글\n\n# [CLI](#tab/cli)\n\n글\n"
    assert headings(text) == [(2, "가", 1)]
    assert "**포털**" in read_outline(text, {}).lines


def test_headings_in_html_are_headings_and_what_opens_stands_below_the_one_above():
    text = "# 가\n\n<h2>나 <code>다</code></h2>\n\n<details>\n<summary><b>라</b></summary>\n\n글\n\n</details>\n"
    assert headings(text) == [(1, "가", 1), (2, "나 다", 3), (6, "라", 6)]
