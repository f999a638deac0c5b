"""What the browser itself says of the pages: nothing refused by the policy, nothing from elsewhere, little fetched."""

import pytest
from playwright.sync_api import Request

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


@pytest.mark.parametrize("address", ["/", "/search/?q=BitLocker", "/errors/restore-cloud-internal-error/"])
def test_a_first_visit_takes_six_requests_at_most_and_fetches_little(page, address):
    answered: list[Request] = []

    def note(request: Request) -> None:
        answered.append(request)

    page.on("requestfinished", note)
    page.goto(address, wait_until="networkidle")

    assert 1 < len(answered) <= 6, [request.url for request in answered]
    sizes = [request.sizes() for request in answered]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 60_000
