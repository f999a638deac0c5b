"""Tests of saying that the English is still right: with one click or while saving, noted in the history."""

import pytest
from django.test import Client

from tests.admin.forms import member, page_of, save
from tests.flows import make_flow
from troubleshoot.editing import publishing, revisions
from troubleshoot.models import ErrorEntry, Operation, Resolution, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def outdated(editor: Client, entry: ErrorEntry) -> ErrorEntry:
    """An entry with a Korean typing error put right, in its message and in a resolution."""
    save(editor, entry, message_ko="에이전트 오류.", resolutions__0__body_ko="다시 설치하세요.")
    return entry


def state(entry: ErrorEntry) -> list[str]:
    fresh = ErrorEntry.with_proposals.get(pk=entry.pk)
    return [name for row in (fresh, *fresh.resolutions.all()) for name in row.outdated_translations()]


def press(client: Client, row, **data: str):
    return client.post(page_of(row, "english"), {"seen": revisions.digest_of(row)} | data)


def test_one_click_says_that_the_english_is_still_right_and_the_history_notes_it(editor, outdated) -> None:
    assert state(outdated) == ["message", "body"]
    page = editor.get(page_of(outdated))
    assert f'name="seen" value="{page.context["seen"]}"' in page.text
    outdated.refresh_from_db()
    assert press(editor, outdated, seen=page.context["seen"]).url == page_of(outdated)
    assert state(outdated) == []
    assert Revision.objects.of(outdated).first().action == "english"
    assert 'id="english-form"' not in editor.get(page_of(outdated)).text


def test_it_can_be_said_while_saving(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="에이전트 오류.", english_is_right="on")
    assert state(entry) == []
    assert [revision.action for revision in Revision.objects.of(entry)] == ["english", "edited", "found"]


def test_what_is_refused_confirms_nothing(editor: Client, outdated: ErrorEntry) -> None:
    save(editor, outdated, message_ko="", english_is_right="on")
    assert state(outdated) == ["message", "body"]


def test_a_text_that_changed_since_it_was_seen_is_not_confirmed(editor: Client, outdated: ErrorEntry) -> None:
    for seen in ("", "x", revisions.digest_of(Operation.objects.get())):
        answer = editor.get(press(editor, outdated, seen=seen).url)
        assert "이 페이지를 연 뒤" in answer.text or "변경" in answer.text
        assert state(outdated) == ["message", "body"]


def test_it_is_a_post_of_who_may_change_the_text(editor: Client, outdated: ErrorEntry) -> None:
    outdated.refresh_from_db()
    assert editor.get(page_of(outdated, "english")).status_code == 405
    for group in ("author", "analyst"):
        assert press(member(group), outdated).status_code == 403
    assert press(Client(), outdated).templates[0].name == "admin/sign_in_again.html"
    assert state(outdated) == ["message", "body"]
    missing = page_of(outdated, "english").replace(str(outdated.pk), "999999")
    assert editor.post(missing).status_code == 302


def test_a_proposal_takes_it_along_when_it_is_published(editor: Client, entry: ErrorEntry) -> None:
    author = member("author")
    save(author, entry, message_ko="에이전트 오류.")
    proposal = ErrorEntry.with_proposals.get(proposal_for=entry)
    assert state(proposal) == ["message"]
    press(author, proposal)
    publishing.publish(proposal, user=editor.get(page_of(entry)).context["user"])
    assert state(entry) == []


def test_wizards_and_operations_say_it_too(editor: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    step = flow.steps.get(key="os")
    for row in (step, Operation.objects.get()):
        row.title_en = "English"
        row.save()
        save(editor, row, title_ko="고친 제목")
        row.refresh_from_db()
        assert row.outdated_translations() == ["title"]
        press(editor, row)
        row.refresh_from_db()
        assert row.outdated_translations() == []


def test_a_later_change_of_the_korean_makes_it_outdated_again(editor: Client, outdated: ErrorEntry) -> None:
    outdated.refresh_from_db()
    press(editor, outdated)
    save(editor, outdated, message_ko="다른 오류")
    assert state(outdated) == ["message"]
    assert Resolution.objects.filter(entry=outdated).count() == 2


def test_a_changed_command_is_changed_in_both_languages_where_that_is_asked_for(editor, entry) -> None:
    korean, english = "`Get-AzureVM`을 실행합니다.", "Run `Get-AzureVM`."
    save(
        editor,
        entry,
        cause_ko=korean,
        cause_en=english,
        resolutions__0__body_ko=korean,
        resolutions__0__body_en=english,
    )
    changed = {"cause_ko": "`Get-AzVM`을 실행합니다.", "resolutions__0__body_en": "Run `Get-AzVM`."}
    save(editor, entry, **changed, both_languages="on")
    entry.refresh_from_db()
    way = entry.resolutions.get(order=1)
    assert (entry.cause_en, way.body_ko) == ("Run `Get-AzVM`.", "`Get-AzVM`을 실행합니다.")
    assert state(entry) == []
    save(editor, entry, cause_ko=korean)
    entry.refresh_from_db()
    assert (entry.cause_en, state(entry)) == ("Run `Get-AzVM`.", ["cause"])


def test_a_command_alone_makes_no_english_current_that_is_older_than_the_korean(editor, entry) -> None:
    save(editor, entry, cause_ko="`Get-AzureVM`을 실행합니다.", cause_en="Run `Get-AzureVM`.")
    save(editor, entry, cause_ko="`Get-AzureVM`을 실행합니다. 그런 다음 기다립니다.")
    save(editor, entry, cause_ko="`Get-AzVM`을 실행합니다. 그런 다음 기다립니다.", both_languages="on")
    entry.refresh_from_db()
    assert (entry.cause_en, state(entry)) == ("Run `Get-AzVM`.", ["cause"])
    save(editor, entry, cause_en="Run `Get-AzVM`. Then wait.")
    assert state(entry) == []
    said = {"cause_ko": "`Get-VM`을 실행합니다. 그런 다음 십 분을 기다립니다.", "cause_en": "Run `Get-VM`. Then wait."}
    save(editor, entry, **said)
    assert state(entry) == ["cause"]
