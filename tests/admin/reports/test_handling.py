"""Tests of the one piece with which searches, answers and comments are ticked off, assigned and linked."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.admin.cast import NOW, answered, client_of, searched
from tests.flows import make_flow
from troubleshoot.models import Step

pytestmark = pytest.mark.django_db

HANDLE = "/en/admin/reports/handle/"
COMMENTS = "/en/admin/reports/comments/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def editor_(db):
    return client_of("editor", name="lee")


@pytest.fixture
def rows(entry):
    """A search and an answer that say something."""
    return [*searched("backup", comment="어디 있나요?"), *answered("agent", unsolved=1, comment="안 됩니다.")]


def name_of(row) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def page_of(row) -> str:
    return f"/en/admin/troubleshoot/{row._meta.model_name}/{row.pk}/change/"


def test_the_page_of_a_search_and_of_an_answer_ticks_it_off_and_opens_it_again(editor_, rows):
    for row in rows:
        said = editor_.get(page_of(row)).text
        assert f'name="row" value="{name_of(row)}"' in said
        assert "Mark as handled" in said
        send = {"row": name_of(row), "next": page_of(row)}
        answer = editor_.post(HANDLE, send | {"do": "settle"})
        assert answer.headers["Location"] == page_of(row)
        row.refresh_from_db()
        assert row.settled == NOW
        assert "Reopen" in editor_.get(page_of(row)).text
        editor_.post(HANDLE, send | {"do": "reopen"})
        row.refresh_from_db()
        assert row.settled is None


def test_comments_are_ticked_off_in_their_report_one_by_one_or_together(editor_, rows):
    said = editor_.get(COMMENTS).text
    assert all(f'name="settle" value="{name_of(row)}"' in said for row in rows)
    # The one button counts, whatever else is chosen.
    editor_.post(HANDLE, {"settle": name_of(rows[1]), "row": name_of(rows[0]), "next": COMMENTS})
    assert [comment["number"] for comment in editor_.get(COMMENTS).context["comments"]] == [rows[0].pk]
    editor_.post(HANDLE, {"do": "settle", "row": [name_of(row) for row in rows]})
    assert editor_.get(COMMENTS).context["comments"] == []


def test_comments_are_assigned_and_linked_in_their_report_which_says_so(editor_, rows, entry):
    send = {"row": [name_of(row) for row in rows], "person": User.objects.get(username="lee").pk, "entry": entry.pk}
    for do in ("assign", "link"):
        editor_.post(HANDLE, send | {"do": do})
    said = editor_.get(COMMENTS).text.partition("<tbody>")[2]
    assert said.count("Assigned to: lee") == 2
    assert said.count("Linked to: <a") == 2
    for row in rows:
        row.refresh_from_db()
        assert (row.assigned_to.username, row.entry, row.settled) == ("lee", entry, None)
        assert "Agent error</a>" in editor_.get(page_of(row)).text


def test_an_answer_is_linked_to_a_step_and_unlinked(editor_, rows):
    flow = make_flow()
    step = flow.steps.order_by("order").first()
    send = {"row": name_of(rows[1]), "do": "link"}
    said = editor_.post(HANDLE, send | {"step": step.pk}, follow=True).text
    assert f"{flow.title_en} › {step.title_en}</a>" in said
    rows[1].refresh_from_db()
    assert rows[1].step == step
    assert "Choose one entry" in editor_.post(HANDLE, send, follow=True).text
    rows[1].refresh_from_db()
    assert rows[1].step == step
    assert 'value="unlink"' in editor_.get(page_of(rows[1])).text
    assert "Linked to nothing" in editor_.post(HANDLE, send | {"do": "unlink"}, follow=True).text
    rows[1].refresh_from_db()
    assert rows[1].step is None


def test_what_is_linked_to_something_that_is_deleted_is_open_again(editor_, rows):
    step = make_flow().steps.order_by("order").last()
    for do in ("link", "settle"):
        editor_.post(HANDLE, {"row": name_of(rows[1]), "do": do, "step": step.pk})
    step.delete()
    rows[1].refresh_from_db()
    assert (rows[1].step, rows[1].settled) == (None, None)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"do": "settle", "row": []}, "Nothing is selected."),
        ({"do": "settle", "row": ["x", "verdict-", "user-1", "verdict-1" + "0" * 40]}, "Nothing is selected."),
        ({"do": "link", "entry": "99999"}, "Choose one entry, or one step"),
        ({"do": "link", "entry": "x"}, "Choose one entry, or one step"),
        ({"do": "link", "step": "99999"}, "Choose one entry, or one step"),
        ({"do": "link"}, "Choose one entry, or one step"),
        ({"do": "assign", "person": "99999"}, "Choose a person"),
        ({"do": "assign"}, "Choose a person"),
        ({"do": "nonsense"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_happens(editor_, rows, sent, said):
    answer = editor_.post(HANDLE, {"row": name_of(rows[0])} | sent, follow=True)
    assert said in answer.text if said else not list(answer.context["messages"])
    rows[0].refresh_from_db()
    assert (rows[0].settled, rows[0].entry, rows[0].assigned_to) == (None, None, None)


def test_an_entry_and_a_step_at_once_are_refused(editor_, rows, entry):
    make_flow()
    send = {"row": name_of(rows[0]), "do": "link", "entry": entry.pk, "step": Step.objects.first().pk}
    assert "Choose one entry, or one step" in editor_.post(HANDLE, send, follow=True).text


def test_it_takes_the_permission_to_handle_and_shows_nothing_without(rows):
    analyst = client_of("analyst")
    assert analyst.post(HANDLE, {"row": name_of(rows[0]), "do": "settle"}).status_code == 403
    assert 'id="handle"' not in analyst.get(COMMENTS).text
    assert 'id="handle"' not in analyst.get(page_of(rows[0])).text
    assert client_of("author").post(HANDLE).status_code == 403
    assert analyst.get(HANDLE).status_code == 405


def test_it_leads_nowhere_else(editor_, rows):
    send = {"row": name_of(rows[0]), "do": "settle", "next": "https://elsewhere.example/"}
    assert editor_.post(HANDLE, send).headers["Location"] == COMMENTS


def test_what_an_answer_has_not_is_a_dash(editor_, rows):
    assert (
        "None"
        not in editor_.get(page_of(rows[1])).text.partition('<fieldset class="module')[2].partition("</fieldset>")[0]
    )


def test_a_list_links_what_is_selected(editor_, rows, entry):
    for row in rows:
        listed = f"/en/admin/troubleshoot/{row._meta.model_name}/"
        send = {"action": "link", "_selected_action": [row.pk], "entry": entry.pk}
        assert "Linked to: <a" in editor_.post(listed, send, follow=True).text
        row.refresh_from_db()
        assert row.entry == entry


def test_the_report_of_comments_takes_as_many_queries_whatever_is_said(editor_, rows, entry, count_queries):
    few = count_queries(lambda: editor_.get(COMMENTS))
    for row in (*searched("x", comment="y", times=5), *answered("agent", unsolved=5, comment="z")):
        type(row).objects.filter(pk=row.pk).update(entry=entry)
    assert count_queries(lambda: editor_.get(COMMENTS)) <= few
