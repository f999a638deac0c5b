"""Holds that every text of the interface is translated: in a language of brackets, none stands outside of them."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.template.autoreload import reset_loaders

from tests.flows import make_flow
from troubleshoot.models import ErrorAlias, FlowLink

pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).parent.parent.parent
SCRIPTS = sorted((PROJECT / "troubleshoot/static/troubleshoot/js").glob("*.js"))
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
OPENING, CLOSING = "⟦", "⟧"
# Names, keys of a keyboard, and what a page says in the language that it offers.
NAMES = {
    "Markdown",
    "Enter",
    "Esc",
    "English",
    "Microsoft",
    "Learn",
    "Azure",
    "API",
    "VM",
    "Atom",
    "JSON",
    "KiB",
    "COM",
}
# What the content of these tests is called, which nobody translates.
CONTENT = {
    "os",
    "version",
    "install",
    "done",
    "support",
    "windows",
    "linux",
    "at",
    "least",
    "below",
    "failed",
    "BitLocker",
}
SAID = {"aria-label", "title", "placeholder", "alt"}
SILENT = {"script", "style", "code", "pre", "kbd", "svg"}
# In a script, words that a reader could be shown: two or more, the first with a capital letter.
SENTENCE = re.compile(r"""(?<!Error\()(["'`])([A-Z][a-z]+(?: [a-z']+)+[.!?]?)\1""")
ADDRESSES = (
    *("/", "/errors/", "/errors/public/", "/search/?q=오류", "/search/?q=zzzz", "/search/?q=ExtensionFailedVssWriter"),
    *("/operations/backup/", "/wizards/", "/wizards/agent/", "/wizards/agent/?os=linux", "/wizards/agent/map/"),
    *("/wizards/agent/all/", "/diagnose/", "/document/", "/about/", "/offline/", "/api/docs/", "/errors/nothing/"),
)


class Texts(HTMLParser):
    """The texts that a page says, seen or heard, but for those in another language than its own."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent:
            self._silent += [tag] if tag == self._silent[0] else []
        elif tag in SILENT or (tag != "html" and "lang" in given):
            self._silent.append(tag)
        if not self._silent:
            given_out = [value for name, value in attrs if value and (name in SAID or is_for_a_script(name, value))]
            self.said += [outside_of_brackets(value)[0] for value in given_out]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A translated text may hold elements, which come between its brackets.
            outside, self._depth = outside_of_brackets(data, self._depth)
            self.said.append(outside)


def outside_of_brackets(text: str, depth: int = 0) -> tuple[str, int]:
    """What stands outside of brackets, of which ``depth`` are open at its beginning; and how many are at its end."""
    outside = ""
    for mark in text:
        depth += (mark == OPENING) - (mark == CLOSING)
        outside += mark if depth == 0 and mark != CLOSING else ""
    return outside, depth


def is_for_a_script(name: str, value: str) -> bool:
    return name.startswith("data-") and " " in value and "/" not in value


def forget_texts() -> None:
    """Templates keep what is the same for a language, and so do the frames of pages."""
    reset_loaders()
    caches["frames"].clear()


@pytest.fixture
def brackets(monkeypatch) -> Iterator[None]:
    """Each translation is its text in brackets, whatever the language."""

    def one(text: str) -> str:
        return f"{OPENING}{text}{CLOSING}" if text else text

    def many(singular: str, plural: str, number: int) -> str:
        return one(singular if number == 1 else plural)

    fakes: dict[str, Callable[..., Any]] = {
        "gettext": one,
        "pgettext": lambda _context, text: one(text),
        "ngettext": many,
        "npgettext": lambda _context, *forms: many(*forms),
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(f"django.utils.translation._trans.{name}", fake)
    forget_texts()
    yield
    forget_texts()


@pytest.fixture
def portal(make_entry):
    """Content without a Latin letter but for its codes."""
    entry = make_entry(key="public", message_ko="오류가 났습니다", body="다시 시작합니다.")
    ErrorAlias.objects.filter(entry=entry).delete()
    FlowLink.objects.create(flow=make_flow(), entry=entry, answers={})


def untranslated(page: str) -> list[str]:
    """The words outside of brackets that are no names."""
    texts = Texts()
    texts.feed(page)
    outside = [re.sub(r"https?://\S+", "", text).strip() for text in texts.said]
    return [text for text in outside if set(re.findall(r"[A-Za-z]{2,}", text)) - NAMES - CONTENT]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_text_of_a_page_is_left_untranslated(client, portal, brackets, address):
    page = client.get(address).content.decode()

    assert OPENING in page
    assert untranslated(page) == []


def test_what_is_left_untranslated_is_found():
    page = f'<p title="Plain words">{OPENING}said{CLOSING} and more</p><p data-said="Two words"><code>Get-It</code></p>'

    assert untranslated(page) == ["Plain words", "and more", "Two words"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_no_script_has_a_text_of_its_own(path):
    assert [found[1] for found in SENTENCE.findall(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_is_written_in_korean_but_for_what_it_offers(path):
    offers = {"language.html", "language_offer.html", "user_links.html"}
    assert path.name in offers or not re.search("[가-힣]", path.read_text(encoding="utf-8"))
