"""Holds that a team gives the portal its own name everywhere by settings alone."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

PROJECT = Path(__file__).parents[2]
OURS = re.compile(r"azure|백업|microsoft|UserErrorVm", re.IGNORECASE)
PAGES = (
    "/",
    "/search/",
    "/search/?q=zzzzqqqq",
    "/errors/",
    "/wizards/",
    "/diagnose/",
    "/nothing/",
    "/opensearch.xml",
)


@pytest.fixture
def renamed(settings) -> None:
    settings.PORTAL_NAME = "프린터 문제 해결"
    settings.PORTAL_SHORT_NAME = "프린터 오류"
    settings.PORTAL_DESCRIPTION = "프린터 오류를 검색합니다."
    settings.PORTAL_SOURCE = "프린터 설명서"
    settings.PORTAL_RIGHTS = "© 프린터"
    settings.SEARCH_EXAMPLES, settings.CODE_EXAMPLES = ["용지 걸림"], ["E-0042"]
    settings.LEARN_SEARCH, settings.LEARN_SEARCH_NAME = "https://print.example/?q={query}", "프린터 도움말"
    settings.SUPPORT_REQUEST = "https://print.example/help"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("db", "renamed")
def test_without_content_nothing_of_a_renamed_portal_names_the_product_of_this_one(client, path):
    page = client.get(path).content.decode()

    # The rules by which a pasted log is masked know the hosts of many vendors.
    assert OURS.findall(re.sub(r"<script[^>]*json.*?</script>", "", page, flags=re.DOTALL)) == []


@pytest.mark.usefixtures("db", "renamed")
def test_a_renamed_portal_says_its_name_its_source_and_its_examples(client):
    page = client.get("/").content.decode()

    assert "· 프린터 문제 해결</title>" in page
    assert '<meta name="description" content="프린터 오류를 검색합니다."' in page
    assert '<a href="/document/">프린터 설명서</a>(© 프린터)' in page
    assert '<a href="/search/?q=%EC%9A%A9%EC%A7%80%20%EA%B1%B8%EB%A6%BC">용지 걸림</a>' in page
    assert "오류 코드(예: E-0042)" in client.get("/search/").content.decode()
    assert "<ShortName>프린터 오류</ShortName>" in client.get("/opensearch.xml").content.decode()
    assert "프린터 도움말에서 검색" in client.get("/search/?q=zzzzqqqq").content.decode()


@pytest.mark.parametrize("template", ["500.html", "503.html", "400.html", "403.html"])
def test_a_page_that_comes_up_when_little_else_does_says_the_name_too(renamed, template):
    page = render_to_string(template)

    assert "프린터 문제 해결" in page
    assert OURS.findall(page) == []


def test_no_template_names_a_product():
    files = [path for path in (PROJECT / "templates").rglob("*.*") if path.is_file()]

    assert files
    assert [path for path in files if OURS.search(path.read_text(encoding="utf-8"))] == []
