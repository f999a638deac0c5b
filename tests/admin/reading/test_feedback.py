"""Tests of what administrators see of feedback: answers are looked at, counts are a report."""

import pytest
from django.urls import reverse

from tests.admin.cast import answered, client_of
from tests.flows import make_flow
from troubleshoot.models import Resolution, StepCount, Verdict
from troubleshoot.reading import feedback

pytestmark = pytest.mark.django_db

VERDICTS = reverse("admin:troubleshoot_verdict_changelist")
COUNTS = reverse("admin:troubleshoot_stepcount_changelist")


@pytest.fixture(autouse=True)
def agent(db):
    return make_flow()


def shown(client, **query) -> int:
    return client.get(VERDICTS, query).context["cl"].result_count


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
    assert 'href="/wizards/agent/?preview=1"' in page
