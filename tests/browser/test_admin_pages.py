"""Tests in a real browser of every page that an editor sees, accessible and whole, and the three groups' ways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import both_looks

WIDE, TABLET = (1280, 800), (834, 1112)
SIZES = pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
CONTENT = ("errorentry", "flow", "synonymgroup", "product", "document", "section", "operation")
LISTS = (*CONTENT, "image", "verdict", "querylog", "revision")
REPORTS = ("", "failed/", "searches/", "solved/", "comments/", "unreviewed/", "doubles/", "wizards/")
OF_ENTRY = ("change", "history", "archive", "rename", "reviewed")
WORK = """
from uuid import uuid4
from troubleshoot.models import QueryLog, Verdict
if not QueryLog.objects.filter(query="브라우저에서 찾은 것").exists():
    QueryLog.objects.create(search=uuid4(), query="브라우저에서 찾은 것", language="ko", results=0)
    Verdict.objects.create(kind="error", key="vm-no-longer-exists", solved=False, comment="여전히 안 됩니다")
"""


@pytest.fixture(scope="module")
def _work(python: Callable[[str], str]) -> None:
    """What readers searched for and answered."""
    python(WORK)


def whole(page: Page) -> bool:
    """Whether nothing stands out to the right, neither of the page nor of a table on it."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth"
        " && [...document.querySelectorAll('#result_list')]"
        ".every(one => one.getBoundingClientRect().right <= innerWidth)"
    )


@pytest.mark.usefixtures("_work")
@both_looks
def test_every_page_that_an_editor_sees_is_accessible_and_whole(
    open_as: Callable[..., Page], importer: str, accessible, language: str, scheme: str
) -> None:
    page = open_as(importer, "/admin/", scheme=scheme, size=WIDE if language == "ko" else TABLET)
    admin = "/en/admin" if language == "en" else "/admin"
    content = f"{admin}/troubleshoot"
    page.goto(f"{content}/errorentry/?q=vm-no-longer-exists")
    entry = page.get_attribute("#result_list tbody th a", "href").partition("/change/")[0]
    addresses = [
        f"{admin}/",
        f"{admin}/account/",
        f"{admin}/password_change/",
        *(f"{content}/{name}/" for name in LISTS),
        *(f"{content}/{name}/add/" for name in (*CONTENT, "image") if name != "document"),
        *(f"{admin}/reports/{name}" for name in REPORTS),
        *(f"{entry}/{name}/" for name in OF_ENTRY),
        *(f"{content}/errorentry/{name}/" for name in ("import", "export", "replace")),
        f"{content}/document/import/",
    ]
    for address in addresses:
        answer = page.goto(address)
        assert (answer.status, address) == (200, address)
        accessible(page)
        assert whole(page), address


@pytest.mark.usefixtures("_work")
@SIZES
def test_an_editor_gives_a_search_to_somebody_and_ticks_an_answer_off(
    open_as: Callable[..., Page], importer: str, size: tuple[int, int]
) -> None:
    page = open_as(importer, "/en/admin/", size=size)
    page.click("a:has-text('searches this week with no result opened')")
    page.click("table a:has-text('브라우저에서 찾은 것')")
    page.select_option("#handle_person", label=importer)
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Assigned to: {importer}")
    page.goto("/en/admin/")
    page.click("a:has-text('searches assigned to you')")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.goto("/en/admin/")
    page.click("a:has-text('answers to handle')")
    row = page.locator("#result_list tr:has-text('여전히 안 됩니다')")
    row.locator("input").check()
    page.select_option("[name=action]", "settle")
    page.click("button[name=index]")
    expect(page.locator(".messagelist")).to_contain_text("handled")
    expect(row).to_have_count(0)
    page.goto("/en/admin/troubleshoot/verdict/?done=yes")
    row.locator("input").check()
    page.select_option("[name=action]", "reopen")
    page.click("button[name=index]")
    expect(page.locator(".messagelist")).to_contain_text("open again")


@SIZES
def test_an_author_begins_an_entry_is_told_what_is_missing_and_submits_it(
    open_as: Callable[..., Page], member: Callable[..., str], size: tuple[int, int]
) -> None:
    page = open_as(member("author", "writer"), "/en/admin/", size=size)
    page.click("#content a[href$='/errorentry/add/']")
    page.fill("#id_message_en", f"Begun at {size[0]}")
    page.fill("#id_message_ko", f"{size[0]}에서 시작함")
    page.click("[name=_submit]")
    expect(page.locator(".named-errors a")).to_be_focused()
    page.click(".field-operation .select2-selection")
    page.fill(".select2-search__field", "Restore")
    page.click(".select2-results__option:has-text('Restore')")
    page.click("[name=_submit]")
    expect(page.locator(".entry-state")).to_contain_text("in review")
    page.click(".moves a:has-text('Withdraw')")
    page.click(".submit-row [type=submit]")
    page.click(".moves a:has-text('Discard')")
    page.click(".submit-row [type=submit]")
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.usefixtures("_work")
@SIZES
def test_an_analyst_reads_reports_and_answers_and_changes_nothing(
    open_as: Callable[..., Page], member: Callable[..., str], size: tuple[int, int]
) -> None:
    page = open_as(member("analyst", "reader"), "/en/admin/", size=size)
    page.click("a:has-text('searches this week with no result opened')")
    page.click("table a:has-text('브라우저에서 찾은 것')")
    expect(page.locator("#handle")).to_have_count(0)
    expect(page.locator(".report-act")).to_have_count(0)
    page.goto("/en/admin/troubleshoot/verdict/")
    expect(page.locator("[name=action] option[value=settle]")).to_have_count(0)
    page.goto("/en/admin/troubleshoot/errorentry/?q=vm-no-longer-exists")
    page.click("#result_list tbody th a")
    expect(page.locator("#content textarea")).to_have_count(0)
    expect(page.locator(".submit-row [type=submit]")).to_have_count(0)


def test_what_a_reader_wrote_of_themselves_is_masked_where_staff_read_it(
    open_as: Callable[..., Page], open_page, administrator: str
) -> None:
    reader = open_page("/en/errors/job-cancel-failed/")
    said = "홍길동 900101-1234567 카드 4111-1111-1111-1111 전화 02-345-6789 hong@corp.co.kr"
    asked = reader.locator(".verdict").first
    asked.get_by_role("button", name="No", exact=True).click()
    asked.get_by_role("textbox").fill(said)
    asked.get_by_role("button", name="Send the comment").click()
    expect(asked.get_by_role("textbox")).to_have_value("")
    page = open_as(administrator, "/admin/troubleshoot/verdict/?comment=yes")
    row = page.locator("#result_list tr:has-text('job-cancel-failed')").first
    expect(row).to_be_visible()
    for secret in ("900101-1234567", "4111-1111-1111-1111", "02-345-6789", "hong@corp.co.kr"):
        expect(row).not_to_contain_text(secret)
