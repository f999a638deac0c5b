"""Holds the search page: what was found, what it looks like when nothing was, and any text a reader may send."""

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.flows import make_flow
from tests.products import add_product, give_product
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution
from troubleshoot.search import engine
from troubleshoot.search.core.finder import find
from troubleshoot.search.engine import answer
from troubleshoot.search.index.freshness import view
from troubleshoot.views.search import look_up, request_of, titles_for
from troubleshoot.views.search_state import SearchState, Titles, read_search

pytestmark = pytest.mark.django_db

LIVE = {"HX-Request": "true"}
"""What the browser sends while a reader is typing."""


def token_on(response) -> str:
    """What a page of results may send to the query log."""
    found = re.search(r'data-token="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def test_every_message_pasted_whole_comes_first(client, content, prefix):
    entries = list(client.get(f"{prefix}/errors/").context["rows"])
    assert entries
    for entry in entries:
        found = client.get(f"{prefix}/search/", {"q": entry.title}).context["results"].found

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
    assert any(link.count for link in operations)
    assert 'href="/search/?q=VM&amp;operation=backup"' in response.content.decode()


COUNTED = (
    "VM",
    "오류",
    "snapshot",
    "스냅숏 작업 실패",
    "복원",
    "qordjq",
    "에이전투",
    "프록시 서버",
    "zzzzqqqq",
    "VM&exact=1",
)


@pytest.mark.parametrize("chosen", ["", "&kind=wizard", "&kind=error", "&operation=backup", "&product=sql"])
def test_a_facet_counts_what_choosing_it_shows(content, chosen):
    add_product("sql", entries=3)
    titles = titles_for({"q": ""})
    seen = 0
    for query in COUNTED:
        results = look_up(read_search(QueryDict(f"q={query}{chosen}"), titles)[0], titles)
        for link in (link for group in results.facets for link in group.links if link.count is not None):
            there, _notices = read_search(QueryDict(link.url.partition("?")[2]), titles)
            total = answer(request_of(there)).total
            # Within a product more is found than its part of what is found in all.
            shown = min(total, link.count) if there.product and f"product={there.product}" not in chosen else total
            assert (query, link.label, shown) == (query, link.label, link.count)
            seen += 1
    assert seen > len(COUNTED)


@pytest.mark.parametrize("query", COUNTED)
def test_the_kinds_of_a_search_add_up_to_what_no_filter_shows(content, query):
    outcome = answer(request_of(read_search(QueryDict(f"q={query}"), Titles())[0]))

    assert sum(outcome.counts["kind"].values()) == outcome.total
    assert sum(outcome.counts["operation"].values()) == outcome.counts["kind"]["error"]
    assert outcome.counts["product"] == ({"backup": outcome.total} if outcome.total else {})


@pytest.mark.parametrize(
    ("query", "times"),
    [("q=스냅숏", 1), ("q=VM&operation=backup&kind=error&page=9", 1), ("q=에이전투", 1), ("q=zzzzqqqq+프린터+오류", 3)],
)
def test_a_page_asks_the_engine_once_and_thrice_at_most_where_nothing_is_found(
    client, content, monkeypatch, query, times
):
    asked: list[str] = []
    monkeypatch.setattr(
        engine, "find", lambda index, texts, wanted: asked.append(wanted.text) or find(index, texts, wanted)
    )
    monkeypatch.setattr(engine, "completions", lambda *_: pytest.fail("Suggestions come with the answer."))

    assert client.get(f"/search/?{query}").status_code == 200
    assert 1 <= len(asked) <= times


@pytest.mark.parametrize("kind", ["", "&kind=wizard"])
def test_a_wizard_is_one_result_however_many_of_its_steps_match(client, content, kind):
    found = client.get(f"/search/?q=VM{kind}").context["results"].found

    flows = [result.hit.key.partition("/")[0] for result in found if result.hit.kind == "wizard"]
    assert len(flows) == len(set(flows))


def test_a_page_that_does_not_exist_is_not_the_address_to_share(client, make_entry):
    make_entry(message_ko="BitLocker")
    response = client.get("/search/?q=BitLocker&page=2")

    assert response.context["canonical_query"] == "?q=BitLocker"
    assert 'data-address="/search/?q=BitLocker"' in response.content.decode()


def test_as_many_results_as_are_looked_at_are_not_said_to_be_all(client, make_entries):
    make_entries(100)
    page = client.get("/en/search/", {"q": "스냅숏 오류"}).content.decode()

    assert "The 96 most likely results; there may be more" in page


def test_few_results_are_said_to_be_all(client, make_entries):
    make_entries(3)
    assert "3 results</p>" in client.get("/en/search/", {"q": "스냅숏 오류"}).content.decode()


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


def test_what_was_shown_before_is_shown_again_without_asking_for_its_rows(client, content):
    client.get("/search/", {"q": "snapshot failed"})

    with CaptureQueriesContext(connection) as asked:
        client.get("/search/", {"q": "failed snapshot"})

    assert len(asked) == 4
    assert all("contentversion" in query["sql"] for query in asked)


def test_an_edit_is_found_at_once(client, make_entry):
    entry = make_entry(body="")
    assert not client.get("/search/?q=레지스트리").context["results"].found

    Resolution.objects.create(entry=entry, order=1, body_ko="레지스트리 키를 설정합니다.")

    (result,) = client.get("/search/?q=레지스트리").context["results"].found
    assert result.shown.key == entry.key


def test_while_typing_only_the_results_travel(client, content, prefix):
    response = client.get(f"{prefix}/search/?q=BitLocker", headers=LIVE)
    page = response.content.decode()

    assert "<html" not in page
    assert "<title>" in page
    assert f'data-address="{prefix}/search/?q=BitLocker"' in page
    assert "<mark>BitLocker</mark>" in page
    assert 'hx-swap-oob="true"' in page  # the language switch leads to the same search


def test_page_and_part_are_kept_apart_by_every_cache(client, content):
    page, part = client.get("/search/?q=VM"), client.get("/search/?q=VM", headers=LIVE)

    assert "HX-Request" in page["Vary"]
    assert "HX-Request" in part["Vary"]
    assert page["ETag"] != part["ETag"]


def test_the_address_to_share_says_only_what_differs(client, content):
    page = client.get("/search/?kind=&page=1&operation=backup&q=+VM++agent+&x=1", headers=LIVE).content.decode()

    assert 'data-address="/search/?q=VM+agent&amp;operation=backup"' in page


def test_a_wizard_and_its_step_are_results_with_their_own_badge(client, make_entry):
    make_flow()

    page = client.get("/search/", {"q": "에이전트 마법사"}).content.decode()
    step = client.get("/search/", {"q": "install 설치합니다"}).content.decode()

    assert '<span class="operation wizard-badge">단계별 해결</span>' in page
    assert 'href="/wizards/agent/"' in page
    assert 'href="/wizards/agent/?os=linux&amp;assumed=os"' in step
    assert "‘에이전트 마법사’의 한 단계" in step


def test_results_can_be_narrowed_to_wizards(client, make_entry):
    make_entry(message_ko="에이전트 마법사 오류")
    make_flow()

    results = client.get("/search/", {"q": "에이전트 마법사", "kind": "wizard"}).context["results"]

    assert {result.hit.kind for result in results.found} == {"wizard"}


def test_a_facet_counts_what_choosing_another_value_would_show(client, make_entry):
    make_entry(message_ko="BitLocker")
    restore = Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)
    ErrorEntry.objects.create(key="other", operation=restore, order=1, message_ko="BitLocker 복원")

    facets = client.get("/search/?q=BitLocker&operation=restore").context["results"].facets

    assert [(link.label, link.count, link.selected) for link in facets[0].links[1:]] == [
        ("백업", 1, False),
        ("복원", 1, True),
    ]


