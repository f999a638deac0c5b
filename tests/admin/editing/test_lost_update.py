"""Tests of two people editing one thing: the second to save sees both texts and loses nothing."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.admin.forms import filled, member, page_of, publish, save, send, shown
from tests.flows import make_flow
from tests.people import signed_in
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Operation, Resolution, Revision, Section, SynonymGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(editor: Client, django_user_model) -> Client:
    return signed_in(django_user_model.objects.create_superuser("second"))


def collision(answer):
    assert answer.status_code == 200
    return answer.context["collision"]


def again(client: Client, address: str, answer) -> object:
    """Press Save on the form that came back."""
    return client.post(address, filled(answer.context))


def test_who_saves_second_sees_both_texts(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, message_ko="에이전트가 응답하지 않음")
    answer = send(second, page_of(entry), mine, message_ko="에이전트가 없음")
    (clash,) = collision(answer).merge.clashes
    assert (clash.now, clash.yours) == ("에이전트가 응답하지 않음", "에이전트가 없음")
    assert [(piece.kind, piece.text) for piece in clash.pieces] == [
        ("same", "에이전트가 "),
        ("removed", "응답하지 않음"),
        ("added", "없음"),
    ]
    assert ErrorEntry.objects.get().message_ko == "에이전트가 응답하지 않음"
    html = answer.content.decode()
    assert collision(answer).last.user.username == "editor"
    assert 'value="에이전트가 없음"' in html or ">\n에이전트가 없음</textarea>" in html


def test_saving_again_saves_knowingly(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, message_ko="에이전트가 응답하지 않음")
    answer = send(second, page_of(entry), mine, message_ko="에이전트가 없음")
    assert again(second, page_of(entry), answer).status_code == 302
    assert ErrorEntry.objects.get().message_ko == "에이전트가 없음"


def test_a_third_saving_in_between_is_told_again(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, message_ko="하나")
    answer = send(second, page_of(entry), mine, message_ko="둘")
    save(editor, entry, message_ko="셋")
    (clash,) = collision(again(second, page_of(entry), answer)).merge.clashes
    assert (clash.now, clash.yours) == ("셋", "둘")


def test_what_only_the_other_changed_is_taken_over(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, cause_ko="새 원인", staff_only="on", resolutions__1__body_ko="기다립니다.")
    answer = send(second, page_of(entry), mine, message_ko="내 메시지")
    assert collision(answer).merge.clashes == []
    assert len(collision(answer).merge.taken_over) == 3
    again(second, page_of(entry), answer)
    saved = ErrorEntry.objects.get()
    assert (saved.message_ko, saved.cause_ko, saved.staff_only) == ("내 메시지", "새 원인", True)
    assert saved.resolutions.get(order=2).body_ko == "기다립니다."


def test_both_changed_the_same_resolution(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, resolutions__0__body_en="Reinstall it.")
    answer = send(second, page_of(entry), mine, resolutions__0__body_en="Install it again.")
    (clash,) = collision(answer).merge.clashes
    assert (clash.now, clash.yours) == ("Reinstall it.", "Install it again.")
    again(second, page_of(entry), answer)
    assert entry.resolutions.get(order=1).body_en == "Install it again."


def test_a_resolution_that_the_other_added_stays(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    Resolution.objects.create(entry=entry, order=3, body_ko="기다립니다.")
    new = {
        "resolutions__TOTAL_FORMS": "3",
        "resolutions__2__entry": str(entry.pk),
        "resolutions__2__origin": "editor",
        "resolutions__2__order": "3",
        "resolutions__2__body_ko": "지원에 알립니다.",
    }
    answer = send(second, page_of(entry), mine, **new)
    assert collision(answer)
    assert again(second, page_of(entry), answer).status_code == 302
    bodies = list(entry.resolutions.order_by("order").values_list("body_ko", flat=True))
    assert bodies[2:] == ["기다립니다.", "지원에 알립니다."]


def test_a_resolution_that_the_other_deleted_goes(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, resolutions__0__DELETE="on")
    answer = send(second, page_of(entry), mine, message_ko="내 메시지")
    assert again(second, page_of(entry), answer).status_code == 302
    assert [row.body_ko for row in entry.resolutions.all()] == ["다시 시작합니다."]


def test_what_i_wrote_in_a_deleted_resolution_is_a_new_one(editor, second, entry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, resolutions__0__DELETE="on")
    answer = send(second, page_of(entry), mine, resolutions__0__body_ko="내가 쓴 긴 글")
    assert again(second, page_of(entry), answer).status_code == 302
    assert {row.body_ko for row in entry.resolutions.all()} == {"다시 시작합니다.", "내가 쓴 긴 글"}


def test_an_alias_added_by_both_is_refused_with_the_form(editor, second, entry) -> None:
    mine = shown(second, page_of(entry))
    ErrorAlias.objects.create(entry=entry, kind="code", text_ko="0x80070005")
    new = {
        "aliases__TOTAL_FORMS": "2",
        "aliases__1__entry": str(entry.pk),
        "aliases__1__kind": "code",
        "aliases__1__text_ko": "0x80070005",
    }
    assert collision(send(second, page_of(entry), mine, **new))
    assert entry.aliases.count() == 2


def test_the_same_change_twice_is_no_collision(editor: Client, second: Client, entry: ErrorEntry) -> None:
    mine = shown(second, page_of(entry))
    save(editor, entry, message_ko="하나")
    assert send(second, page_of(entry), mine, message_ko="하나").status_code == 302


def test_line_ends_and_spaces_at_the_ends_are_no_change(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, cause_ko="하나\r\n둘\r\n")
    assert ErrorEntry.objects.get().cause_ko == "하나\n둘"
    before = Revision.objects.count()
    mine = shown(editor, page_of(entry))
    assert send(editor, page_of(entry), mine | {"cause_ko": "하나\r\n둘"}).status_code == 302
    assert Revision.objects.count() == before


def test_what_a_program_changed_is_told_too(editor: Client, entry: ErrorEntry) -> None:
    mine = shown(editor, page_of(entry))
    ErrorEntry.objects.update(message_ko="프로그램이 쓴 글")
    assert collision(send(editor, page_of(entry), mine, message_ko="하나")).last is None


BROKEN = pytest.mark.parametrize("token", [None, "", "x", "[]", "{}", '{"": 1}', '{"": {"a": 1}}', "[" * 100_000])


@BROKEN
def test_a_form_without_a_token_overwrites_nothing_that_somebody_just_saved(editor, second, entry, token) -> None:
    mine = shown(second, page_of(entry)) | {"content_token": token}
    save(editor, entry, message_ko="하나", resolutions__1__body_ko="기다립니다.")
    answer = send(second, page_of(entry), mine, message_ko="둘")
    texts = [(clash.now, clash.yours) for clash in collision(answer).merge.clashes]
    assert texts == [("하나", "둘"), ("기다립니다.", "다시 시작합니다.")]
    assert ErrorEntry.objects.get().message_ko == "하나"
    assert again(second, page_of(entry), answer).status_code == 302
    assert ErrorEntry.objects.get().message_ko == "둘"


@BROKEN
def test_a_program_saves_without_a_token_what_nobody_is_at_work_on(editor: Client, entry: ErrorEntry, token) -> None:
    mine = shown(editor, page_of(entry)) | {"content_token": token}
    assert send(editor, page_of(entry), mine, message_ko="하나").status_code == 302
    assert ErrorEntry.objects.get().message_ko == "하나"
    Revision.objects.update(time=timezone.now() - timedelta(hours=2))
    assert send(editor, page_of(entry), mine, message_ko="둘").status_code == 302
    assert ErrorEntry.objects.get().message_ko == "둘"


def test_a_form_without_a_token_that_changes_nothing_is_no_collision(editor, second, entry) -> None:
    save(editor, entry, message_ko="하나")
    assert save(second, entry, content_token=None).status_code == 302


@pytest.mark.parametrize("place", ["aliases:", "aliases:x", "aliases:999999999999999999999", "nowhere:1"])
def test_a_token_of_nonsense_loses_nothing(editor: Client, entry: ErrorEntry, place: str) -> None:
    mine = shown(editor, page_of(entry))
    token = json.loads(mine["content_token"]) | {place: {"text_ko": "x"}}
    assert send(editor, page_of(entry), mine | {"content_token": json.dumps(token)}).status_code in (200, 302)
    assert entry.aliases.count() == 1


def test_the_same_holds_for_everything_that_is_edited(editor: Client, second: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    Document.objects.update(source_name="backup.md")
    cases = (
        (SynonymGroup.objects.get(), "note"),
        (Operation.objects.get(), "title_ko"),
        (Section.objects.get(), "body_en"),
        (Section.objects.get().document, "title_en"),
        (flow, "title_ko"),
        (flow.steps.get(key="os"), "body_ko"),
    )
    for row, field in cases:
        mine = shown(second, page_of(row))
        assert save(editor, row, **{field: "하나"}).status_code == 302, row
        (clash,) = collision(send(second, page_of(row), mine, **{field: "둘"})).merge.clashes
        assert (clash.now, clash.yours) == ("하나", "둘")
        assert getattr(type(row).objects.get(pk=row.pk), field) == "하나"


def test_two_steps_of_one_wizard_are_edited_at_the_same_time(editor: Client, second: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    one, two = flow.steps.get(key="os"), flow.steps.get(key="install")
    mine = shown(second, page_of(two))
    save(editor, one, title_ko="하나")
    assert send(second, page_of(two), mine, title_ko="둘").status_code == 302


def test_a_step_that_the_other_deleted_does_not_come_back(editor: Client, second: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    mine = shown(second, page_of(flow))
    flow.steps.get(key="support").delete()
    answer = send(second, page_of(flow), mine, title_ko="하나")
    assert again(second, page_of(flow), answer).status_code == 302
    assert not flow.steps.filter(key="support").exists()


@pytest.mark.parametrize("field", ["message_ko", "resolutions-0-body_ko"])
def test_an_error_in_the_form_keeps_what_it_began_from(editor, second, entry, field: str) -> None:
    mine = shown(second, page_of(entry))
    first = send(second, page_of(entry), mine | {field: ""}, cause_ko="내 원인")
    assert first.status_code == 200
    save(editor, entry, cause_ko="다른 원인")
    mine["content_token"] = first.context["content_token"]
    assert collision(send(second, page_of(entry), mine, cause_ko="내 원인")).merge.clashes


def test_what_was_typed_into_something_deleted_comes_back_as_new(editor, second, entry) -> None:
    mine = shown(second, page_of(entry))
    entry.delete()
    answer = send(second, page_of(entry), mine, message_ko="mein Text", resolutions__0__body_ko="lange geschrieben")
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert (form.instance.pk, form["message_ko"].value()) == (None, "mein Text")
    assert "lange geschrieben" in answer.content.decode()
    assert not ErrorEntry.objects.exists()


def test_what_was_typed_into_a_change_published_meanwhile_is_proposed_again(editor, entry) -> None:
    author = member("author")
    save(author, entry, message_ko="하나")
    proposal = ErrorEntry.with_proposals.get(proposal_for=entry)
    mine = shown(author, page_of(proposal)) | {"proposal_for": str(entry.pk)}
    publish(editor, proposal)
    answer = send(author, page_of(proposal), mine, cause_ko="둘", resolutions__1__body_ko="셋")
    assert answer.status_code == 200
    assert f'action="{page_of(entry)}"' in answer.content.decode().replace("/en/admin", "/admin")
    assert again(author, page_of(entry), answer).status_code == 302
    proposal = ErrorEntry.with_proposals.get(proposal_for=entry)
    assert (proposal.message_ko, proposal.cause_ko) == ("하나", "둘")
    assert [row.body_ko for row in proposal.resolutions.order_by("order")] == ["다시 설치합니다.", "셋"]
