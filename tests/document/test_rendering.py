from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.rendering import render

MARKDOWN = st.text(alphabet=st.sampled_from("가나 ab\n\t*_`[]()<>!#->|1.:\"'&\\/=~"), max_size=120)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(page)
    return parser.seen


def test_paragraphs_lists_and_code_become_html():
    page = render("먼저:\n\n1. 하나\n2. 둘\n\n```powershell\nGet-AzureVM\n```\n")
    assert page == (
        "<p>먼저:</p>\n<ol>\n<li>하나</li>\n<li>둘</li>\n</ol>\n"
        '<pre><code class="language-powershell">Get-AzureVM\n</code></pre>\n'
    )


def test_a_table_becomes_a_table():
    assert "<td>나</td>" in render("| 가 |\n| - |\n| 나 |\n")


def test_each_link_goes_through_the_mapping():
    assert render(
        "[절](portal:section/vm-agent)", link=lambda href: href.replace("portal:section/", "/document/#")
    ) == ('<p><a href="/document/#vm-agent">절</a></p>\n')


def test_a_link_to_elsewhere_tells_the_other_site_nothing():
    assert 'rel="noopener noreferrer"' in render("[x](https://example.com)")
    assert 'rel="noopener noreferrer"' in render("[x](//example.com)")


def test_a_link_within_the_portal_needs_no_rel():
    assert "rel=" not in render("[x](portal:error/y) [z](/document/) [w](#v)")


def test_a_picture_is_offered_as_a_link_and_not_fetched():
    assert render("![화면](https://example.com/a.png)") == (
        '<p><a href="https://example.com/a.png" rel="noopener noreferrer">화면</a></p>\n'
    )


def test_headings_move_down_but_not_past_the_last():
    assert render("# 가\n\n##### 나", heading_offset=2) == "<h3>가</h3>\n<h6>나</h6>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "[x](vbscript:a)",
        "<javascript:alert(1)>",
        '[x](https://e.com "a\\" onclick=\\"b")',
        "[x]( &#106;avascript:alert(1))",
    ],
)
def test_nothing_that_runs_survives(attack):
    for tag, attributes in tags(render(attack)):
        assert tag in {"p", "a"}
        assert set(attributes) <= {"href", "title", "rel"}
        assert (attributes.get("href") or "https:").startswith("https:")


def test_a_mapping_cannot_bring_a_script_in():
    assert "javascript" not in render("[x](portal:a)", link=lambda _: "javascript:alert(1)")


@pytest.mark.parametrize(("opening", "closing"), [("> ", ""), ("- ", ""), ("1. ", ""), ("*a ", " b*"), ("**", "**")])
def test_ten_thousand_levels_are_shown_as_written(opening, closing):
    page = render(opening * 10_000 + "끝" + closing * 10_000)
    assert "끝" in page
    assert tags(page) == [("pre", {})]


@given(MARKDOWN)
def test_whatever_is_written_the_page_is_safe(markdown):
    for tag, attributes in tags(render(markdown)):
        assert tag not in {"script", "style", "iframe", "img", "svg", "form", "input", "object"}
        assert set(attributes) <= {"href", "title", "rel", "start", "class"}
