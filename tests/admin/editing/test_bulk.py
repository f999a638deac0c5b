"""Doing one thing with many entries: asked before, by who may, each by itself, and what could not be done is said."""

import pytest
from django.test import Client

from tests.admin.forms import member
from tests.people import signed_in, staff
from troubleshoot.admin.editing.bulk import MOST
from troubleshoot.models import ErrorEntry, Operation, Revision

pytestmark = pytest.mark.django_db

LIST = "/en/admin/troubleshoot/errorentry/?state=all"
ACTIONS = ("publish_entries", "archive_entries", "unarchive_entries", "assign_operation", "mark_entries_reviewed")


@pytest.fixture
def drafts(entry) -> list[ErrorEntry]:
    return make(entry, 3, state="draft")


def make(entry: ErrorEntry, number: int, **fields: object) -> list[ErrorEntry]:
    return [
        ErrorEntry.objects.create(
            key=f"e{order}", operation=entry.operation, order=order, message_ko=f"오류 {order}", **fields
        )
        for order in range(10, 10 + number)
    ]


def act(client: Client, action: str, entries: list[ErrorEntry], **given: object):
    """What a browser sends: with ``confirm`` from the page that asks, without it from the list."""
    return client.post(LIST, {"action": action, "_selected_action": [entry.pk for entry in entries], **given})


def said(client: Client, answer) -> str:
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


def states(entries: list[ErrorEntry]) -> list[str]:
    return list(ErrorEntry.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("state", flat=True))


@pytest.mark.parametrize("action", ACTIONS)
def test_the_entries_are_named_before_anything_is_done(publisher, drafts, action) -> None:
    page = act(publisher, action, drafts)
    html = page.content.decode()
    assert page.status_code == 200
    assert all(entry.message_ko in html for entry in drafts)
    assert set(states(drafts)) == {"draft"}
    assert not Revision.objects.exists()
    assert " style=" not in html
    assert "<script>" not in html


def test_drafts_are_published_with_a_reason(publisher, drafts) -> None:
    page = said(publisher, act(publisher, "publish_entries", drafts, confirm="yes", reason="Checked"))
    assert "3 published." in page
    assert set(states(drafts)) == {"published"}
    assert set(Revision.objects.filter(action="published").values_list("reason", flat=True)) == {"Checked"}


def test_what_can_not_be_published_is_named_and_the_others_are(publisher, drafts, entry) -> None:
    page = said(publisher, act(publisher, "publish_entries", [entry, *drafts], confirm="yes"))
    assert "3 published." in page
    assert "1 not processed: “에이전트 오류”" in page or "1 not processed: “Agent error”" in page


def test_entries_are_archived(publisher, entry) -> None:
    rows = make(entry, 2)
    assert "2 archived." in said(publisher, act(publisher, "archive_entries", rows, confirm="yes"))
    assert set(states(rows)) == {"archived"}


def test_entries_are_moved_to_the_end_of_an_operation_in_their_order(publisher, drafts) -> None:
    there = Operation.objects.create(key="restore", order=4, title_ko="복원", title_en="Restore")
    ErrorEntry.objects.create(key="first", operation=there, order=7, message_ko="첫째")
    page = said(publisher, act(publisher, "assign_operation", drafts, confirm="yes", operation=there.pk))
    assert "3 moved." in page
    moved = ErrorEntry.objects.filter(operation=there).order_by("order").values_list("key", "order")
    assert list(moved) == [("first", 7), ("e10", 8), ("e11", 9), ("e12", 10)]
    assert Revision.objects.filter(action="edited").count() == 3


def test_an_entry_that_is_there_already_is_named(publisher, entry) -> None:
    page = said(publisher, act(publisher, "assign_operation", [entry], confirm="yes", operation=entry.operation_id))
    assert "already" in page
    assert ErrorEntry.objects.get(key="agent").order == 1


def test_entries_are_marked_as_reviewed(publisher, entry) -> None:
    ErrorEntry.objects.update(reviewed=None)
    assert "1 marked" in said(publisher, act(publisher, "mark_entries_reviewed", [entry], confirm="yes"))
    assert ErrorEntry.objects.get().reviewed is not None


