"""Holds the page of a wizard: each kind of step, the way so far, changing answers, and whatever an address may hold."""

import re
from html import unescape

import pytest

from tests.flows import add_choice, add_step, make_flow
from tests.people import signed_in, staff
from tests.views.wizards.pages import is_whole
from troubleshoot.editing import publishing
from troubleshoot.models import Choice, Flow, Step
from troubleshoot.reading import flows
from troubleshoot.wizard import paths
from troubleshoot.wizard.answers import Answers, write
from troubleshoot.wizard.graph import Graph
from troubleshoot.wizard.resolver import State, resolve

pytestmark = pytest.mark.django_db

Walk = tuple[tuple[str, str], ...]
FLOWS = ("vm-agent", "network", "vm-snapshot", "restore")
NAMES_OF_THE_CONTENT = 2
AT_VERSION = "/wizards/agent/?os=windows"


def page_at(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def title_of(page: str) -> str:
    return re.search(r"<title>(.*?) · ", page).group(1)


def every_walk(graph: Graph) -> list[Walk]:
    """The beginnings of every path, whole paths included, as the answers given so far."""
    ways = [paths.answers_of(path) for path in paths.every(graph)]
    return sorted({way[:length] for way in ways for length in range(len(way) + 1)}, key=lambda walk: (len(walk), walk))


def choices_of(state: State) -> set[tuple[str, str]]:
    return {(passed.step.key, passed.choice.key) for passed in state.path}


@pytest.mark.parametrize("flow", FLOWS)
def test_every_beginning_of_every_path_leads_to_its_step(content, flow):
    graph = flows.find(flow).graph
    ways = {paths.answers_of(path) for path in paths.every(graph)}

    for walk in every_walk(graph):
        state = resolve(graph, Answers.of(walk))
        assert state.dropped == (), walk
        assert state.query == write(walk)
        assert state.is_finished == (walk in ways), walk


@pytest.mark.parametrize("flow", FLOWS)
def test_every_step_and_every_choice_leads_to_a_whole_page(client, content, prefix, language, flow):
    graph = flows.find(flow).graph
    steps, chosen = set(), set()

    for walk in every_walk(graph):
        wanted = resolve(graph, Answers.of(walk))
        if walk and choices_of(wanted) <= chosen:
            continue
        response = client.get(f"{prefix}/wizards/{flow}/?{write(walk)}")
        page, state = response.content.decode(), response.context["state"]
        steps.add(state.step.key)
        chosen |= choices_of(state)
        assert response.status_code == 200
        assert is_whole(page), walk
        assert not response.context["notices"], walk
        assert state == wanted
        assert state.step.title.of(language) in unescape(page), walk

    assert steps == set(graph.by_key)
    assert chosen == {(step.key, choice.key) for step in graph.by_key.values() for choice in step.choices}


class TestStart:
    def test_it_says_what_it_is_how_long_it_takes_what_to_have_at_hand_and_asks_the_first_question(
        self, client, content
    ):
        page = page_at(client, "/wizards/vm-agent/")

        wanted = (
            "<h1 tabindex",
            "사용하세요",
            "약 15분 · 최대 11단계",
            '<h2 id="question">VM을',
            "?origin=gallery",
            "준비할 것",
        )
        places = [page.index(text, page.index("<main")) for text in wanted]
        assert places == sorted(places)

    def test_it_says_whose_text_it_is_and_how_old(self, client, content):
        page = page_at(client, "/wizards/network/")

        assert '/document/#networking">Azure 가상 컴퓨터 백업 문제 해결 › 네트워킹</a>' in page
        assert "</a>, </span>Microsoft, 2016년 8월 26일" in page
        assert "· 이후 검토하지 않음 ·" in page

    def test_it_can_be_found_but_the_steps_after_it_are_not_for_search_engines(self, client, agent):
        assert "noindex" not in page_at(client, "/wizards/agent/")
        assert "noindex" in page_at(client, AT_VERSION)

    def test_nothing_was_answered_and_nothing_lies_behind(self, client, agent):
        page = page_at(client, "/wizards/agent/")

        assert "지금까지의 답변" not in page
        assert 'rel="prev' not in page
        assert "<progress" not in page


class TestQuestion:
    def test_each_choice_is_a_link_to_the_next_step(self, client, agent):
        page = page_at(client, "/wizards/agent/")

        assert '<ul class="choices" aria-labelledby="question"' in page
        assert '<a href="/wizards/agent/?os=windows" rel="nofollow"><span>windows 답</span>' in page
        assert '<a href="/wizards/agent/?os=linux" rel="nofollow"><span>linux 답</span>' in page

    def test_what_helps_to_answer_stands_with_it_and_leads_into_the_portal(self, client, agent):
        assert '도움말 <a href="/errors/agent/">' in page_at(client, "/wizards/agent/")
        assert 'Help <a href="/en/errors/agent/">' in page_at(client, "/en/wizards/agent/")

    def test_markup_in_a_text_stays_text(self, client, agent):
        Step.objects.filter(key="os").update(title_ko="<b>os</b>", body_ko="<script>alert(1)</script>")
        Choice.objects.filter(key="windows").update(label_ko="<i>w</i>", help_ko='"><img src=x>')

        page = client.get("/wizards/agent/").content.decode()

        for raw in ("<b>os", "<script>alert", "<i>w", "<img"):
            assert raw not in page


class TestValue:
    def test_it_is_a_form_that_keeps_the_answers_so_far(self, client, agent):
        page = page_at(client, AT_VERSION)

        assert '<form class="value" method="get" action="/wizards/agent/"' in page
        assert '<input type="hidden" name="os" value="windows">' in page
        assert '<input id="value" name="version" type="text" value=""' in page
        assert "예: 2.7.1" in page

    def test_a_verdict_is_no_button_but_another_choice_is(self, client, agent):
        add_choice(agent, "version", "missing", "install")

        page = page_at(client, AT_VERSION)

        assert "version=missing" in page
        assert "version=at-least" not in page

    @pytest.mark.parametrize(("version", "step"), [("2.10", "done"), ("v2.6.1198.718", "done"), ("2.9.0", "done")])
    def test_a_version_that_is_new_enough_goes_one_way(self, client, agent, version, step):
        assert client.get(f"{AT_VERSION}&version={version}").context["step"].key == step

    @pytest.mark.parametrize("version", ["2.6", "2.6.1198.717", "1.99"])
    def test_an_older_one_goes_the_other(self, client, agent, version):
        assert client.get(f"{AT_VERSION}&version={version}").context["step"].key == "install"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("abc", "버전 형식이 아닙니다"),
            ("2,7", "버전 형식이 아닙니다"),
            ("%3Cb%3E", "버전 형식이 아닙니다"),
            ("", "버전을 입력하세요"),
            ("1.2&version=1.3", "서로 다른 버전이 두 개"),
            ("2." + "7" * 500, "너무 깁니다"),
            ("%00", "버전을 입력하세요"),
            ("%ED%A0%80", "버전 형식이 아닙니다"),
        ],
    )
    def test_what_is_no_version_is_the_fields_error_with_an_example(self, client, agent, typed, said):
        page = page_at(client, f"{AT_VERSION}&version={typed}")

        error = re.search(r'<p id="value-error" class="error" role="alert">(.*?)</p>', page).group(1)
        assert said in error
        assert "2.7.1" in error
        assert 'aria-describedby="value-error value-help" aria-invalid="true" autofocus' in page
        assert title_of(page).startswith("오류: ")

    def test_what_was_typed_stays_in_the_field_and_stays_text(self, client, agent):
        page = client.get(f"{AT_VERSION}&version=%22%3E%3Cb%3E").content.decode()

        assert 'value="&quot;&gt;&lt;b&gt;"' in page

    def test_before_anything_was_typed_there_is_no_error(self, client, agent):
        page = page_at(client, AT_VERSION)

        assert "value-error" not in page
        assert "aria-invalid" not in page


