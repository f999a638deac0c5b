"""Tests of the address that searches: its shape, its filters, and bad input."""

import pytest

from tests.api.conftest import add_entries
from tests.flows import make_flow
from tests.products import add_product, give_product
from troubleshoot.models import ErrorEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

HOST = "http://testserver"
NOTHING = {
    "query": "",
    "interpreted_as": None,
    "answer": "related",
    "unknown": [],
    "loose": False,
    "total": 0,
    "results": [],
}


def test_a_search_answers_with_the_query_the_total_and_the_results(ask) -> None:
    answer = ask("search", q="에이전트가 응답하지 않습니다")
    first = answer["results"][0]
    score = first.pop("score")
    assert isinstance(score, float)
    assert first == {
        "kind": "error",
        "key": "agent",
        "url": f"{HOST}/errors/agent/",
        "title": "에이전트가 응답하지 않습니다.",
        "operation": "backup",
        "product": "",
        "snippet": "포털을 엽니다.",
        "outdated": False,
    }
    assert answer | {"results": []} == {
        "query": "에이전트가 응답하지 않습니다",
        "interpreted_as": None,
        "answer": "documented",
        "unknown": [],
        "loose": False,
        "total": answer["total"],
        "results": [],
    }
    assert answer["total"] >= len(answer["results"])


def test_a_search_in_english_answers_with_english_titles_and_pages(ask) -> None:
    first = ask("search", q="agent does not respond", lang="en")["results"][0]
    assert first["title"] == "The agent does not respond."
    assert first["url"] == f"{HOST}/en/errors/agent/"
    assert first["snippet"] == "Open the portal."


def test_a_query_typed_on_the_wrong_layout_is_answered_and_said(ask) -> None:
    answer = ask("search", q="dpdlwjsxm")
    assert answer["interpreted_as"] == "에이전트"
    assert answer["results"][0]["key"] == "agent"


def test_an_error_that_no_entry_is_is_told_as_undocumented_with_its_code(ask) -> None:
    answer = ask("search", q="ExtensionFailedVssWriterInBadState: 에이전트가 나쁜 상태여서 실패했습니다.")
    assert answer["answer"] == "undocumented"
    assert answer["unknown"] == ["ExtensionFailedVssWriterInBadState"]


def test_what_is_merely_similar_to_an_undocumented_error_has_no_fix(ask) -> None:
    answer = ask("search", q="ExtensionFailedVssWriterInBadState: 에이전트를 시작하지 못했습니다.")
    assert [result["snippet"] for result in answer["results"] if result["kind"] == "error"] == [""]


def test_words_about_something_have_related_results(ask) -> None:
    answer = ask("search", q="에이전트는 어떻게 업데이트하나요")
    assert (answer["answer"], answer["unknown"]) == ("related", [])


def test_results_that_have_little_of_the_query_are_told_as_loose(ask) -> None:
    assert ask("search", q="에이전트가 응답하지 않습니다")["loose"] is False
    answer = ask("search", q="스캐너 용지 걸림 경보가 울리는 에이전트")
    assert (answer["answer"], answer["loose"]) == ("related", True)


def test_an_error_without_a_fix_has_an_empty_snippet(ask) -> None:
    assert ask("search", q="알 수 없는 문제")["results"][0]["snippet"] == ""


@pytest.mark.parametrize("query", ["", " ", "\t\r\n"])
def test_an_empty_query_finds_nothing(ask, query) -> None:
    assert ask("search", q=query) == NOTHING | {"query": query}


def test_a_search_without_a_query_finds_nothing(ask) -> None:
    assert ask("search") == NOTHING


@pytest.mark.parametrize(
    "query",
    [
        "\x00",
        "에이전트\x00",
        "\x1b[31m오류",
        "\u202e",
        "a" * 10_000,
        "에이전트 " * 2_000,
        '((("*:^~[',
        "🙂",
        "a",
        "가",
        "\ud7ff\uffff",
    ],
)
def test_any_text_is_answered(ask, query) -> None:
    answer = ask("search", q=query)
    assert answer["query"] == query
    assert answer["total"] >= len(answer["results"])


