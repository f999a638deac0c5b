"""What the browser itself says about the pages: nothing refused by the policy, nothing fetched from elsewhere."""

import pytest

from tests.browser.conftest import fill_in

ADDRESSES = ("/", "/search/?q=BitLocker", "/errors/", "/document/", "/admin/login/", "/api/docs/", "/nowhere/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_no_other_server_and_breaks_no_policy(page, portal, prefix, address):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    path = address if address.startswith("/api/") else f"{prefix}{address}"
    page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((portal.url, "data:"))] == []


def test_the_admin_works_under_the_policy(page, administrator):
    page.goto("/admin/")
    fill_in(page, administrator)
    page.wait_for_url("**/admin/")
    page.goto("/admin/troubleshoot/errorentry/")
    page.click("#result_list tbody th a >> nth=0")
    page.wait_for_load_state("networkidle")
    assert page.locator("form#errorentry_form").count() == 1
