"""Lines of an article become Markdown of the portal; what cannot be laid out stays as written, or is refused."""

import pytest

from troubleshoot.document.articles.findings import MOST_MARKS, Texts, plain_title
from troubleshoot.document.articles.outline import Span, read_outline
from troubleshoot.document.plan import Links, Plan
from troubleshoot.document.problems import DocumentError


def markdown(text, *spans):
    outline = read_outline(text, {})
    texts = Texts(outline, Links(Plan("", "k", ""), "a.md"))
    return texts.markdown(*(spans or [Span(0, len(outline.lines))]))


def test_spans_are_joined_as_paragraphs():
    assert markdown("가\n\n나\n다\n", Span(0, 1), Span(3, 4)) == "가\n\n다"
    assert markdown("가\n\n\n", Span(1, 2)) == ""


def test_a_link_finds_its_address_wherever_in_the_document_it_stands():
    text = "[가][1]\n\n글\n\n[1]: https://e.com/a\n"
    assert markdown(text, Span(0, 1)) == "[가](https://e.com/a)"


@pytest.mark.parametrize("text", ["가" * 50_001, "*_" * MOST_MARKS, "[" * 200 + "가"])
def test_what_is_too_heavy_to_be_laid_out_stays_as_it_was_written(text):
    assert markdown(text) == text


@pytest.mark.parametrize("line", ["> " * 10_000 + "가", "- " * 10_000 + "가", ">" * 10_000, "> - " * 5_000])
def test_a_line_that_nests_deeply_is_refused(line):
    with pytest.raises(DocumentError, match=r"a\.md:3: expected lists and quotations to nest less deeply"):
        markdown(f"글\n\n{line}\n")


@pytest.mark.parametrize(("depth", "line"), [(70, r"2\d"), (1_000, "83")])
def test_a_list_that_nests_deeply_line_by_line_is_refused(depth, line):
    items = "\n".join("  " * level + "- 가" for level in range(depth))
    with pytest.raises(DocumentError, match=rf"a\.md:{line}: expected lists and quotations to nest less deeply"):
        markdown(f"글\n\n{items}\n")


@pytest.mark.parametrize("line", ["---", "* * *" + " *" * 100, "-" * 10_000])
def test_a_rule_is_no_nesting(line):
    assert "글" in markdown(f"글\n\n{line}\n")


def test_a_title_is_without_markup():
    assert plain_title('**가** `b` [다](e.md) <a name="x"></a>&lt;라&gt;') == "가 b 다 <라>"
