"""Holds the home page: the search box first, then ways in for who has no message."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_search_box_leads_to_the_search_page(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    assert f'action="{prefix}/search/" method="get"' in page


def test_every_operation_stands_there_with_its_number_of_errors(client, content):
    page = client.get("/").content.decode()

    for title, count in (("백업", 13), ("작업 취소", 4), ("복원", 10), ("정책 만들기", 1)):
        assert f'<span>{title}</span> <span class="count">오류 {count}개</span>' in page


def test_the_prose_of_the_document_is_offered(client, content):
    assert "/en/document/#" in client.get("/en/").content.decode()


def test_an_empty_portal_still_has_a_home(client):
    assert client.get("/").status_code == 200


def test_the_queries_do_not_grow_with_the_entries(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/")) == few


def test_only_reading_is_possible(client):
    assert client.post("/").status_code == 405


def test_a_reader_with_a_symptom_finds_the_wizards(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    for flow in ("vm-agent", "network", "vm-snapshot"):
        assert f'<a href="{prefix}/wizards/{flow}/">' in page


def test_every_example_finds_an_entry(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    examples = re.findall(r'<li><a href="([^"]*/search/\?q=[^"]+)"', page)
    assert len(examples) == 5
    for address in examples:
        assert client.get(address).context["results"].found[0].entry
