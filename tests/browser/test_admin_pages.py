"""Tests in a real browser of every page of the administration, accessible and whole, and the three groups' ways."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.conftest import COLOURS_CHANGE_AT_ONCE

WIDE, TABLET = (1280, 800), (834, 1112)
SIZES = pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
WORK = """
from uuid import uuid4
from troubleshoot.models import QueryLog, Verdict
if not QueryLog.objects.filter(query="브라우저에서 찾은 것").exists():
    QueryLog.objects.create(search=uuid4(), query="브라우저에서 찾은 것", language="ko", results=0)
    Verdict.objects.create(kind="error", key="vm-no-longer-exists", solved=False, comment="여전히 안 됩니다")
"""
# A row of each kind, small ones, since axe takes as long as a page is; and changes of them that wait for their review.
ROWS = """
import json
from uuid import uuid4
from django.contrib.auth.models import User
from django.utils import timezone
from tests.editing.test_images import picture
from tests.flows import make_flow
from troubleshoot.editing import comments, images, publishing, revisions
from troubleshoot.models import *
writer = User.objects.get(username="writer")
entry = ErrorEntry.objects.get(key="reserved-ip-mismatch")
texts = revisions.content_of(entry, numbered=True) | {"cause_ko": "[x](portal:error/gone)"}
changed = publishing.submit(publishing.propose(entry, user=writer, content=texts), user=writer)
comments.say(changed, "왜?", user=writer, about="원인 (한국어)")
comments.resolve(changed, comments.say(changed, "끝", user=writer).pk, user=writer)
flow = make_flow("looked-at", order=90)
wizard = publishing.propose(flow, user=writer)
wizard.steps.filter(key="install").update(title_ko="다른 제목")
step = wizard.steps.get(key="version")
group = SynonymGroup.objects.create(key="looked-at", terms="하나\\n둘")
image = images.taken_in(picture(), name="a.png", media_type="image/png", description="빈 화면", width=400)
search = QueryLog.objects.create(search=uuid4(), query="찾아본 것", language="ko", results=0)
answer = Verdict.objects.create(kind="error", key=entry.key, solved=False, comment="안 됩니다")
visits = StepCount.objects.create(day=timezone.localdate(), flow="looked-at", step="os", seen=9, went_on=6)
token = ApiToken(name="looked-at", user=writer)
ApiToken.objects.issue(token)
operation = entry.operation
rows = dict(
    entry=entry, changed=changed, flow=flow, wizard=wizard, step=step, group=group, image=image, search=search,
    answer=answer, visits=visits, token=token, operation=operation, section=operation.section, user=writer,
    document=operation.section.document, product=operation.section.document.product,
    revision=Revision.objects.first(),
)
print(json.dumps({name: str(row.pk) for name, row in rows.items()}))
"""
GONE = """
from troubleshoot.models import *
Flow.with_proposals.filter(proposal_for__key="looked-at").delete()
Flow.objects.filter(key="looked-at").delete()
ErrorEntry._default_manager.filter(proposal_for__key="reserved-ip-mismatch").delete()
SynonymGroup.objects.filter(key="looked-at").delete()
QueryLog.objects.filter(query="찾아본 것").delete()
StepCount.objects.filter(flow="looked-at").delete()
ApiToken.objects.filter(name="looked-at").delete()
Image.objects.filter(description="빈 화면").delete()
"""
# The pages that are looked at here, by the names of their addresses, each with the row that it is of.
PAGES = {
    "password_change": "",
    **{f"{model._meta.app_label}_{model._meta.model_name}_changelist": "" for model in admin.site._registry},
    "troubleshoot_errorentry_add": "",
    "troubleshoot_errorentry_publish": "changed",
    "troubleshoot_errorentry_talk": "changed",
    "troubleshoot_errorentry_plan": "changed",
    "troubleshoot_errorentry_archive": "entry",
    "troubleshoot_errorentry_rename": "entry",
    "troubleshoot_flow_add": "",
    "troubleshoot_step_add": "",
    "troubleshoot_synonymgroup_change": "group",
    "troubleshoot_synonymgroup_delete": "group",
    "troubleshoot_product_change": "product",
    "troubleshoot_document_change": "document",
    "troubleshoot_section_change": "section",
    "troubleshoot_operation_add": "",
    "troubleshoot_operation_change": "operation",
    "troubleshoot_image_add": "",
    "troubleshoot_image_change": "image",
    "troubleshoot_verdict_change": "answer",
    "troubleshoot_querylog_change": "search",
    "troubleshoot_stepcount_change": "visits",
    "troubleshoot_revision_change": "revision",
    "troubleshoot_apitoken_add": "",
    "troubleshoot_apitoken_change": "token",
    "auth_user_add": "",
    "auth_user_change": "user",
}
# Axe takes as long as a list is, whose rows are alike.
ASKED = {
    "troubleshoot_errorentry_changelist": "q=reserved-ip-mismatch",
    "troubleshoot_synonymgroup_changelist": "q=스냅숏",
    "troubleshoot_step_changelist": "q=install",
    "troubleshoot_step_add": "flow={wizard}",
}
# What other tests look at, by a name or by what it ends with: a page that is alike for every kind of row.
ELSEWHERE = {
    "account": "test_admin_account",
    "login": "test_admin_account",
    "choose_password": "test_admin_desk",
    "forgotten_password": "test_admin_desk",
    "link": "test_admin_desk",
    "history": "test_admin_desk",
    "compare": "test_admin_desk",
    "replace": "test_admin_desk",
    "errorentry_change": "test_admin_desk",
    "index": "test_admin_desk",
    "flow_change": "test_admin_wizards",
    "flow_publish": "test_admin_wizards",
    "step_change": "test_admin_wizards",
    "rehearsal": "test_admin_comfort",
    "import": "test_import",
    "process_import": "test_import",
    "export": "test_import",
    "document_import": "test_uploads",
    "import_preview": "test_uploads",
    "import_row": "test_uploads",
    "import_document": "test_uploads",
    **dict.fromkeys(("overview", "failed", "searches", "solved", "comments"), "test_reports"),
    **dict.fromkeys(("unreviewed", "doubles", "wizards", "group", "add_alias", "add_synonym"), "test_reports"),
}
# Alike for every kind of row, and looked at with one of them: forms for a new one, questions before it is deleted,
# and before a page takes its next step.
ONCE = {"add", "delete", "submit", "send-back", "withdraw", "reviewed", "archive", "unarchive", "discard"}
ONCE |= {"talk", "plan", "unplan"}
# What answers no page: files, rows for scripts, what is only sent to, addresses that lead on.
NO_PAGE = {
    *("logout", "password_change_done", "autocomplete", "jsi18n", "view_on_site", "app_list", "factor", "sessions"),
    *("english", "restore", "preview", "page", "page_new", "upload", "targets", "import_approve", "import_again"),
    *("begin_entry", "try_alias", "try_synonym", "mark", "handle", "tell_apart", "csv", "open"),
}
FRAME = ("#header", "#nav-sidebar", "#toggle-nav-sidebar")
# Texts are written without colours, and all pages have theirs from one style sheet: these show what no other test of
# the dark look does.
COLOURED = {
    "troubleshoot_flow_change": "wizard",
    "troubleshoot_flow_publish": "wizard",
    "troubleshoot_synonymgroup_delete": "group",
    "troubleshoot_verdict_changelist": "",
    "auth_user_change": "user",
}
COLOUR_RULES = ("color-contrast", "link-in-text-block")
ROLES = {
    "author": {"troubleshoot_errorentry_change": "entry", "troubleshoot_flow_change": "flow"},
    "analyst": {"troubleshoot_errorentry_change": "changed"},
}


@pytest.fixture(scope="module")
def _work(python: Callable[[str], str]) -> None:
    """What readers searched for and answered."""
    python(WORK)


@pytest.fixture(scope="module")
def numbers(python: Callable[[str], str], member: Callable[..., str]) -> Iterator[dict[str, str]]:
    """The primary keys of a row of each kind."""
    member("author", "writer")
    yield json.loads(python(ROWS))
    python(GONE)


def address(name: str, row: str, numbers: dict[str, str], language: str = "ko") -> str:
    with override(language):
        page = reverse(f"admin:{name}", args=[numbers[row]] if row else [])
    return f"{page}?{ASKED.get(name, '').format(**numbers)}"


def names_of_pages(patterns: list, prefix: str = "") -> Iterator[str]:
    for one in patterns:
        route = prefix + str(one.pattern)
        if not isinstance(one, URLPattern):
            yield from names_of_pages(one.url_patterns, route)
        elif one.name and route.startswith("admin/"):
            yield one.name


def hrefs(page: Page, selector: str) -> list[str]:
    return page.locator(selector).evaluate_all("links => links.map(link => link.getAttribute('href'))")


def is_named(name: str, names: object) -> bool:
    """Whether a name, or one that it ends with, is among these."""
    parts = name.split("_")
    return any("_".join(parts[start:]) in names for start in range(len(parts)))


def whole(page: Page) -> bool:
    """Whether nothing stands out to the right, neither of the page nor of a table on it."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth"
        " && [...document.querySelectorAll('#result_list')]"
        ".every(one => one.getBoundingClientRect().right <= innerWidth)"
    )


