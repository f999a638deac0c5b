"""Tests of what administrators see of feedback: answers, and where readers of a wizard stop."""

import pytest
from django.urls import reverse

from tests.flows import make_flow
from troubleshoot.models import StepCount, Verdict
from troubleshoot.services import feedback

pytestmark = pytest.mark.django_db

REPORT = reverse("admin:troubleshoot_stepcount_changelist")


@pytest.fixture(autouse=True)
def agent(db):
    return make_flow()


def test_the_report_shows_each_step_and_who_stopped_there(admin_client):
    for _ in range(4):
        feedback.count_step("agent", "os")
    feedback.count_step("agent", "version", "os")
    feedback.record_verdict("wizard", "agent/done", solved=True)

    page = admin_client.get(REPORT).content.decode()

    assert "<td>4</td>" in page
    assert "<td>1</td><td>3 (75 %)</td>" in page
    assert "os 제목" in page


@pytest.mark.parametrize(("days", "shown"), [("7", 7), ("365", 365), ("", 30), ("8", 30), ("x", 30), ("-1", 30)])
def test_its_period_can_be_chosen_and_any_other_is_the_usual_one(admin_client, days, shown):
    assert admin_client.get(REPORT, {"days": days}).context["days"] == shown


def test_without_wizards_it_says_so(admin_client, agent):
    agent.delete()

    assert "아직 마법사가 없습니다" in admin_client.get(REPORT).content.decode()


def test_its_queries_do_not_grow_with_the_wizards(admin_client, count_queries):
    few = count_queries(lambda: admin_client.get(REPORT))
    make_flow("more", order=2)

    assert count_queries(lambda: admin_client.get(REPORT)) == few


def test_who_may_not_see_it_does_not(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("staff", is_staff=True))

    assert client.get(REPORT).status_code == 403


def test_answers_are_read_only(admin_client):
    verdict = feedback.record_verdict("wizard", "agent/done", solved=False, comment="아직 실패합니다.")
    change = reverse("admin:troubleshoot_verdict_change", args=(verdict.pk,))

    assert "아직 실패합니다." in admin_client.get(reverse("admin:troubleshoot_verdict_changelist")).content.decode()
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"solved": "on"}).status_code == 403
    assert admin_client.get(reverse("admin:troubleshoot_verdict_add")).status_code == 403
    assert Verdict.objects.get().solved is False


def test_counts_can_not_be_changed(admin_client):
    feedback.count_step("agent", "os")
    count = StepCount.objects.get()

    assert admin_client.post(reverse("admin:troubleshoot_stepcount_change", args=(count.pk,)), {}).status_code == 403
    assert admin_client.post(reverse("admin:troubleshoot_stepcount_delete", args=(count.pk,))).status_code == 403


def test_a_wizards_own_page_shows_its_picture_and_its_preview(admin_client, agent):
    page = admin_client.get(reverse("admin:troubleshoot_flow_change", args=(agent.pk,))).content.decode()

    assert 'src="/wizards/agent/map.svg?preview=1"' in page
    assert 'href="/wizards/agent/?preview=1"' in page