def test_a_filter_stays_when_one_types_on(client, content):
    page = client.get("/search/?q=VM&operation=backup").content.decode()

    assert '<input type="hidden" name="operation" value="backup">' in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("qordjq", "한/영 전환이 되지 않은 채"),
        ("ㅂㅇ", "초성으로 입력한 것"),
        ("에이전투", "철자가 틀린 것"),
    ],
)
def test_why_something_else_was_searched_is_said(client, content, query, sentence):
    page = client.get("/search/", {"q": query}).content.decode()

    assert sentence in page
    assert "exact=1" in page


def test_a_light_mark_stands_where_a_synonym_matched(client, content):
    assert '<mark class="meant">스냅숏</mark>' in client.get("/search/", {"q": "snapshot"}).content.decode()


def test_what_may_be_meant_is_suggested(client, content):
    page = client.get("/search/", {"q": "스냅"}).content.decode()

    assert 'data-query="스냅숏"' in page


def test_what_was_found_as_it_stands_is_completed_only_by_what_begins_with_it(client, content):
    suggestions = client.get("/search/", {"q": "VM"}).context["results"].suggestions

    assert all(suggestion.text.startswith("VM") for suggestion in suggestions)


def test_no_result_offers_the_wizards_and_to_tell_what_is_missing(client, content):
    page = client.get("/search/?q=zzzzqqqq").content.decode()

    assert 'href="/wizards/vm-agent/"' in page
    assert 'action="/search/missing/"' in page


