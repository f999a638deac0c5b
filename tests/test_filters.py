"""Tests of the filters of an entry list and of their facet counts."""

import pytest
from django.http import QueryDict

from tests.products import add_product
from troubleshoot.filters import ErrorFilter, Facet
from troubleshoot.models import ErrorEntry, Operation, Resolution

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Backup: one entry fixed by the document, one without a fix. Restore: one fixed by document and message."""
    backup = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    restore = Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)
    Operation.objects.create(key="policy", title_ko="정책", title_en="Policy", order=3)
    agent = ErrorEntry.objects.create(key="agent", operation=backup, order=1, message_ko="에이전트 오류")
    ErrorEntry.objects.create(key="unfixed", operation=backup, order=2, message_ko="알 수 없는 오류")
    quota = ErrorEntry.objects.create(key="quota", operation=restore, order=1, message_ko="할당량 오류")
    Resolution.objects.create(entry=agent, order=1, origin="document", body_ko="다시 설치합니다.")
    Resolution.objects.create(entry=quota, order=1, origin="document", body_ko="늘립니다.")
    Resolution.objects.create(entry=quota, order=2, origin="document", body_ko="지웁니다.")
    Resolution.objects.create(entry=quota, order=3, origin="message", body_ko="다시 시도하세요.")


def filtered(query: str) -> ErrorFilter:
    return ErrorFilter(QueryDict(query), queryset=ErrorEntry.objects.in_document_order())


def keys(query: str) -> list[str]:
    return [entry.key for entry in filtered(query).qs]


def counts(facets: list[Facet]) -> dict[str, int]:
    return {facet.value: facet.count for facet in facets}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["agent", "unfixed", "quota"]),
        ("operation=&fix=", ["agent", "unfixed", "quota"]),
        ("operation=backup", ["agent", "unfixed"]),
        ("operation=policy", []),
        ("fix=document", ["agent", "quota"]),
        ("fix=message", ["quota"]),
        ("fix=editor", []),
        ("fix=none", ["unfixed"]),
        ("operation=backup&fix=document", ["agent"]),
        ("operation=backup&operation=restore", ["quota"]),
        ("unknown=1", ["agent", "unfixed", "quota"]),
    ],
)
def test_filters_narrow_the_list(query: str, shown: list[str]) -> None:
    assert keys(query) == shown


@pytest.mark.parametrize(
    "query",
    [
        "operation=nothing",
        "operation=%00",
        "operation=ba%00ckup",
        "operation=%0D%0A",
        "operation=" + "x" * 10_000,
        "operation=" + "%EB%B0%B1" * 3_000,
        "operation=%ED%A0%80",
        "operation=1%27%20OR%201=1",
    ],
)
def test_an_unknown_operation_is_a_form_error_and_shows_nothing(query: str) -> None:
    narrowed = filtered(query)
    assert list(narrowed.qs) == []
    assert list(narrowed.errors) == ["operation"]
    assert len(str(narrowed.errors["operation"])) < 300


@pytest.mark.parametrize("value", ["nothing", "%00", "x" * 10_000])
def test_an_unknown_fix_is_a_form_error_and_shows_nothing(value: str) -> None:
    narrowed = filtered(f"fix={value}")
    assert list(narrowed.qs) == []
    assert list(narrowed.errors) == ["fix"]


def test_a_message_about_an_unknown_value_repeats_no_control_character() -> None:
    assert "\x00" not in str(filtered("operation=a%00b").errors["operation"])


def test_a_filter_without_data_shows_everything() -> None:
    assert ErrorFilter(queryset=ErrorEntry.objects.all()).qs.count() == 3


def test_facets_count_every_value_in_order() -> None:
    facets = filtered("").facets()
    assert counts(facets["operation"]) == {"backup": 2, "restore": 1, "policy": 0}
    assert counts(facets["fix"]) == {"document": 2, "message": 1, "editor": 0, "none": 1}
    assert [facet.label for facet in facets["operation"]] == ["백업", "복원", "정책"]


def test_a_facet_leaves_out_its_own_choice_and_keeps_the_others() -> None:
    facets = filtered("operation=restore&fix=document").facets()
    assert counts(facets["operation"]) == {"backup": 1, "restore": 1, "policy": 0}
    assert counts(facets["fix"]) == {"document": 1, "message": 1, "editor": 0, "none": 0}


def test_a_facet_knows_what_is_chosen() -> None:
    facets = filtered("operation=restore").facets()
    assert [facet.value for facet in facets["operation"] if facet.selected] == ["restore"]
    assert not any(facet.selected for facet in facets["fix"])


def test_facets_still_offer_what_exists_when_a_value_is_unknown() -> None:
    facets = filtered("operation=nothing&fix=none").facets()
    assert counts(facets["operation"]) == {"backup": 1, "restore": 0, "policy": 0}
    assert not any(facet.selected for facet in facets["operation"])


def test_the_number_of_queries_does_not_grow_with_rows(django_assert_num_queries) -> None:
    with django_assert_num_queries(4):
        filtered("").facets()
    backup = Operation.objects.get(key="backup")
    for number in range(10, 30):
        ErrorEntry.objects.create(key=f"more-{number}", operation=backup, order=number, message_ko="오류")
        Operation.objects.create(key=f"more-{number}", title_ko="작업", title_en="Job", order=number)
    with django_assert_num_queries(4):
        filtered("").facets()


def test_products_are_no_facet_where_there_is_one_or_none() -> None:
    assert list(filtered("").facets()) == ["operation", "fix"]
    add_product("sql")
    assert list(filtered("").facets()) == ["operation", "fix"]


def test_products_narrow_the_list_next_to_the_other_filters() -> None:
    add_product("sql", entries=2)
    add_product("vm")

    assert keys("product=vm") == ["vm-1-1"]
    assert keys("product=vm&operation=sql-1") == []
    facets = filtered("product=sql&fix=none").facets()
    assert counts(facets["product"]) == {"sql": 2, "vm": 1}
    assert counts(facets["operation"]) | {"sql-1": 2} == counts(facets["operation"])
    assert counts(facets["operation"])["vm-1"] == 0
    assert [facet.value for facet in facets["product"] if facet.selected] == ["sql"]


def test_an_unknown_product_is_a_form_error_and_shows_nothing() -> None:
    narrowed = filtered("product=nothing")

    assert list(narrowed.qs) == []
    assert narrowed.errors == {"product": ["없는 제품입니다: ‘nothing’."]}


def test_facets_of_many_products_take_six_queries(django_assert_num_queries) -> None:
    for number in range(6):
        add_product(f"more-{number}", operations=3)
    with django_assert_num_queries(6):
        filtered("").facets()


def test_a_document_narrows_the_list_and_is_a_value_only_where_it_is_chosen() -> None:
    add_product("sql", entries=2)
    add_product("vm")

    assert keys("document=vm-guide") == ["vm-1-1"]
    assert keys("document=vm-guide&product=sql") == []
    facets = filtered("document=sql-guide").facets()
    assert [(facet.label, facet.count, facet.selected) for facet in facets["document"]] == [("sql 문제 해결", 2, True)]
    assert counts(facets["operation"])["vm-1"] == 0
    assert "document" not in filtered("").facets()


def test_an_unknown_document_is_a_form_error_and_shows_nothing() -> None:
    narrowed = filtered("document=nothing")

    assert list(narrowed.qs) == []
    assert narrowed.errors == {"document": ["없는 문서입니다: ‘nothing’."]}
