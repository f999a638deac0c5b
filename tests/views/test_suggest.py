"""Holds what a search box on another page shows, and suggestions in the format that browsers ask for."""

import pytest

from tests.views.test_search import LIVE

pytestmark = pytest.mark.django_db

ADDRESS = "/search/suggest/"


@pytest.fixture
def bitlocker(make_entry):
    return make_entry(message_ko="BitLocker 드라이브 암호화", message_en="BitLocker drive encryption")


def test_a_browser_gets_the_query_and_its_completions(client, bitlocker, prefix):
    answer = client.get(f"{prefix}{ADDRESS}", {"q": "bitl"})

    assert answer["Content-Type"] == "application/x-suggestions+json"
    assert answer.json() == ["bitl", ["BitLocker"]]
    assert answer["Vary"].split(", ")[0] == "HX-Request"


def test_korean_travels_as_korean(client, bitlocker):
    assert "드라이브".encode() in client.get(ADDRESS, {"q": "드라이"}).content


def test_a_page_gets_links_to_the_searches_that_the_text_may_become(client, bitlocker, prefix):
    page = client.get(f"{prefix}{ADDRESS}", {"q": "bitl"}, headers=LIVE).content.decode()

    assert f'<a href="{prefix}/search/?q=BitLocker" data-query="BitLocker">BitLocker</a>' in page
    assert "<html" not in page


def test_a_page_gets_what_is_found_and_a_link_to_all_of_it(client, bitlocker, prefix):
    page = client.get(f"{prefix}{ADDRESS}", {"q": "BitLocker"}, headers=LIVE).content.decode()

    assert f'<a href="{prefix}/errors/{bitlocker.key}/">' in page
    assert f'<a href="{prefix}/search/?q=BitLocker">' in page


def test_an_error_that_no_entry_is_has_no_results_beside_it(client, bitlocker):
    page = client.get(ADDRESS, {"q": "BitLockerIsBroken"}, headers=LIVE).content.decode()

    assert "BitLockerIsBroken" in page
    assert f"/errors/{bitlocker.key}/" not in page


def test_where_nothing_is_found_there_is_the_search_itself(client, bitlocker):
    page = client.get(ADDRESS, {"q": "zzzz"}, headers=LIVE).content.decode()

    assert page.count("<a ") == 1
    assert '<a href="/search/?q=zzzz">' in page


def test_nothing_typed_is_nothing_to_show(client, bitlocker):
    assert not client.get(ADDRESS, {"q": " "}, headers=LIVE).content.strip()


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\x00", "\x00bit\x07", "ㄱ", "?", "\ud7b0\U0001f600\u202e", "a" * 10_000, "<script>", "가" * 100_000],
)
def test_any_text_gets_an_answer_with_the_text(client, bitlocker, typed):
    answer = client.get(ADDRESS, {"q": typed})

    assert answer.status_code == 200
    assert answer.json()[0] == typed


def test_bytes_that_are_no_text_get_an_answer(client, bitlocker):
    assert client.get(f"{ADDRESS}?q=%ff%fe").status_code == 200
