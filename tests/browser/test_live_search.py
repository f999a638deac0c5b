"""Holds searching while typing in a real browser: input methods, keys, history, what is heard, and the query log."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NARROW, PATIENCE_MS, both_looks

LONGER_THAN_A_PAUSE = 800  # milliseconds; results are asked for after 200
STATES = {
    "found": "BitLocker",
    "nothing": "zzzzqqqq",
    "interpreted": "qordjq",
    "suggested": "스냅",
    "wizards": "프록시 서버",
    "empty": " ",
}


@pytest.fixture
def asked(page) -> list[str]:
    """The queries that the page sent while typing."""
    return listen(page, lambda request: "hx-request" in request.headers)


def listen(page: Page, wanted: Callable[[Request], bool]) -> list[str]:
    seen: list[str] = []

    def note(request: Request) -> None:
        if wanted(request):
            seen.append(parse_qs(urlsplit(request.url).query).get("q", [""])[0])

    page.on("request", note)
    return seen


@pytest.fixture
def noted(page) -> list[dict[str, str]]:
    """What the page sent to the query log."""
    seen: list[dict[str, str]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/search/log/"):
            seen.append({name: values[0] for name, values in parse_qs(request.post_data or "").items()})

    page.on("request", note)
    return seen


def box(page: Page):
    return page.locator("main input[type=search]")


def first(page: Page):
    return page.locator(".entries h2 a").first


def wait_for(condition: Callable[[], object]) -> None:
    """Let the page go on until the condition holds."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize("address", ["/", "/search/", "/search/?q=VM"])
def test_results_come_while_typing_without_another_page(page, asked, prefix, address):
    page.goto(f"{prefix}{address}")
    page.evaluate("window.same = true")

    box(page).fill("")
    box(page).press_sequentially("BitLocker", delay=20)

    expect(page.locator("mark").first).to_have_text("BitLocker")
    expect(page).to_have_url(re.compile(rf"{prefix}/search/\?q=BitLocker$"))
    expect(page).to_have_title(re.compile("BitLocker"))
    expect(box(page)).to_be_focused()
    assert page.evaluate("window.same")
    assert asked[-1] == "BitLocker"
    assert len(asked) < len("BitLocker")


def test_how_much_was_found_is_said_once_typing_pauses(page):
    page.goto("/")

    box(page).press_sequentially("qordjq", delay=20)

    expect(page.locator("#announcer")).to_have_text(re.compile("한/영 전환.*백업 검색 결과입니다.*검색 결과 [0-9]+개"))


def test_nothing_found_is_said_too(page):
    page.goto("/en/search/")

    box(page).fill("zzzzqqqq")

    expect(page.locator("#announcer")).to_have_text("Nothing was found for “zzzzqqqq”")


def test_a_later_answer_replaces_an_earlier_one_that_is_late(page, asked):
    def late(route, request):
        if "q=VM" in request.url:
            time.sleep(1)
        route.continue_()

    page.route("**/search/?q=*", late)
    page.goto("/")
    box(page).fill("VM")
    wait_for(lambda: page.wait_for_timeout(50) or "VM" in asked)
    box(page).fill("BitLocker")

    expect(page.locator("mark").first).to_have_text("BitLocker")
    page.wait_for_timeout(1500)
    expect(page.locator("mark").first).to_have_text("BitLocker")
    expect(page).to_have_url(re.compile("q=BitLocker$"))


@pytest.fixture
def compose(page) -> Callable[[str], None]:
    """Put text in composition, as an input method does between two keys."""
    keyboard = page.context.new_cdp_session(page)
    return lambda text: keyboard.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def test_nothing_is_asked_while_hangul_is_composed(page, asked, compose):
    page.clock.install(time=0)
    page.goto("/search/")
    box(page).focus()

    page.clock.pause_at(60)
    for syllable in ("ㅅ", "스", "슨", "스", "슨", "스", "슨", "스"):
        compose(syllable)
        page.clock.run_for(250)  # milliseconds: longer than the pause between words
    assert asked == []

    page.keyboard.insert_text("스냅숏")
    page.clock.resume()
    expect(page.locator("mark").first).to_have_text("스냅숏")
    assert asked == ["스냅숏"]


