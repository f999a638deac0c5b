"""Holds “did this solve it?” in a real browser: on a phone, by keyboard, without JavaScript, in the dark, with axe."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_reading import SMALL

SEVERAL = "/en/errors/vm-agent-unable-to-communicate/"
OUTCOME = "/en/wizards/vm-agent/?origin=gallery&os=windows&agent=present&version=2.10&retry=snapshot"


def question(page: Page, number: int = 0) -> Locator:
    return page.locator(".verdict").nth(number)


def answer(page: Page, said: str, number: int = 0) -> Locator:
    asked = question(page, number)
    asked.get_by_role("button", name=said, exact=True).click()
    return asked


def settle(page: Page) -> None:
    """Wait until htmx is done with what it brought: before, a click is the browser's own, and the focus comes again."""
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)


def test_an_answer_is_thanked_for_in_place_and_can_be_changed(open_page):
    page = open_page(SEVERAL, size=NARROW)
    address = page.url
    asked = answer(page, "No")
    expect(asked.locator(".thanks")).to_contain_text("did not solve")
    expect(asked.locator(".thanks")).to_be_focused()
    expect(asked.locator(".further a").first).to_be_visible()
    settle(page)

    answer(page, "Change to: solved")
    expect(asked.locator(".thanks")).to_contain_text("this solved the problem")
    expect(asked.locator(".further")).to_have_count(0)
    expect(page).to_have_url(address)


def test_a_comment_goes_with_the_answer(open_page):
    page = open_page(SEVERAL, size=NARROW)
    asked = answer(page, "No")
    expect(asked.locator(".thanks")).to_be_visible()
    settle(page)
    asked.get_by_role("textbox").fill("It still fails.")
    answer(page, "Send the comment")
    expect(asked.get_by_role("textbox")).to_have_value("")
    expect(asked.locator(".thanks")).to_be_focused()


def test_the_keyboard_is_enough(open_page):
    page = open_page(SEVERAL)
    question(page).get_by_role("button", name="Yes").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question(page).locator(".thanks")).to_be_focused()
    settle(page)
    page.keyboard.press("Tab")
    expect(question(page).locator(".further a").first).to_be_focused()


def test_without_scripts_the_page_thanks_where_it_asked(open_page):
    page = open_page(SEVERAL, size=NARROW, java_script_enabled=False)
    answer(page, "No")
    expect(page).to_have_url(re.compile(r"\?answered=[0-9]+&solved=no#verdict-[0-9]+$"))
    expect(question(page).locator(".thanks")).to_be_in_viewport()
    question(page).get_by_role("textbox").fill("It still fails.")
    answer(page, "Send the comment")
    expect(question(page).locator(".thanks")).to_be_visible()


def test_who_only_reads_gets_no_cookie_and_who_answers_one_that_no_script_reads(open_page):
    page = open_page(SEVERAL)
    assert page.context.cookies() == []
    expect(answer(page, "Yes").locator(".thanks")).to_be_visible()
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("answering", True, "Lax")
    assert page.evaluate("document.cookie") == ""


def test_an_outcome_is_answered_in_place_too(open_page):
    page = open_page(OUTCOME, size=NARROW)
    expect(answer(page, "No").locator(".further a").first).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(OUTCOME) + "$"))


@pytest.mark.parametrize("address", [SEVERAL, OUTCOME], ids=["error", "outcome"])
def test_the_question_and_the_thanks_are_accessible_and_large_enough(open_page, accessible, address):
    # axe itself writes inline styles, which our policy refuses; the other tests run under the policy.
    page = open_page(address, bypass_csp=True)
    looks = [("dark", WIDE), ("light", NARROW)]
    accessible(page, looks)
    expect(answer(page, "No").locator(".thanks")).to_be_visible()
    for look in looks:
        accessible(page, [look])
    assert page.locator(".verdict").first.evaluate(SMALL) == []
