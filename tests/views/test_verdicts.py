"""Holds “did this solve it?” below each resolution of an entry: the question, the answer, the thanks, what is next."""

import pytest
from django.conf import settings as project
from django.test import Client
from limits import RateLimitItemPerHour

from tests.flows import make_flow
from troubleshoot.editing import keys
from troubleshoot.models import ErrorEntry, FlowLink, Resolution, Verdict
from troubleshoot.reading import feedback, limits, readers

pytestmark = pytest.mark.django_db

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
IN_PLACE = FROM_HERE | {"HX-Request": "true"}
ADDRESS = "/errors/public/verdict/"
YES = {"resolution": "#1", "solved": "yes"}
NO = YES | {"solved": "no"}


@pytest.fixture
def entry(make_entry) -> ErrorEntry:
    """An entry with two ways to fix it."""
    made = make_entry(key="public")
    Resolution.objects.create(entry=made, order=2, body_ko="보호를 중지합니다.", body_en="Stop protection.")
    return made


def number(place: str) -> str:
    """What the page sends for the resolution at “#place”."""
    return str(Resolution.objects.get(order=place.removeprefix("#")).pk)


@pytest.fixture
def answer(client, entry):
    """Answer as a page of the portal would, about the resolution at “#place” or as it is; the status is as expected."""

    def post(values, status=302, headers=FROM_HERE, prefix="", by=client):
        sent = {name: number(value) if value.startswith("#") else value for name, value in values.items()}
        response = by.post(prefix + ADDRESS, sent, headers=headers)
        assert response.status_code == status, response.content
        return response

    return post


