"""Holds suggestions: as a list below a search box, and in the format that browsers ask for."""

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


def test_a_page_gets_links_to_the_searches(client, bitlocker, prefix):
    page = client.get(f"{prefix}{ADDRESS}", {"q": "bitl"}, headers=LIVE).content.decode()

    assert f'<a href="{prefix}/search/?q=BitLocker" data-query="BitLocker">BitLocker</a>' in page
    assert "<html" not in page


def test_no_suggestion_is_nothing_to_show(client, bitlocker):
    assert not client.get(ADDRESS, {"q": "zzzz"}, headers=LIVE).content.strip()


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
