"""Holds the main path of each reader in a real browser, wide and on a phone: from home to what solves it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE

MESSAGE = "BitLocker 드라이브 암호화로 잠겨 있습니다"
ENTRY = "/errors/bitlocker-locked-drive/"


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def home(request, open_page) -> Page:
    return open_page("/", size=request.param, has_touch=request.param == NARROW)


def say_solved(page: Page) -> None:
    page.locator(".verdict").first.locator("button[value=yes]").click()
    expect(page.locator(".thanks").first).to_be_visible()


def test_an_engineer_pastes_a_message_and_its_fix_solves_it(home: Page) -> None:
    home.locator("#search").fill(MESSAGE)
    home.locator("#search").press("Enter")
    home.locator(f"#results .entries a[href='{ENTRY}']").first.click()

    expect(home).to_have_url(re.compile(f"{ENTRY}$"))
    expect(home.locator(".fix-card")).to_be_visible()
    say_solved(home)


def test_who_has_a_log_pastes_it_and_its_error_is_found_and_solved(home: Page) -> None:
    home.get_by_role("link", name="로그 붙여 넣기").click()
    home.locator("#text").fill(f"09:14 INFO start\n09:15 ERROR 이 드라이브는 {MESSAGE}. 0x80310000\n09:16 INFO end")
    home.get_by_role("button", name="오류 찾기").click()
    home.locator(f"main a[href='{ENTRY}']").first.click()

    say_solved(home)


def test_a_customer_with_a_symptom_alone_answers_questions_to_the_solved_outcome(home: Page) -> None:
    home.get_by_role("link", name="VM 에이전트가 설치되어 있는지 모르겠어요").click()
    home.wait_for_load_state()  # then htmx has the links
    while home.locator(".result").count() == 0:
        before = home.url
        answer_towards_solved(home)
        expect(home).not_to_have_url(before)
        expect(home.locator("h1")).to_be_focused()  # what comes last, when htmx has the links of this step, too

    expect(home.locator(".result.solved")).to_be_visible()
    say_solved(home)


def answer_towards_solved(page: Page) -> None:
    """The version that is asked for, that the backup works, or the first answer."""
    if page.locator("#value").count():
        page.locator("#value").fill("2.10")
        page.locator(".value button").click()
        return
    solved = page.locator(".choices a", has_text="백업이 성공했습니다")
    (solved if solved.count() else page.locator(".choices a, .go a.button")).first.click()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_in_a_data_centre_the_saved_copy_leads_from_home_to_the_fix_and_to_the_solved_end(
    open_page: Callable[..., Page], size
) -> None:
    page = open_page("/", size=size)
    page.get_by_role("link", name="오프라인 사본").click()
    page.get_by_role("button", name="이 기기에 사본 저장").click()
    expect(page.locator(".keep [role=status]")).not_to_be_empty()
    page.context.set_offline(True)

    page.goto("/")
    page.fill("#find", "0x80310000")
    entry = page.locator(f".kept[data-path='{ENTRY}']")
    entry.locator("summary").click()
    expect(entry).to_contain_text("BitLocker를 끄고")

    page.goto("/wizards/vm-agent/")
    wizard = page.locator(".kept[data-path='/wizards/vm-agent/']")
    expect(wizard).to_have_attribute("open", "")
    expect(wizard).to_contain_text("VM 에이전트가 준비되었습니다")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
