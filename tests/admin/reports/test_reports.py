"""Tests of the reports: who reads them, what they show, how they download, and that bad addresses do no harm."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.admin.cast import NOW, answered, client_of, searched
from tests.admin.conftest import make_entry
from tests.flows import make_flow
from tests.products import add_product, give_product
from troubleshoot.models import ErrorEntry, QueryLog
from troubleshoot.reading import feedback

pytestmark = pytest.mark.django_db

SLUGS = ("failed", "searches", "solved", "comments", "unreviewed", "wizards")
PAGES = ["/en/admin/reports/", *(f"/en/admin/reports/{slug}/" for slug in (*SLUGS, "doubles"))]
DOWNLOADS = [f"/en/admin/reports/{slug}.csv" for slug in (*SLUGS, "doubles")]
ACTIONS = [f"/en/admin/reports/failed/{action}/" for action in ("entry", "alias", "synonym", "handle")]
LONG_AGO = NOW.replace(year=2025, month=3, day=30)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def analyst(db):
    return client_of("analyst")


@pytest.fixture
def told(db, copies) -> ErrorEntry:
    """Something in every report."""
    copies.make("something in every report", make_told)
    return ErrorEntry.objects.get()


def make_told() -> None:
    make_entry()
    entry = ErrorEntry.objects.get()
    searched("스냅숏 만들기 실패", times=3, comment="어디 있나요?")
    searched("agent", results=2, chosen="agent", language="en")
    first, second = entry.resolutions.order_by("order")
    answered("agent/1", solved=3, unsolved=1, resolution=first)
    answered("agent/2", unsolved=2, resolution=second, comment="그대로입니다.")
    ErrorEntry.objects.update(reviewed=LONG_AGO)
    make_flow()
    feedback.count_step("agent", "os")


def text_of(client, address, **query) -> str:
    return client.get(address, query).content.decode()


def table_of(client, slug, **query) -> list[list[str]]:
    answer = client.get(f"/en/admin/reports/{slug}.csv", query)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestWhoReadsThem:
    @pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS, "/en/admin/reports/failed/group/"])
    @pytest.mark.parametrize(("groups", "status"), [(("author",), 403), ((), 403)])
    def test_staff_without_the_permission_are_refused(self, address, groups, status):
        assert client_of(*groups).get(address).status_code == status

    @pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS])
    @pytest.mark.parametrize("group", ["analyst", "editor"])
    def test_analysts_and_editors_read_them(self, address, group, told):
        assert client_of(group).get(address).status_code == 200

    @pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS, *ACTIONS])
    def test_strangers_are_asked_to_sign_in(self, client, address):
        assert client.get(address).headers["Location"].startswith("/en/admin/login/?next=")

    @pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS])
    def test_they_are_only_read(self, analyst, address):
        assert analyst.post(address).status_code == 405

    def test_no_copy_of_them_is_kept_on_the_way(self, analyst):
        assert "no-store" in analyst.get(PAGES[0]).headers["Cache-Control"]


class TestPages:
    @pytest.mark.parametrize("address", PAGES)
    def test_each_has_one_heading_and_each_plot_its_table(self, analyst, told, address):
        page = text_of(analyst, address)
        assert page.count("<h1") == 1
        assert page.count("<svg xmlns") <= page.count("<table")
        assert "<style" not in page
        assert " style=" not in page

    @pytest.mark.parametrize("address", PAGES)
    def test_each_says_so_where_there_is_nothing(self, analyst, address):
        assert analyst.get(address).status_code == 200

    @pytest.mark.parametrize("address", [*PAGES, *DOWNLOADS, "/en/admin/reports/failed/group/"])
    @pytest.mark.parametrize(
        "query",
        [
            {"days": "x"},
            {"days": "9" * 400, "page": "9" * 400},
            {"days": "7", "page": "-1", "failure": "\x00", "settled": "2", "sort": "'", "group": "\x00"},
            {"newest": "٣", "group": "x" * 5_000},
            {"newest": "9" * 400},
            {"newest": "9" * 18},
        ],
    )
    def test_a_malformed_address_is_read_as_far_as_it_makes_sense(self, analyst, told, address, query):
        answer = analyst.get(address, query)
        assert answer.status_code in (200, 302)

    def test_the_period_can_be_chosen(self, analyst, entry):
        searched("old", time=LONG_AGO.replace(year=2026, month=1))
        assert table_of(analyst, "failed", days="90")[1][0] == "old"
        assert table_of(analyst, "failed", days="30")[1:] == []

    @pytest.mark.parametrize("slug", SLUGS)
    def test_the_queries_do_not_grow_with_the_rows(self, analyst, told, slug, count_queries):
        address = f"/en/admin/reports/{slug}/"
        analyst.get(address)
        few = count_queries(lambda: analyst.get(address))
        for number in range(5):
            more = ErrorEntry.objects.create(
                key=f"more-{number}", operation=told.operation, order=9 + number, message_ko="더", reviewed=LONG_AGO
            )
            answered(more.key, unsolved=2, comment="안 됩니다.")
            searched(f"다른 검색 {number}", times=2, comment="없습니다.")
        assert count_queries(lambda: analyst.get(address)) == few
        assert few < 12

    def test_the_overview_sums_each_report_up(self, analyst, told):
        answered("agent", solved=2, time=NOW - timedelta(days=40))
        page = analyst.get(PAGES[0])
        assert "In the 30 days before: 2</p>" in page.text
        assert page.text.count("days before:") == 5
        summed = {report.slug: number for report, number, _before in page.context["summed"]}
        assert "<small>answers</small> 6" in analyst.get(PAGES[0]).content.decode()
        of_content = {"unreviewed": 1, "doubles": 0}
        assert summed == {"failed": 3, "searches": 4, "solved": 6, "comments": 5, "wizards": 1} | of_content

    def test_solved_shows_the_interval_of_entry_and_resolutions(self, analyst, told):
        page = text_of(analyst, "/en/admin/reports/solved/")
        assert "3 / 6" in page
        assert "19 % – 81 %" in page
        assert "resolution 1: Reinstall." in page
        assert "30 % – 95 %" in page

    def test_the_funnel_shows_each_step_and_who_stopped_there(self, analyst, entry):
        make_flow()
        for came_from in ("", "", "", "", "os"):
            feedback.count_step("agent", "version" if came_from else "os", came_from)
        page = text_of(analyst, "/en/admin/reports/wizards/")
        assert '<td class="number">4</td>' in page
        assert '<td class="number">1</td><td class="number">3 (75 %)</td>' in page
        table, _end, after = page.partition("<caption>Steps</caption>")[2].partition("</table>")
        assert "install" not in table
        assert "install" in after.partition(" nobody viewed")[2]
        assert after.count("<details>") == 1

    def test_a_year_of_searches_is_drawn_by_weeks(self, analyst):
        searched("a")
        assert "Searches per week" in text_of(analyst, "/en/admin/reports/searches/", days="365")
        assert "Searches per day by" in text_of(analyst, "/en/admin/reports/searches/", days="90")

    def test_comments_leave_with_their_search(self, analyst, told):
        assert "어디 있나요?" in text_of(analyst, "/en/admin/reports/comments/")
        QueryLog.objects.update(settled=NOW)
        page = text_of(analyst, "/en/admin/reports/comments/")
        assert "어디 있나요?" not in page
        assert "그대로입니다." in page

    def test_what_readers_typed_is_shown_as_text(self, analyst):
        searched("<script>alert(1)</script>", comment="<img src=x onerror=alert(1)>")
        for slug in ("failed", "comments"):
            page = text_of(analyst, f"/en/admin/reports/{slug}/")
            assert "<script>alert" not in page
            assert "<img src=x" not in page

    def test_many_groups_come_in_pages(self, analyst):
        for number in range(60):
            searched(f"오류 {number}")
        assert len(analyst.get("/en/admin/reports/failed/").context["page"]) == 50
        assert len(analyst.get("/en/admin/reports/failed/", {"page": "2"}).context["page"]) == 10

    def test_an_analyst_is_offered_nothing_that_would_be_refused(self, analyst, told):
        for address in ("/en/admin/reports/failed/", group_address(analyst)):
            page = text_of(analyst, address)
            assert "reports/failed/entry/" not in page
            assert "#alias" not in page
            assert "reports/failed/handle/" not in page


class TestDownloads:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_each_is_streamed_as_a_file_that_excel_reads(self, analyst, told, slug):
        answer = analyst.get(f"/en/admin/reports/{slug}.csv")
        assert answer.streaming
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{slug}')
        content = b"".join(answer.streaming_content)
        assert content.startswith("\ufeff".encode())
        assert len(content.decode().splitlines()) > 1

    def test_the_rows_are_those_of_the_page(self, analyst, told):
        moment = "2026-03-31 12:00"
        failed = ["스냅숏 만들기 실패", "", "3", "3", "3", moment, moment, "ko", "스냅숏 만들기 실패"]
        assert table_of(analyst, "failed")[1] == [*failed, " | ".join(["어디 있나요?"] * 3)]
        assert table_of(analyst, "searches", days="7")[-1] == ["2026-03-31", "4", "1", "0", "3"]
        assert table_of(analyst, "solved")[1] == ["agent", "Agent error", "", "3", "6", "0.5", "0.188", "0.812"]
        assert table_of(analyst, "solved")[2][2:5] == ["1", "3", "4"]
        assert table_of(analyst, "unreviewed")[1][:3] == ["agent", "Agent error", "Backup"]

    @pytest.mark.parametrize("query", ["=1+1", "+82", "-2", "@sum", "\tx", "\rx", "＝1"])
    def test_no_cell_begins_a_formula(self, analyst, query):
        searched("x", comment=query)
        searched(f"{query} 백업 실패 오류", times=2)
        for slug in ("failed", "comments"):
            rows = table_of(analyst, slug)
            assert len(rows) > 1
            for row in rows:
                assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)


def group_address(client) -> str:
    group = client.get("/en/admin/reports/failed/").context["page"][0]
    return f"/en/admin/reports/failed/group/?group={group.form}"


class TestGroup:
    def test_it_shows_each_wording_and_what_readers_wrote(self, analyst, told):
        searched("스냅샷 만들기 실패")
        page = text_of(analyst, group_address(analyst))
        assert "스냅샷 만들기 실패" in page
        assert "어디 있나요?" in page

    def test_one_that_is_no_more_leads_back_to_the_report(self, analyst, told):
        answer = analyst.get("/en/admin/reports/failed/group/", {"group": "gone", "days": "7"}, follow=True)
        assert answer.redirect_chain == [("/en/admin/reports/failed/?days=7", 302)]
        assert "no longer in the report" in answer.content.decode()

    def test_the_address_of_the_report_is_the_same_in_korean(self, analyst):
        assert reverse("reports:failed") == "/admin/reports/failed/"
        assert analyst.get("/admin/reports/failed/").status_code == 200


class TestOfOneProduct:
    @pytest.fixture
    def products(self, told) -> None:
        give_product("vm")
        add_product("sql")
        answered("sql-1-1", unsolved=1)

    @pytest.mark.parametrize("slug", ["solved", "unreviewed"])
    def test_entries_are_those_of_the_product_on_the_page_and_in_the_file(self, analyst, products, slug):
        address = f"/en/admin/reports/{slug}/"
        assert "sql-1-1" in str(table_of(analyst, slug))

        page = text_of(analyst, address, product="vm")
        assert 'product=vm" aria-current="true">vm product' in page
        assert "BitLocker" not in page
        assert {row[0] for row in table_of(analyst, slug, product="vm")[1:]} == {"agent"}
        assert {row[0] for row in table_of(analyst, slug, product="sql")[1:]} == {"sql-1-1"}

    @pytest.mark.parametrize("nonsense", ["nothing", "\0", "x" * 5_000, "가"])
    @pytest.mark.parametrize("slug", ["solved", "unreviewed"])
    def test_a_product_that_does_not_exist_counts_as_all(self, analyst, products, slug, nonsense):
        assert table_of(analyst, slug, product=nonsense) == table_of(analyst, slug)
        assert "BitLocker" in text_of(analyst, f"/en/admin/reports/{slug}/", product=nonsense)

    def test_one_product_is_nothing_to_choose(self, analyst, told):
        give_product("vm")

        assert "product=" not in text_of(analyst, "/en/admin/reports/unreviewed/")


def test_reports_of_searches_are_of_one_language_where_that_is_asked(analyst):
    searched("백업 실패", times=3)
    searched("backup fails", times=2, language="en")
    for language, number in (("", 5), ("ko", 3), ("en", 2), ("x", 5)):
        page = analyst.get("/en/admin/reports/searches/", {"language": language})
        assert page.context_data["total"].total == number
        rows = csv.reader(
            io.StringIO(analyst.get("/en/admin/reports/searches.csv", {"language": language}).getvalue().decode())
        )
        assert sum(int(row[1]) for row in list(rows)[1:]) == number
    failed = analyst.get("/en/admin/reports/failed/", {"language": "en"})
    [group] = failed.context_data["page"].object_list
    assert group.wording == "backup fails"
    assert "language=en" in re.search(r'href="([^"]*failed/group/[^"]*)"', failed.text)[1]
    shown = analyst.get("/en/admin/reports/failed/group/", {"language": "en", "group": group.form})
    assert shown.context_data["group"].number == 2


def test_what_is_done_with_a_group_is_done_in_its_language_alone():
    client = client_of("editor")
    searched("VM backup", times=2)
    searched("VM backup", language="en")
    [group] = client.get("/en/admin/reports/failed/", {"language": "en"}).context_data["page"].object_list
    send = {"group": group.form, "newest": group.newest, "language": "en", "do": "settle"}
    assert "language=en" in client.post("/en/admin/reports/failed/handle/", send).url
    assert QueryLog.objects.filter(settled=None).count() == 2
