"""Tests of the addresses that read the catalogue: their shapes, their filters, and bad input."""

from datetime import UTC, datetime

import pytest

from tests.api.conftest import add_entries
from tests.products import add_product, give_product
from troubleshoot.models import Document, ErrorEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

HOST = "http://testserver"


def test_operations_are_listed_in_the_order_of_the_document(ask) -> None:
    assert ask("operations") == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [
            {
                "key": "backup",
                "url": f"{HOST}/operations/backup/",
                "title": "백업",
                "product": None,
                "document": "document",
                "section": "backup-section",
                "error_count": 2,
            },
            {
                "key": "restore",
                "url": f"{HOST}/operations/restore/",
                "title": "복원",
                "product": None,
                "document": None,
                "section": None,
                "error_count": 0,
            },
        ],
    }


def test_operations_speak_english_on_request(ask) -> None:
    first = ask("operations", lang="en")["results"][0]
    assert (first["title"], first["url"]) == ("Backup", f"{HOST}/en/operations/backup/")


def test_errors_are_listed_with_key_url_operation_message_and_aliases(ask) -> None:
    assert ask("errors") == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [
            {
                "key": "agent",
                "url": f"{HOST}/errors/agent/",
                "product": None,
                "operation": "backup",
                "message": "에이전트가 응답하지 않습니다.",
                "aliases": ["320001", "에이전트 오류"],
            },
            {
                "key": "bare",
                "url": f"{HOST}/errors/bare/",
                "product": None,
                "operation": "backup",
                "message": "알 수 없는 문제입니다.",
                "aliases": [],
            },
        ],
    }


def test_what_customers_say_of_an_error_is_no_alias_that_readers_are_told(ask) -> None:
    ErrorEntry.objects.get(key="agent").aliases.create(kind="symptom", text_ko="에이전트가 조용해요")

    assert ask("errors")["results"][0]["aliases"] == ["320001", "에이전트 오류"]
    assert [alias["kind"] for alias in ask("errors/agent")["aliases"]] == ["code", "message"]


def test_errors_speak_english_on_request_and_korean_where_there_is_none(ask) -> None:
    first, second = ask("errors", lang="en")["results"]
    assert first["message"] == "The agent does not respond."
    assert first["aliases"] == ["320001", "Agent error"]
    assert first["url"] == f"{HOST}/en/errors/agent/"
    assert second["message"] == "알 수 없는 문제입니다."


@pytest.mark.parametrize(
    ("parameters", "keys"),
    [
        ({"operation": "backup"}, ["agent", "bare"]),
        ({"operation": "restore"}, []),
        ({"operation": ""}, ["agent", "bare"]),
        ({"fix": "message"}, ["agent"]),
        ({"fix": "none"}, ["bare"]),
        ({"operation": "backup", "fix": "none"}, ["bare"]),
    ],
)
def test_errors_are_filtered(ask, parameters, keys) -> None:
    assert [error["key"] for error in ask("errors", **parameters)["results"]] == keys


def test_an_error_is_read_in_both_languages(ask) -> None:
    error = ask("errors/agent")
    assert error == {
        "key": "agent",
        "url": f"{HOST}/errors/agent/",
        "product": None,
        "operation": "backup",
        "message": {"ko": "에이전트가 응답하지 않습니다.", "en": "The agent does not respond."},
        "aliases": [
            {"kind": "code", "text": {"ko": "320001", "en": "320001"}},
            {"kind": "message", "text": {"ko": "에이전트 오류", "en": "Agent error"}},
        ],
        "cause": {
            "ko": f"자세한 내용은 [섹션]({HOST}/document/#backup-section)을 참조하세요.",
            "en": f"See [the section]({HOST}/en/document/#backup-section).",
        },
        "lead": {"ko": "", "en": ""},
        "resolutions": [
            {
                "order": 1,
                "origin": "document",
                "condition": {"ko": "", "en": ""},
                "steps": [
                    {"ko": "포털을 엽니다.", "en": "Open the portal."},
                    {
                        "ko": f"[다시]({HOST}/errors/bare/) 시작합니다.",
                        "en": f"[Restart]({HOST}/en/errors/bare/).",
                    },
                ],
                "note": {"ko": "", "en": ""},
            },
            {
                "order": 2,
                "origin": "message",
                "condition": {"ko": "Windows인 경우", "en": None},
                "steps": [{"ko": "기다립니다.", "en": None}],
                "note": {"ko": "", "en": ""},
            },
        ],
        "related_wizards": [],
        "updated": None,
        "outdated": False,
        "outdated_note": {"ko": "", "en": ""},
        "replaced_by": None,
        "source": {
            "document": None,
            "publisher": "",
            "published": None,
            "section": None,
            "line": None,
            "edition": "",
            "gone": "",
            "url": None,
            "article_url": "",
            "edited": None,
            "reviewed": None,
        },
    }