def test_a_syllable_that_rests_is_taken_as_it_stands_and_its_composition_goes_on(page, asked, compose):
    page.goto("/search/")
    box(page).focus()
    page.evaluate("window.ended = 0; addEventListener('compositionend', () => { window.ended += 1; })")
    page.keyboard.insert_text("백")

    compose("업")

    expect(page.locator("#results .entries")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=%EB%B0%B1%EC%97%85$"))
    assert asked == ["백업"]
    assert page.evaluate("window.ended") == 0
    expect(box(page)).to_be_focused()
    compose("없")
    page.wait_for_timeout(300)
    assert asked == ["백업"]

    compose("업")
    page.keyboard.insert_text("업")
    page.wait_for_timeout(LONGER_THAN_A_PAUSE)
    expect(box(page)).to_have_value("백업")
    assert asked == ["백업"], "what is shown is not asked for again"


def test_slash_leads_to_the_box_from_anywhere(page):
    for address in ("/errors/", "/errors/vm-no-longer-exists/", "/wizards/", "/document/", "/nowhere/"):
        page.goto(address)
        page.keyboard.press("/")
        expect(page.locator("input[type=search]")).to_be_focused()
        expect(page.locator("input[type=search]")).to_have_value("")


def test_a_slash_is_a_slash_where_one_types(page):
    page.goto("/search/?q=zzzzqqqq")

    page.get_by_role("textbox").press_sequentially("a/b")
    box(page).press("End")
    box(page).press_sequentially("/")

    expect(page.get_by_role("textbox")).to_have_value("a/b")
    expect(box(page)).to_have_value("zzzzqqqq/")


def test_the_slash_can_be_switched_off_for_good(page):
    page.goto("/errors/")
    page.get_by_role("button", name="바로 가기 키").click()
    switch = page.get_by_role("button", name="한 글자 바로 가기 키 사용")
    expect(switch).to_have_attribute("aria-pressed", "true")

    switch.click()
    page.goto("/document/")
    page.keyboard.press("/")

    expect(page.locator("input[type=search]")).not_to_be_focused()
    page.get_by_role("button", name="바로 가기 키").click()
    expect(page.get_by_role("button", name="한 글자 바로 가기 키 사용")).to_have_attribute("aria-pressed", "false")


def test_arrows_move_enter_opens_and_escape_returns(page):
    page.goto("/search/?q=VM")
    links = page.locator(".entries h2 a")
    box(page).focus()

    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("VM")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    wanted = links.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(wanted)}$"))


def test_the_last_result_is_the_end(page):
    page.goto("/search/?q=VM")
    links = page.locator(".entries h2 a")
    box(page).focus()

    for _ in range(links.count() + 3):
        page.keyboard.press("ArrowDown")

    expect(links.last).to_be_focused()


def test_enter_goes_to_the_first_result_and_enter_again_opens_it(page):
    page.goto("/")

    box(page).press_sequentially("BitLocker")
    page.keyboard.press("Enter")  # before the pause is over

    expect(first(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/errors/bitlocker-locked-drive/$"))


def test_focus_comes_back_to_the_result_that_was_opened(page):
    page.goto("/search/?q=스냅샷")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".entries h2 a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/search/"))

    page.go_back()

    expect(second).to_be_focused()


