"""Holds what an entry's page says of itself to search engines."""

import json
import re

import pytest

pytestmark = pytest.mark.django_db

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


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
