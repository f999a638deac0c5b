"""Holds the readers' pages in a real browser: accessible, in any width and scheme, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, TABLET, WIDE, both_looks

PAGES = {
    "home": "/",
    "search": "/search/?q=VM",
    "search without a query": "/search/",
    "search without a result": "/search/?q=zzzzqqqq",
    "search interpreted": "/search/?q=qordjq&operation=nope",
    "errors": "/errors/?operation=restore",
    "errors with an unknown filter": "/errors/?operation=nope",
    "entry with alternatives": "/errors/vm-no-longer-exists/",
    "entry with commands": "/errors/restore-cloud-internal-error/",
    "entry without a fix": "/errors/premium-storage-not-supported/",
    "operation": "/operations/cancel-job/",
    "document": "/document/",
    "page not found": "/errors/vm-agent-gone/",
}
BESIDE = "document.documentElement.scrollWidth - innerWidth"
ENTRY = PAGES["entry with commands"]
MORE = {
    "undocumented": "/search/?q=ExtensionFailedVssWriterInBadState",
    "diagnosis": "/diagnose/",
    "offline copy": "/offline/",
    "about": "/about/",
    "wizards": "/wizards/",
    "wizard": "/wizards/vm-agent/",
    "step": "/wizards/vm-agent/?origin=gallery",
    "diagram": "/wizards/vm-snapshot/map/",
    "all steps": "/wizards/vm-agent/all/",
    "solved": "/wizards/vm-agent/?origin=gallery&os=windows&agent=present&version=at-least&retry=solved",
    "support": "/wizards/vm-agent/?origin=gallery&os=windows&agent=present&version=at-least&retry=other",
}
# What stands alone and answers to a finger on fewer than 44 pixels from top to bottom. A link in a sentence is as high
# as its line; what is folded away is looked at where it is unfolded.
SMALL = """root => {
    const shown = element => getComputedStyle(element).display;
    const isInSentence = element => {
        if (shown(element) !== "inline") return false;
        let block = element.parentElement;
        while (shown(block) === "inline") block = block.parentElement;
        const rest = block.cloneNode(true);
        rest.querySelectorAll("a, button, ul, ol, .visually-hidden").forEach(part => part.remove());
        return /[^\\s›·]/.test(rest.textContent);
    };
    const reach = (element, x, y) => {
        let pixels = 0;
        for (let away = -120; away <= 120; away += 1) {
            const met = document.elementFromPoint(x, y + away);
            if (met && (element.contains(met) || met.closest("label")?.control === element)) pixels += 1;
        }
        return pixels;
    };
    root.querySelectorAll("details").forEach(part => { part.open = true; });
    const small = [];
    for (const element of root.querySelectorAll("a, button, summary, input, textarea")) {
        if (!element.checkVisibility({visibilityProperty: true}) || element.closest("svg, .skip-link")) continue;
        if (isInSentence(element)) continue;
        element.scrollIntoView({block: "center"});
        const [line] = element.getClientRects();
        const pixels = reach(element, line.left + Math.min(line.width / 2, 40), line.top + line.height / 2);
        if (pixels < 44) small.push(`${pixels}: ${element.outerHTML.slice(0, 120)}`);
    }
    return small;
}"""


@both_looks
@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_a_page_is_accessible_and_fits_a_phone(open_page, accessible, address, prefix, scheme):
    # axe itself writes inline styles, which our policy refuses; the other tests run under the policy.
    page = open_page(f"{prefix}{address}", scheme=scheme, bypass_csp=True)
    accessible(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert page.evaluate(BESIDE) <= 0


@pytest.mark.parametrize("size", [NARROW, TABLET], ids=["phone", "tablet"])
def test_whatever_stands_alone_is_as_high_as_a_thumb_is_broad(open_context, size):
    page = open_context(size=size, has_touch=True, is_mobile=True).new_page()
    for address in (PAGES | MORE).values():
        page.goto(address)
        assert page.locator("body").evaluate(SMALL) == [], address


def test_no_page_loses_anything_in_colours_of_the_system_on_the_narrowest_screen_or_at_twice_the_size(
    open_page, accessible
):
    page = open_page("/about/", bypass_csp=True)
    for address in (*PAGES.values(), *(MORE[name] for name in ("diagnosis", "offline copy", "wizards", "step"))):
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, forced_colors="active")
            accessible(page, rules=["color-contrast"])
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate(BESIDE) <= 0, address
        page.set_viewport_size({"width": 640, "height": 900})
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate(BESIDE) <= 0, address


def test_a_search_works_without_javascript(open_page):
    page = open_page("/", java_script_enabled=False)

    page.get_by_role("searchbox").fill("비트로커 BitLocker")
    page.get_by_role("searchbox").press("Enter")
    page.locator(".entries a").first.click()

    expect(page).to_have_url(re.compile("/errors/bitlocker-locked-drive/$"))
    expect(page.get_by_role("button", name="복사")).to_have_count(0)


def test_a_command_is_copied_as_it_stands_and_that_is_announced(open_page):
    page = open_page(ENTRY, permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="명령 복사").first.click()

    expect(page.locator("#announcer")).to_have_text("클립보드에 복사했습니다.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == '$deployment = Get-AzureDeployment -ServiceName "ServiceName" -Slot "Production"'
    assert "복사" not in copied


def test_the_permalink_is_copied(open_page, portal):
    page = open_page(f"/en{ENTRY}", permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy the link").click()

    expect(page.locator("#announcer")).to_have_text("Copied to the clipboard.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{portal.url}/en{ENTRY}"


def test_copying_works_without_the_clipboard_of_https(open_context):
    context = open_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    page = context.new_page()
    page.goto(ENTRY)

    page.get_by_role("button", name="명령 복사").first.click()

    expect(page.locator("#announcer")).to_have_text("클립보드에 복사했습니다.")


def test_the_language_switch_stays_on_the_page(open_page):
    page = open_page("/search/?q=BitLocker&operation=backup")

    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(re.compile(r"/en/search/\?q=BitLocker&operation=backup$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_browser_that_asks_for_the_other_language_is_offered_it_until_the_offer_is_put_away(open_page, accessible):
    page = open_page("/en/search/?q=BitLocker", bypass_csp=True)
    offer = page.locator(".language-offer")
    expect(offer).to_be_visible()
    accessible(page, [("light", WIDE), ("dark", NARROW)])

    offer.get_by_role("link", name="한국어로 보기").click()

    expect(page).to_have_url(re.compile(r"/search/\?q=BitLocker$"))
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(offer).to_be_hidden()
    page.go_back()
    offer.get_by_role("button").click()
    expect(offer).to_be_hidden()
    page.goto("/en/errors/")
    expect(page.locator("h1")).to_be_visible()
    expect(offer).to_be_hidden()


def test_who_switches_by_hand_is_not_offered_to_switch_back(open_page):
    page = open_page("/errors/")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".language-offer")).to_be_hidden()


def test_the_first_tab_skips_to_the_content(open_page):
    page = open_page(ENTRY)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator(".breadcrumb a").first).to_be_focused()


def test_whatever_has_the_focus_shows_it(open_page, scheme):
    page = open_page(ENTRY, scheme=scheme)

    targets = page.locator("a, button, input").count()
    assert targets > 10
    for _ in range(targets):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2, page.evaluate("document.activeElement.outerHTML")


def test_a_row_of_the_document_is_marked_when_one_comes_from_its_entry(open_page):
    page = open_page(ENTRY)

    page.get_by_role("link", name="원본 문서에서 보기").click()

    expect(page.locator("tr:target")).to_be_in_viewport()
    expect(page.locator("tr:target")).to_contain_text("클라우드 내부 오류로 인해 복원 실패")


def test_a_particle_stays_on_the_line_of_the_code_before_it(open_page):
    page = open_page(ENTRY)

    # In every width of the note that it may have: where the first letter behind a code stands below the code's end.
    parted = page.locator(".editors-note").evaluate("""note => {
        const parted = [];
        for (let width = 240; width <= 640; width += 4) {
            note.style.width = `${width}px`;
            for (const code of note.querySelectorAll("code")) {
                const range = document.createRange();
                range.setStart(code.nextSibling, 0);
                range.setEnd(code.nextSibling, 1);
                const end = [...code.getClientRects()].pop();
                if (range.getClientRects()[0].top > end.bottom - 2) parted.push(`${width}: ${code.textContent}`);
            }
        }
        return parted;
    }""")
    assert page.locator(".editors-note code").count() > 1
    assert parted == []


def test_the_card_of_the_answer_is_whole_where_it_is_the_only_result(open_page):
    page = open_page("/search/?q=0x80310000")

    edges = page.locator(".entries > li.answer").evaluate("""card => {
        const style = getComputedStyle(card);
        return [style.borderTopColor === style.borderBottomColor, style.borderTopWidth, style.borderBottomWidth];
    }""")
    assert page.locator(".entries > li").count() == 1
    assert edges == [True, "4px", "1px"]


@pytest.mark.parametrize("address", ["/search/?q=스냅샷", "/document/", "/wizards/vm-agent/?origin=gallery"])
def test_a_printed_page_says_where_it_stands_and_when_it_was_printed(open_page, address):
    page = open_page(address)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    printed = page.locator("body > .printed")
    expect(printed).to_contain_text(address)
    expect(printed).to_contain_text(re.compile(r"\d{4}년 \d+월 \d+일$"))
    if "스냅샷" in address:
        expect(page.get_by_text("검색: 스냅샷")).to_be_visible()


def test_on_a_phone_a_tap_anywhere_on_a_result_leads_on_and_codes_can_be_marked(open_page):
    page = open_page("/search/?q=0x80310000", size=NARROW)
    row = page.locator(".entries > li").first
    met = """part => document.elementFromPoint(
        part.getBoundingClientRect().left + 5, part.getBoundingClientRect().top + 5).closest("a, code").localName"""
    assert row.locator(".further-message").evaluate(met) == "a"
    assert row.locator(".alias code").first.evaluate(met) == "code"
    page.goto("/search/?q=스냅숏이 안 찍혀요")
    assert page.locator('[data-kind="wizard"] .alias').first.evaluate(met) == "a"


def test_only_the_content_is_printed(open_page):
    page = open_page(ENTRY)
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("article aside .source")).to_be_visible()
    for gone in ("body > header", "body > footer", "article aside .tools", ".copy >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