def test_no_result_for_exactly_this_shows_what_is_found_otherwise(client, content):
    response = client.get("/search/?q=qordjq&exact=1")

    assert not response.context["results"].found
    assert response.context["results"].nearest.results
    assert "‘백업’ 검색 결과는 다음과 같습니다" in response.content.decode()


def test_nothing_in_a_filter_shows_what_is_found_without_it(client, make_entry):
    make_entry("locked", message_ko="BitLocker")
    Operation.objects.create(key="restore", title_ko="복원", title_en="Restore", order=2)

    response = client.get("/search/?q=BitLocker&operation=restore")

    assert "필터 없이 검색하면" in response.content.decode()
    assert response.context["results"].nearest.results[0].hit.key == "locked"


@pytest.mark.parametrize("query", ["?!", "…", "ㄱ", "ㅏ", "<>", "2026-11-22T10:00:00Z", "🙂", "\u200b", "\u202e"])
def test_noise_alone_is_a_helpful_page(client, content, query, prefix):
    response = client.get(f"{prefix}/search/", {"q": query})
    page = response.content.decode()

    assert response.status_code == 200
    assert f'<a href="{prefix}/errors/">' in page
    assert f"{prefix}/operations/restore/" in page


def test_a_narrowed_search_or_a_later_page_is_no_search_to_note(client, make_entries):
    make_entries(11)

    assert token_on(client.get("/search/", {"q": "스냅숏 오류"}))
    for more in ({"operation": "backup"}, {"kind": "error"}, {"page": "2"}):
        assert "data-token" not in client.get("/search/", {"q": "스냅숏 오류"} | more).content.decode()


def test_ten_thousand_korean_letters_get_a_normal_page(client, content):
    response = client.get("/search/", {"q": "스냅숏 작업이 실패했습니다. " * 667})

    assert response.status_code == 200
    assert response.context["results"].found
    assert '<a href="/diagnose/">로그나 실패한 작업을 통째로' in response.content.decode()


def test_the_message_in_a_long_log_is_found_behind_its_noise(client, content):
    log = "2026-11-22 10:11:12 vm-prod-01 10.1.2.3 " * 120 + "BitLocker 드라이브 암호화로 잠겨 있습니다"

    found = client.get("/search/", {"q": log}).context["results"].found

    assert found[0].hit.key == "bitlocker-locked-drive"


@pytest.mark.parametrize("headers", [{}, LIVE])
def test_more_than_is_read_at_all_is_told_so(client, content, prefix, headers):
    response = client.get(f"{prefix}/search/", {"q": "가" * 21_846}, headers=headers)
    page = response.content.decode()

    assert response.status_code == 413
    assert "64" in page
    assert "가가가" not in page
    assert client.get(f"{prefix}/search/", {"q": "가" * 21_845}, headers=headers).status_code == 200


def test_every_code_of_the_tips_is_one_of_an_entry(client, content, prefix):
    page = client.get(f"{prefix}/search/").content.decode()

    codes = re.findall(r"\b(?:UserError\w+|0x[0-9A-F]+)\b", page)
    assert len(codes) == 2
    for code in codes:
        best = client.get("/search/", {"q": code}).context["results"].found[0]
        assert ErrorAlias.objects.filter(entry__key=best.hit.key, text_en=code).exists()


def test_an_invisible_character_cuts_no_word(client, make_entry):
    make_entry(message_ko="BitLocker")

    assert client.get("/search/", {"q": "Bit\u200bLocker"}).context["results"].found


