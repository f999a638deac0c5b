"""Holds what a wizard takes back: whether it solved the problem, and that a step was seen."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.flows import make_flow
from troubleshoot.models import FlowLink, Step, StepCount, Verdict
from troubleshoot.reading import feedback

pytestmark = pytest.mark.django_db

SOLVED = {"solved": "yes", "answers": "os=windows&version=2.10"}
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def nobody_answered_before() -> None:
    cache.clear()


class TestVerdict:
    def test_it_is_kept_for_the_flow_and_the_outcome_and_thanked_for(self, client, agent):
        response = client.post("/wizards/agent/verdict/", SOLVED, headers=FROM_HERE)

        assert response.status_code == 302
        assert response["Location"] == "/wizards/agent/thanks/?os=windows&version=2.10&verdict.solved=yes"
        verdict = Verdict.objects.get()
        assert (verdict.kind, verdict.key, verdict.solved) == ("wizard", "agent/done", True)

    def test_no_is_an_answer_too(self, client, agent):
        client.post("/en/wizards/agent/verdict/", SOLVED | {"solved": "no"}, headers=FROM_HERE)

        assert Verdict.objects.get().solved is False

    @pytest.mark.parametrize(
        "changed",
        [
            {"solved": ""},
            {"solved": "maybe"},
            {"answers": ""},
            {"answers": "os=windows"},
            {"answers": "%00"},
            {"answers": "a=b&" * 9000},
        ],
    )
    def test_what_is_no_verdict_on_an_outcome_is_refused(self, client, agent, changed):
        assert client.post("/wizards/agent/verdict/", SOLVED | changed, headers=FROM_HERE).status_code == 400
        assert not Verdict.objects.exists()

    @pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}])
    def test_another_site_answers_for_nobody(self, client, agent, headers):
        assert client.post("/wizards/agent/verdict/", SOLVED, headers=headers).status_code == 403
        assert not Verdict.objects.exists()

    def test_it_needs_no_token_and_the_page_sets_no_cookie(self, client, agent):
        assert not client.get("/wizards/agent/?os=windows&version=2.10").cookies
        by = Client(enforce_csrf_checks=True)
        assert by.post("/wizards/agent/verdict/", SOLVED, headers=FROM_HERE).status_code == 302

    def test_who_was_not_helped_gets_what_else_it_may_be_without_scripts_too(self, client, agent, make_entry):
        FlowLink.objects.create(entry=make_entry(), flow=agent)
        Step.objects.filter(flow=agent, key="done").update(result="next")

        response = client.post("/wizards/agent/verdict/", SOLVED | {"solved": "no"}, headers=FROM_HERE)
        page = client.get(response["Location"]).content.decode()

        assert "다음 오류일 수도 있습니다" in page
        assert "스냅숏 오류 1" in page

    def test_what_another_answer_leads_to_may_be_it(self, client, content):
        wrong = {"solved": "no", "answers": "place=storage&storage=region"}
        url = client.post("/wizards/restore/verdict/", wrong, headers=FROM_HERE)["Location"]

        page = client.get(url).content.decode()

        assert "/errors/storage-account-not-supported/" in page
        assert "/errors/storage-account-in-other-region/" not in page

    def test_an_end_at_support_takes_no_verdict(self, client, agent):
        sent = {"solved": "no", "answers": "os=linux&install=failed"}

        assert client.post("/wizards/agent/verdict/", sent, headers=FROM_HERE).status_code == 400
        assert not Verdict.objects.exists()

    def test_a_second_answer_replaces_the_first(self, client, agent):
        for changed in ({}, {"solved": "no", "comment": "아직 실패합니다."}):
            client.post("/wizards/agent/verdict/", SOLVED | changed, headers=FROM_HERE)

        assert list(Verdict.objects.values_list("solved", "comment")) == [(False, "아직 실패합니다.")]

    def test_in_place_the_thanks_take_the_place_of_the_question(self, client, agent):
        headers = FROM_HERE | {"HX-Request": "true"}
        part = client.post("/en/wizards/agent/verdict/", SOLVED | {"solved": "no"}, headers=headers).content.decode()

        assert part.strip().startswith('<form class="verdict"')
        assert 'name="answers" value="os=windows&amp;version=2.10"' in part
        assert 'href="/en/wizards/"' in part

    def test_an_unknown_or_unpublished_wizard_is_a_404(self, client, agent):
        make_flow("draft", published=False, order=2)

        assert client.post("/wizards/nope/verdict/", SOLVED, headers=FROM_HERE).status_code == 404
        assert client.post("/wizards/draft/verdict/", SOLVED, headers=FROM_HERE).status_code == 404

    def test_a_flood_is_refused(self, client, agent, monkeypatch):
        monkeypatch.setattr(feedback, "MOST_VERDICTS_AN_HOUR", 2)

        statuses = [Client().post("/wizards/agent/verdict/", SOLVED, headers=FROM_HERE).status_code for _ in range(3)]

        assert statuses == [302, 302, 429]
        assert Verdict.objects.count() == 2
        assert (
            "저장하지 못했습니다"
            in Client().post("/wizards/agent/verdict/", SOLVED, headers=FROM_HERE).content.decode()
        )

    def test_the_thanks_lead_back_and_further(self, client, agent):
        page = client.get("/wizards/agent/thanks/?os=windows&version=2.10").content.decode()

        assert 'href="/wizards/agent/?os=windows&amp;version=2.10"' in page
        assert 'href="/wizards/"' in page
        assert 'name="comment"' in page
        assert client.get("/wizards/nope/thanks/").status_code == 404


class TestSeen:
    def see(self, client, flow="agent", headers=FROM_HERE, **values):
        return client.post(f"/wizards/{flow}/seen/", values, headers=headers)

    def test_a_step_is_counted_for_the_day(self, client, agent):
        for _ in range(2):
            assert self.see(client, step="os").status_code == 204

        count = StepCount.objects.get()
        assert (count.flow, count.step, count.seen, count.went_on) == ("agent", "os", 2, 0)

    def test_who_comes_from_a_step_went_on_from_it(self, client, agent):
        self.see(client, step="os")
        self.see(client, step="version", **{"from": "os"})

        assert StepCount.objects.totals() == {("agent", "os"): (1, 1), ("agent", "version"): (1, 0)}

    @pytest.mark.parametrize("values", [{}, {"step": "nope"}, {"step": "a" * 5000}, {"step": "\x00"}, {"from": "os"}])
    def test_what_is_no_step_is_not_counted(self, client, agent, values):
        assert self.see(client, **values).status_code == 204
        assert not StepCount.objects.filter(seen__gt=0).exists()

    def test_neither_is_an_unknown_or_unpublished_wizard(self, client, agent):
        make_flow("draft", published=False, order=2)

        assert self.see(client, "nope", step="os").status_code == 204
        assert self.see(client, "draft", step="os").status_code == 204
        assert not StepCount.objects.exists()

    @pytest.mark.parametrize(
        "headers",
        [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://example.com"}],
    )
    def test_another_site_counts_nothing(self, client, agent, headers):
        assert self.see(client, headers=headers, step="os").status_code == 403
        assert not StepCount.objects.exists()

    def test_a_browser_that_names_only_its_origin_counts(self, client, agent):
        assert self.see(client, headers={"Origin": "http://testserver"}, step="os").status_code == 204

    def test_it_needs_no_token(self, agent):
        assert self.see(Client(enforce_csrf_checks=True), step="os").status_code == 204

    def test_reading_counts_nothing(self, client, agent):
        client.get("/wizards/agent/?os=windows")

        assert not StepCount.objects.exists()
