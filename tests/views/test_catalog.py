"""Holds the pages of the catalogue: home, the list of entries, an entry and its preview, an operation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.products import add_product
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Product, Resolution, Verdict

pytestmark = pytest.mark.django_db


class TestList:
    def test_every_entry_of_the_document_is_listed(self, client, content, prefix):
        response = client.get(f"{prefix}/errors/")

        assert len(response.context["rows"]) == 28
        assert response.content.decode().count("<h2><a href=") == 28

    def test_a_filter_narrows_the_list_and_keeps_the_other_counts(self, client, content):
        response = client.get("/errors/?operation=backup")

        assert response.context["total"] == 13
        assert 'aria-current="true">백업 <span class="count">13</span>' in response.content.decode()
        assert '<a href="/errors/?operation=restore">복원 <span class="count">10</span>' in response.content.decode()

    def test_a_chosen_filter_stays_when_another_is_chosen(self, client, content):
        page = client.get("/errors/?operation=restore").content.decode()

        assert 'href="/errors/?operation=restore&amp;fix=message"' in page

    @pytest.mark.parametrize("query", ["operation=nope", "operation=%00", "fix=nope", "operation=" + "a" * 5000])
    def test_an_unknown_filter_is_a_page_that_says_so(self, client, content, query):
        response = client.get(f"/errors/?{query}")

        assert response.status_code == 200
        assert response.context["notices"]
        assert response.context["total"] == 0
        assert '<a href="/errors/">모든 오류 보기</a>' in response.content.decode()

    @pytest.mark.parametrize("page", ["0", "-1", "2", "99999999999", "x", "1.5", "%00", "٣"])
    def test_a_page_out_of_range_shows_one_that_exists_and_says_so(self, client, content, page):
        response = client.get(f"/errors/?page={page}")

        assert response.status_code == 200
        assert len(response.context["notices"]) == 1
        assert response.context["rows"]

    def test_a_long_list_is_divided_and_keeps_its_filters(self, client, make_entries):
        make_entries(51)

        page = client.get("/errors/?operation=backup").content.decode()

        assert 'href="/errors/?operation=backup&amp;page=2" rel="next"' in page
        assert "2페이지 중 1페이지" in page
        assert len(client.get("/errors/?operation=backup&page=2").context["rows"]) == 1

    def test_the_queries_do_not_grow_with_the_entries(self, client, make_entries, count_queries):
        make_entries(10)
        few = count_queries(lambda: client.get("/errors/"))
        make_entries(10)

        assert count_queries(lambda: client.get("/errors/")) == few


class TestEntry:
    def test_it_reads_in_the_order_in_which_one_acts(self, client, make_entry):
        entry = make_entry(cause_ko="VM이 꺼져 있습니다.", lead_ko="해결하려면", body="1. 켭니다.\n2. 다시 시도합니다.")
        page = client.get(entry.get_absolute_url()).content.decode()
        page = client.get(entry.get_absolute_url()).content.decode().partition("<body>")[2]
        wanted = (
            "<h1>스냅숏 오류 1</h1>",
            "Code1",
            "VM이 꺼져 있습니다.",
            "해결하려면",
            "<p>켭니다.</p>",
            "다시 시도합니다.",
        )
        places = [page.index(text) for text in wanted]
        assert places == sorted(places)

    def test_it_opens_in_both_languages(self, client, make_entry):
        make_entry(key="vm-gone")

        assert "Snapshot error 1" in client.get("/en/errors/vm-gone/").content.decode()

    def test_several_resolutions_are_numbered(self, client, make_entry):
        entry = make_entry()
        assert "방법 1" not in client.get(entry.get_absolute_url()).content.decode()

        Resolution.objects.create(entry=entry, order=2, origin="document", body_ko="보호를 중지합니다.")
        page = client.get(entry.get_absolute_url()).content.decode()

        assert page.index("방법 1") < page.index("방법 2") < page.index("보호를 중지합니다.")
        assert re.search(r'<a href="#[^"]*">방법 2<small>보호를 중지합니다.</small></a>', page)

    def test_advice_from_the_message_is_marked_as_such(self, client, make_entry):
        entry = make_entry(body="")
        Resolution.objects.create(entry=entry, order=1, origin="message", body_ko="기다립니다.")

        assert "오류 메시지에 담긴 안내를 옮겼습니다" in client.get(entry.get_absolute_url()).content.decode()

    def test_no_resolution_is_said_plainly(self, client, make_entry):
        page = client.get(make_entry(body="", source_line=3).get_absolute_url()).content.decode()

        assert "문서에 이 오류의 해결 방법이 없습니다" in page

    def test_a_command_stands_as_it_is(self, client, make_entry):
        entry = make_entry(body='확인합니다.\n\n```\nGet-AzureDns -DnsSettings $d.DnsSettings "<x>"\n```')

        page = client.get(entry.get_absolute_url()).content.decode()

        assert '<pre><code>Get-AzureDns <span class="option">-DnsSettings</span> $d.DnsSettings' in page
        assert "<x>" not in page

    def test_an_alternative_message_is_shown(self, client, make_entry):
        entry = make_entry()
        ErrorAlias.objects.create(entry=entry, kind="message", text_ko="다른 메시지", text_en="Another message")

        assert "<dd>다른 메시지</dd>" in client.get(entry.get_absolute_url()).content.decode()

    def test_its_row_in_the_document_and_its_neighbours_are_linked(self, client, make_entries):
        _first, second, _third = make_entries(3)
        ErrorEntry.objects.update(source_line=3)

        page = client.get(second.get_absolute_url()).content.decode()

        assert 'href="/document/#entry-error-2"' in page
        assert 'rel="prev" href="/errors/error-1/"' in page
        assert 'rel="next" href="/errors/error-3/"' in page

    def test_an_entry_outside_the_document_has_no_row_there(self, client, make_entry):
        entry = make_entry()
        entry.operation = Operation.objects.create(key="own", title_ko="기타", title_en="Other", order=2)
        entry.save()

        assert "#entry-" not in client.get(entry.get_absolute_url()).content.decode()

    def test_only_an_administrator_is_offered_to_edit(self, client, make_entry):
        entry = make_entry()
        assert "/admin/" not in client.get(entry.get_absolute_url()).content.decode()

        client.force_login(User.objects.create_superuser("editor"))
        page = client.get(entry.get_absolute_url()).content.decode()

        assert f'href="/admin/troubleshoot/errorentry/{entry.pk}/change/?part"' in page

    def test_markup_in_a_message_stays_text(self, client, make_entry):
        entry = make_entry(message_ko="<script>alert(1)</script>", cause_ko="<img src=x onerror=alert(1)>")

        page = client.get(entry.get_absolute_url()).content.decode()

        assert "<script>alert" not in page
        assert "<img" not in page

    def test_the_queries_do_not_grow_with_the_entries(self, client, make_entries, count_queries):
        make_entries(10)
        few = count_queries(lambda: client.get("/errors/error-5/"))
        make_entries(10)

        assert count_queries(lambda: client.get("/errors/error-5/")) == few

    def test_an_entry_takes_nine_queries(self, client, content, count_queries):
        assert count_queries(lambda: client.get("/errors/restore-cloud-internal-error/")) == 9

    def test_entries_that_share_a_code_lead_to_each_other(self, client, content):
        for key, other in (("vm-not-found", "vm-does-not-exist"), ("vm-does-not-exist", "vm-not-found")):
            page = client.get(f"/errors/{key}/").content.decode()
            assert f'<a href="/errors/{other}/">' in page.partition('id="related"')[2]

    def test_every_entry_of_the_document_opens(self, client, content, prefix):
        entries = list(client.get(f"{prefix}/errors/").context["rows"])
        assert entries
        for entry in entries:
            assert client.get(f"{prefix}/errors/{entry.key}/").status_code == 200

    @pytest.mark.parametrize("key", ["nope", "a" * 500, "한글", "%00", "..%2f"])
    def test_an_unknown_key_is_a_404_with_a_search_box(self, client, content, key):
        response = client.get(f"/errors/{key}/")

        assert response.status_code == 404
        assert 'role="search"' in response.content.decode()


def test_the_search_box_leads_to_the_search_page(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    assert f'action="{prefix}/search/" method="get"' in page


def test_every_operation_stands_there_with_its_number_of_errors(client, content):
    page = client.get("/").content.decode()

    for title, count in (("백업", 13), ("작업 취소", 4), ("복원", 10), ("정책 만들기", 1)):
        assert f'<span>{title}</span> <span class="count">오류 {count}개</span>' in page


def test_the_prose_of_the_document_is_offered(client, content):
    assert "/en/document/#" in client.get("/en/").content.decode()


def test_an_empty_portal_still_has_a_home(client):
    assert client.get("/").status_code == 200


def test_the_queries_do_not_grow_with_the_entries(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/")) == few


def test_a_reader_with_a_symptom_finds_the_wizards(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    for way in ("vm-agent/?origin=migrated", "network/?symptom=status", "vm-snapshot/#question", "restore/#question"):
        assert f'<a href="{prefix}/wizards/{way}">' in page
    assert page.count(f'<li><a href="{prefix}/wizards/') == 12


def test_home_shows_what_others_solved_lately_once_enough_answers_say_so(client, content):
    way, seldom = Resolution.objects.filter(staff_only=False).order_by("pk")[:2]
    long_ago = timezone.now() - timedelta(days=100)
    for resolution, times, when in ((way, 10, timezone.now()), (seldom, 9, timezone.now()), (seldom, 10, long_ago)):
        said = {"kind": "error", "key": resolution.entry.key, "resolution": resolution, "time": when}
        Verdict.objects.bulk_create(Verdict(solved=True, **said) for _answer in range(times))

    page = client.get("/").content.decode()

    solved = page[page.index('id="by-others"') : page.index('id="by-topic"')]
    assert re.findall(r'href="([^"]+)"', solved) == [way.entry.get_absolute_url()]


def test_home_takes_seven_queries(client, content, count_queries):
    assert count_queries(lambda: client.get("/")) == 7


def test_home_of_several_products_takes_no_more_however_many_there_are(client, content, count_queries):
    for number in range(5):
        add_product(f"more-{number}", operations=3)

    assert count_queries(lambda: client.get("/")) == 7


def test_home_begins_with_products_and_documents_where_there_are_several(client, content):
    add_product("sql", entries=3)

    page = client.get("/").content.decode()

    assert (
        '<li><a href="/errors/?product=sql"><span>sql 제품</span> <span class="count">오류 3개</span></a></li>' in page
    )
    assert '<a href="/errors/?product=backup"><span>Azure 백업</span>' in page
    assert '<a href="/document/sql-guide/">sql 문제 해결</a>' in page
    assert "/operations/" not in page


def test_home_of_several_documents_of_one_product_begins_with_operations(client, content):
    add_product("sql")
    Document.objects.update(product=Product.objects.get(key="sql"))

    page = client.get("/").content.decode()

    assert "/operations/sql-1/" in page
    assert "?product=" not in page


def test_every_example_finds_an_entry(client, content, prefix):
    page = client.get(f"{prefix}/").content.decode()

    examples = re.findall(r'<li><a href="([^"]*/search/\?q=[^"]+)"', page)
    assert len(examples) == 5
    for address in examples:
        assert any(result.is_entry for result in client.get(address).context["results"].found)


def test_it_lists_its_entries_and_no_others(client, content, prefix):
    response = client.get(f"{prefix}/operations/restore/")

    assert len(response.context["rows"]) == 10


def test_it_links_to_its_part_of_the_document(client, make_entry):
    make_entry()

    assert 'href="/document/#backup"' in client.get("/operations/backup/").content.decode()


def test_an_operation_without_entries_says_so(client, db):
    Operation.objects.create(key="empty", title_ko="빈 작업", title_en="Empty", order=1)

    assert "오류가 문서에 아직 없습니다" in client.get("/operations/empty/").content.decode()


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


def test_the_queries_do_not_grow_with_the_entries_of_an_operation(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/operations/backup/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/operations/backup/")) == few


class TestSource:
    def test_an_entry_says_where_it_comes_from_and_that_nobody_reviewed_it_since(self, client, content):
        page = client.get("/errors/vm-agent-missing/").content.decode()

        assert re.search(
            r'<p class="source">출처: <span class="of-document"><a href="/document/#entry-vm-agent-missing">'
            r"Azure 가상 컴퓨터 백업 문제 해결 › 백업</a>, </span>Microsoft, 2016년 8월 26일\s+· 이후 검토하지 않음",
            page,
        )
        assert 'href="https://learn.microsoft.com/azure/backup/backup-azure-vms-troubleshoot"' in page

    def test_it_says_when_somebody_reviewed_it(self, client, make_entry):
        entry = make_entry(source_line=3, reviewed=datetime(2026, 11, 2, 3, tzinfo=UTC))

        assert "Last reviewed: Nov. 2, 2026" in client.get(f"/en{entry.get_absolute_url()}").content.decode()

    def test_what_an_editor_wrote_is_not_taken_for_the_documents(self, client, make_entry):
        page = client.get(make_entry().get_absolute_url()).content.decode()

        assert "이 포털의 편집자가 작성한 내용으로, 원본 문서에는 없습니다." in page
        assert 'class="source">출처' not in page

    def test_an_edited_text_keeps_the_documents_own_beside_it(self, client, make_entry):
        known = {"original_ko": "원래 글입니다.", "source_line": 3}
        edited = make_entry(**known, edited=datetime(2026, 11, 2, 3, tzinfo=UTC))
        as_it_was = make_entry(**known)

        assert "<p>원래 글입니다.</p>" in client.get(edited.get_absolute_url()).content.decode()
        assert "원래 글입니다." not in client.get(as_it_was.get_absolute_url()).content.decode()

    def test_one_that_was_only_marked_as_outdated_is_not_said_to_be_reworded(self, client, make_entry):
        entry = make_entry(
            body="1. VM을 켭니다.",
            cause_ko="",
            original_ko="VM을 켭니다.",
            source_line=3,
            is_outdated=True,
            edited=datetime(2026, 11, 2, 3, tzinfo=UTC),
        )

        assert "편집자가 다듬은 내용" not in client.get(entry.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("key", "prefix", "is_reworded"),
        [
            ("bitlocker-locked-drive", "", True),
            ("bitlocker-locked-drive", "/en", False),  # the twin is that of the document's words, too
            ("storage-account-not-supported", "", False),  # “none” is all that it says
            ("subnet-does-not-exist", "", False),
        ],
    )
    def test_it_says_so_in_the_language_in_which_the_words_differ(self, client, content, key, prefix, is_reworded):
        page = client.get(f"{prefix}/errors/{key}/").content.decode()

        assert ('<section class="original"' in page) is is_reworded

    def test_a_list_says_of_an_editors_entry_nothing_of_a_document(self, client, without_a_fix):
        page = client.get("/errors/").content.decode()

        assert "이 오류의 해결 방법은 아직 등록되지 않았습니다." in page
        assert "문서에 해결 방법이 없습니다." in page  # of an entry of the document

    @pytest.fixture
    def without_a_fix(self, content):
        """An entry that an editor wrote, beside those of the document."""
        operation = Operation.objects.get(key="backup")
        return ErrorEntry.objects.create(key="own", operation=operation, order=900, message_ko="오류")

    def test_an_editors_entry_without_a_fix_says_nothing_of_a_document(self, client, without_a_fix):
        own = client.get(without_a_fix.get_absolute_url()).content.decode()
        assert "이 오류의 해결 방법은 아직 등록되지 않았습니다." in own
        assert "‘없음’" not in own

        assert "‘없음’" in client.get("/errors/premium-storage-not-supported/").content.decode()

    def test_a_slip_of_the_document_has_a_note_and_the_command_runs(self, client, content, prefix):
        page = client.get(f"{prefix}/errors/restore-cloud-internal-error/").content.decode()

        assert "\n$deployment.ReservedIPName" in page
        assert '<div class="editors-note"' in page

    def test_the_documents_own_words_are_still_found(self, client, content):
        page = client.get("/search/", {"q": "$dep.ReservedIPName"}).content.decode()

        assert re.findall(r'data-key="([^"]+)"', page)[0] == "restore-cloud-internal-error"


class TestOutdated:
    def test_an_outdated_entry_says_so_on_top_with_what_replaces_it(self, client, make_entry):
        new = make_entry(message_ko="새 오류")
        old = make_entry(is_outdated=True, outdated_note_ko="**지금은** 지원합니다.", successor=new)

        page = client.get(old.get_absolute_url()).content.decode()
        assert "<strong>지금은</strong> 지원합니다." in page
        assert f'대신 볼 항목: <a href="{new.get_absolute_url()}">새 오류</a>' in page
        assert page.index("오래된 내용") < page.index('id="fix"')

    def test_nobody_is_led_to_an_entry_that_readers_do_not_see(self, client, make_entry):
        old = make_entry(is_outdated=True, successor=make_entry(staff_only=True))

        page = client.get(old.get_absolute_url()).content.decode()
        assert "오래된 내용" in page
        assert "대신 볼 항목" not in page

    @pytest.mark.parametrize("address", ["/errors/", "/operations/backup/", "/search/?q=스냅숏+오류+1", "/document/"])
    def test_lists_say_it_instead_of_the_fix(self, client, make_entry, address):
        make_entry(is_outdated=True, outdated_note_ko="지금은 지원합니다. 더 있습니다.")

        page = client.get(address).content.decode()
        assert re.search(r'<p class="fix outdated"><span class="label">오래된 내용</span>지금은 지원합니다.</p>', page)
        assert '<span class="label">해결 방법</span>' not in page

    @pytest.mark.parametrize("address", ["/errors/", "/operations/backup/", "/search/?q=옛+오류", "/offline/"])
    def test_lists_lead_to_what_replaces_it_and_ask_no_more_for_more_of_them(
        self, client, make_entry, count_queries, address
    ):
        new, hidden = make_entry(message_ko="새 오류"), make_entry(staff_only=True)
        for successor in (new, hidden, None):
            make_entry(message_ko=f"옛 오류 {successor}", is_outdated=True, successor=successor)
        link = f'대신 볼 항목: <a href="{new.get_absolute_url()}">새 오류</a>'

        def shown() -> str:
            return client.get(address).content.decode()

        few = count_queries(shown)
        assert shown().count(link) == 1
        for number in range(3):
            make_entry(message_ko=f"옛 오류 {number}", is_outdated=True, successor=new)
        assert count_queries(shown) <= few
        assert shown().count(link) == 4

    def test_the_diagnosis_says_it_instead_of_the_fix(self, client, make_entry):
        make_entry(message_ko="스냅숏을 만들 수 없어 백업하지 못했습니다.", is_outdated=True)

        page = client.post("/diagnose/", {"text": "스냅숏을 만들 수 없어 백업하지 못했습니다."}).content.decode()
        assert "현재 제품과 맞지 않는 내용입니다." in page
        assert '<span class="label">해결 방법</span>' not in page


def test_a_title_leaves_out_the_address_and_the_page_has_the_whole_message(client, make_entry):
    entry = make_entry(message_ko="VM이 없습니다. http://e.com/a에 내용이 있습니다.")

    page = client.get(entry.get_absolute_url()).content.decode()
    assert "<h1>VM이 없습니다</h1>" in page
    assert "VM이 없습니다. http://e.com/a에 내용이 있습니다.</blockquote>" in page
    for said_whole in ("VM이 없습니다", "VM이 없습니다."):
        entry = make_entry(message_ko=said_whole)
        assert "화면에 표시되는 메시지" not in client.get(entry.get_absolute_url()).content.decode()


def test_a_filter_offers_nothing_that_would_show_nothing(client, content):
    page = client.get("/errors/").content.decode()

    assert "fix=document" in page
    assert "fix=editor" not in page
    assert "편집자가 추가" in client.get("/errors/?fix=editor").content.decode()


def test_a_late_page_of_the_list_has_its_entries_in_document_order_in_as_many_queries(
    client, make_entries, count_queries
):
    made = make_entries(120)
    first, last = (count_queries(lambda page=page: client.get(f"/errors/?page={page}")) for page in (1, 3))

    rows = client.get("/errors/?page=3").context["rows"]
    assert [row.url for row in rows] == [entry.get_absolute_url() for entry in made[100:]]
    assert first == last


def test_the_foot_of_a_page_names_the_source_and_that_there_are_others(client, content):
    assert "Azure VM 백업 문제 해결 문서</a>(© Microsoft)" in client.get("/errors/").content.decode()
    add_product("sql")
    assert "문서</a>(© Microsoft), <a href=" in client.get("/errors/").content.decode()
