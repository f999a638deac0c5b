"""Tests of the reports in a real browser, as an analyst and as an editor: they are drawn, found, and acted upon."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS

PAGES = ("", "failed/", "searches/", "solved/", "comments/", "unreviewed/", "doubles/", "wizards/")
FILL = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from troubleshoot.models import ErrorEntry, QueryLog, StepCount, Verdict
now = timezone.now()
entry = ErrorEntry.objects.get(key="vm-no-longer-exists")
first = entry.resolutions.order_by("order").first()
said = {"kind": "error", "key": f"{entry.key}/1", "resolution": first, "comment": "안 됩니다."}
for number in range(12):
    Verdict.objects.create(solved=number % 3 == 0, **said)
StepCount.objects.raise_one("vm-agent", "origin", seen=9, went_on=6)  # who walked a wizard before has counters
ErrorEntry.objects.filter(pk=entry.pk).update(reviewed=now - timedelta(days=500))
queries = ["프린터가 인쇄하지 않음", "프린터가 인쇄하지 안음", "프린터가 인쇄하지 않음", "잉크 부족", "용지 걸림"]
for number, query in enumerate(queries):
    QueryLog.objects.create(
        search=uuid4(), query=query, language="ko", results=0, time=now - timedelta(days=number), comment="어디 있나요?"
    )
"""


@pytest.fixture(scope="session")
def told(python) -> None:
    """Searches that failed, answers, visits: something in every report."""
    python(FILL)


@pytest.fixture
def signed_in(open_as: Callable[..., Page], member: Callable[..., str], told: None) -> Callable[..., Page]:
    def sign_in(name: str, **options) -> Page:
        page = open_as(member(name, f"{name}-of-reports"), "/en/admin/", **options)
        expect(page.locator("#user-tools")).to_contain_text(name, ignore_case=True)
        return page

    return sign_in


def test_every_report_is_accessible_and_fits(signed_in, accessible) -> None:
    page = signed_in("analyst")
    accessible(page, LOOKS)
    for address in PAGES:
        page.goto(f"/en/admin/reports/{address}")
        expect(page.locator("#content h1")).to_have_count(1)
        accessible(page, LOOKS)


def test_an_analyst_goes_from_the_home_page_to_what_readers_looked_for(signed_in) -> None:
    page = signed_in("analyst")
    page.click(".waits a:has-text('searches this week with no result opened')")
    expect(page).to_have_url(re.compile(r"/en/admin/reports/failed/\?days=7$"))
    page.click("#content-main a:has-text('프린터가 인쇄하지 않음')")
    expect(page.locator("#content-main")).to_contain_text("프린터가 인쇄하지 안음")
    expect(page.locator("#content-main form")).to_have_count(0)


def test_a_plot_says_what_its_colours_mean_and_follows_the_scheme(signed_in) -> None:
    page = signed_in("analyst")
    page.goto("/en/admin/reports/searches/")
    bar = page.locator(".chart rect.plot-3").first
    light = bar.evaluate("bar => getComputedStyle(bar).fill")
    assert light not in ("rgb(0, 0, 0)", "none")
    page.emulate_media(color_scheme="dark")
    assert bar.evaluate("bar => getComputedStyle(bar).fill") != light


def test_every_plot_has_its_legend_in_the_picture(signed_in) -> None:
    page = signed_in("analyst", size=(834, 1112))
    for address, names in {"wizards/": ("Views", "Continued"), "searches/": ("no result opened", "no result")}.items():
        page.goto(f"/en/admin/reports/{address}")
        picture = page.locator(".chart").first.bounding_box()
        for number, name in enumerate(names, 1):
            said = page.locator(f".chart >> nth=0 >> text='{name}'")
            expect(said).to_be_in_viewport()
            at = said.bounding_box()
            assert picture["x"] <= at["x"], name
            assert at["x"] + at["width"] <= picture["x"] + picture["width"], name
            assert page.locator(f".chart >> nth=0 >> rect.plot-{number}").count() > 1, name


def test_a_report_is_downloaded(signed_in) -> None:
    page = signed_in("analyst")
    page.goto("/en/admin/reports/failed/?days=90")
    with page.expect_download() as started:
        page.click(".report-download a")
    assert started.value.suggested_filename.startswith("failed-90-")
    assert "프린터가 인쇄하지 않음" in started.value.path().read_text(encoding="utf-8-sig")


def test_an_editor_makes_an_alias_of_a_failed_search_and_opens_it_again(signed_in, accessible) -> None:
    page = signed_in("editor")
    page.goto("/en/admin/reports/failed/")
    page.click("tr:has-text('잉크 부족') a:has-text('Alias')")
    expect(page.locator("#select2-id_entry-container")).to_have_attribute("aria-label", "Entry")
    accessible(page)
    page.click("#alias .select2-selection")
    page.fill(".select2-search__field", "vm-no-longer-exists")
    page.click(".select2-results__option--highlighted")
    page.click("text=Add the alias")
    expect(page.locator(".messagelist")).to_contain_text("can now be found by this alias")
    expect(page.locator("#content-main table")).not_to_contain_text("잉크 부족")
    page.goto("/search/?q=잉크 부족")
    expect(page.locator("main")).to_contain_text("VM")
    page.goto("/en/admin/reports/failed/?settled=1")
    page.click("tr:has-text('잉크 부족') button")
    page.goto("/en/admin/reports/failed/")
    expect(page.locator("#content-main table")).to_contain_text("잉크 부족")


def test_an_editor_links_a_comment_to_the_entry_that_has_the_answer_and_ticks_it_off(signed_in, accessible) -> None:
    page = signed_in("editor")
    page.goto("/en/admin/reports/comments/")
    row = page.locator("tbody tr:has-text('안 됩니다.')").first
    row.locator("input").check()
    page.click("#handle .select2-selection")
    page.fill(".select2-search__field", "job-cancel-failed")
    page.click(".select2-results__option--highlighted")
    page.click("text=Link it")
    expect(page.locator(".messagelist")).to_contain_text("Linked to:")
    expect(row).to_contain_text("Linked to:")
    accessible(page, LOOKS)
    row.locator("th a").first.click()
    expect(page.locator("#select2-handle_entry-container")).to_have_attribute("aria-label", "Entry")
    expect(page.locator("#content fieldset")).not_to_contain_text("None")
    accessible(page, LOOKS)
    page.click("#handle button[value=settle]")
    expect(page.locator(".messagelist")).to_contain_text("1 answer was marked as handled.")
    expect(page.locator("#handle button[value=reopen]")).to_be_visible()


def test_an_editor_begins_an_entry_with_one_click_without_javascript(signed_in) -> None:
    page = signed_in("editor", java_script_enabled=False)
    page.goto("/en/admin/reports/failed/")
    page.click("tr:has-text('용지 걸림') button:has-text('Create an entry')")
    expect(page).to_have_url(re.compile(r"/troubleshoot/errorentry/\d+/change/$"))
    expect(page.locator("#id_message_ko")).to_have_value("용지 걸림")
