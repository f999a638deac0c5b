"""Holds what an address of a wizard asks for, and who may preview what is not published."""

import pytest
from django.contrib.auth.models import User

from tests.flows import make_flow
from troubleshoot.models import Flow

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


def test_asking_for_a_preview_changes_nothing_for_a_reader(client, agent):
    response = client.get("/wizards/agent/?os=windows&preview=1")

    assert response.context["step"].key == "version"
    assert response.context["notices"] == []
    assert "preview" not in response.content.decode().split("<main")[1]


def test_a_page_that_is_no_preview_asks_nothing_about_its_reader(editor, agent, count_queries):
    entries_linked, names_of_the_content = 1, 2
    assert count_queries(lambda: editor.get("/wizards/agent/")) == 3 + entries_linked + names_of_the_content


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
