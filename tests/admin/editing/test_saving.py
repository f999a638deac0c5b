"""Tests of Save where no text may be lost: signing in again on the way, and text that comes back from the browser."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from tests.admin.forms import page_of, save, send, shown
from troubleshoot.models import ErrorEntry, Revision, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "a password for tests only"
ME = {"sign_in-username": "somebody", "sign_in-password": PASSWORD}


@pytest.fixture
def somebody(db) -> Client:
    """An administrator with a password, signed in."""
    User.objects.create_superuser("somebody", password=PASSWORD)
    client = Client(headers={"accept-language": "en"})
    client.login(username="somebody", password=PASSWORD)
    return client


def typed(client: Client, entry: ErrorEntry, text: str = "새 글\n둘째 줄") -> dict[str, str]:
    """The form of an entry with a new cause, and the session gone."""
    data = shown(client, page_of(entry)) | {"cause_ko": text, "_continue": "1", "draft": "abcdefgh1"}
    client.cookies.pop("sessionid")
    return data


def test_who_saves_with_an_ended_session_signs_in_and_the_saving_goes_on(somebody: Client, entry: ErrorEntry) -> None:
    data = typed(somebody, entry)
    asked = somebody.post(page_of(entry), data)
    kept = dict(asked.context["kept"])
    assert kept == data
    entry.refresh_from_db()
    assert not entry.cause_ko
    answer = somebody.post(page_of(entry), kept | ME)
    assert answer.url == page_of(entry)
    entry.refresh_from_db()
    assert entry.cause_ko == "새 글\n둘째 줄"
    assert Revision.objects.of(entry).first().user.username == "somebody"


def test_a_wrong_password_is_asked_for_again_and_nothing_is_lost(somebody: Client, entry: ErrorEntry) -> None:
    data = typed(somebody, entry)
    answer = somebody.post(page_of(entry), data | ME | {"sign_in-password": "wrong"})
    assert answer.context["form"].errors
    assert dict(answer.context["kept"]) == data
    assert "wrong" not in answer.text
    assert "sessionid" not in somebody.cookies


def test_who_tries_too_often_is_refused_here_as_at_the_door_and_nothing_is_lost(somebody, entry, monkeypatch) -> None:
    data = typed(somebody, entry)
    monkeypatch.setattr(sign_in, "OF_BOTH", 1)
    for _ in range(2):
        somebody.post(page_of(entry), data | ME | {"sign_in-password": "wrong"})
    answer = somebody.post(page_of(entry), data | ME)
    assert dict(answer.context["kept"]) == data
    assert "로그인에 너무 여러 번 실패했습니다" in answer.text
    entry.refresh_from_db()
    assert not entry.cause_ko


def after_signing_in(client: Client, address: str, data: dict[str, str]) -> tuple[dict[str, str], HttpResponse]:
    """What is kept of a form that is sent with the session gone, and the answer once somebody signed in."""
    client.cookies.pop("sessionid")
    kept = dict(client.post(address, data).context["kept"])
    return kept, client.post(address, kept | ME)


@pytest.mark.parametrize(("name", "state"), [("send-back", "draft"), ("discard", None)])
def test_a_transition_keeps_its_reason_and_goes_on_after_signing_in(somebody: Client, proposal, name, state) -> None:
    data = {"reason": "너무 길어요", "draft": "abcdefgh1"}
    kept, answer = after_signing_in(somebody, page_of(proposal, name), data)
    assert kept == data
    assert answer.status_code == 302
    assert "saved_draft_abcdefgh1" in answer.cookies
    assert ErrorEntry.with_proposals.filter(pk=proposal.pk).values_list("state", flat=True).first() == state
    assert Revision.objects.filter(reason="너무 길어요").exists()


def test_restoring_goes_on_after_signing_in(somebody: Client, entry: ErrorEntry) -> None:
    save(somebody, entry, message_ko="하나")
    before = Revision.objects.of(entry).last()
    address = f"{page_of(entry, 'history')}{before.number}/restore/"
    _kept, answer = after_signing_in(somebody, address, {"change_reason": "doch", "draft": "abcdefgh1"})
    assert "saved_draft_abcdefgh1" in answer.cookies
    assert Revision.objects.of(entry).first().reason.endswith("doch")


def test_an_action_of_the_list_goes_on_after_signing_in_before_and_after_it_is_confirmed(somebody, entry) -> None:
    listed = page_of(entry).partition(str(entry.pk))[0]
    chosen = {"action": "archive_entries", "_selected_action": str(entry.pk)}
    _kept, asked = after_signing_in(somebody, listed, chosen)
    assert [row.pk for row in asked.context["rows"]] == [entry.pk]
    confirmed = chosen | {"confirm": "yes", "reason": "zu alt", "draft": "abcdefgh1"}
    _kept, answer = after_signing_in(somebody, listed, confirmed)
    assert "saved_draft_abcdefgh1" in answer.cookies
    entry.refresh_from_db()
    assert entry.state == "archived"


def test_other_forms_of_an_entry_go_on_after_signing_in(somebody: Client, entry: ErrorEntry, proposal) -> None:
    addresses = [(proposal, "rehearsal"), (entry, "english"), (proposal, "talk"), (proposal, "delete")]
    for row, page in addresses:
        somebody.cookies.pop("sessionid", None)
        asked = somebody.post(page_of(row, page), {"text": "말"})
        assert dict(asked.context["kept"]) == {"text": "말"}, page


def test_a_comment_that_was_not_taken_stays_in_the_browser(publisher: Client, proposal: ErrorEntry) -> None:
    talk = page_of(proposal, "talk")
    refused = publisher.post(talk, {"text": "zu spät", "answer_to": "987654", "draft": "abcdefgh1"})
    assert "saved_draft_abcdefgh1" not in refused.cookies
    assert "saved_draft_abcdefgh1" in publisher.post(talk, {"text": "gut", "draft": "abcdefgh1"}).cookies


def test_who_may_not_save_does_not_by_signing_in(somebody: Client, entry: ErrorEntry) -> None:
    data = typed(somebody, entry)
    User.objects.create_user("reader", password=PASSWORD)
    User.objects.create_user("nobody", password=PASSWORD, is_staff=True)
    assert somebody.post(page_of(entry), data | ME | {"sign_in-username": "reader"}).context["form"].errors
    assert somebody.post(page_of(entry), data | ME | {"sign_in-username": "nobody"}).status_code == 403
    entry.refresh_from_db()
    assert not entry.cause_ko


def test_a_form_without_the_token_of_the_page_is_refused_before_anybody_is_asked(entry: ErrorEntry) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(page_of(entry), {"cause_ko": "x"} | ME).status_code == 403


def test_a_page_that_is_only_looked_at_leads_to_the_form_for_signing_in(entry: ErrorEntry) -> None:
    assert "/admin/login/" in Client().get(page_of(entry)).url


def test_text_that_comes_back_fills_the_form_in_and_is_not_saved(editor: Client, entry: ErrorEntry) -> None:
    before = Revision.objects.count()
    answer = save(editor, entry, cause_ko="x", _bring_back="1")
    assert answer.status_code == 200
    assert answer.context["adminform"].form["cause_ko"].value() == "x"
    assert not answer.context["errors"]
    entry.refresh_from_db()
    assert not entry.cause_ko
    assert Revision.objects.count() == before


def test_text_that_is_older_than_what_is_live_comes_back_beside_it(editor: Client, entry: ErrorEntry) -> None:
    old = shown(editor, page_of(entry))
    save(editor, entry, cause_ko="live", lead_ko="live too")
    answer = send(editor, page_of(entry), old, cause_ko="mine", _bring_back="1")
    merge = answer.context["collision"].merge
    assert [(clash.now, clash.yours) for clash in merge.clashes] == [("live", "mine")]
    assert answer.context["adminform"].form["lead_ko"].value() == "live too"
    entry.refresh_from_db()
    assert entry.cause_ko == "live"


@pytest.mark.parametrize(
    ("draft", "is_named"), [("abcdefgh1", True), ("", False), ("x; path=/", False), ("ü" * 9, False)]
)
def test_the_browser_is_told_which_text_was_saved(editor: Client, entry: ErrorEntry, draft, is_named) -> None:
    answer = save(editor, entry, cause_ko="x", draft=draft)
    assert [name for name in answer.cookies if name.startswith("saved_draft_")] == ["saved_draft_abcdefgh1"] * is_named


def test_a_form_that_was_refused_goes_on_with_the_same_text(editor: Client, entry: ErrorEntry) -> None:
    answer = save(editor, entry, message_ko="", draft="abcdefgh1")
    assert 'name="draft" id="draft" value="abcdefgh1"' in answer.text
    assert "data-unsaved" in answer.text
    assert not [name for name in answer.cookies if name.startswith("saved_draft_")]


def test_each_error_is_named_above_the_form_with_a_link_to_its_field(editor: Client, entry: ErrorEntry) -> None:
    answer = save(
        editor, entry, message_ko="", resolutions__1__body_ko="[x](portal:error/nothing)", resolutions__0__order="0"
    )
    places = [place for place, _title, _sentence in answer.context["named_errors"]]
    assert places == ["id_message_ko", "id_resolutions-0-order", "id_resolutions-1-body_ko"]
    assert [title for _place, title, _sentence in answer.context["named_errors"]][2].startswith("해결 방법 2 · ")
    for place in places:
        assert f'href="#{place}"' in answer.text
        assert f'id="{place}"' in answer.text
    assert answer.text.count("autofocus") == 1


def test_rows_that_clash_are_named_too(editor: Client, entry: ErrorEntry) -> None:
    answer = save(editor, entry, aliases__TOTAL_FORMS="2", aliases__1__kind="code", aliases__1__text_ko="320001")
    assert {place for place, _title, _sentence in answer.context["named_errors"]} <= {"aliases-group", "aliases-1"}
    assert answer.context["named_errors"]


def test_what_was_saved_is_a_link_away(editor: Client, entry: ErrorEntry) -> None:
    answer = editor.get(save(editor, entry, cause_ko="x").url)
    assert f'<a href="{entry.get_absolute_url()}">' in answer.text