@pytest.mark.parametrize("headers", [{}, LIVE])
def test_an_error_that_no_entry_is_is_said_first_and_what_is_similar_shows_no_fix(client, content, headers):
    page = client.get("/search/?q=VmAgentNotReadyForSnapshot", headers=headers).content.decode()

    assert "이 포털에 없는 오류입니다: VmAgentNotReadyForSnapshot" in page
    assert 1 <= page.count('<li data-kind="error"') <= 3
    assert 'class="fix' not in page
    assert 'class="further-message' not in page
    assert 'href="https://learn.microsoft.com/ko-kr/search/?terms=VmAgentNotReadyForSnapshot"' in page
    assert 'action="/search/missing/"' in page
    assert 'href="/diagnose/"' in page


LOOSE = {
    "": "검색어와 겹치는 단어가 적어 관련성이 낮은 결과입니다.",
    "/en": "These results are only loosely related: they share few words with your search.",
}


@pytest.mark.parametrize("headers", [{}, LIVE])
@pytest.mark.parametrize(
    "query",
    [
        "비밀번호를 잊어버렸어요",
        "모니터가 안 켜져요",
        "백업 중 블루스크린",
        "로그인이 안 돼요",
        "Azure Files 백업 오류",
        "I forgot my password",
        "blue screen during backup",
    ],
)
def test_words_about_other_things_are_said_to_be_loosely_related_first_and_show_no_fix(
    client, content, prefix, query, headers
):
    page = client.get(f"{prefix}/search/", {"q": query}, headers=headers).content.decode()

    assert LOOSE[prefix] in page.partition('<ol class="entries">')[0]
    assert "<li data-kind=" in page
    assert 'class="fix' not in page


@pytest.mark.parametrize(
    "query",
    ["BitLocker", "스냅숏 실패", "VM 에이전트", "SQL Server 백업이 느려요", "백업이 안 돼요", "the restore never ends"],
)
def test_words_that_the_first_result_has_are_not_called_loosely_related(client, content, prefix, query):
    page = client.get(f"{prefix}/search/", {"q": query}).content.decode()

    assert "<li data-kind=" in page
    assert LOOSE[prefix] not in page


def test_a_short_korean_word_is_not_taken_for_another_one(client, content, prefix):
    page = client.get(f"{prefix}/search/", {"q": "커피"}).content.decode()

    assert "카피" not in page
    assert "<li data-kind=" not in page


def test_steps_of_wizards_stand_beside_an_undocumented_error(client, content):
    page = client.get("/en/search/", {"q": "Restored VM is in failed provisioning state"}).content.decode()

    assert "is not documented here" in page
    assert 'aria-labelledby="by-wizard"' in page
    assert 'href="/en/wizards/' in page.partition('aria-labelledby="by-wizard"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    "query", ["System.NullReferenceException: Object reference not set", "System.NullReferenceException"]
)
def test_beside_an_undocumented_error_stands_nothing_that_shares_a_word_by_chance(client, content, query):
    page = client.get("/en/search/", {"q": query}).content.decode()

    assert "“NullReferenceException” is not documented here" in page
    assert 'aria-labelledby="by-wizard"' not in page
    assert "<li data-kind=" not in page
    assert "Suggestions" not in page


@pytest.mark.parametrize(("query", "code"), [("Error 500", "500"), ("ORA-12154", "ORA-12154")])
def test_an_error_of_another_product_gets_no_results_for_a_part_of_it(client, content, query, code):
    page = client.get("/en/search/", {"q": query}).content.decode()

    assert f"“{code}” is not documented here" in page
    assert 'class="fix' not in page


def test_results_for_a_part_of_the_query_show_no_fix(client, content):
    page = client.get("/en/search/", {"q": "zzzzqqqq 프린터 오류"}).content.decode()

    assert "Results for “오류”" in page
    assert 'data-kind="error"' in page
    assert 'class="fix"><span class="label">' not in page


def test_where_nothing_is_found_it_can_be_searched_for_elsewhere(client, content):
    page = client.get("/en/search/", {"q": "Segmentation fault"}).content.decode()

    assert "https://learn.microsoft.com/en-us/search/?terms=Segmentation+fault" in page


def test_a_sentence_that_no_entry_has_is_named_as_it_was_typed(client, content):
    page = client.get("/en/search/", {"q": "The VM is in failed provisioning state"}).content.decode()

    assert "“The VM is in failed provisioning state” is not documented here" in page
    assert "https://learn.microsoft.com/en-us/search/?terms=The+VM+is+in" in page


