"""Holds the feed of entries: what was changed last comes first, in each language, and only what readers see."""

from datetime import UTC, datetime

import pytest
from defusedxml import ElementTree

from tests.products import add_product
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
KEY = "subnet-does-not-exist"


def entries(client, address="/errors/feed.xml"):
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_what_was_edited_last_comes_first(client, content):
    ErrorEntry.objects.filter(key=KEY).update(edited=datetime(2026, 12, 1, tzinfo=UTC))

    first = entries(client)[0]

    assert first.find(f"{ATOM}title").text == "선택한 서브넷이 존재하지 않습니다"
    assert first.find(f"{ATOM}link").get("href") == f"http://testserver/errors/{KEY}/"
    assert first.find(f"{ATOM}updated").text == "2026-12-01T00:00:00+00:00"
    assert len(entries(client)) == 28


def test_what_nobody_edited_is_as_old_as_its_document_wherever_that_is_told(client, content):
    ErrorEntry.objects.update(edited=None)
    day = "2016-08-26T00:00:00+09:00"

    assert {each.find(f"{ATOM}updated").text for each in entries(client)} == {day}
    assert client.get(f"/api/v1/errors/{KEY}").json()["updated"] == day
    assert f'"dateModified": "{day}"' in client.get(f"/errors/{KEY}/").content.decode()
    assert "<lastmod>2016-08-26</lastmod>" in client.get("/sitemap-errors.xml").content.decode()


def test_what_an_editor_wrote_here_is_not_as_old_as_the_document_beside_it(client, content):
    ErrorEntry.objects.filter(key=KEY).update(edited=None, source_line=None)

    assert ErrorEntry.objects.get(key=KEY).changed is None


def test_each_language_has_its_own(client, content):
    titles = [each.find(f"{ATOM}title").text for each in entries(client, "/en/errors/feed.xml")]

    assert "Selected subnet does not exist" in titles
    assert '<link rel="alternate" type="application/atom+xml"' in client.get("/en/").content.decode()


def test_what_readers_do_not_see_is_not_fed(client, content):
    ErrorEntry.objects.filter(key=KEY).update(state="draft")

    assert len(entries(client)) == 27


def test_an_empty_portal_has_an_empty_feed(client, db):
    assert entries(client) == []


def test_what_no_xml_may_have_is_left_out_of_the_feed_alone(client, content):
    entry = ErrorEntry.objects.get(key=KEY)
    entry.message_ko = entry.operation.title_ko = "a\x1b[31mb\x08\ufffec"
    entry.operation.save()
    entry.resolutions.update(body_ko="a\x02d")
    entry.save()

    fed = next(each for each in entries(client) if each.find(f"{ATOM}link").get("href").endswith(f"/{KEY}/"))

    assert fed.find(f"{ATOM}title").text == "a[31mbc"
    assert fed.find(f"{ATOM}summary").text == "ad"
    assert fed.find(f"{ATOM}category").get("term") == "a[31mbc"


def test_a_product_has_a_feed_of_its_own(client, content):
    add_product("sql", entries=2)

    response = client.get("/errors/feed.xml?product=sql")
    feed = ElementTree.fromstring(response.content)
    assert len(feed.findall(f"{ATOM}entry")) == 2
    assert feed.find(f"{ATOM}title").text.startswith("sql 제품 · ")
    own = next(link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href") == "http://testserver/errors/feed.xml?product=sql"
    assert len(entries(client)) == 30


def test_the_list_of_a_product_links_its_feed_and_that_of_all_does_not(client, content):
    add_product("sql", entries=2)

    link = '<a href="/errors/feed.xml?product=sql">이 제품의 변경 내용(Atom)</a>'
    assert link in client.get("/errors/?product=sql").content.decode()
    assert "feed.xml?product" not in client.get("/errors/").content.decode()


@pytest.mark.parametrize("product", ["nothing", "a%00b", "%F0%9F%92%A9" * 500])
def test_a_feed_of_no_product_is_not_found(client, content, product):
    assert client.get(f"/errors/feed.xml?product={product}").status_code == 404
