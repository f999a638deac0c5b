"""Holds how a template draws an icon: in the page, without a name for a screen reader, and once for all pages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist

from troubleshoot.templatetags.icons import icon

TEMPLATES = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(path.stem for path in (TEMPLATES / "troubleshoot" / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_takes_the_colour_of_its_words_and_is_not_read_aloud(name):
    drawing = icon(name)
    assert drawing.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in drawing
    assert not re.search(r'(?:fill|stroke)="(?!none|currentColor)[#a-z]', drawing)


def test_an_icon_that_is_not_there_is_no_silent_gap():
    with pytest.raises(TemplateDoesNotExist):
        icon("nothing")


def test_every_icon_is_drawn_somewhere_and_every_drawn_one_exists():
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r'{% icon "([\w-]+)"', pages)) == set(NAMES)
