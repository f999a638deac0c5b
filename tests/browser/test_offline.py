"""A device keeps a copy of the portal in a real browser, and reads and searches it without a network."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS


def test_an_entry_is_read_and_found_without_a_network(page: Page, accessible) -> None:
    page.goto("/offline/")
    accessible(page, LOOKS)
    page.get_by_role("button", name="이 기기에 사본 저장").click()
    expect(page.locator(".keep [role=status]")).not_to_be_empty()
    page.context.set_offline(True)

    page.goto("/errors/restore-cloud-internal-error/")

    entry = page.locator('.kept[data-path="/errors/restore-cloud-internal-error/"]')
    expect(entry).to_have_attribute("open", "")
    expect(entry).to_contain_text("Get-AzureDeployment")
    page.fill("#find", "에이전트")
    expect(page.locator(".kept:visible").first).to_be_visible()
    expect(entry).to_be_hidden()
    page.goto("/search/?q=0x80310000")
    expect(page.locator(".kept:visible")).to_have_count(1)
    for said in ("스냅숏이 안 찍혀요", "스냅샷이 안 찍혀요", "스냅샷이 실패"):
        page.fill("#find", said)
        expect(page.locator('.kept[data-path="/wizards/vm-snapshot/"]')).to_be_visible()
        expect(page.locator('.kept[data-path="/errors/subnet-does-not-exist/"]')).to_be_hidden()
    page.fill("#find", "zzzz")
    expect(page.locator(".found-nothing")).to_be_visible()

    page.context.set_offline(False)
    page.goto("/errors/restore-cloud-internal-error/")
    expect(page.locator(".fix-card")).to_be_visible()


def test_who_kept_one_language_reads_it_at_addresses_of_the_other(page: Page) -> None:
    page.goto("/en/offline/")
    page.get_by_role("button", name="Keep a copy on this device").click()
    expect(page.locator(".keep [role=status]")).to_contain_text("English")
    expect(page.get_by_role("button", name="Save it anew")).not_to_have_class("button")
    expect(page.locator(".other")).to_be_hidden()
    page.context.set_offline(True)

    page.goto("/errors/restore-cloud-internal-error/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Offline copy")
    expect(page.locator(".other")).to_have_text(
        "연결이 없고, 이 기기에는 선택한 언어의 사본이 없습니다. 저장된 사본의 언어: English."
    )
    page.goto("/en/errors/restore-cloud-internal-error/")
    expect(page.locator(".other")).to_be_hidden()
    page.context.set_offline(False)
    page.goto("/en/offline/")
    page.get_by_role("link", name="한국어", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("오프라인 사본")
