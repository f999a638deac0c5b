"""Tests in a real browser of the desk and of changing many: what is done is found again, and pages are accessible."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser import conftest
from tests.browser.conftest import both_looks

WIDE, TABLET = (1280, 800), (834, 1112)
LIST = "/admin/troubleshoot/errorentry/"
KEY = "vm-agent-missing"


# The words that stand in two lines.
BROKEN_WORDS = """where => {
  const texts = document.createTreeWalker(document.querySelector(where), NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    if (!texts.currentNode.parentElement.checkVisibility()) continue;
    for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((rect) => rect.top)).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


def prefix_of(language: str) -> str:
    return "/en" if language == "en" else ""


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@both_looks
def test_an_editor_corrects_confirms_compares_and_finds_it_on_the_desk(
    open_as: Callable[..., Page], administrator: str, accessible, language: str, scheme: str
) -> None:
    before = prefix_of(language)
    page = open_as(administrator, "/admin/", scheme=scheme, size=WIDE if language == "ko" else TABLET)
    page.goto(f"{before}/errors/{KEY}/")
    page.locator(".edit-parts a[href*=resolution]").first.click()
    expect(page.locator(f"#id_resolutions-0-body_{language}")).to_be_focused()
    form = page.url
    fix = page.locator("#id_resolutions-0-body_ko")
    fix.press("Control+End")
    fix.press_sequentially(f" ({language})")
    expect(fix).to_have_value(re.compile(rf" \({language}\)$"))
    page.click(".submit-row [name=_continue]")
    confirm = page.locator("[form=english-form]")
    expect(confirm).to_be_visible()
    accessible(page)
    assert fits(page)
    confirm.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(confirm).to_have_count(0)
    page.click(".historylink")
    page.click("#change-history summary >> nth=0")
    expect(page.locator("#change-history ins").first).to_be_visible()
    for row in ("thead", "tbody tr"):
        assert page.evaluate(BROKEN_WORDS, f"#change-history {row}") == []
    assert fits(page)
    accessible(page)
    page.locator("[name=before]").last.check()
    page.click(".submit-row [type=submit]")
    expect(page.locator(".difference form")).to_be_visible()
    accessible(page)
    page.goto(f"{before}/admin/")
    expect(page.locator("#recent-actions-module a").first).to_have_attribute("href", urlsplit(form).path)
    accessible(page)
    assert fits(page)


@both_looks
def test_many_entries_are_found_by_a_command_and_changed_as_proposals(
    open_as: Callable[..., Page], administrator: str, accessible, language: str, scheme: str
) -> None:
    page = open_as(administrator, "/admin/", scheme=scheme, size=WIDE if language == "ko" else TABLET)
    page.goto(f"{prefix_of(language)}{LIST}?q=Get-AzureDeployment")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    accessible(page)
    page.click(".object-tools a >> nth=0")
    page.fill("[name=find]", "Get-AzureDeployment")
    page.fill("[name=replace]", f"Get-Deployment-{language}")
    page.click("form[method=get] [type=submit]")
    expect(page.locator(".pieces ins").first).to_be_visible()
    accessible(page)
    assert fits(page)
    page.click(".submit-row [type=submit]")
    expect(page.locator(".messagelist")).to_be_visible()
    page.click("#result_list tbody th a")
    away = page.locator(".moves a[href*=discard]")
    expect(away).to_have_css("background-color", "rgba(0, 0, 0, 0)")  # the one filled button saves
    away.click()
    page.click(".submit-row [type=submit]")
    expect(page.locator(".messagelist .success")).to_be_visible()


@both_looks
def test_who_forgot_a_password_is_told_the_way_where_they_sign_in(open_page, accessible, language, scheme) -> None:
    page = open_page(f"{prefix_of(language)}/admin/login/", scheme=scheme, size=TABLET)
    page.click("#login-form a[href$='/admin/password/']")
    page.wait_for_url("**/admin/password/")
    accessible(page)
    assert fits(page)


def test_somebody_is_added_and_chooses_a_password_by_the_link(
    open_as: Callable[..., Page], open_page: Callable[..., Page], administrator: str, accessible
) -> None:
    page = open_as(administrator, "/admin/", size=TABLET, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/en/admin/auth/user/add/")
    accessible(page)
    page.fill("#id_username", "added-in-a-browser")
    page.get_by_label("editor: reviews").check()
    page.click("[name=_save]")
    page.get_by_role("button", name="Make a one-time link").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#announcer")).to_have_text("Copied to the clipboard.")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")
    accessible(page)
    guest = open_page(page.input_value("#link"), scheme="dark", size=TABLET)
    accessible(guest)
    guest.fill("[name=new_password1]", conftest.PASSWORD)
    guest.fill("[name=new_password2]", conftest.PASSWORD)
    guest.click("[type=submit]")
    conftest.fill_in(guest, "added-in-a-browser")
    expect(guest.locator("#user-tools")).to_contain_text("added-in-a-browser", ignore_case=True)


def test_what_narrows_a_list_is_one_link_away_where_it_stands_below(open_as, administrator: str, accessible) -> None:
    page = open_as(administrator, "/admin/", size=TABLET)
    page.goto(f"/en{LIST}")
    page.locator(".to-filters a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter h2")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#changelist-filter') !== null")
    accessible(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    expect(page.locator(".to-filters")).to_be_hidden()
