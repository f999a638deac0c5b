"""Holds what every page has in common: languages, addresses, caching, and that it only reads."""

import re

import pytest

PAGES = ("/", "/search/", "/search/?q=VM", "/errors/", "/operations/backup/", "/document/")

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PAGES)
def address(request) -> str:
    return request.param


def test_a_page_has_one_heading_and_says_its_language(client, content, address, prefix, language):
    response = client.get(f"{prefix}{address}")
    page = response.content.decode()

    assert response.status_code == 200
    assert len(re.findall("<h1[ >]", page)) == 1
    assert f'<html lang="{language}">' in page


def test_a_page_names_itself_in_each_language(client, content, address):
    page = client.get(address).content.decode()

    assert f'<link rel="canonical" href="http://testserver{address}">' in page
    assert f'hreflang="en" href="http://testserver/en{address}">' in page


@pytest.mark.parametrize(
    ("address", "kind", "subject"),
    [
        ("/en/", "website", "Azure VM Backup Troubleshooting"),
        ("/en/operations/restore/", "website", "Restore: errors"),
        ("/en/errors/bitlocker-locked-drive/", "article", "Snapshot operation failed"),
        ("/en/wizards/vm-agent/", "website", "Install, update, and check the VM agent"),
    ],
)
def test_a_link_that_is_shared_has_a_card(client, content, address, kind, subject):
    page = client.get(address).content.decode()

    assert f'<meta property="og:type" content="{kind}">' in page
    assert f'<meta property="og:title" content="{subject}' in page
    assert page.count('property="og:description"') == page.count('property="og:image"') == 1


def test_the_description_of_an_entry_says_its_fix(client, content):
    page = client.get("/en/errors/bitlocker-locked-drive/").content.decode()

    assert re.search('<meta name="description" content="[^"]* Fix: Turn off BitLocker[^"]*"', page)


def test_the_language_switch_keeps_page_and_query(client, content, address):
    page = client.get(address).content.decode()
    back = client.get(f"/en{address}").content.decode()

    assert f'<a class="language" href="/en{address}"' in page
    assert f'<a class="language" href="{address}"' in back


def test_what_a_query_string_adds_without_meaning_is_not_canonical(client, content):
    page = client.get("/errors/?utm_source=mail&operation=backup&page=1").content.decode()

    assert '<link rel="canonical" href="http://testserver/errors/?operation=backup">' in page


def test_an_unchanged_page_is_not_sent_twice(client, content, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_a_correction_is_sent_at_once(client, make_entry):
    entry = make_entry()
    first = client.get(entry.get_absolute_url())
    entry.message_ko = "고친 메시지"
    entry.save()

    again = client.get(entry.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

    assert "고친 메시지" in again.content.decode()


def test_no_page_carries_script_or_style_of_its_own(client, content, address):
    page = client.get(address).content.decode()

    # What is data for search engines is run by no browser.
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\s(?:src=|type=\"application/ld\+json\"))", page)
