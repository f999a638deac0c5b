"""Tests of the administration in a real browser: it works under the Content-Security-Policy."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

LISTS = ("document", "errorentry", "operation", "section", "synonymgroup")


@pytest.fixture
def admin(open_as: Callable[..., Page], administrator: str) -> Page:
    """The start page of the administration, signed in."""
    page = open_as(administrator, "/admin/")
    expect(page.locator("#user-tools")).to_contain_text(administrator, ignore_case=True)
    return page


def test_every_list_and_form_opens_without_a_complaint(admin: Page) -> None:
    for model in LISTS:
        for address in (f"/admin/troubleshoot/{model}/", f"/en/admin/troubleshoot/{model}/add/"):
            admin.goto(address)
            expect(admin.locator("#content h1")).to_have_count(1)


def test_the_language_can_be_changed_and_the_page_stays(admin: Page) -> None:
    admin.goto("/admin/troubleshoot/section/?o=1")
    admin.click("#user-tools a[hreflang=en]")
    expect(admin).to_have_url(re.compile(r"/en/admin/troubleshoot/section/\?o=1$"))
    expect(admin.locator("html")).to_have_attribute("lang", "en")


def test_an_operation_is_chosen_by_typing(admin: Page) -> None:
    admin.goto("/admin/troubleshoot/errorentry/add/")
    admin.click(".field-operation .select2-selection")
    admin.fill(".select2-search__field", "복원")
    admin.click(".select2-results__option:has-text('복원')")
    expect(admin.locator(".field-operation .select2-selection")).to_contain_text("복원")


def test_the_key_of_a_new_entry_follows_its_english_message(admin: Page) -> None:
    admin.goto("/admin/troubleshoot/errorentry/add/")
    admin.type("#id_message_en", "Disk quota exceeded")
    expect(admin.locator("#id_key")).to_have_value("disk-quota-exceeded")


def test_resolutions_are_swapped_and_one_is_added_in_one_save(admin: Page) -> None:
    admin.goto("/admin/troubleshoot/errorentry/?q=vm-no-longer-exists")
    admin.click("#result_list tbody th a")
    first, second = (admin.input_value(f"#id_resolutions-{place}-body_ko") for place in (0, 1))
    swap(admin)
    admin.click("#resolutions-group .add-row a")
    admin.fill("#id_resolutions-2-body_ko", "지원 담당자에게 알립니다.")
    admin.click("[name=_continue] >> nth=0")
    bodies = [admin.input_value(f"#id_resolutions-{place}-body_ko") for place in range(3)]
    assert bodies == [second, first, "지원 담당자에게 알립니다."]
    admin.click(".viewsitelink")
    expect(admin.locator("main")).to_contain_text("지원 담당자에게 알립니다.")
    restore(admin)


def swap(page: Page) -> None:
    expect(page.locator("#resolutions-0 .order-down")).to_be_visible()  # the script has looked at the rows
    page.fill("#id_resolutions-0-order", "2")
    page.keyboard.press("Tab")
    expect(page.locator("#id_resolutions-1-order")).to_have_value("1")


def restore(page: Page) -> None:
    """Leave the entry as the other tests expect it."""
    page.go_back()
    swap(page)
    page.check("#id_resolutions-2-DELETE")
    page.click("[name=_continue] >> nth=0")
    expect(page.locator("#id_resolutions-2-body_ko")).to_have_count(0)
