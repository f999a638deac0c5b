"""Holds how a text reaches a page: Markdown rendered, portal links led on, what matched marked."""

import re
from dataclasses import dataclass, field

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.models import ErrorEntry
from troubleshoot.reading.redirects import portal_link
from troubleshoot.templatetags.content import as_fix, first_line, lang, markdown, marked, pieces, shortened, with_action


@pytest.mark.parametrize(
    ("href", "korean", "english"),
    [
        ("portal:section/vm-agent", "/document/#vm-agent", "/en/document/#vm-agent"),
        ("portal:error/vm-gone", "/errors/vm-gone/", "/en/errors/vm-gone/"),
        ("portal:nonsense/x", "/document/", "/en/document/"),
        ("portal:", "/document/", "/en/document/"),
        ("portal:error/한글 키", "/document/", "/en/document/"),
        ("https://azure.microsoft.com/status/",) * 3,
    ],
)
@pytest.mark.django_db
def test_a_portal_link_leads_to_a_page_in_the_language(href, korean, english):
    with override("ko"):
        assert portal_link(href) == korean
    with override("en"):
        assert portal_link(href) == english


@pytest.mark.django_db
def test_markdown_is_rendered_with_its_links():
    assert markdown("[여기](portal:section/network)") == '<p><a href="/document/#network">여기</a></p>\n'


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_renders_as_nothing(empty):
    assert (markdown(empty), as_fix(empty).steps, first_line(empty)) == ("", [], "")


def test_headings_stay_below_those_of_the_page():
    assert markdown("# 제목", 2).startswith("<h3>")


@dataclass
class Fixed:
    """Says the same stretches of any text."""

    stretches: list[tuple[int, int, bool]] = field(default_factory=list)

    def marks(self, text: str) -> list[tuple[int, int, bool]]:
        return self.stretches


@pytest.mark.parametrize(
    ("stretches", "html"),
    [
        ([], "VM 오류"),
        ([(0, 2, True)], "<mark>VM</mark> 오류"),
        ([(0, 2, False)], '<mark class="meant">VM</mark> 오류'),
        ([(3, 5, True), (0, 2, True)], "<mark>VM</mark> <mark>오류</mark>"),
        ([(0, 3, True), (2, 5, True)], "<mark>VM </mark><mark>오류</mark>"),
        ([(0, 5, True), (1, 2, True)], "<mark>VM 오류</mark>"),
        ([(2, 2, True)], "VM 오류"),
    ],
)
def test_stretches_are_marked_once(stretches, html):
    assert marked("VM 오류", Fixed(stretches)) == html


def test_text_is_escaped_inside_and_outside():
    assert marked("<b> & <i>", Fixed([(0, 3, True)])) == "<mark>&lt;b&gt;</mark> &amp; &lt;i&gt;"


def test_without_an_outcome_nothing_is_marked():
    assert marked("<VM>", None) == "&lt;VM&gt;"


@given(st.text(alphabet="가b <&"), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.just(True))))
def test_no_text_is_lost(text, stretches):
    shown = re.sub("</?mark>", "", "".join(pieces(text, stretches)))

    assert shown.replace("&lt;", "<").replace("&amp;", "&") == text


@pytest.mark.parametrize(
    ("korean", "english", "page", "attribute"),
    [
        ("오류", "Error", "ko", ""),
        ("오류", "Error", "en", ""),
        ("", "Error", "ko", ' lang="en"'),
        (None, "Error", "ko", ' lang="en"'),
        ("오류", "", "en", ' lang="ko"'),
        ("", "", "ko", ""),
    ],
)
def test_a_text_in_another_language_than_the_page_says_in_which(korean, english, page, attribute):
    with override(page):
        assert lang(ErrorEntry(message_ko=korean, message_en=english), "message") == attribute


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("가나다라", "가나다라"), ("가나다라마", "가나다…"), ("가나 라마", "가나…")]
)
def test_a_text_is_shortened_to_so_many_characters(text, shown):
    assert shortened(text, 4) == shown


def test_the_link_that_a_paragraph_ends_with_is_its_action():
    page = markdown("원인입니다. 해결 방법: [하나](https://e.com)\n\n관련: [둘](https://e.com)")
    assert re.search(
        r'해결 방법:</p>\n<p class="go action"><a class="button" href="https://e.com"[^>]*>하나</a></p>',
        with_action(page),
    )
    assert with_action(page).count("button") == 1
    between = markdown("방법은 [하나](https://e.com)에 있습니다. 관련: [둘](https://e.com) · [셋](https://e.com)")
    assert with_action(between) == between