def test_the_limit_holds_and_the_total_counts_beyond_it(ask) -> None:
    add_entries(12)
    answer = ask("search", q="추가 오류")
    assert (len(answer["results"]), answer["total"] >= 12) == (10, True)
    assert len(ask("search", q="추가 오류", limit=1)["results"]) == 1


def test_a_large_limit_is_cut(ask) -> None:
    add_entries(110)
    for limit in ("100", "101", "9999999", "9" * 5000):
        assert 10 < len(ask("search", q="추가 오류", limit=limit)["results"]) <= 100, limit


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "abc"),
        ("limit", "1.5"),
        ("limit", "\x00"),
        ("operation", "nothing"),
        ("operation", "\x00"),
        ("operation", "x" * 10_000),
        ("kind", "nothing"),
        ("kind", "\x00"),
        ("kind", "ERROR"),
        ("lang", "fr"),
    ],
)
@pytest.mark.parametrize("query", ["", "에이전트"])
def test_a_bad_parameter_is_explained(ask, name, value, query) -> None:
    error = ask("search", 400, q=query, **{name: value})["error"]
    assert error["code"] == "invalid"
    assert error["message"].startswith(f"{name}: ")
    assert len(error["message"]) < 300


def test_results_are_narrowed_by_operation_and_kind(ask) -> None:
    assert ask("search", q="에이전트", operation="backup", kind="error")["results"]
    assert ask("search", q="에이전트", operation="restore")["results"] == []
    assert ask("search", q="에이전트", kind="wizard")["results"] == []


def test_an_edit_is_found_by_the_next_search(ask) -> None:
    entry = ErrorEntry.objects.get(key="bare")
    entry.message_ko = "디스크 암호화가 끝나지 않았습니다."
    entry.save()
    assert ask("search", q="디스크 암호화")["results"][0]["key"] == "bare"
    entry.delete()
    assert "bare" not in [result["key"] for result in ask("search", q="디스크 암호화")["results"]]


def test_results_take_as_many_queries_for_twenty_rows_as_for_ten(ask, count_queries) -> None:
    def read() -> None:
        ask("search", q="추가 오류", limit=100)

    add_entries(10)
    read()
    ten = count_queries(read)
    add_entries(10)
    read()
    assert count_queries(read) == ten


def test_a_wizard_and_its_steps_are_found_too(ask) -> None:
    make_flow("wizard")
    answer = ask("search", q="에이전트 마법사", kind="wizard")
    assert {
        "kind": "wizard",
        "key": "wizard",
        "title": "에이전트 마법사",
        "operation": "",
        "snippet": "요약입니다.",
    }.items() <= answer["results"][0].items()
    assert answer["results"][0]["url"].startswith(HOST)
    step = ask("search", q="install 설치합니다", kind="wizard")["results"][0]
    assert (step["key"], step["title"]) == ("wizard/install", "install 제목")


def test_more_than_a_search_may_have_is_refused_with_a_sentence(ask) -> None:
    assert ask("search", q="a" * 65_536)["total"] == 0
    error = ask("search", 413, q="a" * 65_537)["error"]
    assert error == {
        "code": "too_large",
        "message": "검색어는 최대 64KiB까지 입력할 수 있습니다. 오류가 적힌 줄만 골라 검색하세요.",
    }


def test_a_search_is_narrowed_to_a_product(ask) -> None:
    give_product("vm")
    add_product("sql")

    assert [row["product"] for row in ask("search", q="오류", product="sql")["results"]] == ["sql"]
    assert {row["product"] for row in ask("search", q="오류")["results"]} == {"vm", "sql"}


def test_a_search_in_an_unknown_product_is_a_bad_request(ask) -> None:
    assert "product" in str(ask("search", 400, q="오류", product="nothing"))


def test_a_search_is_narrowed_to_a_document(ask) -> None:
    add_product("sql")

    assert [row["key"] for row in ask("search", q="오류", document="sql-guide")["results"]] == ["sql-1-1"]
    assert "document" in str(ask("search", 400, q="오류", document="nothing"))
