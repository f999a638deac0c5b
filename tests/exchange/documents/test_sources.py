"""Which document a file is: told by its name, by its folder where two have one name, and by what it has in common."""

import re

import pytest
from django.utils import translation

from tests.conftest import PROJECT
from tests.exchange.documents.cast import document, error
from troubleshoot.document.articles.source import Source
from troubleshoot.exchange.documents import carry_out, plan_documents, read
from troubleshoot.exchange.documents.sources import in_words

pytestmark = pytest.mark.django_db

HEAD = "# {0} 문제 해결\n\n## {0} 오류\n\n| 오류 코드 | 오류 메시지 | 해결 방법 |\n| --- | --- | --- |\n"


def text(about: str, code: str, message: str) -> str:
    return f"{HEAD.format(about)}| {code} | {message} | 다시 시도합니다. |\n"


GATEWAY = text("게이트웨이", "GatewayTimeout", "게이트웨이가 응답하지 않습니다.")
ROUTER = text("라우터", "RouterFull", "라우터에 자리가 없습니다.")
TWIN = (
    "# Troubleshoot the gateway\n\n## Errors of the gateway\n\n| Error code | Message | Resolution |\n"
    "| --- | --- | --- |\n| GatewayTimeout | The gateway did not answer. | Retry. |\n"
)


def keys(*files: tuple[str, str], publish: bool = False) -> list[str]:
    """The keys of the documents of some files, which are imported where that is asked for."""
    datasets, refused = read([Source(path, written) for path, written in files])
    assert not refused
    if publish:
        carry_out(plan_documents(datasets), publish=True)
    return [dataset.key for dataset in datasets]


def test_a_file_gives_its_document_a_name_wherever_it_lies() -> None:
    assert keys(("/home/a/guide.md", GATEWAY)) == keys(("guide.md", GATEWAY)) == ["guide"]


def test_files_of_one_name_in_two_folders_are_two_documents_for_good() -> None:
    files = ("docs/gateway/guide.md", GATEWAY), ("docs/router/guide.md", ROUTER)
    assert keys(*files, publish=True) == ["gateway-guide", "router-guide"]
    assert keys(*files) == ["gateway-guide", "router-guide"]
    assert keys(files[1]) == ["router-guide"]
    assert keys(("/elsewhere/guide.md", ROUTER + "\n| RouterOff | 라우터가 꺼졌습니다. | 켭니다. |\n")) == ["guide"]


def test_folders_of_one_name_are_told_apart_by_those_above() -> None:
    files = (
        ("a/docs/guide.md", GATEWAY),
        ("b/docs/guide.md", ROUTER),
        ("가이드/guide.md", GATEWAY.replace("Gate", "Door")),
    )
    first, second, third = keys(*files, publish=True)
    assert (first, second) == ("docs-guide", "b-docs-guide")
    assert third.startswith("guide-")
    assert keys(*files) == [first, second, third]


@pytest.mark.parametrize(("path", "key"), [("router/guide.md", "router-guide"), ("guide.md", "guide-2")])
def test_a_file_that_has_nothing_of_the_document_of_its_name_is_another_one(path, key) -> None:
    keys(("gateway/guide.md", GATEWAY), publish=True)
    assert keys((path, ROUTER), publish=True) == [key]
    assert keys((path, ROUTER)) == [key]
    assert keys(("new/guide.md", GATEWAY)) == ["guide"]


@pytest.mark.parametrize(
    "newer",
    [
        GATEWAY.replace("응답하지 않습니다", "대답하지 않습니다").replace("GatewayTimeout", "GatewaySilent"),
        GATEWAY.replace("# 게이트웨이 문제", "# 새 문제"),
        ROUTER.replace("라우터 문제", "게이트웨이 문제"),
        "# 게이트웨이 소개\n\n오류가 없습니다.\n",
    ],
    ids=["reworded", "retitled", "rewritten", "without errors"],
)
def test_a_newer_edition_in_another_folder_is_the_same_document(newer) -> None:
    keys(("2026-01/guide.md", GATEWAY), publish=True)
    assert keys(("2026-02/guide.md", newer)) == ["guide"]


def test_two_languages_of_a_document_may_have_two_folders() -> None:
    files = ("ko-kr/gateway/guide.md", GATEWAY), ("en-us/gateway/guide.md", TWIN)
    assert keys(*files) == ["guide", "guide"]
    assert keys(("ko/guide.md", GATEWAY), ("en/guide.md", TWIN), publish=True) == ["guide", "guide"]
    assert keys(("other/guide.md", TWIN)) == ["guide"]


def test_another_language_about_something_else_is_another_document() -> None:
    other = TWIN.replace("GatewayTimeout", "RouterFull") + "\n## More\n\nText.\n"
    assert keys(("gateway/guide.md", GATEWAY), ("router/guide.md", other)) == ["gateway-guide", "router-guide"]
    keys(("gateway/guide.md", GATEWAY), publish=True)
    assert keys(("router/guide.md", other)) == ["router-guide"]


@pytest.mark.parametrize(
    ("reason", "korean"),
    [
        ("expected text", "내용이 비어 있습니다"),
        ("expected at most 20 MB", "20MB를 초과합니다"),
        ("expected a ZIP file: File is not a zip file", "올바른 ZIP 파일이 아닙니다: File is not a zip file"),
        ("expected 3 cells in the row, found 5", "표의 열은 3개인데 행의 셀은 5개입니다"),
        (
            "expected files that do not show each other in a circle: a.md → a.md",
            "파일이 서로를 포함해 끝나지 않습니다: a.md → a.md",
        ),
        ("expected what nobody thought of", "expected what nobody thought of"),
    ],
)
def test_a_refusal_is_told_in_the_language_of_who_reads_it(reason, korean) -> None:
    with translation.override("ko"):
        assert in_words(reason) == korean
    with translation.override("en"):
        assert in_words(reason) == reason


def test_each_refusal_of_the_reader_is_known_for_translation() -> None:
    """Of those that can come of a document without a plan."""
    written = "".join(path.read_text() for path in (PROJECT / "troubleshoot/document").glob("articles/*.py"))
    said = {re.sub(r"\{[^}]*\}", "1", text) for text in re.findall(r'f?"(expected [^"]*)"', written)}
    planned = ("key", "texts", "message of its own", "section", "in the document")
    with translation.override("ko"):
        unknown = {text for text in said if in_words(text) == text and not any(word in text for word in planned)}
    assert not unknown


def test_who_says_that_it_is_an_edition_is_believed() -> None:
    keys(("guide.md", GATEWAY), publish=True)
    datasets, _refused = read([Source("router/guide.md", ROUTER)], edition_of="guide")
    assert [row.document for row in plan_documents(datasets, edition_of="guide").rows] == ["guide", "guide"]


def test_a_document_keeps_its_path_as_it_was_given() -> None:
    datasets, refused = read([Source("a/guide.md", GATEWAY), Source("b/none.md", " ")])
    assert plan_documents(datasets).as_json()["documents"][0]["path"] == "a/guide.md"
    assert [each.path for each in refused] == ["b/none.md"]


def test_what_is_said_of_a_document_as_a_whole_is_said_of_its_file() -> None:
    said = {"b/guide.md": {"title": "라우터", "language": "en", "edition_of": "known"}}
    carry_out(plan_documents([document(error("x", "오류"), key="known")]), publish=True)
    (_first, second), _refused = read([Source("a/guide.md", GATEWAY), Source("b/guide.md", ROUTER)], corrections=said)
    assert (second.key, second.title, second.language) == ("known", "라우터", "en")
