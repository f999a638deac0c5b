"""Holds the search page: what was found, what it looks like when nothing was, and any text a reader may send."""

import pytest

from troubleshoot.models import Operation, Resolution

pytestmark = pytest.mark.django_db


def test_every_message_pasted_whole_comes_first(client, content, prefix):
    for entry in client.get(f"{prefix}/errors/").context["entries"]:
        found = client.get(f"{prefix}/search/", {"q": entry.message}).context["results"].found

        assert found[0].hit.key == entry.key


def test_a_result_shows_operation_marked_message_and_first_line_of_the_fix(client, make_entry, make_entries):
    make_entries(3)
    make_entry(
        message_ko="브이에스에스 BitLocker 잠김", body="1. BitLocker를 끕니다. 잠시 기다립니다.\n2. 다시 시도합니다."
    )

    page = client.get("/search/?q=bitlocker").content.decode()

    assert '<span class="operation">백업</span>' in page
    assert "<mark>BitLocker</mark> 잠김" in page
    assert "끕니다." in page
    assert "다시 시도합니다." not in page


def test_an_empty_query_invites_to_search(client, content):
    page = client.get("/search/?q=+").content.decode()

    assert "이렇게 검색하세요" in page
    assert "/operations/restore/" in page


def test_no_result_is_a_page_that_helps(client, content):
    page = client.get("/search/?q=zzzzqqqq").content.decode()

    assert "‘zzzzqqqq’에 대한 검색 결과가 없습니다" in page
    assert "/operations/restore/" in page
    assert '<a href="/errors/">' in page


def test_nothing_in_a_filter_offers_the_search_without_it(client, make_entry):
    make_entry(message_ko="BitLocker")
    Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)

    page = client.get("/search/?q=BitLocker&operation=restore").content.decode()

    assert '<a href="/search/?q=BitLocker">필터 없이 검색</a>' in page


def test_what_was_searched_instead_is_said_with_a_way_back(client, content):
    page = client.get("/search/?q=qordjq").content.decode()

    assert "<strong>백업</strong>" in page
    assert 'href="/search/?q=qordjq&amp;exact=1"' in page


def test_exactly_what_was_typed_can_be_searched_for(client, content):
    assert client.get("/search/?q=qordjq&exact=1").context["results"].outcome.interpreted_as is None


def test_facets_count_the_results_of_each_operation(client, content):
    response = client.get("/search/?q=VM")

    groups = {group.title: group.links for group in response.context["results"].facets}
    everything, *operations = groups["작업"]
    assert everything.selected
    assert sum(link.count for link in operations) == response.context["results"].outcome.kinds["error"]
    assert 'href="/search/?q=VM&amp;operation=backup"' in response.content.decode()


def test_results_are_divided_into_pages(client, make_entries):
    make_entries(11)

    page = client.get("/search/", {"q": "스냅숏 오류"}).content.decode()

    assert 'page=2" rel="next"' in page
    assert len(client.get("/search/", {"q": "스냅숏 오류", "page": "2"}).context["results"].found) == 1


@pytest.mark.parametrize("page", ["0", "-3", "7", "9" * 5000, "x"])
def test_a_page_out_of_range_shows_one_that_exists_and_says_so(client, make_entries, page):
    make_entries(11)
    response = client.get("/search/", {"q": "스냅숏 오류", "page": page})

    assert response.status_code == 200
    assert len(response.context["notices"]) == 1
    assert response.context["results"].found


@pytest.mark.parametrize("query", ["operation=nope", "operation=%00", "kind=nope", "kind=" + "a" * 3000])
def test_an_unknown_filter_is_left_out_and_said(client, content, query):
    response = client.get(f"/search/?q=VM&{query}")

    assert response.status_code == 200
    assert len(response.context["notices"]) == 1
    assert response.context["results"].found


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("가", 0),
        ("a", 0),
        ("ㄱ", 0),
        ("?!", 0),
        ("\x00", 1),
        ("VM\x00\x07 agent", 1),
        ("스냅숏 " * 5000, 1),
        ("a" * 10_000, 1),
        ("\ud7b0\U0001f600\u202e<b>&\"'", 0),
        ("%", 0),
        ('" OR 1=1 --', 0),
    ],
)
def test_any_text_gets_a_normal_page(client, content, text, notices):
    response = client.get("/search/", {"q": text})

    assert response.status_code == 200
    assert len(response.context["notices"]) == notices


def test_bytes_that_are_no_text_get_a_normal_page(client, content):
    assert client.get("/search/?q=%ff%fe%80").status_code == 200


def test_a_query_is_shown_as_text(client, content):
    assert "<script>x" not in client.get("/search/?q=<script>x</script>").content.decode()


def test_the_queries_do_not_grow_with_the_results(client, make_entries, count_queries):
    make_entries(5)
    client.get("/search/", {"q": "스냅숏"})
    few = count_queries(lambda: client.get("/search/", {"q": "스냅숏"}))
    make_entries(5)
    client.get("/search/", {"q": "스냅숏"})

    assert count_queries(lambda: client.get("/search/", {"q": "스냅숏"})) == few


def test_an_edit_is_found_at_once(client, make_entry):
    entry = make_entry(body="")
    assert not client.get("/search/?q=레지스트리").context["results"].found

    Resolution.objects.create(entry=entry, order=1, body_ko="레지스트리 키를 설정합니다.")

    (result,) = client.get("/search/?q=레지스트리").context["results"].found
    assert result.entry == entry
