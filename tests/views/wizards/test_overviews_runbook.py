"""Holds the whole flow on one page, to print, and as a file that needs nothing else."""

import re
from html import unescape

import pytest

from tests.flows import make_flow
from tests.views.wizards.pages import is_whole
from troubleshoot.models import Flow, Step
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db

FLOWS = ("vm-agent", "network", "vm-snapshot")
ELSEWHERE = re.compile(r'(?:src|href|action|poster|data)="(?!#)([^"]+)"|url\(|@import')


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("address", ["all/", "all/download/"])
def test_every_step_stands_there_once_and_every_reference_leads_to_one(client, content, prefix, flow, address):
    page = client.get(f"{prefix}/wizards/{flow}/{address}").content.decode()
    anchors = re.findall(r'<h2 id="(step-[^"]+)"', page)

    assert is_whole(page)
    assert sorted(anchors) == sorted(f"step-{step.key}" for step in flows.find(flow).graph.steps)
    assert {f"#{anchor}" for anchor in anchors} >= set(re.findall(r'href="(#step-[^"]+)"', page))


def test_steps_are_numbered_and_choices_say_where_to_go(client, agent):
    page = client.get("/wizards/agent/all/").content.decode()

    assert '<h2 id="step-os"><span class="number">1</span> os 제목</h2>' in page
    assert '<a href="#step-install">3단계로 이동: install 제목</a>' in page


@pytest.mark.parametrize("address", ["all/", "all/download/"])
def test_it_says_how_old_the_text_is_and_not_that_it_is_of_today(client, content, address):
    page = client.get(f"/wizards/network/{address}").content.decode()

    assert re.search(
        r'/document/#networking">Azure 가상 컴퓨터 백업 문제 해결 › 네트워킹</a>, </span>Microsoft, 2016년 8월 26일',
        page,
    )
    assert "이후 검토하지 않음" in page
    assert 'href="https://learn.microsoft.com/azure/backup/backup-azure-vms-troubleshoot"' in page
    assert " 기준" not in page


def test_a_file_leads_to_the_source_by_its_whole_address(client, content):
    page = client.get("/en/wizards/network/all/download/").content.decode()

    assert 'href="http://testserver/en/document/#networking"' in page
    assert "Printed or saved on" in page


def test_a_choice_that_leads_nowhere_yet_says_so(editor, agent):
    agent.steps.get(key="os").choices.filter(key="windows").update(target=None)

    assert "다음 단계가 아직 없음" in editor.get("/wizards/agent/all/?preview=1").content.decode()


def test_links_into_the_portal_say_the_whole_address(client, agent):
    page = client.get("/en/wizards/agent/all/").content.decode()

    assert '<a href="http://testserver/en/errors/agent/"' in page


def test_it_goes_on_with_the_other_wizards_runbook(client, agent):
    make_flow("other", order=2)
    Step.objects.filter(flow=agent, key="done").update(result="next", hand_over=Flow.objects.get(key="other"))

    assert '<a href="http://testserver/wizards/other/all/">' in client.get("/wizards/agent/all/").content.decode()


class TestFile:
    @pytest.fixture
    def response(self, client, agent):
        return client.get("/wizards/agent/all/download/")

    def test_it_is_saved_under_a_name_of_its_own(self, client, agent, response):
        assert response["Content-Disposition"] == 'attachment; filename="agent.ko.html"'
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert "agent.en.html" in client.get("/en/wizards/agent/all/download/")["Content-Disposition"]

    def test_it_needs_nothing_else(self, response):
        page = response.content.decode()
        used = [address for address in ELSEWHERE.findall(page) if address]

        assert "<style>" in page
        assert not re.search(r"<script|<link|<img|@import|url\(", page)
        assert all(address.startswith("http://testserver/") for address in used)

    def test_it_has_a_qr_code_to_the_wizard(self, response):
        page = response.content.decode()

        assert re.search(r'<svg viewBox="0 0 \d+ \d+" class="qr">', page)
        assert ">http://testserver/wizards/agent/</a>" in page

    def test_it_says_its_language(self, client, agent, response):
        assert '<html lang="ko">' in response.content.decode()
        assert '<html lang="en">' in client.get("/en/wizards/agent/all/download/").content.decode()

    def test_markup_in_a_text_stays_text(self, client, agent):
        Step.objects.filter(key="os").update(title_ko="<script>alert(1)</script>", body_ko="</style><b>")

        page = client.get("/wizards/agent/all/download/").content.decode()

        assert "<script" not in page
        assert unescape(page).count("</style>") == 2
        assert page.count("</style>") == 1


class TestMarkdown:
    def test_each_step_has_its_number_and_says_where_each_answer_leads(self, client, content):
        response = client.get("/en/wizards/vm-agent.md")

        text = response.content.decode()
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert text.startswith("# ")
        steps = re.findall(r"^## (\d+)\. ", text, re.MULTILINE)
        assert steps == [str(number) for number in range(1, len(steps) + 1)]
        assert set(re.findall(r" → (\d+)\. ", text)) <= set(steps)
        assert "http://testserver/en/wizards/vm-agent/" in text
        assert "](portal:" not in text
        assert "\n\n\n" not in text

    def test_a_wizard_that_readers_do_not_see_has_none(self, client, agent):
        Flow.objects.update(published=False)

        assert client.get("/wizards/agent.md").status_code == 404
        assert client.get("/wizards/nothing.md").status_code == 404
