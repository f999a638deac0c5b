"""Holds the administration of what readers did and said: searches, answers, steps of wizards. Read only."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from tests.admin.cast import NOW, answered, client_of, searched
from tests.flows import make_flow
from troubleshoot.admin import guards
from troubleshoot.models import QueryLog, Resolution, StepCount, Verdict
from troubleshoot.reading import feedback

pytestmark = pytest.mark.django_db

LIST = "/en" + reverse("admin:troubleshoot_querylog_changelist")


@pytest.fixture
def analyst(db):
    return client_of("analyst")


@pytest.fixture
def rows(db) -> list[QueryLog]:
    return [
        *searched("nothing"),
        *searched("unopened", results=3, language="en"),
        *searched("opened", results=2, chosen="agent"),
        *searched("told", comment="어디 있나요?", settled=NOW),
    ]


def found(client, **query) -> set[str]:
    return {row.query for row in client.get(LIST, query).context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"nothing", "unopened", "opened", "told"}),
        ({"language": "en"}, {"unopened"}),
        ({"language": "xx"}, {"nothing", "unopened", "opened", "told"}),
        ({"result": "no"}, {"nothing", "told"}),
        ({"result": "yes"}, {"unopened", "opened"}),
        ({"opened": "yes"}, {"opened"}),
        ({"opened": "no", "result": "yes"}, {"unopened"}),
        ({"done": "yes"}, {"told"}),
        ({"done": "no"}, {"nothing", "unopened", "opened"}),
        ({"comment": "yes"}, {"told"}),
        ({"comment": "nonsense"}, {"nothing", "unopened", "opened", "told"}),
        ({"q": "어디"}, {"told"}),
        ({"time__year": "2026", "time__month": "3"}, {"nothing", "unopened", "opened", "told"}),
        ({"time__year": "2025"}, set()),
    ],
)
def test_searches_are_found_by_what_came_of_them(analyst, rows, query, expected):
    assert found(analyst, **query) == expected


@pytest.mark.parametrize("group", ["analyst", "editor"])
def test_nobody_adds_edits_or_deletes(rows, group):
    client = client_of(group)
    change = reverse("admin:troubleshoot_querylog_change", args=(rows[0].pk,))
    assert client.get(change).status_code == 200
    assert client.post(change, {"query": "other"}).status_code == 403
    assert client.get(reverse("admin:troubleshoot_querylog_add")).status_code == 403
    assert (
        client.post(reverse("admin:troubleshoot_querylog_delete", args=(rows[0].pk,)), {"post": "yes"}).status_code
        == 403
    )
    assert QueryLog.objects.get(pk=rows[0].pk).query == "nothing"


@pytest.mark.parametrize("groups", [(), ("author",)])
def test_who_may_not_read_it_does_not(rows, groups):
    client = client_of(*groups)
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("admin:troubleshoot_querylog_change", args=(rows[0].pk,))).status_code == 403


def act(client, action: str, chosen: list[QueryLog]):
    return client.post(LIST, {"action": action, "_selected_action": [row.pk for row in chosen]}, follow=True)


def test_an_editor_settles_searches_and_opens_them_again(rows):
    client = client_of("editor")
    assert "2 searches were marked as handled." in act(client, "settle", rows[:2]).content.decode()
    assert found(client, done="yes") == {"nothing", "unopened", "told"}
    assert "1 search is back in the report." in act(client, "reopen", rows[:1]).content.decode()
    assert found(client, done="yes") == {"unopened", "told"}


def test_an_analyst_has_no_such_actions(analyst, rows):
    act(analyst, "settle", rows[:2])
    assert found(analyst, done="yes") == {"told"}


def test_fifty_thousand_rows_take_as_many_queries_and_no_full_count(analyst, rows, count_queries, monkeypatch):
    analyst.get(LIST)
    few = count_queries(lambda: analyst.get(LIST))
    searched("백업 실패", times=50_000)
    assert count_queries(lambda: analyst.get(LIST)) == few
    assert analyst.get(LIST).context["cl"].result_count == guards.MOST_COUNTED
    assert few < 11


def test_a_page_behind_the_last_is_refused_as_django_does(analyst, rows, monkeypatch):
    monkeypatch.setattr(admin.site._registry[QueryLog], "list_per_page", 2)
    answer = analyst.get(LIST, {"p": "999"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?e=1")


VERDICTS = reverse("admin:troubleshoot_verdict_changelist")
COUNTS = reverse("admin:troubleshoot_stepcount_changelist")


@pytest.fixture(autouse=True)
def agent(db):
    return make_flow()


def shown(client, **query) -> int:
    return client.get(VERDICTS, query).context["cl"].result_count


def test_answers_are_handled_and_then_no_longer_open(admin_client):
    rows = answered("agent", unsolved=2, comment="아직 실패합니다.", time=timezone.now())
    editor, analyst = client_of("editor"), client_of("analyst")
    send = {"action": "settle", "_selected_action": [rows[0].pk]}
    analyst.post(VERDICTS, send)
    assert shown(editor, done="no") == 2
    assert "응답 1건을 처리했습니다." in editor.post(VERDICTS, send, follow=True).text
    assert (shown(editor, done="no"), shown(editor, done="yes")) == (1, 1)
    assert editor.get(reverse("reports:comments")).text.count("아직 실패합니다.") == 1
    assert "응답 1건을 다시 열었습니다." in editor.post(VERDICTS, send | {"action": "reopen"}, follow=True).text
    assert shown(editor, done="no") == 2


def test_an_answer_leads_to_where_its_subject_is_edited(admin_client, agent):
    verdict = feedback.record_verdict("wizard", "agent/done", solved=False, comment="")
    page = reverse("admin:troubleshoot_verdict_change", args=(verdict.pk,))
    edit = reverse("admin:troubleshoot_flow_change", args=(agent.pk,))
    assert f'href="{edit}"' in admin_client.get(page).text
    agent.delete()
    assert f'href="{edit}"' not in admin_client.get(page).text


def test_what_stays_of_a_name_is_not_told_as_masked():
    verdict = feedback.record_verdict(
        "wizard", "agent/done", solved=False, comment="담당자 김철수 과장, 홍길동 010-9999-8888"
    )
    search = searched("홍길동")[0]
    assert "홍길동" in verdict.comment
    assert "010-9999-8888" not in verdict.comment
    client = client_of("analyst")
    for row in (verdict, search):
        page = f"admin/troubleshoot/{row._meta.model_name}/{row.pk}/change/"
        assert "그 밖의 이름은 남아 있을 수 있습니다." in client.get(f"/{page}").text
        assert "other names may remain" in client.get(f"/en/{page}").text


def test_answers_are_read_only(admin_client):
    verdict = feedback.record_verdict("wizard", "agent/done", solved=False, comment="아직 실패합니다.")
    change = reverse("admin:troubleshoot_verdict_change", args=(verdict.pk,))

    assert "아직 실패합니다." in admin_client.get(VERDICTS).content.decode()
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"solved": "on"}).status_code == 403
    assert admin_client.get(reverse("admin:troubleshoot_verdict_add")).status_code == 403
    assert Verdict.objects.get().solved is False


def test_answers_are_filtered_by_what_they_say(admin_client):
    answered("agent", unsolved=2, comment="안 됩니다.")
    answered("agent", solved=1, comment="됩니다.")
    answered("agent", unsolved=3)

    assert shown(admin_client) == 6
    assert shown(admin_client, solved__exact=0) == 5
    assert shown(admin_client, comment="yes") == 3
    assert shown(admin_client, comment="no", solved__exact=0) == 3
    assert shown(admin_client, comment="nonsense") == 6
    assert shown(admin_client, q="됩니다") == 3


def test_an_answer_names_its_resolution_and_links_what_it_is_about(admin_client, entry):
    first = Resolution.objects.get(entry=entry, order=1)
    (about_entry,) = answered("agent/1", unsolved=1, resolution=first)
    (about_wizard,) = answered("agent/done", unsolved=1, kind="wizard")

    page = admin_client.get(reverse("admin:troubleshoot_verdict_change", args=(about_entry.pk,))).content.decode()
    assert '<a href="/errors/agent/">agent/1</a>' in page
    assert "#1" in page
    page = admin_client.get(reverse("admin:troubleshoot_verdict_change", args=(about_wizard.pk,))).content.decode()
    assert '<a href="/wizards/agent/">agent/done</a>' in page


def test_the_list_takes_as_many_queries_whatever_was_said(admin_client, entry, count_queries):
    first = Resolution.objects.get(entry=entry, order=1)
    answered("agent/1", unsolved=2, resolution=first)
    few = count_queries(lambda: admin_client.get(VERDICTS))
    answered("agent/1", unsolved=20, resolution=first)

    assert count_queries(lambda: admin_client.get(VERDICTS)) == few


def test_counts_can_not_be_changed(admin_client):
    feedback.count_step("agent", "os")
    count = StepCount.objects.get()

    assert admin_client.post(reverse("admin:troubleshoot_stepcount_change", args=(count.pk,)), {}).status_code == 403
    assert admin_client.post(reverse("admin:troubleshoot_stepcount_delete", args=(count.pk,))).status_code == 403


def test_the_former_address_of_the_counts_leads_to_the_report(admin_client):
    assert admin_client.get(COUNTS).headers["Location"] == reverse("reports:wizards")
    assert admin_client.get(COUNTS, {"days": "7"}).headers["Location"] == reverse("reports:wizards") + "?days=7"


def test_who_may_not_see_the_counts_is_not_led_anywhere(entry):
    assert client_of().get(COUNTS).status_code == 403
    assert client_of("author").get(COUNTS).status_code == 403


def test_a_wizards_own_page_shows_its_picture_and_its_preview(admin_client, agent):
    page = admin_client.get(reverse("admin:troubleshoot_flow_change", args=(agent.pk,))).content.decode()

    assert 'src="/wizards/agent/map.svg?preview=1"' in page
    assert 'href="/wizards/agent/"' in page


def test_searches_and_answers_are_assigned_and_found_again_by_whose_they_are() -> None:
    client = client_of("editor", name="lee")
    lee = User.objects.get(username="lee")
    rows, [verdict] = searched("backup", times=2), answered("x", unsolved=1)
    for address, row in ((LIST, rows[0]), (f"/en{VERDICTS}", verdict)):
        send = {"action": "assign", "_selected_action": [row.pk]}
        assert "Assigned to: lee" in client.post(address, send | {"person": lee.pk}, follow=True).text
        row.refresh_from_db()
        assert row.assigned_to == lee
        assert client.get(address, {"assigned": "me"}).context_data["cl"].result_count == 1
        assert client.get(address, {"assigned": "others"}).context_data["cl"].result_count == 0
        assert "Choose a person" in client.post(address, send | {"person": ""}, follow=True).text
        row.refresh_from_db()
        assert row.assigned_to == lee
        assert "Assigned to nobody" in client.post(address, send | {"action": "unassign"}, follow=True).text
        row.refresh_from_db()
        assert row.assigned_to is None


def test_only_who_can_handle_it_is_assigned_anything_and_only_they_assign() -> None:
    client, analyst = client_of("editor"), client_of("analyst", name="analyst")
    [row] = searched("backup")
    send = {"action": "assign", "_selected_action": [row.pk]}
    for person in (User.objects.get(username="analyst").pk, 99_999, "x"):
        client.post(LIST, send | {"person": person}, follow=True)
    analyst.post(LIST, send | {"person": User.objects.get(username="staff-editor").pk})
    row.refresh_from_db()
    assert row.assigned_to is None
