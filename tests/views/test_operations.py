"""Holds the page of an operation."""

import pytest

from troubleshoot.models import Operation

pytestmark = pytest.mark.django_db


def test_it_lists_its_entries_and_no_others(client, content, prefix):
    response = client.get(f"{prefix}/operations/restore/")

    assert len(response.context["entries"]) == 10


def test_it_links_to_its_part_of_the_document(client, make_entry):
    make_entry()

    assert 'href="/document/#backup"' in client.get("/operations/backup/").content.decode()


def test_an_operation_without_entries_says_so(client, db):
    Operation.objects.create(key="empty", title_ko="빈 작업", title_en="Empty", order=1)

    assert "문서화된 오류가 아직 없습니다" in client.get("/operations/empty/").content.decode()


@pytest.mark.parametrize("page", ["0", "99", "x"])
def test_a_page_out_of_range_says_so(client, make_entry, page):
    make_entry()
    response = client.get(f"/operations/backup/?page={page}")

    assert response.status_code == 200
    assert len(response.context["notices"]) == 1


def test_a_long_operation_is_divided(client, make_entries):
    make_entries(51)

    assert 'href="/operations/backup/?page=2" rel="next"' in client.get("/operations/backup/").content.decode()


def test_an_unknown_operation_is_a_404_that_lists_those_that_exist(client, content):
    response = client.get("/operations/nope/")

    assert response.status_code == 404
    assert "/operations/backup/" in response.content.decode()


def test_the_queries_do_not_grow_with_the_entries(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/operations/backup/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/operations/backup/")) == few
