"""Tests in a real browser of the page of an entry: the commonest task is short, and what is wrong is one key away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import both_looks

SIZE = (1280, 800)
TABLET = (834, 1112)
ENTRY = "restore-cloud-internal-error"


FIELDS = {
    "메시지": "#id_message_ko",
    "별칭": "#id_aliases-0-text_ko",
    "원인": "#id_cause_ko",
    "경우 1": "#id_resolutions-0-body_ko",
    "경우 2": "#id_resolutions-1-body_ko",
    "경우 3": "#id_resolutions-2-body_ko",
}


def press(page: Page, target: Locator) -> None:
    """Click what is in sight as it stands: a click of Playwright's would scroll there first."""
    target.wait_for()
    box, size = target.bounding_box(), page.viewport_size
    assert 0 <= box["x"] <= size["width"] - box["width"], (target, box)
    assert 0 <= box["y"] <= size["height"] - box["height"], (target, box)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def way_to(page: Page, part: str) -> Locator:
    return page.locator(".edit-parts").get_by_role("link", name=part, exact=True)


@pytest.mark.parametrize("size", [SIZE, TABLET], ids=["wide", "tablet"])
def test_every_part_of_an_entry_is_a_click_away_from_its_public_page_without_scrolling(
    open_as: Callable[..., Page], administrator: str, size: tuple[int, int]
) -> None:
    page = open_as(administrator, "/admin/", size=size)
    page.goto(f"/errors/{ENTRY}/")
    assert page.locator(".edit-parts a").all_inner_texts() == list(FIELDS)
    for part, field in FIELDS.items():
        page.goto(f"/errors/{ENTRY}/")
        press(page, way_to(page, part))
        expect(page.locator(field)).to_be_focused()
        expect(page.locator(field)).to_be_in_viewport(ratio=0.5)


@pytest.mark.parametrize("size", [SIZE, TABLET], ids=["wide", "tablet"])
def test_the_last_fix_is_corrected_from_its_public_page_in_three_clicks_without_scrolling(
    open_as: Callable[..., Page], administrator: str, size: tuple[int, int]
) -> None:
    page = open_as(administrator, "/admin/", size=size)
    page.goto(f"/errors/{ENTRY}/")
    press(page, way_to(page, "경우 3"))
    expect(page.locator(FIELDS["경우 3"])).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n\n{size[0]}에서 고쳐 썼습니다.")
    press(page, page.locator(".submit-row [name=_save]"))
    press(page, page.locator(".messagelist .info a"))
    expect(page.locator("main")).to_contain_text(f"{size[0]}에서 고쳐 썼습니다.")


def test_the_ways_to_edit_stay_in_sight_of_who_reads_on(open_as: Callable[..., Page], administrator: str) -> None:
    page = open_as(administrator, "/admin/", size=SIZE)
    page.goto(f"/errors/{ENTRY}/")
    page.locator(".resolution").last.scroll_into_view_if_needed()
    expect(page.locator("h1")).not_to_be_in_viewport()
    press(page, way_to(page, "원인"))
    expect(page.locator(FIELDS["원인"])).to_be_focused()


@both_looks
def test_what_is_wrong_is_named_at_the_top_and_its_field_gets_the_focus(
    open_as: Callable[..., Page], administrator: str, accessible, language: str, scheme: str
) -> None:
    size = SIZE if language == "ko" else TABLET
    prefix = "/en" if language == "en" else ""
    page = open_as(administrator, "/admin/", scheme=scheme, size=size)
    page.goto(f"{prefix}/errors/{ENTRY}/")
    page.locator(".edit-parts a").last.click()
    page.fill("#id_resolutions-2-body_ko", "[x](portal:error/nothing)")
    page.click(".submit-row [name=_save]")
    first = page.locator(".named-errors a").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#id_resolutions-2-body_ko")).to_be_focused()
    expect(page.locator("#id_resolutions-2-body_ko")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_parts_are_listed_and_rows_fold_and_say_what_they_hold(open_as, administrator) -> None:
    page = open_as(administrator, "/en/admin/", size=SIZE)
    page.goto(f"/en/errors/{ENTRY}/")
    page.click("aside a[href*='/errorentry/']")
    row = page.locator("#resolutions-1")
    row.locator(".fold").click()
    expect(row.locator("textarea").first).to_be_hidden()
    expect(row.locator(".held")).not_to_be_empty()
    page.click("nav.parts a:has-text('2')")
    expect(row.locator("textarea").first).to_be_visible()
    expect(row).to_be_in_viewport()
    page.click("nav.parts a >> nth=0")
    expect(page.locator("#id_operation")).to_be_attached()
    expect(page.locator(".field-operation .select2-selection")).to_be_visible()
    box = page.locator("#id_resolutions-0-note_en")
    before = box.bounding_box()["height"]
    box.fill("\n".join("line" for _ in range(12)))
    assert box.bounding_box()["height"] > before