@pytest.mark.parametrize("operation", ["", "x", "9999"])
def test_an_operation_that_is_none_is_asked_for_again(publisher, drafts, operation) -> None:
    page = act(publisher, "assign_operation", drafts, confirm="yes", operation=operation)
    assert page.context["form"].errors["operation"]


def test_the_operation_is_chosen_by_typing_and_not_from_a_list_of_all(publisher, drafts) -> None:
    html = act(publisher, "assign_operation", drafts).content.decode()
    assert "admin-autocomplete" in html
    assert html.count("<option") < 5


@pytest.mark.parametrize("groups", [("author",), ("analyst",), ()])
@pytest.mark.parametrize("action", ["publish_entries", "archive_entries", "mark_entries_reviewed"])
def test_who_does_not_publish_has_no_such_action(entry, drafts, groups, action) -> None:
    client = signed_in(staff(*groups))
    answer = act(client, action, [entry, *drafts], confirm="yes")
    assert answer.status_code in (200, 302, 403)
    assert states([entry]) == ["published"]
    assert set(states(drafts)) == {"draft"}
    if groups:
        assert f'value="{action}"' not in client.get(LIST).content.decode()


def test_an_author_moves_drafts_and_nothing_that_readers_know(entry, drafts) -> None:
    there = Operation.objects.create(key="restore", order=4, title_ko="복원", title_en="Restore")
    author = member("author")
    page = said(author, act(author, "assign_operation", [entry, *drafts], confirm="yes", operation=there.pk))
    assert "3 moved." in page
    assert "1 not" in page
    assert ErrorEntry.objects.get(key="agent").operation.key == "backup"


def test_an_analyst_moves_nothing(entry, drafts) -> None:
    there = Operation.objects.create(key="restore", order=4, title_ko="복원", title_en="Restore")
    act(member("analyst"), "assign_operation", drafts, confirm="yes", operation=there.pk)
    assert not ErrorEntry.objects.filter(operation=there).exists()


def test_more_than_can_be_done_at_once_is_refused_with_a_sentence(publisher, entry) -> None:
    rows = [
        ErrorEntry(key=f"e{order}", operation=entry.operation, order=order, message_ko="오류", state="draft")
        for order in range(10, 11 + MOST)
    ]
    made = ErrorEntry.objects.bulk_create(rows)
    assert str(MOST) in said(publisher, act(publisher, "publish_entries", made, confirm="yes"))
    assert ErrorEntry.objects.filter(state="published").count() == 1


def test_nothing_chosen_does_nothing(publisher) -> None:
    assert act(publisher, "publish_entries", []).status_code == 200


def test_an_entry_that_is_gone_meanwhile_is_passed_over(publisher, drafts) -> None:
    ErrorEntry.objects.filter(pk=drafts[0].pk).delete()
    assert "2 published." in said(publisher, act(publisher, "publish_entries", drafts, confirm="yes"))


def test_a_name_in_a_message_is_shown_as_it_is(publisher, entry) -> None:
    ErrorEntry.objects.update(message_ko="<script>x</script>", message_en="")
    page = said(publisher, act(publisher, "publish_entries", [entry], confirm="yes"))
    assert "<script>x" not in page


@pytest.mark.parametrize("action", ["publish_entries", "mark_entries_reviewed"])
def test_each_entry_takes_as_many_queries_as_the_one_before(publisher, entry, count_queries, action) -> None:
    rows = make(entry, 30, state="draft" if action == "publish_entries" else "published")
    act(publisher, action, rows[:2], confirm="yes")
    ten = count_queries(lambda: act(publisher, action, rows[2:12], confirm="yes"))
    assert count_queries(lambda: act(publisher, action, rows[12:22], confirm="yes")) <= ten


def test_archived_entries_are_published_again_at_once(publisher: Client, entry: ErrorEntry) -> None:
    archived = make(entry, 2, state="archived")
    drafts = ErrorEntry.objects.create(
        key="draft", operation=entry.operation, order=30, message_ko="초안", state="draft"
    )
    html = said(publisher, act(publisher, "unarchive_entries", [*archived, drafts], confirm="yes"))
    assert "2 published again." in html
    assert "1 not processed" in html
    assert states(archived) == ["published", "published"]
