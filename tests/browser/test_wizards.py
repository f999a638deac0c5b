"""Holds the wizards in a real browser: the longest way of each, back and forth, without JavaScript, on paper, saved."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, NARROW, WIDE, both_looks
from tests.browser.test_reading import SMALL

# The longest way through each flow: the text of each choice, or a version to type.
LONGEST = {
    "vm-agent": [
        "Azure 갤러리 이미지에서 만들었습니다",
        "Windows",
        "없습니다",
        "VM 에이전트를 설치했습니다",
        "VM 속성을 업데이트했습니다",
        "2.5",
        "있습니다",
        "실행 중이던 백업 작업이 끝났습니다",
        "VM 에이전트를 업데이트했습니다",
        "2.10",
        "백업이 성공했습니다",
    ],
    "network": [
        "확장 설치가 실패합니다",
        "다른 오류이거나 오류가 표시되지 않습니다",
        "설정되어 있지 않습니다",
        "DHCP를 사용하도록 설정했습니다",
        "확인할 수 없습니다",
        "이제 Azure URI를 확인할 수 있습니다",
        "Azure 데이터 센터 IP 범위를 허용 목록에 추가합니다",
        "IP 목록을 가져왔습니다",
        "IP 차단을 해제했습니다",
        "있습니다",
        "NSG에 규칙을 추가했습니다",
        "VM 에이전트 오류가 표시됩니다",
        "예, 점검했습니다",
    ],
    "vm-snapshot": [
        "예, 차단합니다",
        "설정했지만 아직 실패합니다",
        "Windows",
        "예",
        "키를 설정했지만 아직 실패합니다",
        "예",
        "아니요, 아직 실행 중으로 표시됩니다",
        "포털에서 종료했지만 아직 실패합니다",
        "예, 5개 이상입니다",
        "아직 실패하거나 결과를 모릅니다",
        "예",
        "주문형 백업도 실패합니다",
        "예, 점검했습니다",
        "예, 점검했습니다",
    ],
    "restore": ["클라우드 서비스 또는 DNS 이름", "끝점 제한 수에 도달했습니다"],
}
LOOK = {
    "vm-agent": ("light", NARROW),
    "network": ("dark", NARROW),
    "vm-snapshot": ("dark", WIDE),
    "restore": ("light", WIDE),
}
AT_VERSION = "/wizards/vm-agent/?origin=gallery&os=windows&agent=present"
SOLVED = f"{AT_VERSION}&version=2.10&retry=solved"


def answer(page: Page, said: str) -> None:
    """Type a version, or pick the choice of this text; then wait for the step that follows."""
    before = page.url
    if re.fullmatch(r"[\d.]+", said):
        page.get_by_label("버전", exact=True).fill(said)
        page.get_by_role("button", name="계속").click()
    else:
        page.locator(".choices a, a.button").filter(has=page.get_by_text(said, exact=True)).or_(
            page.locator("a.button").get_by_text(said, exact=True)
        ).first.click()
    expect(page).not_to_have_url(before)


@pytest.mark.parametrize("flow", LONGEST)
def test_the_longest_way_of_each_wizard_is_accessible_and_fits_a_thumb_at_every_step(open_page, accessible, flow):
    # axe itself writes inline styles, which our policy refuses; the other tests run under the policy.
    page = open_page(f"/wizards/{flow}/", bypass_csp=True)
    titles = []

    for said in [None, *LONGEST[flow]]:
        if said:
            answer(page, said)
            expect(page.locator("h1")).to_be_focused()
        titles.append(page.title())
        accessible(page, [LOOK[flow]])
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator("main").evaluate(SMALL) == []

    expect(page.locator(".result")).to_be_visible()
    expect(page.locator(".given > li")).to_have_count(len(LONGEST[flow]))
    assert all(one != other for one, other in pairwise(titles))


@pytest.mark.parametrize("flow", LONGEST)
def test_the_first_answer_is_in_sight_on_a_phone(open_page, flow):
    page = open_page(f"/wizards/{flow}/", size=(NARROW[0], 740))

    box = page.locator(".choices a").first.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 740


def test_a_way_through_works_without_javascript(open_page):
    page = open_page("/wizards/vm-agent/", java_script_enabled=False)

    for said in LONGEST["vm-agent"]:
        answer(page, said)
    expect(page.get_by_role("heading", level=1)).to_have_text("VM 에이전트가 준비되었습니다")
    expect(page.locator(".summary pre").first).to_contain_text("2.10 (2.6.1198.718 이상)")

    page.get_by_role("button", name="도움이 되었습니다", exact=True).click()
    expect(page).to_have_url(re.compile("/wizards/vm-agent/thanks/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("감사합니다")

    page.get_by_role("link", name="결과로 돌아가기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VM 에이전트가 준비되었습니다")


def test_only_the_step_is_exchanged(open_page):
    page = open_page("/wizards/vm-agent/")
    page.evaluate("window.stayed = true")

    for said in LONGEST["vm-agent"][:6]:
        answer(page, said)

    assert page.evaluate("window.stayed") is True
    expect(page.locator("#language")).to_have_attribute("href", re.compile(r"^/en/wizards/vm-agent/\?.*version=2\.5$"))


def test_back_and_forward_show_what_was_there(open_page):
    page = open_page("/wizards/vm-agent/")
    seen = [(page.url, page.title(), page.locator("h1").inner_text())]
    for said in ("Azure 갤러리 이미지에서 만들었습니다", "Windows", "있습니다", "2.10"):
        answer(page, said)
        expect(page.locator("h1")).to_be_focused()
        seen.append((page.url, page.title(), page.locator("h1").inner_text()))

    ways = [*reversed(seen[:-1]), *seen[1:]]
    for number, (url, title, heading) in enumerate(ways):
        page.go_back() if number < len(seen) - 1 else page.go_forward()
        expect(page).to_have_url(url)
        expect(page).to_have_title(title)
        expect(page.locator("h1")).to_have_text(heading)


def test_a_value_that_is_no_version_is_an_error_at_its_field(open_page, accessible):
    page = open_page(AT_VERSION, bypass_csp=True)
    field = page.get_by_label("버전", exact=True)

    field.fill("최신 버전")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("버전 형식이 아닙니다")
    expect(field).to_be_focused()
    expect(field).to_have_value("최신 버전")
    expect(field).to_have_accessible_description(re.compile("버전 형식이 아닙니다.*2.7.41491.1010"))
    expect(page).to_have_title(re.compile("^오류: "))
    accessible(page)

    field.fill("2.10")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("백업 작업을 다시 시작하세요")


def test_a_changed_answer_keeps_the_later_ones(open_page):
    page = open_page(SOLVED)

    page.get_by_role("link", name="변경 VM을 어떻게 만들었나요?").click()
    expect(page.get_by_role("heading", level=2, name="VM을 어떻게 만들었나요?")).to_be_visible()
    answer(page, "모르겠습니다")

    expect(page.get_by_role("heading", level=1)).to_have_text("VM 에이전트가 준비되었습니다")
    expect(page.locator(".given .answer").first).to_have_text("모르겠습니다")


def test_the_keyboard_alone_is_enough(open_page):
    page = open_page("/wizards/vm-agent/")
    first = page.locator(".choices a").first

    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")

    expect(page.locator(".choices a").first).to_be_focused()
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


def test_the_summary_and_the_link_are_copied_on_a_step_that_htmx_brought(open_page, portal):
    page = open_page(f"{AT_VERSION}&version=2.10", permissions=["clipboard-read", "clipboard-write"])
    answer(page, "다른 오류가 표시됩니다")

    page.get_by_role("button", name="내용 복사", exact=True).click()
    expect(page.locator("#announcer")).to_have_text("클립보드에 복사했습니다.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("오류 메시지:\n오류 코드:\n")
    assert (
        "VM 에이전트 버전: 2.10\n시도한 내용:\n단계별 해결: VM 에이전트 설치, 업데이트 및 확인\n답변:\n  1. " in copied
    )
    assert "복사" not in copied.split("다시 시작")[0]

    page.get_by_role("button", name="링크 복사").click()
    expect(page.get_by_role("button", name="링크 복사")).to_have_count(1)
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('http')")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_each_step_is_counted_once(open_page):
    page = open_page("/document/")
    counted = []
    page.on("response", lambda response: counted.append(response) if response.url.endswith("/seen/") else None)

    with page.expect_response("**/vm-agent/seen/"):
        page.goto("/wizards/vm-agent/")
    with page.expect_response("**/vm-agent/seen/"):
        answer(page, "모르겠습니다")
    page.reload()
    page.go_back()
    page.wait_for_load_state("networkidle")

    assert [(response.status, response.request.post_data) for response in counted] == [
        (204, "step=origin"),
        (204, "step=gallery-os&from=origin"),
    ]


def test_who_comes_by_a_link_went_on_from_nowhere(open_page):
    page = open_page("/document/")

    with page.expect_request("**/vm-agent/seen/") as request:
        page.goto(AT_VERSION)

    assert request.value.post_data == "step=version"


def test_what_htmx_can_not_show_the_browser_does(open_page):
    page = open_page("/wizards/vm-agent/")
    page.locator(".choices").evaluate(
        """list => {
            list.insertAdjacentHTML("beforeend", "<li><a href='/wizards/gone/?os=windows'>gone</a></li>");
            htmx.process(list);
        }"""
    )

    page.get_by_role("link", name="gone").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("페이지를 찾을 수 없습니다")
    expect(page).to_have_url(re.compile(r"/wizards/gone/\?os=windows$"))


def test_who_follows_a_symptom_sees_what_was_assumed_and_makes_it_the_own_answer(open_page):
    page = open_page("/wizards/")
    page.get_by_role("link", name="에이전트 버전이 너무 낮대요").click()
    assumed, own = page.locator("[aria-labelledby=assumed]"), page.locator("[aria-labelledby=given]")

    page.get_by_role("link", name="가정한 답변 확인").click()
    expect(assumed).to_be_in_viewport()
    expect(assumed.locator("li")).to_have_count(3)
    expect(own).to_have_count(0)

    assumed.get_by_role("link", name="변경 VM을 어떻게 만들었나요?").click()
    answer(page, "모르겠습니다")
    expect(assumed.locator("li")).to_have_count(2)
    expect(own.locator("li")).to_have_text([re.compile("VM을 어떻게 만들었나요?.*모르겠습니다", re.DOTALL)])

    assumed.get_by_role("link", name="모두 맞습니다").click()
    expect(assumed).to_have_count(0)
    expect(own.locator("li")).to_have_count(3)


def test_a_wizard_goes_on_with_another(open_page):
    page = open_page(f"{AT_VERSION}&version=2.10&retry=snapshot")

    page.get_by_role("link", name="계속: ‘VM 스냅숏 문제 해결’ 단계별 해결").click()

    expect(page).to_have_url(re.compile(r"/wizards/vm-snapshot/\?os=windows&vm-agent=yes&vm-agent\.origin=gallery&"))
    answer(page, "아니요, 차단하지 않거나 NSG가 없습니다")
    expect(page.locator("h1")).to_have_text("VM에서 SQL Server를 실행하고 SQL Server 백업을 구성했나요?")


class TestPicture:
    def test_it_can_be_made_larger_smaller_and_fitting(self, open_page):
        page = open_page("/wizards/vm-agent/map/", size=NARROW)
        picture = page.locator("#picture svg")
        width = picture.bounding_box()["width"]

        page.get_by_role("button", name="확대").click()
        assert picture.bounding_box()["width"] > width
        page.get_by_role("button", name="너비에 맞춤").click()
        assert picture.bounding_box()["width"] <= page.locator("#picture").bounding_box()["width"]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    def test_the_readers_own_step_is_in_sight(self, open_page):
        page = open_page(
            "/wizards/vm-agent/map/?origin=gallery&os=windows&agent=present&version=2.10&retry=other", size=NARROW
        )

        frame, box = page.locator("#picture").bounding_box(), page.locator("#picture .current").bounding_box()
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]

    def test_a_step_of_it_leads_there(self, open_page):
        page = open_page("/wizards/vm-agent/map/")

        page.locator("#picture").get_by_role("link", name=re.compile(r"^13\.")).click()

        expect(page.locator("h1")).to_have_text("VM 에이전트를 업데이트하세요")

    def test_it_is_read_by_axe(self, open_page, accessible):
        accessible(open_page(f"{AT_VERSION.replace('/?', '/map/?')}", bypass_csp=True), LOOKS)

    def test_it_opens_alone(self, open_page):
        page = open_page("/wizards/vm-agent/map.svg")

        assert page.evaluate("document.documentElement.tagName") == "svg"
        assert page.locator("a").count() == 22


class TestRunbook:
    def test_only_the_content_is_printed(self, open_page):
        page = open_page("/wizards/vm-snapshot/all/")
        page.emulate_media(media="print")

        for gone in ("body > header", "body > footer", ".tools", ".copy >> nth=0"):
            expect(page.locator(gone)).to_be_hidden()
        for there in ("h1", ".qr", "#step-registry-key", ".said >> nth=0"):
            expect(page.locator(there)).to_be_visible()

    @both_looks
    @pytest.mark.parametrize("address", ["/wizards/", "/wizards/vm-agent/all/"])
    def test_axe_finds_nothing(self, open_page, accessible, prefix, scheme, address):
        accessible(open_page(f"{prefix}{address}", scheme=scheme, bypass_csp=True))

    def test_the_saved_file_needs_nothing_but_itself(self, open_page, accessible, tmp_path, problems):
        page = open_page("/wizards/vm-agent/all/", bypass_csp=True)
        with page.expect_download() as download:
            page.get_by_role("link", name="파일 하나로 다운로드").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        asked = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(path.as_uri())
        page.get_by_role("link", name=re.compile("6단계로 이동")).first.click()

        assert path.name == "vm-agent.ko.html"
        expect(page.locator("#step-install-windows")).to_be_in_viewport()
        assert [url for url in asked if not url.startswith("file:")] == []
        accessible(page)


def test_who_comes_back_goes_on_where_they_left(open_page):
    page = open_page("/wizards/network/")
    page.locator(".choices a").first.click()
    expect(page.locator("#wizard[data-is-under-way] h1")).to_be_focused()  # what comes last, just before it is kept
    left = page.url

    page.goto("/wizards/network/")
    page.get_by_role("link", name="이어서 하기").click()

    expect(page).to_have_url(left)


def test_home_leads_to_the_wizard_that_was_left(open_page):
    page = open_page("/wizards/vm-agent/?origin=gallery", size=NARROW)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/")

    expect(page.locator(".left-off")).to_be_in_viewport()
    page.locator(".left-off").get_by_role("link").click()

    expect(page).to_have_url(re.compile(r"/wizards/vm-agent/\?origin=gallery$"))
    page.goto("/en/")
    expect(page.locator(".device")).to_be_attached()
    expect(page.locator(".left-off")).to_be_hidden()


def test_the_command_of_a_step_takes_ones_own_values_and_keeps_them_for_the_next_one(open_page):
    page = open_page("/wizards/network/?symptom=status&dhcp=yes")
    command = page.locator("pre > code").first
    expect(command).to_contain_text("<저장소 계정>")

    page.get_by_label("저장소 계정").first.fill("stprod")

    expect(command).to_contain_text("nslookup stprod.blob.core.windows.net")
    page.locator(".choices a").last.click()
    expect(page).to_have_url(re.compile(r"&dns="))
    page.go_back()
    expect(page.locator("pre > code").first).to_contain_text("nslookup stprod.blob")


def test_without_a_connection_a_step_leads_to_the_copy_that_this_device_saved(open_page):
    page = open_page("/offline/")
    page.get_by_role("button", name="이 기기에 사본 저장").click()
    expect(page.locator(".keep [role=status]")).not_to_be_empty()
    page.goto("/wizards/network/")
    expect(page.locator(".copies-link").first).to_be_visible()
    page.context.set_offline(True)

    page.locator(".choices a").first.click()
    page.get_by_role("alert").get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("오프라인 사본")
    page.context.set_offline(False)


def test_without_a_connection_the_step_stays_and_says_so(open_page):
    page = open_page("/wizards/network/")
    expect(page.locator(".copies-link").first).to_be_visible()
    asked = page.locator("#question").inner_text()
    page.context.set_offline(True)

    page.locator(".choices a").first.click()

    expect(page.get_by_role("alert")).to_contain_text("연결")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(0)
    expect(page.locator("#question")).to_have_text(asked)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator(".choices a").first.click()
    expect(page.locator("#wizard[data-is-under-way]")).to_be_visible()
