"""Holds how stored Markdown reaches a page."""

import pytest
from django.utils.translation import override

from troubleshoot.templatetags.content import as_steps, first_line, markdown, portal_link


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
def test_a_portal_link_leads_to_a_page_in_the_language(href, korean, english):
    with override("ko"):
        assert portal_link(href) == korean
    with override("en"):
        assert portal_link(href) == english


def test_markdown_is_rendered_with_its_links():
    assert markdown("[여기](portal:section/network)") == '<p><a href="/document/#network">여기</a></p>\n'


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_renders_as_nothing(empty):
    assert (markdown(empty), as_steps(empty), first_line(empty)) == ("", [], "")


def test_headings_stay_below_those_of_the_page():
    assert markdown("# 제목", 2).startswith("<h3>")
