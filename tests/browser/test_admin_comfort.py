"""Tests in a real browser of what makes editing safe and comfortable: previews, dragging, advice, rehearsals."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS

ENTRY = "vm-no-longer-exists"
ROWS = "#resolutions-group .inline-related:not(.empty-form)"


@pytest.fixture
def sign_in(open_as: Callable[..., Page], administrator: str) -> Callable[..., Page]:
    """Open an address of the administration, signed in."""
    return partial(open_as, administrator)


@pytest.fixture
def form(sign_in: Callable[..., Page]) -> Callable[..., Page]:
    """The page of an entry with two resolutions."""

    def open_one(**options) -> Page:
        page = sign_in("/en/admin/troubleshoot/errorentry/", **options)
        page.goto(f"/en/admin/troubleshoot/errorentry/?q={ENTRY}")
        page.click("#result_list tbody th a")
        page.wait_for_url("**/change/**")
        return page

    return open_one


def preview(page: Page, field: str):
    return page.locator(f"#{field} + .markdown-preview")


def orders(page: Page) -> list[str]:
    return [page.input_value(f"#{row.get_attribute('id')} input[name$='-order']") for row in rows(page)]


def rows(page: Page):
    return page.locator(ROWS).all()


def save(page: Page) -> None:
    page.click("[name=_continue] >> nth=0")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.wait_for_load_state()


def texts(page: Page) -> list[str]:
    return [row.locator("textarea[name$='-body_ko']").input_value() for row in rows(page)]


def test_a_preview_follows_what_is_typed(form: Callable[..., Page], accessible) -> None:
    page = form()
    box = preview(page, "id_resolutions-0-body_ko")
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    page.fill("#id_resolutions-0-body_ko", "1. 하나\n2. **둘**\n\n```\nGet-AzVM\n```")
    expect(box.locator(".steps > li")).to_have_count(2)
    expect(box.locator("strong")).to_have_text("둘")
    expect(box.locator("pre .copy")).to_be_visible()
    expect(page.locator("#announcer")).not_to_be_empty()
    page.fill("#id_resolutions-0-body_ko", "<script>alert(1)</script>[x](javascript:alert(1))")
    expect(box.locator(".markdown")).to_contain_text("<script>")
    accessible(page, LOOKS)


def test_who_wants_previews_has_them_on_every_form(form: Callable[..., Page]) -> None:
    page = form()
    preview(page, "id_cause_ko").locator("summary").click()
    expect(preview(page, "id_cause_ko").locator("p")).not_to_be_empty()
    page.reload()
    expect(preview(page, "id_lead_ko").locator("p")).not_to_be_empty()
    page.click("#resolutions-group .add-row a")
    expect(preview(page, "id_resolutions-2-body_en")).to_have_attribute("open", "")


def test_a_preview_says_when_one_is_signed_out(form: Callable[..., Page]) -> None:
    page = form()
    preview(page, "id_cause_ko").locator("summary").click()
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_cause_ko", "새 글")
    expect(preview(page, "id_cause_ko").locator(".markdown")).to_contain_text("signed out")
    expect(page.locator("#id_cause_ko")).to_have_value("새 글")


def test_resolutions_are_moved_by_button_and_saved_in_their_new_order(form: Callable[..., Page]) -> None:
    page = form()
    before = texts(page)
    down = rows(page)[0].locator(".order-down")
    down.focus()
    page.keyboard.press("Enter")
    assert texts(page) == before[::-1]
    assert orders(page) == ["1", "2"]
    expect(page.locator("#announcer")).to_contain_text("2")
    expect(page.locator(":focus")).to_have_class("order-up")
    save(page)
    assert texts(page) == before[::-1]


def test_a_number_that_is_typed_moves_its_row(form: Callable[..., Page]) -> None:
    page = form()
    before = texts(page)
    rows(page)[1].locator("input[name$='-order']").fill("1")
    page.keyboard.press("Tab")
    expect(page.locator("#announcer")).to_contain_text("1")
    assert texts(page) == before[::-1]
    assert orders(page) == ["1", "2"]


def test_resolutions_are_dragged_and_escape_takes_it_back(form: Callable[..., Page]) -> None:
    page = form()
    before = texts(page)
    for key, after in (("Escape", before), (None, before[::-1])):
        handle = rows(page)[1].locator(".order-handle")
        handle.scroll_into_view_if_needed()
        start, target = handle.bounding_box(), rows(page)[0].bounding_box()
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 8, target["y"] + 200, steps=5)
        page.mouse.move(start["x"] + 8, target["y"] + 4, steps=5)
        if key:
            page.keyboard.press(key)
        page.mouse.up()
        assert texts(page) == after
        assert orders(page) == ["1", "2"]


def test_rows_that_were_moved_added_and_taken_away_are_saved_as_they_stand(form: Callable[..., Page]) -> None:
    page = form()
    before = texts(page)
    for text in ("새 방법", "버릴 방법"):
        page.click("#resolutions-group .add-row a")
        rows(page)[-1].locator("textarea[name$='-body_ko']").fill(text)
    rows(page)[2].locator(".order-up").click()
    rows(page)[1].locator(".order-up").click()
    assert texts(page) == ["새 방법", *before, "버릴 방법"]
    rows(page)[3].locator(".inline-deletelink").click()
    assert texts(page) == ["새 방법", *before]
    save(page)
    assert texts(page) == ["새 방법", *before]
    assert orders(page) == ["1", "2", "3"]
    page.locator(f"{ROWS} >> nth=0").locator("[name$=-DELETE]").check()
    page.click("[name=_continue] >> nth=0")
    expect(page.locator(ROWS)).to_have_count(2)


def test_steps_of_a_wizard_and_choices_of_a_step_are_moved_too(sign_in: Callable[..., Page]) -> None:
    page = sign_in("/en/admin/troubleshoot/flow/")
    page.click("#result_list tbody th a")
    steps = page.locator("#steps-group tr.form-row:not(.empty-form)")
    second = steps.nth(1).locator("td.field-page a").inner_text()
    steps.nth(1).locator(".order-up").click()
    expect(steps.nth(0).locator("td.field-page a")).to_have_text(second)
    expect(steps.nth(0).locator("input[name$='-order']")).to_have_value("1")
    steps.nth(0).locator("td.field-page a").click()
    expect(page.locator("#choices-group .order-down").first).to_be_visible()


def test_without_scripts_the_number_and_the_preview_of_the_page_remain(form: Callable[..., Page]) -> None:
    page = form(java_script_enabled=False)
    expect(page.locator("#id_resolutions-0-order")).to_be_visible()
    expect(page.locator(".order-controls")).to_have_count(0)
    expect(page.locator(".markdown-preview")).to_have_count(0)


def test_a_draft_gets_advice_and_is_rehearsed(sign_in: Callable[..., Page], accessible) -> None:
    page = sign_in("/en/admin/troubleshoot/errorentry/add/")
    key = "rehearsed"
    page.fill("#id_message_ko", "에이전트 서비스가 시작되지 않습니다")
    page.fill("#id_key", key)
    page.click(".field-operation .select2-selection")
    page.click(".select2-results__option--highlighted")  # the first; before it comes, one says that it is searched for
    page.fill("#id_cause_ko", "[가](portal:error/nothing)")
    page.click("[name=_draft] >> nth=0")
    expect(page.locator(".field-cause_ko .errorlist, .errorlist").first).to_contain_text("portal:error/nothing")
    page.fill("#id_cause_ko", "")
    page.click("[name=_draft] >> nth=0")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"/en/admin/troubleshoot/errorentry/?q={key}")
    page.click("#result_list tbody th a")
    expect(page.locator(".advice li")).to_contain_text(["English missing"])
    accessible(page, LOOKS)
    page.click(".moves >> text=Rehearse")
    accessible(page, LOOKS)
    page.click(".submit-row [type=submit]")
    expect(page.locator("#content h1")).to_have_text("Rehearsal")
    expect(page.locator(".rehearsal")).to_contain_text("queries were repeated")
    accessible(page, LOOKS)


SEARCHED = """
from uuid import uuid4
from troubleshoot.models import QueryLog
QueryLog.objects.create(search=uuid4(), query="딸기", results=0, language="ko")
"""


def test_synonyms_are_rehearsed_before_they_are_saved(sign_in, python, accessible) -> None:
    python(SEARCHED)  # the latest search is among the first that are repeated, on a busy machine also
    page = sign_in("/en/admin/troubleshoot/synonymgroup/add/")
    page.fill("#id_terms", "딸기\n스냅숏")
    with page.context.expect_page() as opened:
        page.click(".rehearse button")
    report = opened.value
    expect(report.locator(".rehearsal")).to_contain_text(re.compile(r"\d+ of \d+ queries were repeated"))
    expect(report.locator(".rehearsal tbody tr", has_text="딸기")).to_be_visible()
    expect(page.locator("#id_terms")).to_have_value("딸기\n스냅숏")
    accessible(report)
    accessible(page)