def test_back_and_forward_lead_to_whole_pages(page):
    page.goto("/errors/")
    page.goto("/")
    box(page).press_sequentially("BitLocker", delay=20)
    expect(page).to_have_url(re.compile("q=BitLocker$"))
    first(page).click()
    expect(page).to_have_url(re.compile("/errors/bitlocker"))

    page.go_back()
    expect(box(page)).to_have_value("BitLocker")
    expect(page.locator("h1")).to_have_count(1)
    expect(first(page)).to_be_visible()
    page.evaluate("void setTimeout(() => history.back())")
    expect(page.locator("h1")).to_have_text("어떤 오류가 나타났나요?")
    expect(box(page)).to_have_value("")
    expect(page.locator(".entries")).to_have_count(0)
    page.evaluate("void setTimeout(() => history.forward())")
    expect(box(page)).to_have_value("BitLocker")
    expect(first(page)).to_be_visible()
    page.evaluate("void setTimeout(() => history.go(-2))")
    expect(page).to_have_url(re.compile("/errors/$"))


def test_the_address_can_be_shared_and_the_language_switched(page):
    page.goto("/")
    box(page).press_sequentially("BitLocker", delay=20)
    expect(first(page)).to_be_visible()

    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(re.compile(r"/en/search/\?q=BitLocker"))
    expect(page.locator("mark").first).to_have_text("BitLocker")


def test_a_filter_is_kept_while_one_types_on(page):
    page.goto("/search/?q=VM&operation=backup")

    box(page).press("End")
    box(page).press_sequentially(" agent", delay=20)

    expect(page).to_have_url(re.compile(r"q=VM\+agent&operation=backup$"))
    expect(page.locator(".facets [aria-current]").first).to_contain_text("백업")


def test_a_suggestion_is_searched_for_in_place(page):
    page.goto("/search/")
    box(page).press_sequentially("스냅", delay=20)

    page.get_by_role("link", name="스냅숏", exact=True).click()

    expect(box(page)).to_have_value("스냅숏")
    expect(box(page)).to_be_focused()
    expect(page.locator("mark").first).to_have_text("스냅숏")


def test_the_box_of_the_header_shows_what_is_found_and_leads_to_it(page):
    page.goto("/document/")
    page.keyboard.press("/")
    page.keyboard.type("bitl")

    page.locator(".glimpse .hits a").first.wait_for()
    expect(page.locator("#announcer")).to_have_text(re.compile(r"^검색 결과 \d+개$"))
    page.keyboard.press("Escape")
    expect(page.locator(".glimpse")).to_have_count(0)
    page.keyboard.type("o")
    expect(page.locator(".glimpse .suggestions a")).to_have_text("BitLocker")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".glimpse .suggestions a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".glimpse .hits a").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("BitLocker")