def test_what_identifies_somebody_is_not_sent_elsewhere(client, content):
    page = client.get("/search/", {"q": "The VM of hong@contoso.com is in failed provisioning state"}).content.decode()

    assert not re.search(r'learn\.microsoft\.com[^"]*contoso', page)


def test_no_address_to_search_elsewhere_is_fine(client, content, settings):
    settings.LEARN_SEARCH = ""

    assert "Microsoft Learn" not in client.get("/search/?q=UserErrorFsFreezeFailed").content.decode()


def test_entries_that_share_the_code_that_was_typed_stand_out_together(client, content):
    page = client.get("/search/", {"q": "오류 코드: 400094"}).content.decode()

    assert page.count("answer-badge") == 2
    assert client.get("/search/", {"q": "UserErrorVmNotFoundV2"}).content.decode().count("answer-badge") == 1


def test_a_documented_error_stands_out_and_only_on_the_first_page(client, content):
    page = client.get("/search/?q=UserErrorVmNotFoundV2").content.decode()

    assert page.count('class="answer"') == 1
    assert '<li class="answer" data-kind="error" data-key="vm-does-not-exist">' in page
    assert 'class="answer"' not in client.get("/search/?q=스냅샷").content.decode()


def test_a_code_that_nobody_documented_is_named_beside_a_documented_message(client, content):
    query = "UserErrorSomethingNewFailed 선택한 서브넷이 존재하지 않습니다. 존재하는 서브넷을 선택하세요."
    page = client.get("/search/", {"q": query}).content.decode()

    assert "이 포털에 없는 오류 코드: UserErrorSomethingNewFailed" in page
    assert '<li class="answer" data-kind="error" data-key="subnet-does-not-exist">' in page


def test_a_code_in_another_form_is_said_to_be_converted(client, content):
    assert "같은 코드가 다른 형식으로 적혀 있습니다." in client.get("/search/?q=-2144272384").content.decode()


def test_one_product_is_nothing_to_choose(client, content):
    page = client.get("/search/?q=VM")

    assert [group.title for group in page.context["results"].facets] == ["작업", "종류"]
    assert " › " not in page.content.decode()


def test_several_products_are_counted_and_a_result_names_its_document(client, make_entry):
    make_entry(message_ko="BitLocker")
    give_product("vm")
    add_product("sql", entries=2)

    response = client.get("/search/?q=BitLocker")

    products, _operations = response.context["results"].facets
    assert [(link.label, link.count) for link in products.links[1:]] == [("vm 제품", 1), ("sql 제품", 2)]
    assert '<span class="operation placed">sql 문제 해결 › 백업</span>' in response.content.decode()


def test_an_operation_that_is_called_like_its_document_is_named_once(client, make_entry):
    make_entry(message_ko="BitLocker")
    give_product("vm")
    add_product("sql", title_ko="백업")

    assert '<span class="operation placed">백업</span>' in client.get("/search/?q=BitLocker").content.decode()
    entry = client.get("/errors/sql-1-1/").content.decode()
    assert "/document/sql-guide/" not in entry.partition("</nav>")[0].rpartition("<nav")[2]


def test_a_chosen_product_shows_its_results_and_operations_alone_and_stays_when_one_types_on(client, make_entry):
    make_entry(message_ko="BitLocker")
    give_product("vm")
    add_product("sql", operations=2)

    response = client.get("/search/?q=BitLocker&product=sql")

    results = response.context["results"]
    assert {result.hit.key for result in results.found} == {"sql-1-1", "sql-2-1"}
    assert [link.label for link in results.facets[1].links] == ["전체", *["백업 (sql 문제 해결)"] * 2]
    assert '<input type="hidden" name="product" value="sql">' in response.content.decode()
    assert "/search/?q=BitLocker&amp;product=sql&amp;operation=sql-1" in response.content.decode()


def test_a_product_that_does_not_exist_is_said_and_left_out(client, make_entry):
    make_entry(message_ko="BitLocker")

    response = client.get("/search/?q=BitLocker&product=nothing")

    assert "주소에 있는 제품이 없어" in response.content.decode()
    assert response.context["results"].outcome.total == 1


