"""Tests in a real browser that content stays right: restored as chosen, in both languages, changed many at a time."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.admin.test_korean import BROKEN
from tests.browser.conftest import both_looks

WIDE, TABLET = (1280, 800), (834, 1112)
SIZES = pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
LIST = "/en/admin/troubleshoot/errorentry/"
RESTORED, TRANSLATED = "subnet-does-not-exist", "endpoint-limit-reached"
# The words that stand in two entries, and what the test has them say.
FOUND, WRITTEN, KEYS = "reserved IP", "fixed IP", ("restore-cloud-internal-error", "reserved-ip-mismatch")
# What the administration itself says, not its content.
CHROME = (
    "#header, #nav-sidebar, label, .help, .submit-row, .object-tools, #changelist-filter h2, .action-counter, thead"
)


def open_entry(page: Page, key: str) -> str:
    page.goto(f"{LIST}?q={key}")
    page.click("#result_list tbody th a")
    return page.url.partition("?")[0]


def save(page: Page, **texts: str) -> None:
    for name, text in texts.items():
        page.fill(f"#id_{name}", text)
    page.click(".submit-row [name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()


@SIZES
def test_the_revision_that_was_chosen_is_restored_and_readers_see_it_at_once(
    open_as: Callable[..., Page], importer: str, page: Page, size: tuple[int, int]
) -> None:
    def readers_see(words: str) -> None:
        page.goto(f"/en/errors/{RESTORED}/")
        expect(page.locator("main")).to_contain_text(words)

    editor = open_as(importer, "/en/admin/", size=size)
    form = open_entry(editor, RESTORED)
    before = editor.input_value("#id_message_en")
    save(editor, message_en=f"The older words, {size[0]}.")
    save(editor, message_en=f"The newer words, {size[0]}.")
    readers_see("The newer words")

    # Compared in either direction, the older of the two is what is offered.
    editor.click(".historylink")
    editor.locator("[name=before]").nth(0).check()
    editor.locator("[name=after]").nth(1).check()
    editor.click(".submit-row [type=submit]")
    expect(editor.locator(".pieces ins")).to_contain_text("newer")
    offer = editor.locator("form[method=post]:has(.submit-row)")
    expect(offer).to_contain_text("Readers see it at once.")
    offer.locator("[type=submit]").click()
    expect(editor.locator(".messagelist .success")).to_be_visible()
    expect(editor.locator("#id_message_en")).to_have_value(f"The older words, {size[0]}.")
    readers_see("The older words")

    # Of one revision alone the whole text is shown before it is restored.
    editor.goto(form.replace("/change/", "/history/"))
    editor.click("#change-history tbody tr:last-child th a")
    expect(editor.locator("#content")).to_contain_text("as a whole")
    editor.click("form[method=post] .submit-row [type=submit]")
    expect(editor.locator("#id_message_en")).to_have_value(before)


@SIZES
def test_english_that_is_still_right_is_confirmed_by_one_click_or_while_saving(
    open_as: Callable[..., Page], importer: str, size: tuple[int, int]
) -> None:
    page = open_as(importer, "/en/admin/", size=size)

    def waits() -> int:
        page.goto("/en/admin/")
        found = page.locator(".waits a:has-text('English older than the Korean') strong")
        return int(found.inner_text()) if found.count() else 0

    begun = waits()
    form = open_entry(page, TRANSLATED)
    before = page.input_value("#id_message_ko")
    save(page, message_ko=f"{before} ({size[0]})")
    expect(page.locator(".advice")).to_contain_text("English older than the Korean (message)")
    assert waits() == begun + 1
    page.click(".waits a:has-text('English older than the Korean')")
    row = page.locator(f"#result_list tr:has-text('{TRANSLATED}')")
    expect(row.locator(".field-translation_state")).to_have_text("English older than the Korean: 1")
    row.locator("th a").click()
    page.get_by_role("button", name="The English is still right").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(".advice")).to_have_count(0)
    assert waits() == begun
    page.goto(form.replace("/change/", "/history/"))
    expect(page.locator("#change-history tbody tr").first).to_contain_text("English confirmed")

    page.goto(form)
    page.check("#id_english_is_right")
    save(page, message_ko=before)
    expect(page.locator(".advice")).to_have_count(0)
    assert waits() == begun


def test_a_command_is_changed_in_both_languages_where_that_is_asked_for(
    open_as: Callable[..., Page], importer: str, page: Page
) -> None:
    editor = open_as(importer, "/en/admin/", size=WIDE)
    open_entry(editor, KEYS[0])
    korean, english = (editor.locator(f"#id_resolutions-0-body_{language}") for language in ("ko", "en"))
    expect(english).to_have_value(re.compile("-Slot "))
    older = editor.locator(".advice li:has-text('English older')")
    before = older.count()  # other tests may have left some
    for was, now in (("-Slot ", "-Place "), ("-Place ", "-Slot ")):
        editor.check("#id_both_languages")
        save(editor, **{"resolutions-0-body_ko": korean.input_value().replace(was, now)})
        expect(english).to_have_value(re.compile(now))
        expect(older).to_have_count(before)
        page.goto(f"/en/errors/{KEYS[0]}/")
        expect(page.locator("main pre").first).to_contain_text(now)


@SIZES
def test_many_are_found_changed_published_and_moved_back_at_once(
    open_as: Callable[..., Page], importer: str, page: Page, size: tuple[int, int]
) -> None:
    editor = open_as(importer, "/en/admin/", size=size)

    def in_bulk(action: str, state: str, *keys: str) -> None:
        editor.goto(f"{LIST}?state={state}")
        for key in keys:
            editor.check(f"#result_list tr:has-text('{key}') .action-select")
        if not keys:
            editor.check("#action-toggle")
        editor.select_option("[name=action]", action)
        editor.click("button[name=index]")
        editor.click(".submit-row [type=submit]")
        expect(editor.locator(".messagelist .success")).to_be_visible()

    def replaced(find: str, replace: str) -> None:
        editor.goto(f'{LIST}?q="{find}"')
        expect(editor.locator("#result_list tbody tr")).to_have_count(len(KEYS))
        editor.click(".object-tools a:has-text('Find and replace')")
        editor.fill("[name=find]", find)
        editor.fill("[name=replace]", replace)
        editor.click("form[method=get] [type=submit]")
        expect(editor.locator(".replaced")).to_have_count(len(KEYS))
        expect(editor.locator(".pieces ins").first).to_be_visible()
        editor.click(".submit-row [type=submit]")
        expect(editor.locator("#result_list tbody tr")).to_have_count(len(KEYS))
        page.goto(f"/en/errors/{KEYS[1]}/")
        expect(page.locator("h1")).not_to_contain_text(replace)
        in_bulk("publish_entries", "proposals")
        page.reload()
        expect(page.locator("h1")).to_contain_text(replace)

    replaced(FOUND, WRITTEN)
    replaced(WRITTEN, FOUND)
    in_bulk("archive_entries", "published", KEYS[1])
    assert page.goto(f"/en/errors/{KEYS[1]}/").status == 410
    in_bulk("unarchive_entries", "archived", KEYS[1])
    assert page.goto(f"/en/errors/{KEYS[1]}/").status == 200


def test_what_depends_on_an_entry_is_told_before_it_goes(open_as: Callable[..., Page], importer: str) -> None:
    page = open_as(importer, "/en/admin/", size=TABLET)
    open_entry(page, "vm-agent-missing")
    for move in ("Archive", "Rename"):
        page.click(f".moves a:has-text('{move}')")
        expect(page.locator(".collision")).to_contain_text("pages depend on this one")
        page.click(".submit-row .closelink")


@both_looks
def test_the_administration_speaks_each_language_as_it_is_written(
    open_as: Callable[..., Page], importer: str, language: str, scheme: str
) -> None:
    before = "/en" if language == "en" else ""
    page = open_as(importer, "/admin/", scheme=scheme, size=WIDE if language == "ko" else TABLET)
    entry = f"{before}/admin/troubleshoot/errorentry/"
    page.goto(entry)
    page.check("#result_list tbody .action-select >> nth=0")
    counted = page.locator(".action-counter")
    expect(counted).to_have_text(re.compile("개 중 1개 선택됨" if language == "ko" else "^1 of [0-9]+ selected$"))
    change = page.get_attribute("#result_list tbody th a", "href").partition("?")[0]
    rest = ("history", "archive", "rename")
    addresses = [
        entry,
        *(f"{entry}{name}/" for name in ("add", "replace", "import", "export")),
        *(change.replace("change", name) for name in ("change", *rest)),
        *(f"{before}/admin/troubleshoot/{name}/" for name in ("flow", "querylog", "verdict", "revision", "image")),
        *(f"{before}/admin/{name}/" for name in ("reports", "reports/unreviewed", "account", "password_change")),
    ]
    for address in addresses:
        page.goto(address)
        if language == "ko":
            said = page.inner_text("body")
            assert not (found := BROKEN.search(said)), (address, found)
        else:
            said = " ".join(page.locator(CHROME).all_inner_texts()).replace("한국어", "")
            assert not (found := re.search("[가-힣]+", said)), (address, found)