def test_no_page_of_the_administration_is_forgotten() -> None:
    names = set(names_of_pages(get_resolver().url_patterns))
    assert len(names) > 150
    assert PAGES.keys() <= names
    assert [name for name in sorted(names - PAGES.keys()) if not is_named(name, {*ELSEWHERE, *ONCE, *NO_PAGE})] == []
    for other in set(ELSEWHERE.values()):
        assert "accessible(" in Path(__file__).with_name(f"{other}.py").read_text()


def test_every_page_is_accessible_and_whole(
    open_as: Callable[..., Page], administrator: str, accessible, numbers: dict[str, str]
) -> None:
    page = open_as(administrator, "/admin/", size=WIDE)
    page.add_init_script(AXE_SCRIPT)  # which then is read once for all pages
    for name, row in PAGES.items():
        answer = page.goto(address(name, row, numbers))
        assert (answer.status, name) == (200, name)
        accessible(page, without=FRAME)
        for width, height in (WIDE, TABLET):
            page.set_viewport_size({"width": width, "height": height})
            assert whole(page), (width, page.url)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        assert "/admin/troubleshoot/" not in hrefs(page, ".breadcrumbs a"), page.url


def test_on_a_tablet_every_page_has_the_navigation_folded_in_its_header(
    open_as: Callable[..., Page], importer: str, accessible
) -> None:
    page = open_as(importer, "/en/admin/troubleshoot/revision/", size=TABLET, has_touch=True)
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()
    page.locator("#open-menu").press("Enter")
    accessible(page, (("light", TABLET), ("dark", TABLET)))
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.tap("#open-menu")
    menu.get_by_role("link", name="Find and replace").tap()
    page.wait_for_url("**/errorentry/replace/")
    page.tap("#open-menu")
    expect(menu.locator("[aria-current]")).to_have_text("Find and replace")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    expect(menu).to_be_hidden()
    expect(page.locator("#nav-sidebar [aria-current]")).to_have_text("Find and replace")