@pytest.mark.parametrize(("query", "queries"), [("", 2), ("?q=BitLocker", 4), ("?q=BitLocker&product=more-1", 4)])
def test_a_search_in_many_products_takes_as_many_queries_as_in_two(client, make_entry, count_queries, query, queries):
    make_entry(message_ko="BitLocker")
    for number in range(2):
        add_product(f"more-{number}", entries=3)
    client.get(f"/search/{query}")
    few = count_queries(lambda: client.get(f"/search/{query}"))
    for number in range(2, 6):
        add_product(f"more-{number}", entries=3, operations=3)
    client.get(f"/search/{query}")

    assert count_queries(lambda: client.get(f"/search/{query}")) == few == queries


def test_entries_of_other_products_take_no_place_within_one(client, make_entry):
    make_entry(key="ours", message_ko="디스크 공간이 부족하여 BitLocker 오류가 발생했습니다.")
    give_product("vm")
    add_product("sql", entries=120)

    found = client.get("/search/?q=BitLocker+오류&product=vm").context["results"].found

    assert [result.hit.key for result in found] == ["ours"]


def test_an_error_that_another_product_documents_is_not_told_as_undocumented_within_one(client, content):
    add_product("sql")
    message = ErrorEntry.objects.get(key="endpoint-limit-reached").message
    nowhere = "디스크 암호화 키 컨테이너의 서명을 검증하지 못하여 작업이 실패했습니다."

    assert answer(request_of(SearchState(message))).answer == "documented"
    assert answer(request_of(SearchState(message, product="sql"))).answer == "related"
    assert answer(request_of(SearchState(nowhere, product="sql"))).answer == "undocumented"


def test_a_document_that_is_chosen_shows_its_results_alone_and_is_let_go_of_by_a_link(client, make_entry):
    make_entry(message_ko="BitLocker")
    add_product("sql", entries=2)
    add_product("vm")

    response = client.get("/search/?q=BitLocker&document=sql-guide")

    results = response.context["results"]
    assert {result.hit.key for result in results.found} == {"sql-1-1", "sql-1-2"}
    (chosen,) = [group for group in results.facets if group.title == "원본 문서"]
    assert [(link.label, link.count, link.selected) for link in chosen.links] == [
        ("전체", None, False),
        ("sql 문제 해결", 2, True),
    ]
    assert chosen.links[0].url == "/search/?q=BitLocker"
    assert '<input type="hidden" name="document" value="sql-guide">' in response.content.decode()


def test_no_document_is_offered_before_one_is_chosen(client, make_entry):
    make_entry(message_ko="BitLocker")
    add_product("sql")

    facets = client.get("/search/?q=BitLocker").context["results"].facets

    assert "원본 문서" not in [group.title for group in facets]


@pytest.mark.parametrize("key", ["nothing", "%00", "x" * 5_000])
def test_a_document_that_does_not_exist_is_said_and_left_out(client, make_entry, key):
    make_entry(message_ko="BitLocker")

    response = client.get(f"/search/?q=BitLocker&document={key}")

    assert "주소에 있는 문서가 없어" in response.content.decode()
    assert response.context["results"].outcome.total == 1


def test_within_a_document_words_weigh_what_they_would_if_it_were_all(client, make_entry):
    """“디스크” is in every entry of the guide, and rare in all; “서명” the other way round."""
    make_entry()
    add_product("sql", entries=3)
    ErrorEntry.objects.filter(key__startswith="sql-").update(message_ko="디스크 오류입니다.")
    ErrorEntry.objects.filter(key="sql-1-3").update(message_ko="디스크 서명 오류입니다.")
    add_product("vm", entries=30)
    ErrorEntry.objects.filter(key__startswith="vm-").update(message_ko="서명 오류입니다.")

    alone, within = (view().current()[0], view().current()[0].within({"document": "sql-guide"}))

    assert alone.weights["디스"] > alone.weights["서명"]
    assert within.weights["디스"] < within.weights["서명"]
    assert (within.size, within.frequency("서명"), within.within({"document": "sql-guide"}).size) == (3, 1, 3)


def test_a_code_that_another_document_has_is_known_within_one(client, content):
    add_product("sql")

    outcome = answer(request_of(SearchState("ExtensionSnapshotFailedCom", document="sql-guide")))
    known = answer(request_of(SearchState("ExtensionSnapshotFailedCom")))

    assert outcome.unknown == known.unknown
