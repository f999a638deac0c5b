"""Holds what machines read to find the pages."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from tests.products import add_product
from troubleshoot.models import Document
from troubleshoot.views.discovery import InEveryLanguage


def mapped(client) -> list[ET.Element]:
    """The files that the sitemap names."""
    index = ET.fromstring(client.get("/sitemap.xml").content)
    files = [str(place.text).removeprefix("http://testserver") for place in index.iter(f"{SITEMAP}loc")]
    return [ET.fromstring(client.get(file).content) for file in files]


def all_of(client, name: str) -> list[str | None]:
    return [place.text for file in mapped(client) for place in file.iter(f"{SITEMAP}{name}")]


pytestmark = pytest.mark.django_db

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.mark.parametrize(("language", "address"), [("ko", "/search/"), ("en", "/en/search/"), ("xx", "/search/")])
def test_a_browser_can_take_the_search_as_its_own(client, language, address):
    response = client.get(f"/opensearch.xml?language={language}")
    description = ET.fromstring(response.content)

    url, suggestions = description.findall(f"{OPENSEARCH}Url")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    assert url.get("template") == f"http://testserver{address}?q={{searchTerms}}"
    assert suggestions.get("type") == "application/x-suggestions+json"
    assert suggestions.get("template") == f"http://testserver{address}suggest/?q={{searchTerms}}"
    assert len(description.findtext(f"{OPENSEARCH}ShortName", "")) <= 16


@pytest.mark.parametrize(("language", "name"), [("ko", "백업 오류 검색"), ("en", "Backup errors")])
def test_the_search_of_the_browser_is_called_by_its_name_in_the_language(client, language, name):
    response = client.get(f"/opensearch.xml?language={language}")

    assert ET.fromstring(response.content).findtext(f"{OPENSEARCH}ShortName") == name


def test_the_sitemap_names_every_page_in_both_languages(client, content):
    addresses = set(all_of(client, "loc"))

    assert len(addresses) == 2 * (4 + 4 + 28 + 2 * 4)
    assert {"http://testserver/", "http://testserver/en/", "http://testserver/en/operations/backup/"} <= addresses


def test_the_sitemap_dates_a_text_by_its_document_or_by_its_last_edit(client, make_entry):
    Document.objects.update(published="2016-08-26")
    make_entry(source_line=3)
    make_entry(edited=datetime(2026, 11, 3, 12, tzinfo=UTC))

    assert set(all_of(client, "lastmod")) == {"2016-08-26", "2026-11-03"}


def test_the_sitemap_names_each_of_several_documents_with_its_date(client, make_entry):
    make_entry()
    add_product("sql", published="2020-01-02")

    addresses = set(all_of(client, "loc"))
    assert {"http://testserver/document/sql-guide/", "http://testserver/en/document/guide/"} <= addresses
    assert "2020-01-02" in all_of(client, "lastmod")


def test_every_address_of_the_sitemap_opens(client, content):
    add_product("sql")
    places = all_of(client, "loc")

    assert len(places) > 20
    for place in places:
        assert client.get(str(place).removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize(("address", "queries"), [("/sitemap.xml", 10), ("/sitemap-errors.xml", 1)])
def test_the_sitemap_takes_no_query_for_each_entry(client, make_entries, count_queries, address, queries):
    make_entries(10)
    few = count_queries(lambda: client.get(address))
    make_entries(10)

    assert count_queries(lambda: client.get(address)) == few == queries


def test_a_long_sitemap_is_divided(client, make_entries, monkeypatch):
    monkeypatch.setattr(InEveryLanguage, "limit", 4)
    make_entries(5)

    files = [file for file in mapped(client) if "/errors/" in str(file.findtext(f".//{SITEMAP}loc"))]

    assert [len(list(file.iter(f"{SITEMAP}loc"))) for file in files[-3:]] == [4, 4, 2]
    assert len(set(all_of(client, "loc"))) == len(all_of(client, "loc"))


@pytest.mark.parametrize("address", ["/sitemap-nothing.xml", "/sitemap-errors.xml?p=9", "/sitemap-errors.xml?p=x"])
def test_a_part_that_does_not_exist_is_not_found(client, make_entry, address):
    make_entry()

    assert client.get(address).status_code == 404


def test_robots_find_the_sitemap_and_stay_out_of_results(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert b"Sitemap: http://testserver/sitemap.xml" in response.content
    assert b"Disallow: /search/" in response.content


class TestLlms:
    def test_each_entry_and_wizard_is_listed_once_by_its_title(self, client, content):
        response = client.get("/llms.txt")

        text = response.content.decode()
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert text.startswith("# Azure VM 백업 문제 해결\n")
        assert text.count("/errors/") == 28
        assert "- [선택한 서브넷이 존재하지 않습니다](http://testserver/errors/subnet-does-not-exist.md)" in text
        assert "http://testserver/wizards/network.md" in text

    def test_an_empty_portal_lists_nothing(self, client, db):
        assert "](" not in client.get("/llms.txt").content.decode()


def test_an_icon_is_where_browsers_look_for_one(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert response["Location"].endswith(".ico")
