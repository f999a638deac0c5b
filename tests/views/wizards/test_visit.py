"""Holds what an address of a wizard asks for, and who may preview what is not published."""

import pytest
from django.contrib.auth.models import User

from tests.flows import make_flow
from troubleshoot.models import Flow, StepCount

pytestmark = pytest.mark.django_db

PAGES = ("", "all/", "all/download/", "map/", "map.svg")


@pytest.fixture
def draft(db) -> Flow:
    return make_flow("draft", published=False)


@pytest.mark.parametrize("page", PAGES)
def test_staff_may_preview_what_is_not_published(editor, draft, page):
    assert editor.get(f"/wizards/draft/{page}?preview=1").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_may(client, draft, page):
    assert client.get(f"/wizards/draft/{page}?preview=1").status_code == 404

    client.force_login(User.objects.create_user("reader"))
    assert client.get(f"/wizards/draft/{page}?preview=1").status_code == 404

    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(f"/wizards/draft/{page}?preview=1").status_code == 404


def test_without_asking_for_a_preview_staff_see_what_readers_see(editor, draft):
    assert editor.get("/wizards/draft/").status_code == 404


def test_a_preview_stays_one_on_every_way_on(editor, draft):
    page = editor.get("/wizards/draft/?preview=1").content.decode()

    assert "?os=windows&amp;preview=1" in page
    assert "/wizards/draft/map/?preview=1" in page
    assert "아직 게시되지 않았습니다" in page

    page = editor.get("/wizards/draft/?os=windows&preview=1").content.decode()
    assert '<input type="hidden" name="preview" value="1">' in page


def test_a_preview_is_neither_counted_nor_judged_nor_found(editor, draft):
    page = editor.get("/wizards/draft/?os=linux&install=done&preview=1").content.decode()

    assert "data-seen" not in page
    assert 'class="verdict"' not in page
    assert "noindex" in page


@pytest.fixture
def proposal(agent) -> Flow:
    """The wizard with another question, and without one of its ends."""
    made = make_flow("proposal-of-1", published=False, order=2)
    Flow.with_proposals.filter(pk=made.pk).update(proposal_for=agent)
    made.steps.filter(key="os").update(title_ko="새 질문")
    made.steps.filter(key="support").delete()
    return made


def test_a_proposal_is_walked_as_readers_will_and_says_what_it_is(editor, proposal):
    page = editor.get("/wizards/proposal-of-1/?preview=1").content.decode()

    assert "새 질문" in page
    assert "변경 제안의 미리 보기입니다" in page
    assert "/wizards/proposal-of-1/?os=windows&amp;preview=1" in page
    assert "data-seen" not in page


@pytest.mark.parametrize("page", PAGES)
def test_a_proposal_is_for_nobody_but_staff(client, editor, proposal, page):
    assert client.get(f"/wizards/proposal-of-1/{page}?preview=1").status_code == 404
    assert editor.get(f"/wizards/proposal-of-1/{page}").status_code == 404


def test_nothing_is_counted_of_a_proposal(client, proposal):
    address = "/wizards/proposal-of-1/seen/"
    client.post(address, {"step": "os", "from": ""}, headers={"sec-fetch-site": "same-origin"})
    assert not StepCount.objects.exists()


@pytest.mark.parametrize(
    ("key", "changed"), [("proposal-of-1", {"os", "install"}), ("agent", {"os", "install", "support"})]
)
def test_the_steps_that_differ_are_known_on_both_sides(editor, proposal, key, changed):
    assert editor.get(f"/wizards/{key}/map/?preview=1").context["visit"].changed == changed
    assert editor.get("/wizards/agent/map/").context["visit"].changed == frozenset()


def test_an_archived_wizard_says_so(client, agent):
    agent.state = Flow.State.ARCHIVED
    agent.save()
    for page in PAGES:
        answer = client.get(f"/wizards/agent/{page}")
        assert answer.status_code == 410
        assert "보관된 단계별 해결입니다" in answer.content.decode()


def test_asking_for_a_preview_changes_nothing_for_a_reader(client, agent):
    response = client.get("/wizards/agent/?os=windows&preview=1")

    assert response.context["step"].key == "version"
    assert response.context["notices"] == []
    assert "preview" not in response.content.decode().split("<main")[1]


def test_a_page_that_is_no_preview_asks_nothing_about_a_reader(client, agent, count_queries):
    entries_linked, names_of_the_content = 1, 2
    assert count_queries(lambda: client.get("/wizards/agent/")) == 3 + entries_linked + names_of_the_content


@pytest.mark.parametrize("page", PAGES)
def test_a_flow_without_steps_can_be_previewed(editor, page):
    Flow.objects.create(key="empty", order=1, title_ko="빈 마법사", title_en="Empty", published=False)

    assert editor.get(f"/wizards/empty/{page}?preview=1").status_code == 200


def test_a_flow_without_steps_is_no_page_for_readers(client):
    Flow.objects.create(key="empty", order=1, title_ko="빈 마법사", title_en="Empty", published=True)

    assert client.get("/wizards/empty/").status_code == 404


def test_an_unsound_flow_can_be_previewed(editor, draft):
    """A choice that leads nowhere, a circle, a step that nothing leads to."""
    steps = {step.key: step for step in draft.steps.all()}
    steps["os"].choices.filter(key="windows").update(target=None)
    steps["install"].choices.filter(key="done").update(target=steps["os"])

    for page in PAGES:
        assert editor.get(f"/wizards/draft/{page}?preview=1").status_code == 200
    page = editor.get("/wizards/draft/?os=windows&preview=1").content.decode()
    assert "다음 단계가 아직 없습니다" in page
