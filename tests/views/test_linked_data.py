"""Holds what pages say of themselves to search engines."""

import json
import re

import pytest

from tests.products import add_product

pytestmark = pytest.mark.django_db

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
ERROR_OF_SQL = "/errors/sql-1-1/"


def told(page):
    (data,) = DATA.findall(page)
    return {part["@type"]: part for part in json.loads(data)["@graph"]}


def test_an_entry_is_an_article_of_its_document(client, content):
    parts = told(client.get("/en/errors/vm-agent-unable-to-communicate/").content.decode())

    article = parts["TechArticle"]
    assert article["headline"] == "Could not communicate with the VM agent for snapshot status"
    assert article["inLanguage"] == "en"
    assert article["datePublished"] == "2016-08-26"
    assert article["isBasedOn"].startswith("https://learn.microsoft.com/")
    assert [step["@type"] for step in parts["HowTo"]["step"]] == ["HowToStep", "HowToStep"]
    assert [place["position"] for place in parts["BreadcrumbList"]["itemListElement"]] == [1, 2, 3]


def way(parts):
    return [(place["name"], place["item"]) for place in parts["BreadcrumbList"]["itemListElement"]]


def test_the_document_is_an_article_that_it_is_based_on(client, content, prefix):
    article = told(client.get(f"{prefix}/document/").content.decode())["TechArticle"]

    assert article["@id"] == f"http://testserver{prefix}/document/"
    assert article["datePublished"] == "2016-08-26"
    assert article["isBasedOn"].startswith("https://learn.microsoft.com/")


def test_all_steps_of_a_wizard_are_an_instruction_without_its_outcomes(client, content):
    page = client.get("/en/wizards/vm-agent/all/").content.decode()
    parts = told(page)

    how_to = parts["HowTo"]
    assert how_to["totalTime"] == "PT15M"
    assert len(how_to["step"]) == page.count('class="runbook-step ') - page.count('class="runbook-step outcome"')
    for step in how_to["step"]:
        assert step["text"]
        assert f'id="{step["url"].partition("#")[2]}"' in page
    assert [name for name, _address in way(parts)] == [
        "Wizards",
        "Install, update, and check the VM agent",
        "All steps: Install, update, and check the VM agent",
    ]


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("/operations/restore/", ["/errors/", "/operations/restore/"]),
        ("/wizards/network/", ["/wizards/", "/wizards/network/"]),
        ("/wizards/network/map/", ["/wizards/", "/wizards/network/", "/wizards/network/map/"]),
    ],
)
def test_a_page_says_the_way_to_it_that_it_shows(client, content, prefix, address, places):
    parts = told(client.get(f"{prefix}{address}").content.decode())

    assert [item for _name, item in way(parts)] == [f"http://testserver{prefix}{place}" for place in places]
    assert set(parts) == {"BreadcrumbList"}


def test_of_several_documents_each_stands_on_the_way_to_what_is_of_it(client, content):
    add_product("sql")
    shown = {address: told(client.get(address).content.decode()) for address in ("/document/sql-guide/", ERROR_OF_SQL)}

    assert [name for name, _address in way(shown["/document/sql-guide/"])] == ["문서", "sql 문제 해결"]
    assert [name for name, _address in way(shown[ERROR_OF_SQL])][:3] == ["오류 목록", "sql 문제 해결", "백업"]


def test_a_step_on_the_way_of_one_reader_says_nothing_of_itself(client, content):
    assert not DATA.findall(client.get("/wizards/vm-agent/?origin=gallery").content.decode())


def test_an_entry_without_steps_is_no_instruction(client, make_entry):
    parts = told(client.get(make_entry(body="한 번에 합니다.").get_absolute_url()).content.decode())

    assert "HowTo" not in parts


def test_no_text_of_an_entry_leaves_its_data(client, make_entry):
    entry = make_entry(message_ko="</script><script>alert(1)</script> & <!--")

    page = client.get(entry.get_absolute_url()).content.decode()

    assert told(page)["TechArticle"]["description"] == "</script><script>alert(1)</script> & <!--"
    assert "<script>alert" not in page


def test_a_preview_says_nothing_of_itself(admin_client, make_entry):
    page = admin_client.get(f"{make_entry(state='draft').get_absolute_url()}?preview=1").content.decode()

    assert not DATA.findall(page)
