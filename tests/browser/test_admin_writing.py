"""Tests in a real browser of writing a text: its toolbar, images, links by title, and the page beside the form."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import both_looks
from tests.editing.test_images import SVG, picture

LARGE, SMALL = (1600, 900), (1280, 800)
ENTRY = "restore-cloud-internal-error"


@pytest.fixture
def form(open_as: Callable[..., Page], administrator: str) -> Callable[..., Page]:
    """The page of an entry, as the link of its public page opens it."""

    def open_one(language: str = "ko", **options) -> Page:
        prefix = "/en" if language == "en" else ""
        page = open_as(administrator, "/admin/", **options)
        page.goto(f"{prefix}/errors/{ENTRY}/")
        page.locator(".edit-parts a[href*=resolution]").first.click()
        return page

    return open_one


def body(page: Page, language: str = "ko") -> Locator:
    return page.locator(f"#id_resolutions-0-body_{language}")


def tool(area: Locator, name: str) -> Locator:
    return area.locator("xpath=preceding-sibling::*[@role='toolbar']").locator(f"[data-tool={name}]")


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def test_an_image_of_50_mb_is_refused_before_it_is_sent_and_what_was_written_stays(
    open_as: Callable[..., Page], administrator: str, accessible, tmp_path: Path
) -> None:
    page = open_as(administrator, "/en/admin/troubleshoot/image/add/", size=SMALL)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    large = tmp_path / "large.png"
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50 * 1_048_576)
    page.fill("#id_description", "The settings")
    page.set_input_files("#id_file", large)
    page.click("[name=_save]")
    expect(page.get_by_role("alert")).to_have_text("This file is too large. An image may have 10 MB.")
    expect(page.locator("#id_file")).to_be_focused()
    accessible(page)
    page.set_input_files("#id_file", [file("small.png", picture())])
    expect(page.locator(".errornote")).to_be_hidden()
    assert "POST" not in sent
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_contain_text("The settings")


@both_looks
def test_an_image_a_link_and_a_command_are_written_by_toolbar_and_undone(
    form: Callable[..., Page], accessible, language: str, scheme: str
) -> None:
    page = form(language, scheme=scheme, size=SMALL)
    area = body(page, language)
    before = area.input_value()
    area.press("Control+End")
    accessible(page)

    tool(area, "image").click()
    page.set_input_files("#image-file", file("screen.png", SVG))
    page.fill("#image-description", "설정 화면")
    accessible(page)
    page.press("#image-description", "Enter")
    expect(page.locator("dialog [role=alert]")).to_contain_text("SVG")
    page.set_input_files("#image-file", file("screen.png", picture(size=(900, 500))))
    page.press("#image-description", "Enter")
    expect(area).to_have_value(re.compile(r"!\[설정 화면\]\(portal:image/[0-9a-f]{24}-800x444\)\n$"))
    expect(area).to_be_focused()
    page.keyboard.press("Control+z")
    expect(area).to_have_value(before)

    page.keyboard.press("Control+k")
    page.fill("#link-query", "Get-Nothing" if language == "en" else "없는 제목")
    expect(page.locator("dialog [role=status]")).not_to_be_empty()
    page.fill("#link-query", "320001")
    expect(page.locator("dialog .targets button")).to_have_count(1)
    accessible(page)
    page.keyboard.press("Enter")
    expect(area).to_have_value(re.compile(r"\]\(portal:error/vm-no-longer-exists\)$"))
    page.keyboard.press("Control+z")

    tool(area, "bold").focus()
    page.keyboard.press("ArrowRight")
    expect(tool(area, "steps")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(area).to_have_value(re.compile(r"```\n.+\n```\n$"))
    page.keyboard.type("Get-AzVM")
    expect(area).to_have_value(re.compile(r"```\nGet-AzVM\n```\n$"))


def test_lines_become_steps_and_plain_again(form: Callable[..., Page]) -> None:
    page = form(size=SMALL)
    area = body(page)
    area.fill("하나\n둘")
    area.press("Control+a")
    tool(area, "steps").click()
    expect(area).to_have_value("1. 하나\n2. 둘")
    tool(area, "list").click()
    expect(area).to_have_value("- 하나\n- 둘")
    tool(area, "list").click()
    expect(area).to_have_value("하나\n둘")
    tool(area, "note").click()
    expect(area).to_have_value("> 하나\n> 둘")


def test_the_page_stands_beside_the_form_unsaved_where_it_is_wide(form: Callable[..., Page], accessible, page) -> None:
    wide = form(size=LARGE)
    asked: list[str] = []
    wide.on("request", lambda request: asked.append(request.url) if request.url.endswith("/page/") else None)
    shown = wide.frame_locator(".page-preview iframe").locator("main")
    expect(shown.locator("h1")).to_be_visible()
    frame = wide.locator(".page-preview iframe").element_handle().content_frame()
    frame.wait_for_load_state()  # before, it may not be high enough to scroll
    frame.evaluate("window.isTheSame = true; document.scrollingElement.scrollTop = 200")
    body(wide).press("Control+End")
    wide.keyboard.type("\n\n저장하지 않은 글 [여기](portal:error/nothing)")
    expect(shown).to_contain_text("저장하지 않은 글 여기")
    assert frame.evaluate("window.isTheSame && document.scrollingElement.scrollTop") == 200
    accessible(wide)
    body(wide, "en").press("Control+End")
    wide.keyboard.type(" Not saved.")
    expect(shown).to_contain_text("Not saved.")
    assert any("/en/admin/" in address for address in asked)
    page.goto(f"/errors/{ENTRY}/")
    expect(page.locator("main")).not_to_contain_text("저장하지 않은 글")
    wide.get_by_role("button", name="페이지 숨기기").click()
    expect(wide.locator(".page-preview iframe")).to_be_hidden()
    wide.get_by_role("button", name="페이지 표시").click()
    wide.set_viewport_size({"width": 1280, "height": 800})
    expect(wide.locator(".page-preview")).to_be_hidden()
