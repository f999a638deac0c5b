"""Tests of the pages of rehearsals: they say what would move, for who may know it, and change nothing."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.forms import member
from troubleshoot.editing import publishing, roles
from troubleshoot.models import ErrorEntry, QueryLog, SynonymGroup
from troubleshoot.search.index import freshness

pytestmark = pytest.mark.django_db
GOLDEN = "id\tkind\theld_out\tquery\texpected\na\tword\t0\t에이전트\tagent\n"


@pytest.fixture(autouse=True)
def golden(settings, tmp_path: Path) -> None:
    settings.GOLDEN_QUERIES = str(tmp_path / "golden.tsv")
    (tmp_path / "golden.tsv").write_text(GOLDEN)


@pytest.fixture
def draft(entry: ErrorEntry) -> ErrorEntry:
    QueryLog.objects.create(search="00000000-0000-0000-0000-000000000001", query="쿼터 초과", results=0)
    return ErrorEntry.objects.create(
        key="quota", operation=entry.operation, order=5, message_ko="쿼터 초과", state="draft"
    )


def page_of(entry: ErrorEntry) -> str:
    return reverse("admin:troubleshoot_errorentry_rehearsal", args=(entry.pk,))


def words(*group: SynonymGroup) -> str:
    return reverse("admin:troubleshoot_synonymgroup_rehearsal", args=[row.pk for row in group])


def lines(answer) -> list[tuple[str, str, str, str]]:
    assert answer.status_code == 200
    return [
        (move.query.text, before, after, move.verdict) for move, _sentence, before, after in answer.context["lines"]
    ]


def test_the_page_of_a_draft_leads_to_its_rehearsal(editor: Client, draft: ErrorEntry) -> None:
    page = editor.get(reverse("admin:troubleshoot_errorentry_change", args=(draft.pk,)))
    assert page_of(draft) in page.content.decode()
    assert editor.get(page_of(draft)).status_code == 200


def test_a_draft_is_rehearsed_with_golden_and_real_queries(editor: Client, draft: ErrorEntry) -> None:
    answer = editor.post(page_of(draft))
    assert lines(answer) == [("쿼터 초과", "", "쿼터 초과", "found")]
    assert answer.context["report"].total == 2
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_author_rehearses_without_reading_what_readers_searched_for(draft: ErrorEntry) -> None:
    answer = member(roles.AUTHOR).post(page_of(draft))
    assert lines(answer) == []
    assert answer.context["report"].total == 1
    assert "쿼터 초과</th>" not in answer.content.decode()


def test_a_proposal_is_rehearsed(editor: Client, entry: ErrorEntry, draft: ErrorEntry) -> None:
    proposal = publishing.propose(entry, user=User.objects.get(username="editor"))
    proposal.message_ko = "다른 글"
    proposal.save()
    assert lines(editor.post(page_of(proposal))) == [("에이전트", "에이전트 오류", "", "worse")]


def test_what_readers_search_already_is_not_rehearsed(editor: Client, entry: ErrorEntry) -> None:
    assert editor.post(page_of(entry)).status_code == 302


def test_an_unknown_entry_leads_back_to_the_start(editor: Client) -> None:
    for key in ("999", "nonsense", "1/2"):
        assert editor.post(f"/admin/troubleshoot/errorentry/{key}/rehearsal/").status_code == 302


@pytest.mark.parametrize("verb", ["put", "delete", "patch"])
def test_any_other_verb_is_refused(editor: Client, draft: ErrorEntry, verb: str) -> None:
    assert getattr(editor, verb)(page_of(draft)).status_code == 405
    assert getattr(editor, verb)(words()).status_code == 405


def test_who_follows_the_address_of_a_rehearsal_of_synonyms_is_led_to_their_form(editor: Client) -> None:
    assert editor.get(words()).url == reverse("admin:troubleshoot_synonymgroup_add")


def test_words_are_rehearsed_as_they_stand_in_the_form(editor: Client, draft: ErrorEntry) -> None:
    answer = editor.post(words(), {"terms": "쿼터\n에이전트", "key": "new"})
    assert lines(answer) == [("쿼터 초과", "", "에이전트 오류", "found")]
    assert SynonymGroup.objects.count() == 1
    group = SynonymGroup.objects.get()
    assert len(lines(editor.post(words(group), {"terms": "쿼터\n에이전트"}))) == 1
    group.refresh_from_db()
    assert group.term_list == ["가상 머신", "VM"]


def test_the_forms_of_synonyms_offer_a_rehearsal(editor: Client, entry: ErrorEntry) -> None:
    group = SynonymGroup.objects.get()
    for address, offered in (
        (reverse("admin:troubleshoot_synonymgroup_add"), words()),
        (reverse("admin:troubleshoot_synonymgroup_change", args=(group.pk,)), words(group)),
    ):
        button = f'<button type="submit" class="button" formaction="{offered}" formtarget="_blank" formnovalidate>'
        assert button in editor.get(address).content.decode()


@pytest.mark.parametrize("terms", ["", " ", "하나", "하나\n하나", "\x00", "가\n" * 20_000])
def test_what_is_no_group_leads_back_to_its_form(editor: Client, terms: str) -> None:
    answer = editor.post(words(), {"terms": terms, "key": "new"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:troubleshoot_synonymgroup_add")


def test_who_may_not_edit_may_not_rehearse(client: Client, draft: ErrorEntry) -> None:
    group = SynonymGroup.objects.get()
    analyst = member(roles.ANALYST)
    assert analyst.post(page_of(draft)).status_code == 403
    author = member(roles.AUTHOR)
    for address in (words(), words(group)):
        assert analyst.post(address, {"terms": "가\n나"}).status_code == 403
        assert author.post(address, {"terms": "가\n나"}).status_code == 403
        assert member_of_nothing().post(address, {"terms": "가\n나"}).status_code == 403
        assert client.post(address, {"terms": "가\n나"}).templates[0].name == "admin/sign_in_again.html"


def member_of_nothing() -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username="new", is_staff=True)[0])
    return client


def test_a_request_of_another_site_is_refused(draft: ErrorEntry) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(page_of(draft)).status_code == 403


def test_without_an_index_the_page_says_so(editor: Client, draft: ErrorEntry, monkeypatch) -> None:
    monkeypatch.setattr("troubleshoot.search.index.rehearsing._QUICKLY_BUILT", -1)
    freshness.view().fall_back()
    answer = editor.post(page_of(draft))
    assert answer.status_code == 503
    assert answer.context["unavailable"]