class TestInstruction:
    def test_one_way_on_is_a_button(self, client, agent):
        Choice.objects.filter(step__key="install", key="failed").delete()

        page = page_at(client, "/wizards/agent/?os=linux")

        assert '<a class="button" href="/wizards/agent/?os=linux&install=done"' in page
        assert "결과가 어떤가요?" not in page

    def test_several_ask_how_it_went(self, client, agent):
        page = page_at(client, "/wizards/agent/?os=linux")

        assert '<p id="result" class="ask">결과가 어떤가요?</p>' in page
        assert "?os=linux&install=failed" in page

    def test_a_command_stands_as_it_is(self, client, content):
        page = page_at(client, "/wizards/vm-snapshot/?storage-access=no&os=windows&sql-server=yes")

        assert "<pre><code>[HKEY_LOCAL_MACHINE\\SOFTWARE\\MICROSOFT\\BCDRAGENT]\n" in page


class TestOutcome:
    def test_it_says_what_it_means(self, client, agent):
        assert '<p class="result solved">해결' in page_at(client, f"{AT_VERSION}&version=2.10")
        assert '<p class="result support">지원 요청' in page_at(client, "/wizards/agent/?os=linux&install=failed")

    def test_it_goes_on_with_another_wizard_and_hands_over_what_both_ask(self, client, content):
        page = page_at(client, "/wizards/vm-agent/?origin=gallery&os=windows&agent=present&version=2.10&retry=snapshot")

        assert '<a class="button" href="/wizards/vm-snapshot/?os=windows&vm-agent=yes&vm-agent.origin=gallery&' in page
        assert "지금까지의 답변 중 2개를 이어서 사용합니다." in page

    def test_what_was_answered_in_the_wizard_before_stays_in_sight_and_in_the_summary(self, client, content):
        before = "vm-agent.origin=gallery&vm-agent.os=linux&vm-agent.agent=missing&vm-agent.retry=snapshot"
        page = page_at(client, f"/wizards/vm-snapshot/?os=linux&{before}")

        assert "이전 단계별 해결의 답변: VM 에이전트 설치, 업데이트 및 확인" in page
        assert "Azure 갤러리 이미지에서 만들었습니다" in page
        assert 'href="/wizards/vm-agent/?os=linux&agent=missing&retry=snapshot" rel="nofollow">변경' in page
        way = "storage-access=unknown&shared-service=no&load=no&agent-checked=yes&network-checked=yes"
        ended = page_at(client, f"/en/wizards/vm-snapshot/?{way}&os=linux&{before}")
        text = re.search(r'<pre lang="en".*?>(.*?)</pre>', ended, re.DOTALL).group(1)
        assert text.index("Wizard: Install, update, and check the VM agent") < text.index("Wizard: Troubleshoot VM")
        assert "From an Azure gallery image" in text

    def test_whoever_checked_the_agent_is_not_sent_back_to_it_by_the_network_wizard(self, client, content):
        handed_over = page_at(client, "/wizards/network/?vm-agent=yes&symptom=none")

        assert "Microsoft 지원에 문의하세요" in handed_over
        assert "지원 요청 만들기" in handed_over
        assert "VM 에이전트를 점검했나요?" in page_at(client, "/wizards/network/?symptom=none")

    def test_who_is_sent_to_check_the_agent_comes_back_to_where_they_were_and_is_not_sent_again(self, client, content):
        """From the network wizard to the agent's and back: its answers stay, and it ends at support."""
        way = "/wizards/network/?symptom=status&dhcp=yes&dns=yes&way=proxy&proxy=done&nsg=no&retry=agent"
        sent = page_at(client, f"{way}&vm-agent=no")
        to_agent = unescape(re.search(r'<a class="button" href="(/wizards/vm-agent/[^"]*)"', sent)[1])
        assert "network.retry=agent" in to_agent
        ended = page_at(client, f"{to_agent}&origin=gallery&os=windows&agent=present&version=2.10&retry=extension")
        back = unescape(re.search(r'<a class="button" href="(/wizards/network/[^"]*)"', ended)[1])
        assert "network.retry" not in back
        assert "Microsoft 지원에 문의하세요" in page_at(client, back)

    def test_whoever_has_a_network_and_no_snapshot_goes_on_with_its_wizard_unless_they_come_from_there(
        self, client, content
    ):
        way = "symptom=status&dhcp=yes&dns=yes&way=proxy&proxy=done&nsg=no&retry=snapshot"
        assert "스냅숏의 다른 원인을 확인했나요?" in page_at(client, f"/wizards/network/?{way}")
        sent = page_at(client, f"/wizards/network/?{way}&vm-snapshot=no")
        onward = unescape(re.search(r'<a class="button" href="(/wizards/vm-snapshot/[^"]*)"', sent)[1])
        asked = "os=windows&sql-server=no&rdp-shutdown=no&shared-service=no&load=no&vm-agent=yes"
        assert "Microsoft 지원에 문의하세요" in page_at(client, f"{onward}&{asked}")
        back = page_at(client, f"/wizards/network/?{way}&vm-snapshot=yes&vm-snapshot.storage-access=yes")
        assert "남은 원인을 확인한 후 Microsoft 지원에 문의하세요" in back
        assert "지원 요청 만들기" in back

    def test_that_a_wizard_was_gone_through_is_no_answer_to_be_dropped_where_nobody_asks_for_it(self, client, content):
        way = "symptom=status&dhcp=yes&dns=no&fix-dns=failing"
        came = page_at(client, f"/wizards/network/?{way}&vm-agent=yes&vm-agent.origin=gallery")

        assert "Microsoft 지원에 문의하세요" in came
        assert "더 이상 해당하지 않는 답변" not in came
        assert "더 이상 해당하지 않는 답변" in page_at(client, f"/wizards/network/?{way}&vm-agent=yes")

    def test_what_was_answered_in_the_wizard_before_is_not_told_as_dropped_where_this_way_never_asks(
        self, client, content
    ):
        way = "nsg=yes&symptom=none&vm-agent=yes"
        came = page_at(client, f"/wizards/network/?{way}&vm-snapshot.storage-access=no&vm-snapshot.nsg=yes")
        assert "더 이상 해당하지 않는 답변" in page_at(client, f"/wizards/network/?{way}")
        assert "더 이상 해당하지 않는 답변" in page_at(client, f"/wizards/network/?{way}&vm-snapshot.storage-access=no")
        assert "더 이상 해당하지 않는 답변" not in came

    def test_whoever_said_that_an_nsg_blocks_is_not_asked_again_whether_there_is_one(self, client, content):
        left = page_at(client, "/wizards/vm-snapshot/?storage-access=yes&storage-fix=guide")
        at_the_nsg = page_at(client, "/wizards/network/?symptom=status&dhcp=yes&dns=yes&way=proxy&proxy=done&nsg=yes")

        assert '<a class="button" href="/wizards/network/?nsg=yes&vm-snapshot=yes&vm-snapshot.nsg=yes&' in left
        assert "<h1>NSG에 프록시 규칙을 추가하세요" in re.sub(r"<h1[^>]*>", "<h1>", at_the_nsg)

    def test_a_change_on_the_way_keeps_what_was_answered_before(self, client, agent):
        make_flow("first", order=2)

        page = page_at(client, f"{AT_VERSION}&version=1.0&first.os=linux")

        assert "?os=windows&version=1.0&install=done&first.os=linux" in page
        assert '<a href="/wizards/agent/?os=windows&first.os=linux" rel="prev nofollow">' in page

    @pytest.mark.parametrize("query", ["nope.os=linux", "agent.os=linux", "first.nope=1", ".=1", "first.=x", "a.b.c=d"])
    def test_answers_of_a_wizard_that_there_is_not_are_left_out(self, client, agent, query):
        make_flow("first", order=2)

        page = page_at(client, f"{AT_VERSION}&{query}")

        assert '<link rel="canonical" href="http://testserver/wizards/agent/?os=windows">' in page

    def test_a_wizard_that_is_not_published_is_not_offered(self, client, agent):
        other = make_flow("other", published=False, order=2)
        Step.objects.filter(flow=agent, key="done").update(result="next", hand_over=other)

        assert "/wizards/other/" not in page_at(client, f"{AT_VERSION}&version=2.10")

    def test_its_summary_stands_there_in_both_languages(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&version=2.10")
        korean, english = re.findall(r'<pre lang="(?:ko|en)".*?>(.*?)</pre>', page, re.DOTALL)

        assert korean.startswith("단계별 해결: 에이전트 마법사\n답변:\n  1. os 제목: windows 답\n")
        assert english.startswith("Wizard: Agent wizard\nAnswers:\n  1. os title: windows answer\n")
        assert "링크: http://testserver/wizards/agent/?os=windows&version=2.10" in korean
        assert "Link: http://testserver/en/wizards/agent/?os=windows&version=2.10" in english
        assert re.search(r"시각: \d{4}-\d\d-\d\d \d\d:\d\d UTC / .* KST", korean)

    def test_the_readers_own_language_comes_first(self, client, agent):
        page = page_at(client, "/en/wizards/agent/?os=windows&version=2.10")

        assert re.findall(r'<pre lang="(..)"', page) == ["en", "ko"]

    def test_one_that_is_to_be_tried_asks_whether_it_helped(self, client, agent):
        Step.objects.filter(flow=agent, key="done").update(result="next")

        page = page_at(client, f"{AT_VERSION}&version=2.10")

        assert "문제가 해결되었나요?" in page
        assert 'name="solved" value="no"' in page

    def test_one_that_ends_at_support_asks_nothing_and_gives_what_to_send(self, client, agent, settings):
        settings.SUPPORT_REQUEST = "https://support.example/new"
        page = page_at(client, "/wizards/agent/?os=windows&version=1.0&install=failed")

        assert 'class="verdict"' not in page
        assert 'href="https://support.example/new"' in page
        korean, english = re.findall(r'<pre lang="(?:ko|en)".*?>(.*?)</pre>', page, re.DOTALL)
        assert korean.startswith(
            "오류 메시지:\n오류 코드:\n작업 ID:\nVM 이름:\n지역:\n오류가 발생한 시각:\nVM 에이전트 버전: 1.0\n"
        )
        assert "What was tried:\nWizard: Agent wizard\nAnswers:\n  1. os title: windows answer\n" in english

    def test_before_support_the_error_that_is_shown_can_be_searched_for(self, client, agent):
        page = page_at(client, "/en/wizards/agent/?os=linux&install=failed")

        search = page.index('action="/en/search/" method="get">\n  <input type="search" id="shown-error" name="q"')
        assert page.index('<label for="shown-error">') < search < page.index('id="support"')
        assert 'id="shown-error"' not in page_at(client, f"{AT_VERSION}&version=2.10")

    def test_without_an_address_of_support_there_is_the_text_alone(self, client, agent, settings):
        settings.SUPPORT_REQUEST = ""
        page = page_at(client, "/wizards/agent/?os=linux&install=failed")

        assert "지원팀에 보낼 내용" in page
        assert "지원 요청 만들기" not in page

    def test_one_that_is_solved_lets_its_reader_confirm(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&version=2.10")

        assert 'name="solved" value="yes"' in page
        assert 'name="solved" value="no"' not in page
        assert "문제가 해결되었나요?" not in page
        assert '<form class="verdict" id="verdict" method="post" action="/wizards/agent/verdict/"' in page
        assert 'name="answers" value="os=windows&version=2.10"' in page


class TestWay:
    def test_each_answer_has_a_link_that_changes_it_and_keeps_the_others(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&version=1.0&install=done")

        assert '<span class="answer">1.0 (below 답)</span>' in page
        assert '<a href="/wizards/agent/?version=1.0&install=done" rel="nofollow">변경' in page
        assert '<a href="/wizards/agent/?os=windows&install=done" rel="nofollow">변경' in page

    def test_a_changed_answer_goes_on_as_far_as_the_later_ones_hold(self, client, agent):
        changing = client.get("/wizards/agent/?version=1.0&install=done")
        assert changing.context["step"].key == "os"
        assert changing.context["notices"] == []

        assert client.get("/wizards/agent/?os=windows&version=1.0&install=done").context["step"].key == "done"

    def test_who_follows_a_symptom_sees_what_was_assumed_apart_and_can_change_or_confirm_it(self, client, agent):
        page = page_at(client, "/wizards/agent/?os=windows&version=1.0&assumed=os")
        assumed, own = (
            re.search(rf'<section aria-labelledby="{name}">.*?</section>', page, re.DOTALL).group()
            for name in ("assumed", "given")
        )

        assert '<a href="#assumed">가정한 답변 확인</a>' in page
        assert '<span class="answer">windows 답</span>' in assumed
        assert '<a href="/wizards/agent/?version=1.0" rel="nofollow">변경' in assumed
        assert '<a href="/wizards/agent/?os=windows&version=1.0" rel="nofollow">모두 맞습니다</a>' in assumed
        assert "windows 답" not in own
        assert "1.0 (below 답)" in own
        assert 'class="notice"' not in page_at(client, "/wizards/agent/?os=windows&version=1.0")

    def test_the_text_for_support_says_what_was_assumed_in_this_wizard_and_in_the_one_before(self, client, agent):
        make_flow("first", order=2)
        query = "os=linux&install=failed&assumed=os&first.os=windows&first.assumed=os"

        korean = page_at(client, f"/wizards/agent/?{query}")
        english = page_at(client, f"/en/wizards/agent/?{query}")

        assert korean.count("linux 답 (가정한 답변, 확인하지 않음)") == 1
        assert english.count("windows answer (assumed, not confirmed)") == 1
        assert '<span class="quiet">가정한 답변, 확인하지 않음</span>' in korean
        assert "install 제목: failed 답\n" in korean

    def test_back_shows_the_step_before(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&version=1.0")

        assert '<a href="/wizards/agent/?os=windows" rel="prev nofollow">이전</a>' in page
        assert '<a href="/wizards/agent/">처음부터 다시</a>' in page

    def test_it_says_how_many_steps_remain_at_most(self, client, agent):
        page = page_at(client, AT_VERSION)

        assert "최대 2단계 남음" in page
        assert '<progress value="1" max="3"' in page

    def test_the_link_to_keep_is_whole(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&utm_source=mail")

        assert '<a href="http://testserver/wizards/agent/?os=windows" data-copy><svg' in page

    def test_every_step_has_a_title_of_its_own(self, client, agent):
        queries = ("", "?os=windows", "?os=linux", "?os=windows&version=2.10", "?os=linux&install=failed")
        titles = {title_of(page_at(client, f"/wizards/agent/{query}")) for query in queries}

        assert len(titles) == len(queries)

    def test_the_language_switch_stays_at_the_step(self, client, agent):
        assert 'href="/en/wizards/agent/?os=windows"' in page_at(client, AT_VERSION)

    def test_an_entry_that_answers_a_question_already_links_past_it(self, client, content):
        page = unescape(client.get("/errors/extension-installation-failed/").content.decode())

        assert re.search(r'<a class="button[^"]*" href="/wizards/network/\?symptom=extension&assumed=symptom">', page)
        assert client.get("/wizards/network/?symptom=extension").context["step"].key == "extension-error"


class TestAddress:
    @pytest.mark.parametrize(
        ("query", "step", "said"),
        [
            ("foo=1", "os", "묻지 않는 항목이 있어 사용하지 않았습니다: ‘foo’"),
            ("os=macos", "os", "질문의 선택지에 없습니다. 다시 답해 주세요: ‘os 제목’"),
            ("os=windows&os=linux", "os", "서로 다른 답변이 함께 있습니다"),
            ("os=linux&version=1.0", "install", "더 이상 해당하지 않는 답변을 제외했습니다: ‘version 제목’"),
            ("os=" + "a" * 200, "os", "너무 긴 답변을 제외했습니다"),
            ("os=", "os", "답변이 비어 있습니다: ‘os 제목’"),
        ],
    )
    def test_what_does_not_hold_is_said_and_the_furthest_step_is_shown(self, client, agent, query, step, said):
        response = client.get(f"/wizards/agent/?{query}")
        page = unescape(response.content.decode())

        assert response.context["step"].key == step
        assert said in page
        assert '<p class="notice" role="status">' in page

    def test_an_answer_given_twice_is_followed_without_a_word(self, client, agent):
        response = client.get(f"{AT_VERSION}&os=windows")

        assert response.context["step"].key == "version"
        assert response.context["notices"] == []

    def test_an_address_is_never_redirected_and_says_what_it_means(self, client, agent):
        page = page_at(client, f"{AT_VERSION}&foo=1")

        assert '<link rel="canonical" href="http://testserver/wizards/agent/?os=windows">' in page

    @pytest.mark.parametrize(
        "query",
        [
            "&".join(f"a{number}=1" for number in range(3000)),
            "os=" + "%F0%9F%92%A9" * 2000,
            "%00=%00&\x00=1",
            "os=%ff%fe&%80=%80",
            "os[]=windows&os%5B0%5D=x",
            "=&==&&&;;;",
            "os=windows%0d%0aSet-Cookie:x=1",
            "<script>alert(1)</script>",
            "preview=1&preview=2",
        ],
    )
    def test_whatever_an_address_holds_it_is_a_page(self, client, agent, query):
        response = client.get(f"/wizards/agent/?{query}")

        assert response.status_code == 200
        assert is_whole(response.content.decode())
        assert len(response.content) < 60_000
        assert "<script>alert" not in response.content.decode()

    @pytest.mark.parametrize("key", ["nope", "a" * 500, "한글", "%00", "..%2f"])
    def test_an_unknown_wizard_is_a_404_with_the_list(self, client, content, key):
        response = client.get(f"/wizards/{key}/")

        assert response.status_code == 404
        if key.isascii() and "%" not in key:
            assert '<a href="/wizards/vm-agent/">' in response.content.decode()


class TestEdited:
    """A flow that is edited while a reader is inside it."""

    def test_the_reader_continues_at_the_furthest_step_that_still_holds(self, client, agent):
        address = "/wizards/agent/?os=linux&install=failed"
        assert client.get(address).context["step"].key == "support"

        Choice.objects.filter(step__key="install", key="failed").delete()
        response = client.get(address)

        assert response.context["step"].key == "install"
        assert "선택지에 없습니다" in response.content.decode()

    def test_a_step_put_in_between_is_asked_and_the_later_answers_stay(self, client, agent):
        add_step(agent, "size")
        add_choice(agent, "size", "small", "install")
        add_choice(agent, "size", "large", "install")
        Choice.objects.filter(step__key="os", key="linux").update(target=agent.steps.get(key="size"))

        response = client.get("/wizards/agent/?os=linux&install=failed")

        assert response.context["step"].key == "size"
        assert "?os=linux&amp;size=small&amp;install=failed" in response.content.decode()

    def test_what_an_editor_added_is_told_apart_on_the_step_and_in_the_runbook(self, client, content):
        tip, named = "Tip from this portal", "An editor of this portal added guidance to this step."
        asks_dns = "/en/wizards/network/?symptom=status&dhcp=yes"
        assert tip in page_at(client, asks_dns)
        assert named not in page_at(client, asks_dns)
        assert tip in page_at(client, "/en/wizards/vm-agent/?origin=gallery&os=windows&agent=present")
        before = [page_at(client, f"/en/wizards/network/{page}").count(named) for page in ("all/", "all/download/")]

        flow = Flow.objects.get(key="network")
        Step.objects.filter(flow=flow, key="dns").update(body_en="Run `dig`.", help_en="")
        flow.save()

        assert tip not in page_at(client, asks_dns)
        assert named in page_at(client, asks_dns)
        assert "편집자가 추가한" not in page_at(client, asks_dns.removeprefix("/en"))
        after = [page_at(client, f"/en/wizards/network/{page}").count(named) for page in ("all/", "all/download/")]
        assert after == [number + 1 for number in before]
        assert client.get("/en/wizards/network.md").content.decode().count(named) == after[0]

    @pytest.mark.parametrize("address", ["/en/wizards/network/", "/en/wizards/network/all/", "/en/wizards/network.md"])
    def test_that_editors_wrote_the_questions_is_told_once_of_the_whole_wizard(self, client, content, address):
        told = "Editors of this portal wrote the questions and the guidance from the document."
        assert client.get(address).content.decode().count(told) == 1

    def test_an_unpublished_flow_is_gone(self, client, agent):
        agent.published = False
        agent.save()

        assert client.get(AT_VERSION).status_code == 404


class TestQueries:
    def test_they_do_not_grow_with_the_steps(self, client, make_long, count_queries):
        make_long(10)
        few = count_queries(lambda: client.get("/wizards/long/?s0=done"))
        make_long(200, "longer", 10)

        assert count_queries(lambda: client.get("/wizards/longer/?s0=done")) == few == 3 + NAMES_OF_THE_CONTENT

    def test_nor_with_the_answers(self, client, make_long, count_queries):
        make_long(200)
        answers = "&".join(f"s{number}=done" for number in range(200))

        assert count_queries(lambda: client.get(f"/wizards/long/?{answers}")) == 3 + NAMES_OF_THE_CONTENT
        assert client.get(f"/wizards/long/?{answers}").context["state"].is_finished


class TestEditing:
    """Who edits wizards has the way from each step that readers see to its form."""

    @pytest.mark.parametrize("group", ["author", "editor"])
    def test_each_step_leads_to_its_form(self, agent, group) -> None:
        client = signed_in(staff(group))
        step = agent.steps.get(key="version")
        for address in (AT_VERSION, "/wizards/agent/all/"):
            page = page_at(client, address)
            assert f'href="/admin/troubleshoot/step/{step.pk}/change/"' in page
            assert f'href="/admin/troubleshoot/flow/{agent.pk}/change/?part"' in page

    def test_a_preview_of_a_change_leads_to_the_change(self, agent) -> None:
        user = staff("editor")
        change = publishing.propose(agent, user=user)
        page = page_at(signed_in(user), f"/wizards/{change.key}/?preview=1")
        assert f"/step/{change.steps.get(key='os').pk}/change/" in page

    def test_others_see_nothing_of_it(self, agent, client) -> None:
        for reader in (client, signed_in(staff("analyst"))):
            for address in (AT_VERSION, "/wizards/agent/all/"):
                assert "/admin/troubleshoot/" not in page_at(reader, address)
        assert "/admin/" not in page_at(signed_in(staff("editor")), "/wizards/agent/all/download/")