def test_the_box_of_the_header_says_what_is_not_documented(page):
    page.goto("/document/")
    page.keyboard.press("/")
    page.keyboard.type("ExtensionFailedVssWriterInBadState")

    expect(page.locator(".glimpse")).to_contain_text("이 포털에 없는 오류")
    expect(page.locator(".glimpse .hits")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=ExtensionFailedVssWriterInBadState$"))


def test_what_goes_wrong_on_the_way_is_said_and_can_be_tried_again(page):
    page.goto("/search/?q=VM")
    page.route("**/search/?q=BitLocker", lambda route: route.abort())
    box(page).fill("BitLocker")

    expect(page.locator("#results .notice")).to_have_text("검색하지 못했습니다. 연결을 확인하고 다시 시도하세요.")
    expect(first(page)).to_be_visible()
    page.unroute_all()
    page.keyboard.press("Enter")

    expect(page.locator("mark").first).to_have_text("BitLocker")
    expect(page.locator("#results .notice")).to_have_count(0)


def test_a_whole_log_can_be_pasted(page):
    page.goto("/")

    box(page).fill("스냅숏 작업이 실패했습니다. " * 600)

    expect(page.locator("#results .notice")).to_contain_text("2,000자를 넘어")
    expect(first(page)).to_be_visible()


def test_far_too_much_is_told_so(page):
    page.goto("/search/")

    box(page).fill("가" * 30_000)

    expect(page.locator("#results .notice")).to_contain_text("64KiB")


def test_a_search_is_noted_once_its_reader_has_settled_and_again_when_a_result_is_opened(page, noted):
    page.clock.install(time=0)
    page.goto("/search/")
    page.clock.pause_at(60)
    box(page).press_sequentially("BitLocker")
    page.clock.run_for(300)  # milliseconds: results are asked for
    expect(first(page)).to_be_visible()
    page.clock.run_for(1_500)  # and nobody has settled yet
    assert noted == []

    page.clock.resume()
    wait_for(lambda: page.wait_for_timeout(50) or noted)
    first(page).click()
    expect(page).to_have_url(re.compile("/errors/bitlocker"))

    settled, opened = noted
    assert settled["search"] == opened["search"]
    assert "kind" not in settled
    assert (opened["kind"], opened["key"]) == ("error", "bitlocker-locked-drive")


def test_whoever_leaves_at_once_has_searched_too_and_whoever_comes_back_has_not_again(page, python):
    page.goto("/search/?q=BitLocker+leaving")
    page.goto("/document/")
    wait_for(lambda: rows(python, "BitLocker leaving") == "1")

    page.go_back()
    page.wait_for_timeout(2500)

    assert rows(python, "BitLocker leaving") == "1"


def rows(python, query: str) -> str:
    """How many rows the log of the served portal has of a query."""
    code = f"from troubleshoot.models import QueryLog; print(QueryLog.objects.filter(query='{query}').count())"
    return python(code)


def test_what_is_missing_can_be_told_without_leaving(page, python, noted):
    page.goto("/search/?q=zzzzqqqq")
    wait_for(lambda: page.wait_for_timeout(50) or noted)

    page.get_by_label("무엇을 찾고 있었나요?").fill("vm-prod-07 디스크가 없습니다")
    page.get_by_role("button", name="보내기").click()

    expect(page.locator(".told")).to_be_focused()
    expect(page.locator(".told")).to_have_text("감사합니다. 찾지 못한 내용을 기록했습니다.")
    assert parse_log(python, noted[0]["search"]) == ["zzzzqqqq", "0", "True"]


def parse_log(python, number: str) -> list[str]:
    """Query, results, and whether the masked comment has come, of one row of the served portal."""
    code = (
        "from troubleshoot.models import QueryLog;"
        f"row = QueryLog.objects.get(search='{number}');"
        "print(row.query, row.results, '디스크' in row.comment and 'prod' not in row.comment)"
    )
    return python(code).split()


def test_what_is_missing_can_be_told_without_javascript(open_page):
    page = open_page("/en/search/?q=zzzzqqqq", java_script_enabled=False)

    page.get_by_role("button", name="Send").click()

    expect(page.locator(".told")).to_have_text("Thank you. We have recorded what you did not find.")
    expect(page).to_have_url(re.compile(r"/en/search/\?q=zzzzqqqq&told=1$"))


@pytest.fixture
def no_violation(page) -> Iterator[None]:
    """Count violations of the policy by the browser's own event, whatever the console says."""
    page.add_init_script(
        "window.refused = []; document.addEventListener('securitypolicyviolation',"
        " event => refused.push(event.violatedDirective))"
    )
    yield
    assert page.evaluate("window.refused") == []


@pytest.mark.parametrize("typed", STATES.values(), ids=STATES)
def test_no_state_breaks_the_policy(page, no_violation, typed):
    page.goto("/")
    box(page).press_sequentially(typed)
    page.locator("#results .search-made, #results .starts").first.wait_for()
    page.wait_for_timeout(LONGER_THAN_A_PAUSE)


@both_looks
@pytest.mark.parametrize("typed", STATES.values(), ids=STATES)
def test_every_state_is_accessible_and_fits_a_phone(open_page, accessible, prefix, scheme, typed):
    page = open_page(f"{prefix}/", scheme=scheme, bypass_csp=True)
    box(page).press_sequentially(typed)
    page.locator("#results .search-made").wait_for()

    accessible(page)
    if first(page).count():
        page.keyboard.press("ArrowDown")
        accessible(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.locator("#results :is(button, .facets a, .suggestions a, .rows a)").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect().height).filter(height => height && height < 24)"
    )
    assert small == []
