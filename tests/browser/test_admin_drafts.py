"""Tests in a real browser that no typed text is lost: it is kept until it is saved, asked about, and stays valid."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import conftest
from tests.browser.conftest import LOOKS

ENTRY = "vm-no-longer-exists"


@pytest.fixture
def sign_in(open_as: Callable[..., Page], administrator: str) -> Callable[..., Page]:
    return partial(open_as, administrator, "/en/admin/")


@pytest.fixture
def form(sign_in: Callable[..., Page]) -> Page:
    return open_form(sign_in())


def open_form(page: Page) -> Page:
    """The page of the entry, from wherever one is: its address is that of the link on its public page."""
    page.goto(f"/en/errors/{ENTRY}/")
    page.goto(page.get_attribute("aside a[href*='/errorentry/']", "href"))
    return page


def kept(page: Page):
    return page.locator(".kept")


def test_text_that_was_left_is_asked_about_and_offered_when_the_page_is_opened_again(form: Page, accessible) -> None:
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.type("#id_cause_en", "Typed and left. ")
    form.click("#nav-sidebar a >> nth=0")
    form.wait_for_url(lambda url: "/change/" not in url)
    assert asked == ["beforeunload"]
    open_form(form)
    expect(kept(form)).to_contain_text("Typed and left.")
    accessible(form)
    expect(form.locator("#id_cause_en")).not_to_have_value(re.compile("Typed and left"))
    kept(form).get_by_role("button", name="Bring it back").click()
    expect(form.locator("#id_cause_en")).to_have_value(re.compile("Typed and left"))
    expect(form.locator(".messagelist")).to_contain_text("not saved yet")
    open_form(form)
    kept(form).get_by_role("button", name="Discard").click()
    expect(kept(form)).to_have_count(0)
    form.get_by_role("button", name="Undo").click()
    expect(kept(form)).to_contain_text("Typed and left.")
    kept(form).get_by_role("button", name="Discard").click()
    expect(form.get_by_role("button", name="Undo")).to_be_focused()
    open_form(form)
    expect(kept(form)).to_have_count(0)


def test_what_is_saved_or_was_only_looked_at_is_neither_asked_about_nor_offered(form: Page) -> None:
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_form(form)
    form.type("#id_cause_en", "Saved. ")
    form.click("[name=_continue] >> nth=-1")
    expect(form.locator(".messagelist .success")).to_be_visible()
    open_form(form)
    expect(form.locator("#id_cause_en")).to_have_value(re.compile("Saved. "))
    assert asked == []
    expect(kept(form)).to_have_count(0)


def test_older_text_than_what_is_live_is_shown_beside_it(form: Page, sign_in: Callable[..., Page]) -> None:
    form.type("#id_lead_en", "Mine. ")
    form.reload()
    expect(kept(form)).to_be_visible()
    other = open_form(sign_in())
    other.type("#id_lead_en", "Theirs. ")
    other.click("[name=_continue] >> nth=-1")
    expect(other.locator(".messagelist .success")).to_be_visible()
    open_form(form)
    expect(kept(form)).to_contain_text("has changed since then")
    expect(kept(form).locator("dd").nth(0)).to_contain_text("Theirs.")
    expect(kept(form).locator("dd").nth(1)).to_contain_text("Mine.")
    kept(form).get_by_role("button", name="Bring it back").click()
    expect(form.locator(".collision")).to_contain_text("Theirs.")
    expect(form.locator("#id_lead_en")).to_have_value(re.compile("Mine"))


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_saving_with_an_ended_session_signs_in_and_goes_on(sign_in, administrator, *, java_script_enabled) -> None:
    page = open_form(sign_in(java_script_enabled=java_script_enabled))
    page.context.clear_cookies(name="sessionid")
    text = f"Typed before signing in: {java_script_enabled}"
    page.fill("#id_resolutions-0-note_en", text)
    page.click("[name=_continue] >> nth=-1")
    expect(page.locator("body")).to_contain_text("You were signed out before this was done")
    page.fill("#id_sign_in-username", administrator)
    page.fill("#id_sign_in-password", conftest.PASSWORD)
    page.click("[type=submit]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#id_resolutions-0-note_en")).to_have_value(text)


def test_a_form_stays_valid_when_somebody_signs_in_again_in_another_tab(form: Page, administrator: str) -> None:
    form.context.clear_cookies(name="sessionid")
    form.fill("#id_resolutions-1-note_en", "Typed while signed out")
    other = form.context.new_page()
    other.goto("/en/admin/")
    conftest.fill_in(other, administrator)
    expect(other.locator("#user-tools")).to_be_visible()
    form.locator("#id_resolutions-1-note_en + .markdown-preview summary").click()
    expect(form.locator("#id_resolutions-1-note_en + .markdown-preview")).to_contain_text("Typed while")
    form.click("[name=_continue] >> nth=-1")
    expect(form.locator(".messagelist .success")).to_be_visible()
    expect(form.locator("#id_resolutions-1-note_en")).to_have_value("Typed while signed out")


@pytest.fixture
def proposal(form: Page) -> Iterator[tuple[Page, str]]:
    """A change in review, and the address before those of its pages."""
    form.type("#id_lead_en", "Proposed. ")
    form.click("[name=_propose] >> nth=-1")
    form.wait_for_url("**/change/")
    page = form.url.removesuffix("change/")
    form.goto(f"{page}submit/")
    form.click(".submit-row [type=submit]")
    expect(form.locator(".messagelist .success")).to_be_visible()
    yield form, page
    form.goto(f"{page}discard/")
    form.click(".submit-row [type=submit]")
    expect(form.locator(".messagelist .success")).to_be_visible()


def test_a_reason_that_was_left_is_asked_about_and_offered_and_forgotten_once_it_is_given(
    proposal: tuple[Page, str], administrator: str, accessible
) -> None:
    page, address = proposal
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{address}plan/")
    page.type("#id_reason", "Too long.")
    page.click(".closelink")
    page.wait_for_url("**/change/")
    assert asked == ["beforeunload"]
    page.goto(f"{address}plan/")
    expect(kept(page).locator(".pieces")).to_have_text(["Too long."])
    expect(page.locator("#id_reason")).to_have_value("")
    accessible(page, LOOKS)
    kept(page).get_by_role("button", name="Bring it back").click()
    expect(page.locator("#id_reason")).to_be_focused()
    expect(page.locator("#id_reason")).to_have_value("Too long.")
    expect(kept(page)).to_have_count(0)
    later = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    page.fill("#id_time", later)
    page.context.clear_cookies(name="sessionid")
    page.click(".submit-row [type=submit]")
    page.fill("#id_sign_in-username", administrator)
    page.fill("#id_sign_in-password", conftest.PASSWORD)
    page.click("[type=submit]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{address}unplan/")
    page.click(".submit-row [type=submit]")
    page.goto(f"{address}plan/")
    expect(page.locator("#id_reason")).to_have_value("")
    expect(kept(page)).to_have_count(0)
    assert asked == ["beforeunload"]


def test_what_was_typed_into_one_form_of_a_talk_is_offered_after_another_was_sent(
    proposal: tuple[Page, str], accessible
) -> None:
    page, address = proposal
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{address}talk/")
    details = page.locator(".change details").first
    details.locator("summary").click()
    details.locator("textarea").type("Of this field.")
    page.fill("#say-whole-text", "Of the whole.")
    page.locator("form:has(#say-whole-text) [type=submit]").click()
    expect(page.locator(".thread")).to_contain_text("Of the whole.")
    assert asked == []
    expect(kept(page).locator(".pieces")).to_have_text(["Of this field."])
    expect(details.locator(".kept")).to_be_visible()
    accessible(page, LOOKS)
    kept(page).get_by_role("button", name="Bring it back").click()
    expect(details.locator("textarea")).to_have_value("Of this field.")
    details.locator("[type=submit]").click()
    expect(page.locator(".thread", has_text="Of this field.")).to_be_visible()
    expect(kept(page)).to_have_count(0)
    page.locator(".change a:has-text('Edit this field')").click()
    page.wait_for_url("**/change/#id_lead_en")
    expect(page.locator("#id_lead_en")).to_be_focused()


def test_the_reason_of_an_action_of_the_list_and_of_restoring_is_offered_too(form: Page) -> None:
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.type("#id_lead_en", "So that there is something to restore. ")
    form.click("[name=_continue] >> nth=-1")
    expect(form.locator(".messagelist .success")).to_be_visible()
    entry = form.url.partition("change/")[0]
    for field, text in (("#id_change_reason", "Restored because."), ("#id_reason", "Archived because.")):
        for is_there in (False, True):
            if field == "#id_change_reason":
                form.goto(f"{entry}history/compare/?after=1")
            else:
                form.goto(f"/en/admin/troubleshoot/errorentry/?q={ENTRY}")
                form.check(".action-select")
                form.select_option("[name=action]", "mark_entries_reviewed")
                form.click(".actions [type=submit]")
            expect(form.locator(field)).to_have_value("")
            expect(kept(form).locator(".pieces")).to_have_text([text] * is_there)
            if not is_there:
                form.type(field, text)
    assert asked == ["beforeunload"] * 2
