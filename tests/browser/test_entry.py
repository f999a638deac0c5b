"""An engineer works with an entry in a real browser: ticks steps, fills commands, copies a reply, comes back to it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, NARROW

SHIFTS = """new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifted += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
window.shifted = 0;"""
STEPS = "/errors/vm-agent-unable-to-communicate/"
COMMANDS = "/errors/restore-cloud-internal-error/"


@pytest.fixture
def reader(open_context) -> Page:
    context = open_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context.new_page()


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_steps_that_are_done_stay_ticked(reader: Page, accessible) -> None:
    reader.goto(STEPS)
    accessible(reader, LOOKS)
    ticks = reader.get_by_role("checkbox")
    ticks.nth(1).check()

    reader.reload()

    expect(ticks.nth(1)).to_be_checked()
    expect(ticks.nth(0)).not_to_be_checked()
    reader.goto(COMMANDS)
    expect(reader.locator(".tick:checked")).to_have_count(0)


@pytest.mark.parametrize("address", [STEPS, COMMANDS])
def test_nothing_moves_when_ticks_fields_and_tools_come(reader: Page, address: str) -> None:
    reader.add_init_script(SHIFTS)
    reader.goto(address)
    expect(reader.locator(".copies-link")).to_be_visible()
    reader.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))")

    assert reader.evaluate("window.shifted") == 0


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_on_a_phone_the_fix_of_every_entry_begins_in_the_first_view(open_page, prefix: str) -> None:
    page = open_page(f"{prefix}/errors/", size=NARROW)
    entries = page.eval_on_selector_all(".entries h2 a", "links => links.map(link => link.href)")
    assert len(entries) == 28
    for address in entries:
        page.goto(address)
        top = page.locator("#fix").evaluate("heading => heading.getBoundingClientRect().top")
        assert top < 0.8 * NARROW[1], address


def test_what_is_cut_short_on_a_phone_is_shown_whole_on_request_and_stays_in_reach_of_a_screen_reader(
    open_page, accessible
) -> None:
    page = open_page(STEPS, size=NARROW, bypass_csp=True)
    message = page.locator("#screen-said")
    cut = message.bounding_box()["height"]
    assert "LinkId=800034" in page.locator(".screen").aria_snapshot()
    accessible(page, [("light", NARROW), ("dark", NARROW)])

    page.get_by_role("button", name="모두 표시").click()

    expect(message).to_be_focused()
    assert message.bounding_box()["height"] > cut
    expect(page.get_by_role("button", name="모두 표시")).to_have_count(0)


def test_a_command_takes_the_values_that_are_filled_in(reader: Page, accessible) -> None:
    reader.goto(COMMANDS)
    reader.get_by_label("ServiceName").first.fill("contoso-web")
    accessible(reader)

    reader.locator("pre .copy").first.click()

    expect(reader.locator("#announcer")).not_to_be_empty()
    assert '-ServiceName "contoso-web" -Slot "Production"' in clipboard(reader)
    expect(reader.locator("pre code").nth(1)).to_contain_text('-ServiceName "contoso-web"')
    expect(reader.get_by_label("ServiceName").nth(1)).to_have_value("contoso-web")
    reader.get_by_label("ServiceName").first.fill("")
    expect(reader.locator("pre code").first).to_contain_text('"ServiceName"')


def test_who_copies_a_command_with_a_placeholder_is_told_what_is_to_be_filled_in(reader: Page, accessible) -> None:
    reader.goto(COMMANDS)
    told = reader.locator(".unfilled").first
    expect(told).to_be_empty()

    reader.locator("pre .copy").first.click()

    expect(told).to_have_text("복사했습니다. 아직 값을 넣지 않은 자리: ServiceName")
    accessible(reader, LOOKS)
    reader.get_by_label("ServiceName").first.fill("contoso-web")
    expect(told).to_be_empty()


def test_a_reply_is_copied_in_the_language_of_the_customer(reader: Page) -> None:
    reader.goto(f"/en{COMMANDS}")
    reader.locator("[data-reply] summary").click()

    reader.locator("[data-reply] li[lang=ko] a", has_text="Text").click()

    expect(reader.locator("#announcer")).not_to_be_empty()
    assert clipboard(reader).startswith("클라우드 내부 오류로 인해 복원 실패")


def test_without_a_script_a_reply_is_a_link(open_context) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(COMMANDS)
    page.locator("[data-reply] summary").click()
    page.locator("[data-reply] a", has_text="Markdown").first.click()
    expect(page.locator("body")).to_contain_text("# 클라우드 내부 오류로 인해 복원 실패")


def test_home_shows_what_this_device_opened_and_what_is_pinned_first(reader: Page, accessible) -> None:
    reader.goto("/")
    expect(reader.locator(".device")).to_be_hidden()
    reader.goto(COMMANDS)
    reader.get_by_role("button", name="홈에 고정").click()
    reader.goto(STEPS)

    reader.goto("/")

    rows = reader.locator(".device li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("클라우드 내부 오류로 인해 복원 실패")
    expect(rows.nth(0)).to_contain_text("고정됨")
    accessible(reader)


def test_letters_move_copy_and_help_and_are_letters_where_one_types(reader: Page, accessible) -> None:
    reader.goto("/search/?q=VM")
    links = reader.locator(".entries h2 a")
    expect(links.nth(1)).to_be_visible()
    reader.keyboard.press("j")
    reader.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    reader.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()

    reader.goto(COMMANDS)
    expect(reader.locator("pre .copy").first).to_be_visible()
    reader.keyboard.press("c")
    expect(reader.locator("#announcer")).not_to_be_empty()

    reader.keyboard.press("?")
    expect(reader.get_by_role("dialog")).to_be_visible()
    accessible(reader, LOOKS)
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("dialog")).to_be_hidden()

    field = reader.get_by_label("ServiceName").first
    field.press_sequentially("jkc/?")
    expect(field).to_have_value("jkc/?")


def test_the_other_language_stands_beside_it_on_request(reader: Page, accessible) -> None:
    reader.goto(COMMANDS)
    button = reader.get_by_role("button", name="다른 언어와 나란히 보기")

    button.click()

    beside = reader.locator(".beside[lang=en]")
    expect(beside.get_by_role("heading", name="Restore failed with Cloud Internal error")).to_be_visible()
    expect(beside.locator("form")).to_have_count(0)
    accessible(reader, LOOKS)
    button.click()
    expect(beside).to_have_count(0)
