"""Tests of the list of everything that was changed: finding again, and giving back, what was deleted."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.editing.test_history import restore_page
from tests.admin.forms import member, page_of, save
from troubleshoot.models import ErrorEntry, Flow, Revision, SynonymGroup

pytestmark = pytest.mark.django_db

LIST = "/en/admin/troubleshoot/revision/"


@pytest.fixture
def deleted(editor: Client, entry: ErrorEntry) -> ErrorEntry:
    """The entry as it was, which the administrator changed and then deleted."""
    save(editor, entry, cause_ko="alte Ursache")
    gone = ErrorEntry.objects.get()
    Flow.objects.all().delete()  # it links to the entry, which keeps it
    editor.post(page_of(entry, "delete"), {"post": "yes"})
    assert not ErrorEntry.objects.exists()
    return gone


def found(client: Client, **query: str) -> list[str]:
    return [f"{row.title} {row.action}" for row in client.get(LIST, query).context["cl"].result_list]


def test_what_was_deleted_is_found_and_leads_to_its_history(author: Client, deleted: ErrorEntry) -> None:
    page = author.get(LIST, {"action__exact": "deleted"})
    assert [row.object_id for row in page.context["cl"].result_list] == [deleted.pk]
    assert f'href="/en{page_of(deleted, "history")}"' in page.content.decode()


def test_the_history_of_what_was_deleted_is_still_shown(author: Client, deleted: ErrorEntry) -> None:
    html = author.get("/en" + page_of(deleted, "history")).content.decode()
    assert "deleted" in html
    assert page_of(deleted) not in html
    page = author.get(page_of(deleted, "compare"), {"before": "1", "after": "2"})
    assert "alte Ursache" in page.content.decode()
    assert page.context["can_restore"]


def test_what_was_deleted_comes_back_as_a_draft(author: Client, deleted: ErrorEntry) -> None:
    answer = author.post(restore_page(deleted, 2), {"change_reason": "doch"})
    assert answer["Location"].endswith(page_of(deleted))
    row = ErrorEntry.objects.get(pk=deleted.pk)
    assert (row.key, row.state, row.cause_ko, row.resolutions.count()) == ("agent", "draft", "alte Ursache", 2)


def test_a_discarded_draft_comes_back(author: Client, editor: Client, entry: ErrorEntry) -> None:
    ErrorEntry.objects.update(state="draft")
    editor.post(page_of(entry, "discard"), {"reason": "doppelt"})
    assert found(author, action__exact="deleted") == ["에이전트 오류 deleted"]
    author.post(restore_page(entry, 1))
    assert ErrorEntry.objects.get().state == "draft"


def test_a_discarded_change_can_be_read_and_does_not_come_back(author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="verworfen")
    change = ErrorEntry.with_proposals.get(proposal_for=entry)
    author.post(page_of(change, "discard"))
    page = author.get(page_of(change, "compare"), {"after": "1"})
    assert page.status_code == 200
    assert not page.context["can_restore"]
    assert author.post(restore_page(change, 1)).status_code == 302
    assert list(ErrorEntry.objects.all()) == [entry]


def test_an_analyst_looks_at_what_was_deleted_and_restores_nothing(deleted: ErrorEntry) -> None:
    analyst = member("analyst")
    assert not analyst.get(page_of(deleted, "compare"), {"after": "1"}).context["can_restore"]
    assert analyst.post(restore_page(deleted, 1)).status_code == 403
    assert not ErrorEntry.objects.exists()


def test_who_may_not_look_sees_nothing_of_what_was_deleted(deleted, client, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    for page in (LIST, page_of(deleted, "history"), page_of(deleted, "compare") + "?after=1"):
        assert client.get(page).status_code == 403
    assert client.post(restore_page(deleted, 1)).status_code == 403


@pytest.mark.parametrize("number", ["999", "x", "-1", "9" * 18, "9" * 30, "%00", "1_5"])
def test_what_never_was_has_no_history(author: Client, number: str) -> None:
    for page in ("history", "history/compare"):
        assert author.get(f"/admin/troubleshoot/errorentry/{number}/{page}/").status_code == 302


def test_the_list_is_searched_and_filtered(editor: Client, author: Client, entry: ErrorEntry) -> None:
    save(editor, SynonymGroup.objects.get(), note="neu")
    save(editor, entry, message_ko="neu", change_reason="Grund")
    who = str(Revision.objects.filter(user__username="editor").first().user_id)
    assert len(found(author)) == 4
    assert len(found(author, q="vm")) == len(found(author, model="troubleshoot.synonymgroup")) == 2
    assert len(found(author, who=who)) == len(found(author, action__exact="edited")) == 2
    assert found(author, who=who, model="troubleshoot.errorentry") == ["neu edited"]


@pytest.mark.parametrize("query", [{"model": "x"}, {"who": "x"}, {"who": "9" * 30}, {"q": "\x00"}, {"p": "x"}])
def test_a_filter_that_is_none_is_no_fault(editor: Client, author: Client, entry, query: dict[str, str]) -> None:
    save(editor, entry, message_ko="neu")
    assert author.get(LIST, query).status_code in (200, 302)


def test_a_revision_is_shown_as_what_it_changed(editor: Client, author: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="neu")
    revision = Revision.objects.of(entry).first()
    answer = author.get(f"{LIST}{revision.pk}/change/")
    assert answer["Location"].endswith(f"{page_of(entry, 'compare')}?after=2")


def test_nobody_writes_history_by_hand(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="neu")
    revision = Revision.objects.of(entry).first()
    for page in ("add/", f"{revision.pk}/delete/"):
        assert editor.post(LIST + page, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [str(revision.pk)], "post": "yes"}
    editor.post(LIST, chosen)
    assert Revision.objects.of(entry).count() == 2


def test_the_list_takes_few_queries_however_long_it_is(author: Client, entry: ErrorEntry, count_queries) -> None:
    def add(begin: int) -> None:
        Revision.objects.bulk_create(
            Revision(model="troubleshoot.errorentry", object_id=7, number=number, action="edited", content={})
            for number in range(begin, begin + 60)
        )

    add(1)
    few = count_queries(lambda: author.get(LIST))
    add(100)
    assert count_queries(lambda: author.get(LIST)) == few
    assert few < 10


def test_a_kind_that_is_no_more_has_no_link(author: Client, entry: ErrorEntry) -> None:
    Revision.objects.create(
        model="troubleshoot.nothing", object_id=1, number=1, title="weg", action="deleted", content={}
    )
    html = author.get(LIST).content.decode()
    assert "weg" in html
    with override("en"):
        assert reverse("admin:troubleshoot_revision_changelist") == LIST
