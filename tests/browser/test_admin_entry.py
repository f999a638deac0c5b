"""Tests in a real browser of the page of an entry: the commonest task is short, and what is wrong is one key away."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import both_looks

SIZE = (1280, 800)
TABLET = (834, 1112)
ENTRY = "restore-cloud-internal-error"


def in_sight(page: Page, selector: str) -> bool:
    box = page.locator(selector).last.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def test_a_fix_is_corrected_from_its_public_page_in_three_clicks_without_scrolling(open_as, administrator) -> None:
    page = open_as(administrator, "/admin/", size=SIZE)
    page.goto(f"/errors/{ENTRY}/")
    page.locator(".resolution .edit a").nth(1).click()
    field = page.locator("#id_resolutions-1-body_ko")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=0.5)
    assert in_sight(page, ".submit-row [name=_save]")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n고쳐 썼습니다.")
    page.click(".submit-row [name=_save]")
    page.click(".messagelist .info a")
    expect(page.locator("main")).to_contain_text("고쳐 썼습니다.")


@both_looks
def test_what_is_wrong_is_named_at_the_top_and_its_field_gets_the_focus(
    open_as: Callable[..., Page], administrator: str, accessible, language: str, scheme: str
) -> None:
    size = SIZE if language == "ko" else TABLET
    prefix = "/en" if language == "en" else ""
    page = open_as(administrator, "/admin/", scheme=scheme, size=size)
    page.goto(f"{prefix}/errors/{ENTRY}/")
    page.locator(".resolution .edit a").nth(2).click()
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