def test_an_error_says_where_it_comes_from_and_when_somebody_worked_on_it(ask) -> None:
    Document.objects.update(published="2016-08-26", publisher="Microsoft", article_url="https://learn.example/vm")
    ErrorEntry.objects.filter(key="agent").update(source_line=32, reviewed=datetime(2026, 11, 2, 9, tzinfo=UTC))
    error = ask("errors/agent", lang="en")
    assert error["updated"] == "2016-08-26T00:00:00+09:00"
    assert error["source"] == {
        "document": "document",
        "publisher": "Microsoft",
        "published": "2016-08-26",
        "section": "backup-section",
        "line": 32,
        "edition": "",
        "gone": "",
        "url": f"{HOST}/en/document/#entry-agent",
        "article_url": "https://learn.example/vm",
        "edited": None,
        "reviewed": "2026-11-02T18:00:00+09:00",
    }


def test_an_outdated_error_names_what_to_read_instead_where_readers_may(ask) -> None:
    bare = ErrorEntry.objects.get(key="bare")
    ErrorEntry.objects.filter(key="agent").update(
        is_outdated=True,
        outdated_note_ko="지금은 지원합니다.",
        successor=bare,
        edited=datetime(2026, 11, 3, tzinfo=UTC),
    )
    error = ask("errors/agent")
    assert (error["outdated"], error["replaced_by"], error["updated"]) == (True, "bare", "2026-11-03T09:00:00+09:00")
    assert error["outdated_note"] == {"ko": "지금은 지원합니다.", "en": None}
    assert ask("search", q="에이전트가 응답하지 않습니다")["results"][0]["outdated"] is True
    ErrorEntry.objects.filter(key="bare").update(staff_only=True)
    assert ask("errors/agent")["replaced_by"] is None


def test_an_error_without_cause_or_fix_says_so_with_empty_values(ask) -> None:
    error = ask("errors/bare")
    assert error["message"] == {"ko": "알 수 없는 문제입니다.", "en": None}
    assert (error["cause"], error["resolutions"], error["aliases"]) == ({"ko": "", "en": ""}, [], [])


def test_the_address_of_an_error_is_in_the_language_asked_for(ask) -> None:
    assert ask("errors/agent", lang="en")["url"] == f"{HOST}/en/errors/agent/"


def test_every_url_leads_to_a_page(ask, client) -> None:
    errors, operations = ask("errors")["results"], ask("operations")["results"]
    assert errors
    assert operations
    for listed in errors + operations:
        assert client.get(listed["url"]).status_code == 200


def test_lists_come_in_pages_that_name_their_neighbours(ask) -> None:
    page = ask("errors", page=2, page_size=1)
    assert (page["count"], len(page["results"]), page["next"]) == (2, 1, None)
    assert page["previous"] == f"{HOST}/api/v1/errors?page_size=1"
    assert ask("errors", page_size=1, lang="en")["next"] == f"{HOST}/api/v1/errors?lang=en&page=2&page_size=1"


def test_a_page_holds_at_most_a_hundred_rows(ask) -> None:
    backup = ErrorEntry.objects.get(key="agent").operation
    ErrorEntry.objects.bulk_create(
        ErrorEntry(key=f"e{order}", operation=backup, order=order, message_ko="오류", message="오류")
        for order in range(10, 120)
    )
    for size in ("100", "101", "99999999999999999999", "9" * 5000):
        assert len(ask("errors", page_size=size)["results"]) == 100


