"""Holds where readers begin who type nothing, and how operations of several documents are told apart."""

import pytest

from tests.products import add_product
from troubleshoot.models import ErrorEntry, Operation
from troubleshoot.reading.browsing import operation_titles, starts

pytestmark = pytest.mark.django_db


def test_one_product_is_begun_with_by_operation():
    add_product("sql", operations=2)

    assert [row.key for row in starts().rows] == ["sql-1", "sql-2"]
    assert not starts().products


def test_several_products_are_begun_with_by_product():
    add_product("sql", entries=2)
    add_product("vm")

    assert [(row.key, row.entry_count) for row in starts().rows] == [("sql", 2), ("vm", 1)]


def test_a_product_of_which_readers_see_nothing_is_none_to_choose():
    add_product("sql")
    add_product("vm")
    ErrorEntry.objects.filter(key__startswith="vm").update(state="draft")

    assert not starts().products


def test_operations_of_the_same_name_are_followed_by_their_document():
    Operation.objects.create(key="own", order=1, title_ko="백업", title_en="Backup")
    add_product("sql")
    assert operation_titles() == {"sql-1": "백업 (sql 문제 해결)", "own": "백업"}

    Operation.objects.filter(key="own").update(title_ko="기타")
    assert operation_titles() == {"sql-1": "백업", "own": "기타"}
