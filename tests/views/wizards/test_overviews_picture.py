"""Holds the picture of a flow, the words beside it, and one reader's way marked on both."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from tests.flows import add_choice, add_step, make_flow
from tests.views.wizards.pages import is_whole
from troubleshoot.models import Flow
from troubleshoot.reading import flows

pytestmark = pytest.mark.django_db

FLOWS = ("vm-agent", "network", "vm-snapshot")
SVG = "{http://www.w3.org/2000/svg}"
ON_THE_WAY = "/wizards/agent/{page}?os=windows"


def drawn(client, address: str) -> ET.Element:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    return ET.fromstring(response.content)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_step_and_every_choice_is_on_it(client, content, prefix, flow):
    graph = flows.find(flow).graph
    picture = drawn(client, f"{prefix}/wizards/{flow}/map.svg")

    assert len(picture.findall(f"{SVG}a/{SVG}g")) == len(graph.steps)
    assert len([path for path in picture.findall(f"{SVG}path") if "arrow" in path.get("class", "")]) == len(
        list(graph.edges())
    )


@pytest.mark.parametrize("flow", FLOWS)
def test_every_link_of_it_leads_to_its_step(client, content, flow):
    graph = flows.find(flow).graph
    response = client.get(f"/wizards/{flow}/map/")

    for place in response.context["places"]:
        assert client.get(place.url).context["step"].key == place.box.step.key
    assert len(response.context["places"]) == len(graph.steps)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_words_beside_it_say_the_same(client, content, prefix, language, flow):
    page = unescape(client.get(f"{prefix}/wizards/{flow}/map/").content.decode())

    assert is_whole(page)
    outline = page[page.index('class="outline"') :]
    for step in flows.find(flow).graph.steps:
        assert f">{step.title.of(language)}</a>" in outline
        assert all(choice.label.of(language) in outline for choice in step.choices)


def test_a_readers_own_way_is_marked_in_the_picture(client, agent):
    picture = drawn(client, ON_THE_WAY.format(page="map.svg"))
    marks = {box.get("class") for box in picture.iter(f"{SVG}g")}

    assert "box question  passed" in marks
    assert "box value  current" in marks
    assert len([path for path in picture.findall(f"{SVG}path") if "taken" in path.get("class", "")]) == 1


def test_what_a_proposal_changes_is_marked_in_the_picture_and_in_words(editor, agent):
    proposal = make_flow("proposal-of-1", published=False, order=2)
    Flow.with_proposals.filter(pk=proposal.pk).update(proposal_for=agent)
    proposal.steps.filter(key="os").update(title_ko="새 질문")

    for key in ("agent", "proposal-of-1"):
        picture = drawn(editor, f"/wizards/{key}/map.svg?preview=1")
        marked = [box for box in picture.iter(f"{SVG}g") if "changed" in box.get("class", "")]
        assert [box.get("class") for box in marked] == ["box question   changed"]
        assert marked[0].find(f"{SVG}title").text == "변경됨"
        page = editor.get(f"/wizards/{key}/map/?preview=1").content.decode()
        assert page.count('<strong class="here">변경됨</strong>') == 1


def test_the_picture_of_a_preview_numbers_a_new_step_as_the_administration_lists_it(editor, agent):
    add_step(agent, "check", kind="instruction")
    add_choice(agent, "os", "other", "check")
    add_choice(agent, "check", "done", "version")
    for address, number in (("?preview=1", "6"), ("", "2")):
        texts = [text.text for text in drawn(editor, f"/wizards/agent/map.svg{address}").iter(f"{SVG}text")]
        assert any(text.startswith(f"{number}. check") for text in texts), address


def test_and_in_words(client, agent):
    page = unescape(client.get(ON_THE_WAY.format(page="map/")).content.decode())

    assert '<li id="step-os" class="passed">' in page
    assert '<li class="taken"><strong class="here">내 답변</strong> windows 답' in page
    assert 'aria-current="step">version 제목</a>' in page


def test_a_step_of_the_readers_way_is_reached_by_the_readers_own_answers(client, agent):
    places = client.get("/wizards/agent/map/?os=windows&version=1.0.2&install=done").context["places"]

    urls = {place.box.step.key: place.url for place in places}
    assert urls["install"] == "/wizards/agent/?os=windows&version=1.0.2"
    assert urls["support"] == "/wizards/agent/?os=linux&install=failed&assumed=os.install"


def test_nothing_inside_it_has_a_style_or_a_script(client, content):
    _head, _main, page = client.get("/wizards/vm-agent/map/").content.decode().partition("<main")

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|<foreignObject", page)


def test_markup_in_a_title_stays_text(client, agent):
    agent.steps.filter(key="os").update(title_ko="<script>alert(1)</script>")

    picture = drawn(client, "/wizards/agent/map.svg")

    assert not list(picture.iter(f"{SVG}script"))


# The list of all steps as well.
@pytest.mark.parametrize("page", ["map/", "map.svg", "all/", "all/download/"])
class TestUnhappy:
    def test_whatever_the_address_holds(self, client, agent, page):
        assert client.get(f"/wizards/agent/{page}?os=nope&%00=%ff&x=" + "a" * 5000).status_code == 200

    def test_the_queries_do_not_grow_with_the_steps(self, client, make_long, count_queries, page):
        make_long(10)
        few = count_queries(lambda: client.get(f"/wizards/long/{page}"))
        make_long(60, "longer", 10)

        assert count_queries(lambda: client.get(f"/wizards/longer/{page}")) == few