@pytest.mark.parametrize("role", ROLES)
def test_what_each_group_sees_is_accessible_too(
    open_as: Callable[..., Page], member: Callable[..., str], accessible, numbers: dict[str, str], role: str
) -> None:
    page = open_as(member(role, {"author": "writer", "analyst": "reader"}[role]), "/admin/", size=WIDE)
    for name, row in ROLES[role].items():
        assert page.goto(address(name, row, numbers)).status == 200
        accessible(page, without=FRAME)


def test_colours_can_be_told_in_the_dark_and_english_is_whole(
    open_as: Callable[..., Page], administrator: str, accessible, numbers: dict[str, str]
) -> None:
    page = open_as(administrator, "/en/admin/", scheme="dark", size=TABLET)
    for name, row in COLOURED.items():
        page.goto(address(name, row, numbers, "en"))
        page.evaluate(COLOURS_CHANGE_AT_ONCE)
        accessible(page, without=FRAME, rules=COLOUR_RULES)
        assert whole(page), page.url


def test_pages_end_with_what_leads_away_and_buttons_stand_level(
    open_as: Callable[..., Page], administrator: str, numbers: dict[str, str]
) -> None:
    page = open_as(administrator, "/admin/", size=WIDE)
    latest, todo = page.locator("#content-related"), page.locator(".waits")
    assert latest.bounding_box()["y"] == todo.bounding_box()["y"]
    for name, row in {"troubleshoot_verdict_change": "answer", "troubleshoot_querylog_change": "search"}.items():
        page.goto(address(name, row, numbers))
        assert page.locator(".submit-row").bounding_box()["y"] > page.locator("#handle").bounding_box()["y"]
    for name, row in {"auth_user_change": "user", "troubleshoot_errorentry_archive": "entry"}.items():
        page.goto(address(name, row, numbers))
        boxes = [one.bounding_box() for one in page.locator(".submit-row > :is(input, button, a)").all()]
        assert len(boxes) > 1
        assert len({(one["y"], one["height"]) for one in boxes}) == 1, (name, boxes)


@pytest.mark.usefixtures("_work")
@SIZES
def test_an_editor_gives_a_search_to_somebody_and_ticks_an_answer_off(
    open_as: Callable[..., Page], importer: str, size: tuple[int, int]
) -> None:
    page = open_as(importer, "/en/admin/", size=size)
    page.click("a:has-text('searches this week with no result opened')")
    page.click("table a:has-text('브라우저에서 찾은 것')")
    page.select_option("#handle_person", label=importer)
    page.get_by_role("button", name="Assign", exact=True).click()
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
