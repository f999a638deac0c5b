"""Tests of the browsable description of the API in a real browser."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS


def operations(page: Page) -> int:
    """How many operations the schema describes: each is to be drawn."""
    paths = page.evaluate("() => fetch('/api/v1/schema').then((answer) => answer.json())")["paths"]
    return sum(len(methods) for methods in paths.values())


def test_the_api_is_drawn_and_can_be_tried(open_page: Callable[..., Page]) -> None:
    page = open_page("/api/docs/")
    expect(page.locator(".opblock")).to_have_count(operations(page))
    expect(page.locator("h1")).to_have_count(1)
    search = page.locator(".opblock", has_text="/api/v1/search")
    search.locator(".opblock-summary-control").click()
    search.locator(".try-out__btn").click()
    search.locator("[placeholder=q]").fill("에이전트")
    search.locator(".execute").click()
    expect(search.locator(".live-responses-table .response-col_status").last).to_contain_text("200")


def test_the_description_is_accessible_in_both_schemes_closed_and_open(open_page, accessible) -> None:
    page = open_page("/api/docs/", bypass_csp=True)
    expect(page.locator(".opblock")).to_have_count(operations(page))
    accessible(page, LOOKS)
    for scheme, _size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        accessible(page, rules=["color-contrast-enhanced"])
    page.locator(".opblock", has_text="/api/v1/search").locator(".opblock-summary-control").click()
    expect(page.locator(".opblock .parameters select").first).to_have_attribute("aria-label", re.compile("."))

    accessible(page, LOOKS)

    expect(page).to_have_url(re.compile("#/"))


def test_without_javascript_the_description_is_one_link_away(open_page: Callable[..., Page]) -> None:
    page = open_page("/api/docs/", java_script_enabled=False)
    expect(page.locator("a[href='/api/v1/schema']")).to_be_visible()