class TestAsking:
    def test_every_resolution_asks(self, client, entry):
        page = client.get("/errors/public/").content.decode()
        assert page.count('name="solved" value="yes"') == page.count('name="solved" value="no"') == 2
        assert (
            page.index("다시 시작합니다.")
            < page.index(f'id="verdict-{number("#1")}"')
            < page.index("보호를 중지합니다.")
        )

    def test_who_only_reads_gets_no_cookie_and_an_unchanged_page_is_not_sent_twice(self, client, entry):
        first = client.get("/errors/public/")
        assert not first.cookies
        assert client.get("/errors/public/", headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_an_entry_without_resolution_asks_nothing_and_gives_what_to_send_to_support(self, client, make_entry):
        page = client.get(make_entry(body="").get_absolute_url()).content.decode()

        assert 'class="verdict"' not in page
        assert "오류 메시지: 스냅숏 오류 1\n오류 코드:\n이 오류의 알려진 코드: Code1\n작업 ID:" in page
        assert "Error message: Snapshot error 1\nError code:\nCodes this error is known by: Code1\nJob ID:" in page
        assert 'href="https://portal.azure.com/#create/Microsoft.Support"' in page

    def test_the_text_for_support_claims_no_code_as_seen_and_names_none_where_none_is_known(self, client, make_entry):
        entry = make_entry(body="")
        entry.aliases.create(kind="code", text_ko="Code2")
        assert (
            "오류 코드:\n이 오류의 알려진 코드: Code1, Code2\n" in client.get(entry.get_absolute_url()).content.decode()
        )

        entry.aliases.all().delete()
        assert "오류 코드:\n작업 ID:" in client.get(entry.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("body", "is_offered"),
        [
            ("이 문제 해결에 대한 도움은 Microsoft 지원에 문의하세요.", True),
            ("Contact Azure support to raise the limit.", True),
            ("고객 지원 센터에 알립니다.", True),
            ("지원되는 저장소 계정을 선택하세요.", False),
            ("Select a supported storage account.", False),
        ],
    )
    def test_a_last_way_that_names_support_comes_with_what_to_send_there(self, client, entry, body, is_offered):
        entry.resolutions.filter(order=2).update(body_ko=body)
        page = client.get("/errors/public/").content.decode()
        assert ('id="support"' in page) is is_offered
        entry.resolutions.filter(order=2).update(order=0)
        assert 'id="support"' not in client.get("/errors/public/").content.decode()

    def test_what_readers_answered_is_shown_of_each_way_once_there_are_enough_answers(self, client, entry):
        first, second = entry.resolutions.order_by("order")
        for way, solved, rest in ((first, 7, 3), (second, 9, 0)):
            answers = [
                Verdict(kind="error", key="public", solved=number < solved, resolution=way)
                for number in range(solved + rest)
            ]
            Verdict.objects.bulk_create(answers)

        page = client.get("/en/errors/public/").content.decode()

        assert page.count('class="helped"') == 1
        said = page.index("Solved the problem for 7 of the 10 readers who answered")
        assert page.index(f'id="resolution-{first.order}"') < said < page.index(f'id="resolution-{second.order}"')
        assert "응답한 사용자 10명 중 7명이" in client.get("/errors/public/").content.decode()

    def test_a_fix_that_seldom_helped_is_no_good_news(self, client, entry):
        answers = [
            Verdict(kind="error", key="public", solved=number < 4, resolution=entry.resolutions.first())
            for number in range(10)
        ]
        Verdict.objects.bulk_create(answers)

        page = client.get("/en/errors/public/").content.decode()

        assert '<p class="helped seldom">Solved the problem for 4 of the 10 readers' in page

    def test_after_a_no_a_way_for_a_case_is_offered_as_a_case(self, client, answer, entry):
        entry.resolutions.filter(order=2).update(condition_ko="Linux인 경우", condition_en="On Linux")

        said = answer(NO, status=200, headers=IN_PLACE, prefix="/en").content.decode()

        assert "See whether case 2 on this page applies" in said
        assert "Try option" not in said

    def test_the_queries_do_not_grow_with_the_resolutions(self, client, entry, count_queries):
        few = count_queries(lambda: client.get("/errors/public/"))
        for order in range(3, 9):
            Resolution.objects.create(entry=entry, order=order, body_ko="또")
        assert count_queries(lambda: client.get("/errors/public/")) == few


class TestAnswering:
    def test_it_is_kept_for_the_resolution_and_thanked_for_where_it_was_asked(self, answer, client, prefix):
        response = answer(YES, prefix=prefix)

        first, second = number("#1"), number("#2")
        assert response["Location"] == f"{prefix}/errors/public/?answered={first}&solved=yes#verdict-{first}"
        verdict = Verdict.objects.get()
        assert (verdict.kind, verdict.key, verdict.solved) == ("error", "public", True)
        assert verdict.resolution == Resolution.objects.get(order=1)
        thanked = client.get(response["Location"].split("#")[0]).content.decode()
        assert thanked.count('class="thanks"') == 1
        thanks = thanked.index('class="thanks"')
        assert thanked.index(f'id="verdict-{first}"') < thanks < thanked.index(f'id="verdict-{second}"')

    def test_it_stays_with_its_resolution_when_the_ways_change_places(self, answer, entry):
        first, second = number("#1"), number("#2")
        answer(NO)
        for order, pk in ((9, first), (1, second), (2, first)):
            Resolution.objects.filter(pk=pk).update(order=order)
        answer(YES)
        answer(NO | {"resolution": first, "comment": "열려 있던 쪽에서"})  # a page that was open all the while
        said = {str(verdict.resolution_id): (verdict.solved, verdict.comment) for verdict in Verdict.objects.all()}
        assert said == {first: (False, "열려 있던 쪽에서"), second: (True, "")}

    def test_a_second_answer_replaces_the_first_under_another_key_too(self, answer, client, entry):
        answer(NO)
        keys.give(entry, "renamed")
        values = YES | {"resolution": number("#1")}
        assert client.post("/errors/renamed/verdict/", values, headers=FROM_HERE).status_code == 302
        assert list(Verdict.objects.values_list("key", "solved")) == [("renamed", True)]

    def test_a_second_answer_replaces_the_first(self, answer):
        answer(YES)
        answer(NO | {"comment": "아직 실패합니다."})
        assert list(Verdict.objects.values_list("solved", "comment")) == [(False, "아직 실패합니다.")]

    def test_the_same_answer_without_a_comment_keeps_what_was_said(self, answer):
        answer(NO | {"comment": "아직 실패합니다."})
        answer(NO)
        assert Verdict.objects.get().comment == "아직 실패합니다."
        answer(YES)
        assert Verdict.objects.get().comment == ""

    def test_each_resolution_and_each_reader_has_an_answer_and_none_tells_of_another(self, answer, client):
        answer(YES)
        answer(YES | {"resolution": "#2"})
        answer(YES, by=Client())
        readers = set(Verdict.objects.values_list("reader", flat=True))
        assert len(readers) == 3
        number = client.cookies["answering"].value
        assert all(len(reader) == 64 and number not in reader for reader in readers)

    def test_the_cookie_is_random_first_party_and_unreadable_to_scripts(self, answer):
        cookie = answer(YES).cookies["answering"]
        assert readers.is_number(cookie.value)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert answer(YES, by=Client()).cookies["answering"].value != cookie.value

    def test_it_is_secure_behind_https(self, answer, settings):
        settings.SESSION_COOKIE_SECURE = True
        assert answer(YES).cookies["answering"]["secure"] is True

    @pytest.mark.parametrize("number", ["", "x", "a" * 5000, "é" * 22, "a" * 21 + "\n"])
    def test_a_cookie_that_is_none_of_ours_is_replaced(self, answer, client, number):
        client.cookies["answering"] = number
        assert readers.is_number(answer(YES).cookies["answering"].value)

    def test_a_comment_is_kept_without_personal_details_and_cut(self, answer):
        answer(NO | {"comment": "메일 someone@example.com " + "가" * 20_000})
        comment = Verdict.objects.get().comment
        assert "someone" not in comment
        assert len(comment) == Verdict.LONGEST_COMMENT

    def test_no_address_is_kept(self, answer):
        answer(YES)
        counted = limits._limiter("memory://").storage.storage
        assert len(counted) == 1
        kept = str(list(Verdict.objects.values())) + str(counted)
        assert "127.0.0.1" not in kept


class TestInPlace:
    def test_the_answer_is_the_part_that_takes_the_place_of_the_form(self, answer):
        part = answer(YES, 200, IN_PLACE).content.decode()
        assert part.strip().startswith(f'<form class="verdict" id="verdict-{number("#1")}"')
        assert 'class="thanks"' in part
        assert "<html" not in part

    def test_after_a_no_it_says_what_to_do_next(self, answer, entry):
        FlowLink.objects.create(entry=entry, flow=make_flow(), answers="os=windows")
        part = answer(NO, 200, IN_PLACE, prefix="/en").content.decode()
        assert 'href="#resolution-2"' in part
        assert 'href="#resolution-1"' not in part
        assert 'href="/en/wizards/agent/?os=windows&amp;assumed=os"' in part
        assert "/en/search/" not in part
        assert "further" not in answer(YES, 200, IN_PLACE).content.decode()

    def test_after_a_no_it_says_what_else_it_may_be_the_nearest_first_and_never_itself(self, answer, entry, make_entry):
        cause = {"cause_ko": "VM이 꺼져 있습니다."}
        ErrorEntry.objects.filter(pk=entry.pk).update(**cause)
        operation, caused, coded = make_entry(), make_entry(**cause), make_entry()
        Verdict.objects.create(kind="error", key=operation.key, resolution=operation.resolutions.get(), solved=True)
        for row, key in ((entry, "A1"), (coded, "A1")):
            row.aliases.create(kind="code", text_ko=key, text_en=key)

        part = answer(NO | {"resolution": str(entry.resolutions.get(order=1).pk)}, 200, IN_PLACE).content.decode()

        links = [f'href="{other.get_absolute_url()}"' for other in (coded, caused, operation)]
        parts = ("다음 오류일 수도 있습니다", *links[:2], "같은 작업의 다른 오류", links[2])
        places = [part.index(piece) for piece in parts]
        assert places == sorted(places)
        assert "이 해결 방법으로 1명이 해결" in part
        assert 'href="/errors/public/"' not in part
        assert "/search/" not in part

    def test_errors_that_share_only_the_operation_are_not_said_to_be_the_same(self, answer, entry, make_entry):
        make_entry(cause_ko="다른 원인입니다.")
        part = answer(NO | {"resolution": str(entry.resolutions.get(order=1).pk)}, 200, IN_PLACE).content.decode()
        assert "같은 작업의 다른 오류" in part
        assert "다음 오류일 수도 있습니다" not in part

    @pytest.mark.parametrize(("names", "is_offered"), [(["Printer Corp."], True), (["Azure"], False)])
    def test_whose_support_a_fix_leads_to_is_a_setting(self, client, entry, settings, names, is_offered):
        settings.SUPPORT_NAMES = names
        entry.resolutions.filter(order=2).update(body_ko="Open a case with Printer Corp. support.")
        assert ('id="support"' in client.get("/errors/public/").content.decode()) is is_offered

    def test_after_a_no_there_is_a_way_to_support_with_what_to_send(self, answer, entry):
        part = answer(NO, 200, IN_PLACE).content.decode()
        assert 'href="https://portal.azure.com/#create/Microsoft.Support"' in part
        assert f"오류 메시지: {entry.message}" in part

        entry.resolutions.filter(order=2).update(body_ko="Azure 지원에 문의하세요.")
        part = answer(NO, 200, IN_PLACE).content.decode()
        assert 'href="#support"' in part
        assert "오류 메시지:" not in part  # it stands below on the same page

    def test_the_page_says_the_same_without_scripts(self, client, entry):
        page = client.get(f"/errors/public/?answered={number('#2')}&solved=no").content.decode()
        assert 'href="#resolution-1"' in page
        assert 'class="further"' in page
        assert "/search/?q=" not in page[page.index('class="further"') :]

    def test_it_takes_as_many_queries_for_many_resolutions(self, answer, entry, count_queries):
        answer(YES)
        few = count_queries(lambda: answer(NO, 200, IN_PLACE))
        for order in range(3, 9):
            Resolution.objects.create(entry=entry, order=order, body_ko="또")
        assert count_queries(lambda: answer(NO, 200, IN_PLACE)) == few


class TestRefusing:
    @pytest.mark.parametrize(
        "values",
        [
            {},
            YES | {"solved": "maybe"},
            YES | {"solved": ""},
            YES | {"resolution": ""},
            YES | {"resolution": "x"},
            YES | {"resolution": "0"},
            YES | {"resolution": "\x00"},
            YES | {"resolution": "9" * 5000},
        ],
    )
    def test_what_is_no_answer_about_a_resolution_is_refused(self, answer, values):
        answer(values, 400)
        assert not Verdict.objects.exists()

    def test_so_is_a_huge_one(self, answer):
        answer(YES | {"comment": "가" * 40_000}, 400)

    @pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}])
    def test_another_site_answers_for_nobody(self, answer, headers):
        answer(YES, 403, headers)
        assert not Verdict.objects.exists()

    def test_a_browser_that_names_only_its_origin_may_answer(self, answer):
        answer(YES, headers={"Origin": "http://testserver"})

    def test_an_unknown_entry_is_a_404_and_so_is_what_readers_do_not_see(self, client, entry):
        assert client.post("/errors/nope/verdict/", YES, headers=FROM_HERE).status_code == 404
        entry.state = "archived"
        entry.save()
        assert client.post(ADDRESS, YES, headers=FROM_HERE).status_code == 404

    def test_a_resolution_for_staff_is_none(self, answer, entry):
        entry.resolutions.filter(order=2).update(staff_only=True)
        answer(YES | {"resolution": "#2"}, 400)

    @pytest.mark.parametrize("query", ["answered=0&solved=no", "answered={}", "answered={}&solved=x", "answered=%00"])
    def test_an_address_that_thanks_for_nothing_only_asks(self, client, entry, query):
        page = client.get("/errors/public/?" + query.format(number("#1"))).content.decode()
        assert 'class="thanks"' not in page
        assert page.count('name="solved" value="yes"') == 2

    def test_a_flood_is_refused_in_place_and_as_a_page(self, answer, monkeypatch):
        monkeypatch.setattr(feedback, "MOST_VERDICTS_AN_HOUR", 1)
        answer(YES)
        assert "저장하지 못했습니다" in answer(YES, 429, by=Client()).content.decode()
        assert f'id="verdict-{number("#1")}"' in answer(YES, 429, IN_PLACE, by=Client()).content.decode()
        answer(NO)  # who has answered may still change it
        assert Verdict.objects.count() == 1

    def test_a_flood_from_one_address_is_refused(self, answer, monkeypatch):
        monkeypatch.setattr(limits, "ANSWERS", RateLimitItemPerHour(2))
        for status in (302, 302, 429):
            answer(YES, status)

    def test_the_project_names_no_secret_of_its_own_for_the_digest(self, entry, settings):
        one = readers.digest("a" * 22, "error", "public/1")
        settings.SECRET_KEY = project.SECRET_KEY + "another"
        assert readers.digest("a" * 22, "error", "public/1") != one
