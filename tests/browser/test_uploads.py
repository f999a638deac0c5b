"""An editor uploads documents in a real browser: progress goes by itself, a row is corrected, the rest is approved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS

LIST = "/en/admin/troubleshoot/document/"
ROUTER = """# Troubleshoot the router

| Error code | Message | Cause | Resolution |
| --- | --- | --- | --- |
| RouterTimeout | The router did not answer. | It sleeps. | Wake it. |
| RouterPort | 8080 | A port. | None. |
"""


@pytest.fixture
def admin(open_as: Callable[..., Page], importer: str) -> Page:
    return open_as(importer, LIST)


def test_a_document_is_uploaded_corrected_and_published(admin: Page, accessible, tmp_path) -> None:
    path = tmp_path / "router.md"
    path.write_text(ROUTER, encoding="utf-8")
    admin.click("#content a:has-text('Import documents')")
    accessible(admin, LOOKS)
    admin.set_input_files("#id_documents", path)
    admin.click("text=Upload and read")
    expect(admin.locator("h1", has_text="What the documents change")).to_be_visible()
    row = admin.locator(".upload-row", has_text="8080")
    row.locator("button", has_text="This is no error").click()
    expect(admin.locator(".upload-tabs")).to_contain_text("Corrected 1")
    accessible(admin, LOOKS)
    admin.locator(".upload-row", has_text="The router did not answer.").locator("text=Correct message").click()
    accessible(admin, LOOKS)
    admin.fill("#id_message", "The router is silent.")
    admin.click("text=Save")
    admin.click("text=Import and publish")
    expect(admin.locator("#content [role=status]", has_text="Entries made: 1")).to_be_visible()
    admin.goto("/en/search/?q=RouterTimeout")
    expect(admin.locator("main")).to_contain_text("The router is silent")
