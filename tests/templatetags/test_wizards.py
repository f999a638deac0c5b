"""Holds how the parts of a wizard reach a page."""

import re

import pytest
from django.template import Context, Template
from django.utils.translation import override

from troubleshoot.templatetags.wizards import qr_code, spoken
from troubleshoot.wizard.graph import Text


def test_a_text_is_spoken_in_the_active_language():
    text = Text("한국어", "English")
    assert spoken(text) == "한국어"
    with override("en"):
        assert spoken(text) == "English"
        assert spoken(Text("한국어만")) == "한국어만"


@pytest.mark.django_db
def test_portable_markdown_says_whole_addresses_and_stays_safe(rf):
    request = rf.get("/")
    template = Template("{% load wizards %}{% portable text 2 %}")

    text = "# 제목\n\n[항목](portal:error/x) [밖](https://example.com) <script>"
    html = template.render(Context({"request": request, "text": text}))

    assert '<a href="http://testserver/errors/x/"' in html
    assert '<a href="https://example.com"' in html
    assert "<h3>제목</h3>" in html
    assert "<script>" not in html


def test_a_qr_code_has_no_style_and_no_size_of_its_own():
    svg = qr_code("https://portal.example.com/wizards/vm-agent/")

    assert svg.startswith("<svg ")
    assert 'class="qr"' in svg
    assert not re.search(r"style=|width=|height=", svg)
