"""Tests of editing together in a real browser: an author proposes, an editor publishes, and nobody loses a word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

KEY = "vm-no-longer-exists"
NOBODY_ELSE = """async () => {
  const body = new URLSearchParams({csrfmiddlewaretoken: document.cookie.match(/csrftoken=([^;]+)/)[1]});
  const answer = await fetch(document.getElementById("others").dataset.address, {method: "POST", body});
  return (await answer.text()).trim() === "";
}"""


@pytest.fixture
def sign_in(open_as, member) -> Callable[..., Page]:
    """Somebody of a group, in a browser of their own: ``sign_in("author", scheme="dark")``."""
    return lambda group, **options: open_as(member(group, f"{group}-in-a-browser"), "/en/admin/", **options)


def open_entry(page: Page, key: str = KEY) -> None:
    page.goto(f"/en/admin/troubleshoot/errorentry/?q={key}")
    page.click("#result_list tbody th a")


def open_waiting(page: Page) -> None:
    page.goto("/en/admin/troubleshoot/errorentry/?state=review")
    page.click("#result_list tbody th a")


def press(page: Page, name: str) -> None:
    page.locator(f"[name={name}]").last.click()


def test_an_author_proposes_an_editor_publishes_and_readers_see_it_at_once(sign_in, page: Page, accessible) -> None:
    author, editor = sign_in("author"), sign_in("editor", scheme="dark")
    open_entry(author)
    before = author.input_value("#id_lead_en")
    author.fill("#id_lead_en", "Written by an author.")
    author.fill("#id_change_reason", "It was unclear.")
    press(author, "_submit")
    expect(author.locator(".entry-state")).to_contain_text("in review")
    accessible(author)
    page.goto(f"/en/errors/{KEY}/")
    expect(page.locator("main")).not_to_contain_text("Written by an author.")

    open_waiting(editor)
    editor.click(".entry-state summary")
    expect(editor.locator(".entry-state ins")).to_contain_text("Written by an author")
    accessible(editor)
    editor.click(".entry-state a:has-text('Comment on this text')")
    editor.locator(".change", has_text="Written by an author").locator("summary").click()
    editor.fill("details[open] textarea", "Which author?")
    editor.click("details[open] [type=submit]")
    author.goto("/en/admin/")
    accessible(author)
    author.locator(".desk", has_text="Which author?").locator("a").click()
    author.fill(".thread textarea", "I am.")
    author.click(".thread [name=resolve]")
    expect(author.locator(".thread summary")).to_contain_text("Which author?")
    open_waiting(editor)
    editor.click(".moves a:has-text('Publish')")
    expect(editor.locator(".difference ins")).to_contain_text("Written by an author")
    accessible(editor)
    editor.click(".submit-row [type=submit]")
    expect(editor.locator(".messagelist")).to_contain_text("Published.")

    page.reload()
    expect(page.locator("main")).to_contain_text("Written by an author.")
    editor.click(".historylink")
    expect(editor.locator("#change-history")).to_contain_text("Proposed by author-in-a-browser: It was unclear.")
    accessible(editor)
    editor.click("#change-history tbody th a >> nth=0")
    expect(editor.locator(".change ins")).to_contain_text("Written by an author")
    accessible(editor)
    open_entry(editor)
    editor.fill("#id_lead_en", before)
    press(editor, "_save")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("Written by an author.")


def test_the_second_to_save_is_told_and_loses_nothing(sign_in, accessible) -> None:
    first, second = sign_in("editor"), sign_in("editor")
    open_entry(first)
    open_entry(second)
    before = first.input_value("#id_cause_en")
    first.fill("#id_cause_en", "The first was quicker.")
    press(first, "_continue")
    second.fill("#id_cause_en", "The second was slower.")
    press(second, "_save")
    panel = second.locator(".collision")
    expect(panel).to_contain_text("editor-in-a-browser saved this at")
    expect(panel).to_contain_text("The first was quicker.")
    assert second.input_value("#id_cause_en") == "The second was slower."
    accessible(second)
    press(second, "_continue")
    assert second.input_value("#id_cause_en") == "The second was slower."
    second.fill("#id_cause_en", before)
    press(second, "_save")


def test_an_analyst_reads_and_changes_nothing(sign_in) -> None:
    analyst = sign_in("analyst")
    open_entry(analyst)
    expect(analyst.locator("#id_message_ko")).to_have_count(0)
    expect(analyst.locator(".moves a")).to_have_count(0)
    expect(analyst.locator("[name=_save]")).to_have_count(0)


def test_an_entry_is_archived_and_published_again(sign_in, page: Page) -> None:
    editor = sign_in("editor")
    open_entry(editor)
    editor.click(".moves a:has-text('Archive')")
    editor.click(".submit-row [type=submit]")
    assert page.goto(f"/en/errors/{KEY}/").status == 410
    editor.click(".moves a:has-text('Publish again')")
    editor.click(".submit-row [type=submit]")
    assert page.goto(f"/en/errors/{KEY}/").status == 200


def test_who_opens_a_page_that_somebody_edits_is_told_until_it_is_left(sign_in, accessible) -> None:
    first, second = sign_in("editor"), sign_in("author", scheme="dark")
    with first.expect_response("**/open/"):
        open_entry(first, "vm-does-not-exist")
    with second.expect_response("**/open/"):
        open_entry(second, "vm-does-not-exist")
    expect(second.locator("#others")).to_contain_text("editor-in-a-browser has had this page open since")
    accessible(second)
    first.goto("/en/admin/")
    second.wait_for_function(NOBODY_ELSE)
    second.reload()
    expect(second.locator("#others")).to_be_empty()


def test_a_tab_in_the_background_is_told_as_open_while_its_text_is_not_saved(sign_in) -> None:
    first = sign_in("editor")
    first.add_init_script(
        """Object.defineProperty(document, "hidden", { get: () => window.isAway ?? false });
        const began = Date.now.bind(Date);
        Date.now = () => began() + (window.passed ?? 0);
        window.setInterval = (run) => {
          window.minutesPass = () => { window.passed = (window.passed ?? 0) + 180000; run(); };
        };"""
    )
    told = []
    first.on("request", lambda request: told.append(request.url) if request.url.endswith("/open/") else None)
    with first.expect_response("**/open/"):
        open_entry(first, "vm-does-not-exist")
    first.evaluate("window.isAway = true; window.minutesPass()")
    assert len(told) == 1
    first.fill("#id_lead_en", "Typed, and not saved.")
    expect(first.locator("form[data-unsaved]")).to_have_count(1)
    with first.expect_response("**/open/"):
        first.evaluate("window.minutesPass()")
    first.fill("#id_lead_en", first.evaluate("document.querySelector('#id_lead_en').defaultValue"))
    expect(first.locator("form[data-unsaved]")).to_have_count(0)
    first.evaluate("window.minutesPass()")
    assert len(told) == 2


def test_a_text_is_approved_for_a_time_and_the_approval_is_taken_back(sign_in, accessible) -> None:
    editor = sign_in("editor", scheme="dark")
    open_entry(editor, "another-operation-in-progress")
    editor.fill("#id_lead_en", "From next week on.")
    press(editor, "_propose")
    editor.click(".moves a:has-text('Publish later')")
    tomorrow = timezone.localtime() + timedelta(days=1)
    editor.fill("#id_time", f"{tomorrow:%Y-%m-%dT%H:%M}")
    editor.click(".submit-row [type=submit]")
    state = editor.locator(".entry-state").first
    expect(state).to_contain_text("It will be published at")
    expect(state).to_contain_text("(Asia/Seoul)")
    accessible(editor)
    proposal = editor.url
    editor.goto("/en/admin/")
    expect(editor.locator("section", has=editor.locator("#planned"))).to_contain_text("editor-in-a-browser")
    accessible(editor)
    editor.goto(proposal)
    editor.click(".moves a:has-text('Take the plan back')")
    editor.click(".submit-row [type=submit]")
    expect(state).not_to_contain_text("It will be published at")
    editor.click(".moves a:has-text('Discard')")
    editor.click(".submit-row [type=submit]")
    expect(editor.locator(".messagelist")).to_contain_text("Discarded.")
