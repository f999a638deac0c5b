"""Tests in a real browser of an account: a second factor is set up and asked for, and a session elsewhere is ended."""

import base64
import time
from collections.abc import Callable

from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.browser import conftest
from tests.browser.conftest import LOOKS


def code_of(secret: str, steps: int = 0) -> str:
    totp = TOTP(base64.b32decode(secret))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06}"


def signed_in(page: Page, name: str, code: str = "") -> None:
    page.goto("/en/admin/")
    page.fill("#id_code", code)
    conftest.fill_in(page, name)


def test_a_second_factor_is_set_up_and_then_asked_for_and_a_session_elsewhere_is_ended(
    open_context, member: Callable[..., str], accessible
) -> None:
    name = member("author", "careful")
    here, elsewhere = open_context().new_page(), open_context().new_page()
    for page in (elsewhere, here):
        signed_in(page, name)
        expect(page.locator("#user-tools")).to_be_visible()
    here.click("#user-tools a:has-text('My account')")
    accessible(here, LOOKS)
    here.get_by_role("button", name="Sign out", exact=True).last.click()
    expect(here.locator(".messagelist")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.locator("#id_username")).to_be_visible()

    here.click("button[value=begin]")
    expect(here.locator("img[src^='data:image/svg']")).to_be_visible()
    secret = here.inner_text(".account li > code")
    accessible(here, LOOKS)
    here.fill("#code", code_of(secret))
    here.click("button[value=confirm]")
    recovery = here.locator(".codes code").all_inner_texts()
    assert len(recovery) == 10
    accessible(here, LOOKS)

    signed_in(elsewhere, name)
    expect(elsewhere.locator("[role=alert]")).to_contain_text("Enter the code")
    accessible(elsewhere, LOOKS)
    signed_in(elsewhere, name, recovery[0])
    expect(elsewhere.locator("#user-tools")).to_be_visible()
