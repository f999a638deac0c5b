"""Holds a page's address in each language."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from troubleshoot.templatetags.addresses import in_language


@pytest.mark.parametrize(
    ("path", "korean", "english"),
    [
        ("/", "/", "/en/"),
        ("/errors/x/", "/errors/x/", "/en/errors/x/"),
        ("/en/", "/", "/en/"),
        ("/en/errors/x/", "/errors/x/", "/en/errors/x/"),
        ("/enough/", "/enough/", "/en/enough/"),
        ("/no/such/page", "/no/such/page", "/en/no/such/page"),
    ],
)
def test_a_path_has_a_place_in_each_language(path, korean, english):
    assert in_language(path, "ko") == korean
    assert in_language(path, "en") == english


def render(template: str, address: str, **context) -> str:
    request = RequestFactory().get(address)
    return Template("{% load addresses %}" + template).render(Context({"request": request, **context}))


def test_the_same_page_keeps_its_query():
    assert render("{% same_page_in 'en' %}", "/search/?q=%EB%B0%B1&x=1") == "/en/search/?q=%EB%B0%B1&amp;x=1"


def test_the_canonical_address_has_only_what_means_something():
    assert render("{% canonical %}", "/search/?q=VM&x=1") == "http://testserver/search/"
    assert (
        render("{% canonical 'en' %}", "/search/?x=1", canonical_query="?q=VM") == "http://testserver/en/search/?q=VM"
    )