@pytest.mark.parametrize("size", ["0", "-1", "abc", "1.5", "", " ", "\x00", "1_0", "一"])
def test_a_malformed_page_size_is_explained(ask, size) -> None:
    if not size.strip():
        assert ask("errors", page_size=size)["count"] == 2
        return
    error = ask("errors", 400, page_size=size)["error"]
    assert error["code"] == "invalid"
    assert error["message"].startswith("page_size: ")


@pytest.mark.parametrize("page", ["0", "-1", "abc", "last", "\x00", "9" * 5000 + "x"])
def test_a_malformed_page_is_explained(ask, page) -> None:
    assert ask("errors", 400, page=page)["error"]["message"].startswith("page: ")


@pytest.mark.parametrize("page", ["2", "99999", "9" * 5000])
def test_a_page_that_does_not_exist_is_not_found(ask, page) -> None:
    assert ask("errors", 404, page=page)["error"]["code"] == "not_found"


@pytest.mark.parametrize("value", ["nothing", "\x00", "\x1b[31m", "x" * 10_000, "백업", "backup,restore"])
@pytest.mark.parametrize("name", ["operation", "fix", "lang"])
def test_an_unknown_value_is_explained(ask, name, value) -> None:
    error = ask("errors", 400, **{name: value})["error"]
    assert error["code"] == "invalid"
    assert error["message"].startswith(f"{name}: ")
    assert len(error["message"]) < 300
    assert error["message"].isprintable()


def test_an_explanation_is_in_the_language_asked_for(ask) -> None:
    assert ask("errors", 400, operation="x", lang="en")["error"]["message"] == "operation: There is no operation “x”."


@pytest.mark.parametrize("key", ["nothing", "x" * 3_000, "AGENT", "-", "_"])
def test_an_unknown_key_is_not_found(ask, key) -> None:
    error = ask(f"errors/{key}", 404, lang="en")["error"]
    assert error == {"code": "not_found", "message": f"There is no error “{key}”."}


def test_the_lists_take_as_many_queries_for_twenty_rows_as_for_ten(ask, count_queries) -> None:
    def read() -> None:
        ask("errors", page_size=100)
        ask("operations", page_size=100)

    add_entries(10)
    ten = count_queries(read)
    add_entries(10)
    assert count_queries(read) == ten <= 5


def test_products_are_listed_with_the_number_of_their_errors(ask) -> None:
    give_product("vm")
    add_product("sql", entries=3)

    assert ask("products", lang="en")["results"] == [
        {"key": "vm", "url": f"{HOST}/en/errors/?product=vm", "title": "vm product", "error_count": 2},
        {"key": "sql", "url": f"{HOST}/en/errors/?product=sql", "title": "sql product", "error_count": 3},
    ]


def test_operations_and_errors_name_their_product_and_are_narrowed_to_one(ask) -> None:
    give_product("vm")
    add_product("sql")

    assert [row["product"] for row in ask("operations")["results"]] == ["vm", "sql", None]
    assert [row["key"] for row in ask("operations", product="sql")["results"]] == ["sql-1"]
    assert [(row["key"], row["product"]) for row in ask("errors", product="sql")["results"]] == [("sql-1-1", "sql")]
    assert ask("errors/agent")["product"] == "vm"


@pytest.mark.parametrize("address", ["errors", "operations"])
def test_an_unknown_product_is_a_bad_request(ask, address) -> None:
    assert "product" in str(ask(address, 400, product="nothing"))


def test_a_link_to_a_section_leads_to_its_own_document_where_there_are_several(ask, count_queries) -> None:
    few = count_queries(lambda: ask("errors/agent"))
    add_product("sql")

    assert f"({HOST}/document/document/#backup-section)" in ask("errors/agent")["cause"]["ko"]
    assert count_queries(lambda: ask("errors/agent")) == few + 1


def test_operations_and_errors_are_narrowed_to_a_document(ask) -> None:
    add_product("sql")

    assert [row["key"] for row in ask("operations", document="sql-guide")["results"]] == ["sql-1"]
    assert [row["key"] for row in ask("errors", document="sql-guide")["results"]] == ["sql-1-1"]


@pytest.mark.parametrize("address", ["errors", "operations"])
def test_an_unknown_document_is_a_bad_request(ask, address) -> None:
    assert "document" in str(ask(address, 400, document="nothing"))
