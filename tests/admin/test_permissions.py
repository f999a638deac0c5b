"""Tests of who may do what in the administration: by page, by address, and by action."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.forms import member, page_of, save, send, shown
from tests.flows import make_flow
from tests.people import signed_in
from troubleshoot.editing import revisions
from troubleshoot.models import ErrorEntry, Operation, SynonymGroup

pytestmark = pytest.mark.django_db

WHO = ["author", "editor", "analyst", "nobody", "superuser"]
MOVES = {
    "submit": "draft",
    "publish": "review",
    "send-back": "review",
    "discard": "draft",
    "archive": "published",
    "unarchive": "archived",
    "rename": "published",
    "reviewed": "published",
}
DATA = {"rename": {"key": "renamed"}, "send-back": {"reason": "왜냐하면"}}


@pytest.fixture
def sign_in(entry: ErrorEntry, django_user_model) -> Any:
    def sign_in_one(who: str) -> Client:
        if who == "nobody":
            return signed_in(django_user_model.objects.create_user("nobody", is_staff=True))
        if who == "superuser":
            return signed_in(django_user_model.objects.create_superuser("superuser"))
        return member(who, f"{who}-of-the-group")

    return sign_in_one


def address(model: str, page: str) -> str:
    with override("ko"):
        return reverse(f"admin:troubleshoot_{model}_{page}")


def answers(client: Client, model: str) -> str:
    """Which of list, add page and change page open: ``lac``, with a dash for each that is refused."""
    row = {"errorentry": ErrorEntry, "synonymgroup": SynonymGroup, "operation": Operation}[model].objects.first()
    pages = (address(model, "changelist"), address(model, "add"), page_of(row))
    return "".join(
        letter if client.get(page).status_code == 200 else "-" for letter, page in zip("lac", pages, strict=True)
    )


@pytest.mark.parametrize(
    ("who", "entries", "synonyms", "operations"),
    [
        ("author", "lac", "l-c", "l-c"),
        ("editor", "lac", "lac", "lac"),
        ("analyst", "l-c", "l-c", "l-c"),
        ("nobody", "---", "---", "---"),
        ("superuser", "lac", "lac", "lac"),
    ],
)
def test_each_opens_what_the_role_needs(sign_in, who: str, entries: str, synonyms: str, operations: str) -> None:
    client = sign_in(who)
    assert [answers(client, model) for model in ("errorentry", "synonymgroup", "operation")] == [
        entries,
        synonyms,
        operations,
    ]


@pytest.mark.parametrize("who", WHO)
def test_only_publishers_change_what_readers_see(sign_in, editor, entry: ErrorEntry, who: str) -> None:
    client = sign_in(who)
    answer = send(client, page_of(entry), shown(editor, page_of(entry)), message_ko="하나")
    assert answer.status_code == (302 if who in ("author", "editor", "superuser") else 403)
    assert (ErrorEntry.objects.get(pk=entry.pk).message_ko == "하나") is (who in ("editor", "superuser"))
    assert ErrorEntry.with_proposals.proposals().exists() is (who == "author")


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("who", WHO)
def test_each_move_is_for_its_roles_by_address_too(sign_in, entry: ErrorEntry, who: str, move: str) -> None:
    ErrorEntry.objects.update(state=MOVES[move])
    allowed = who in ("editor", "superuser") or (who == "author" and move == "submit")
    client = sign_in(who)
    assert client.get(page_of(entry, move)).status_code == (200 if allowed else 403)
    data = DATA.get(move, {}) | {"shown": revisions.digest_of(ErrorEntry.objects.get())}
    assert client.post(page_of(entry, move), data).status_code == (302 if allowed else 403)
    changed = not ErrorEntry.objects.filter(pk=entry.pk, state=MOVES[move], key="agent").exists()
    assert changed is (allowed and move != "reviewed")


@pytest.mark.parametrize("move", MOVES)
def test_anonymous_readers_are_asked_to_sign_in(client: Client, entry: ErrorEntry, move: str) -> None:
    ErrorEntry.objects.update(state=MOVES[move])
    answer = client.post(page_of(entry, move), DATA.get(move, {}))
    assert answer.templates[0].name == "admin/sign_in_again.html"
    assert ErrorEntry.objects.get().state == MOVES[move]


@pytest.mark.parametrize("state", ["draft", "review"])
def test_an_author_edits_anybodys_draft_and_discards_only_their_own(sign_in, entry: ErrorEntry, state: str) -> None:
    ErrorEntry.objects.update(state=state)
    author = sign_in("author")
    assert save(author, entry, message_ko="하나").status_code == 302
    assert ErrorEntry.objects.get().message_ko == "하나"
    assert author.post(page_of(entry, "discard")).status_code == 403


def test_an_author_does_not_touch_what_is_archived(sign_in, editor, entry: ErrorEntry) -> None:
    mine = shown(editor, page_of(entry))
    ErrorEntry.objects.update(state="archived")
    author = sign_in("author")
    assert not author.get(page_of(entry)).context["has_change_permission"]
    assert send(author, page_of(entry), mine, message_ko="하나").status_code == 403


def test_a_state_that_is_sent_along_counts_for_nothing(sign_in, entry: ErrorEntry) -> None:
    author = sign_in("author")
    ErrorEntry.objects.update(state="draft")
    save(author, entry, state="published", proposal_for="", proposed_by="1", reviewed="2020-01-01")
    assert ErrorEntry.objects.get().state == "draft"


@pytest.mark.parametrize("who", ["author", "analyst", "editor"])
def test_nobody_but_a_superuser_deletes_entries_for_good(sign_in, entry: ErrorEntry, who: str) -> None:
    client = sign_in(who)
    assert client.post(page_of(entry, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"}
    client.post(address("errorentry", "changelist"), chosen)
    assert ErrorEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("who", ["author", "analyst"])
def test_synonyms_and_operations_are_for_editors(sign_in, editor, entry: ErrorEntry, who: str) -> None:
    client = sign_in(who)
    for row, field in ((SynonymGroup.objects.get(), "note"), (Operation.objects.get(), "title_ko")):
        answer = send(client, page_of(row), shown(editor, page_of(row)), **{field: "하나"})
        assert answer.status_code == 403
        assert getattr(type(row).objects.get(pk=row.pk), field) != "하나"


def test_an_editor_keeps_synonyms_and_wizards(sign_in, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    client = sign_in("editor")
    for row, field in ((SynonymGroup.objects.get(), "note"), (flow, "title_ko"), (flow.steps.first(), "title_ko")):
        assert save(client, row, **{field: "하나"}).status_code == 302
        assert getattr(type(row).objects.get(pk=row.pk), field) == "하나"
    assert client.post(page_of(SynonymGroup.objects.get(), "delete"), {"post": "yes"}).status_code == 302


@pytest.mark.parametrize("who", ["author", "analyst"])
def test_who_may_not_publish_sees_no_button_for_it(sign_in, entry: ErrorEntry, who: str) -> None:
    ErrorEntry.objects.update(state="review")
    html = sign_in(who).get("/en" + page_of(entry)).content.decode()
    for page in ("publish", "archive", "rename", "send-back"):
        assert page_of(entry, page) not in html.replace("/en/admin", "/admin")
    assert 'name="_publish"' not in html
