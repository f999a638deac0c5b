"""An editor brings a file in a real browser: sees what it changes, confirms, and is told which row is broken."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS

LIST = "/en/admin/troubleshoot/errorentry/"


@pytest.fixture
def admin(open_as: Callable[..., Page], importer: str) -> Page:
    return open_as(importer, LIST)


def choose(page: Page, path: Path, kind: str = "Entries") -> None:
    page.goto(f"{LIST}import/")
    page.select_option("#id_kind", kind)
    page.set_input_files("#id_file", path)
    page.click("text=Preview the changes")
    page.wait_for_load_state()


def test_an_editor_imports_a_csv_after_a_look_at_what_it_changes(admin: Page, accessible, tmp_path) -> None:
    text = "스크린 꺼짐"
    path = tmp_path / "codes.csv"
    path.write_bytes(f"entry,kind,text_ko,text_en\nvm-no-longer-exists,message,{text},Screen\n".encode("cp949"))
    admin.click(".import_link")
    admin.wait_for_url("**/import/")
    accessible(admin, LOOKS)
    choose(admin, path, "Aliases")
    expect(admin.locator("h1", has_text="What the file changes")).to_be_visible()
    expect(admin.locator(".import-row ins", has_text=text)).to_be_visible()
    accessible(admin, LOOKS)
    admin.click("text=Import everything")
    expect(admin.locator(".messagelist")).to_contain_text("1 row is new")
    admin.goto(f"/search/?q={text}")
    expect(admin.locator("main")).to_contain_text("VM이 더 이상 존재하지 않기 때문에")


def test_a_broken_row_is_named_by_its_row_and_nothing_is_imported(admin: Page, accessible, tmp_path) -> None:
    path = tmp_path / "entries.csv"
    path.write_text('key,operation,message_ko\nfine,backup,"두\n줄"\nbroken,nowhere,오류\n', encoding="utf-8")
    choose(admin, path)
    problem = admin.locator(".import-problems tbody tr")
    expect(problem).to_contain_text(["Row 3 (line 4)"])
    expect(problem).to_contain_text(["Nothing has the key “nowhere”."])
    accessible(admin, LOOKS)
    admin.goto(f"{LIST}?q=fine&state=all")
    expect(admin.locator("#result_list tbody tr")).to_have_count(0)


def test_the_list_is_exported_as_a_file(admin: Page, accessible) -> None:
    admin.goto(f"{LIST}?q=vm-no-longer-exists")
    admin.click(".export_link")
    admin.wait_for_url("**/export/**")
    accessible(admin, LOOKS)
    with admin.expect_download() as download:
        admin.click(".submit-row [type=submit]")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_several_entries_are_marked_as_reviewed(admin: Page, accessible) -> None:
    admin.goto(f"{LIST}?q=vm-")
    for place in (0, 1):
        admin.locator("#result_list .action-select").nth(place).check()
    admin.select_option("[name=action]", "mark_entries_reviewed")
    admin.click("button[name=index]")
    expect(admin.locator("#content li a")).to_have_count(2)
    accessible(admin, LOOKS)
    admin.click("text=Mark as reviewed")
    expect(admin.locator(".messagelist")).to_contain_text("2 marked as reviewed.")


def test_an_operation_is_chosen_by_typing_for_several(admin: Page, accessible) -> None:
    admin.goto(f"{LIST}?q=vm-no-longer-exists")
    admin.locator("#result_list .action-select").first.check()
    admin.select_option("[name=action]", "assign_operation")
    admin.click("button[name=index]")
    admin.click(".select2-selection")
    admin.fill(".select2-search__field", "Backup")
    admin.click(".select2-results__option:has-text('Backup')")
    accessible(admin, LOOKS)
    admin.click(".submit-row [type=submit]")
    expect(admin.locator(".messagelist")).to_contain_text("already")
