"""Mail: who is told what, in which words; that it is in nobody's way, and that there is none without a host."""

from datetime import timedelta
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from tests.flows import make_flow
from tests.people import staff
from troubleshoot.editing import comments, notices, planning, publishing
from troubleshoot.models import Document, ErrorEntry, Operation, Plan, Section

pytestmark = pytest.mark.django_db


class Silent(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, _messages):
        raise TimeoutError("timed out")


@pytest.fixture(autouse=True)
def mailing(settings) -> None:
    settings.EMAIL_HOST, settings.PORTAL_ADDRESS = "mail.example", "https://backup.example/"


def person(name: str, group: str, **more: object) -> User:
    return User.objects.get(pk=staff(group, name=name, email=f"{name}@corp.example", **more).pk)


@pytest.fixture
def author() -> User:
    return person("author", "author")


@pytest.fixture
def editor() -> User:
    return person("editor", "editor")


@pytest.fixture
def draft(author: User) -> ErrorEntry:
    section = Section.objects.create(key="s", order=1, title_ko="절", document=Document.objects.create(key="d"))
    operation = Operation.objects.create(key="backup", section=section, title_ko="백업", order=1)
    return ErrorEntry.objects.create(
        key="e",
        operation=operation,
        order=1,
        message_ko="오류\n둘째 줄",
        message_en="Error",
        state="draft",
        proposed_by=author,
    )


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """What is sent once the transaction is committed."""

    def after(act, *args, **options) -> list[mail.EmailMessage]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **options)
        notices._waiting.join()
        return mail.outbox

    return after


def told(messages) -> list[tuple[str, str]]:
    return [(*message.to, message.subject) for message in messages]


def test_those_who_publish_are_told_what_waits_for_review_and_nobody_else(sent, draft, author, editor) -> None:
    person("analyst", "analyst")
    person("gone", "editor", is_active=False)
    User.objects.filter(pk=person("silent", "editor").pk).update(email="")
    boss = User.objects.create_superuser("boss", email="boss@corp.example")
    messages = sent(publishing.submit, draft, user=author, reason="용어 통일")
    assert told(messages) == [(one.email, "검토 요청: 오류 둘째 줄") for one in (boss, editor)]
    body = messages[0].body
    assert f"https://backup.example/admin/troubleshoot/errorentry/{draft.pk}/change/" in body
    assert f"https://backup.example/en/admin/troubleshoot/errorentry/{draft.pk}/change/" in body
    assert "To review: Error" in body
    assert body.count("용어 통일") == 2


def test_the_author_is_told_what_was_sent_back_and_why(sent, draft, author, editor) -> None:
    publishing.submit(draft, user=author)
    messages = sent(publishing.send_back, draft, user=editor, reason="원인이 없습니다")
    assert told(messages) == [(author.email, "반려됨: 오류 둘째 줄")]
    assert "원인이 없습니다" in messages[0].body


def test_the_author_is_told_what_was_said_in_comments_that_are_open(sent, draft, author, editor) -> None:
    publishing.submit(draft, user=author)
    comments.say(draft, "더 짧게 써 주세요", user=editor, about="메시지 [ko]")
    comments.resolve(draft, comments.say(draft, "좋습니다", user=editor).pk, user=editor)
    body = sent(publishing.send_back, draft, user=editor, reason="거의 다 됐습니다")[0].body
    assert "거의 다 됐습니다\n메시지 [ko]: 더 짧게 써 주세요\n" in body
    assert "좋습니다" not in body


def test_the_author_is_told_what_was_published_and_of_a_change_its_page(sent, draft, author, editor) -> None:
    publishing.submit(draft, user=author)
    assert told(sent(publishing.publish, draft, user=editor)) == [(author.email, "게시됨: 오류 둘째 줄")]
    live = ErrorEntry.objects.get()
    proposal = publishing.propose(live, user=author)
    messages = sent(publishing.publish, proposal, user=editor)
    assert f"/errorentry/{live.pk}/change/" in messages[0].body


def test_the_author_is_told_what_was_discarded_and_why(sent, draft, author, editor) -> None:
    number = draft.pk
    messages = sent(publishing.discard, draft, user=editor, reason="중복입니다")
    assert told(messages) == [(author.email, "폐기됨: 오류 둘째 줄")]
    assert f"/errorentry/{number}/change/" in messages[0].body
    assert "중복입니다" in messages[0].body


def test_who_took_part_in_a_conversation_is_told_what_was_answered(sent, draft, author, editor) -> None:
    thread = comments.say(draft, "왜 바꿨나요?", user=editor)
    messages = sent(comments.say, draft, "문서가 바뀌었습니다", user=author, answer_to=thread.pk)
    assert told(messages) == [(editor.email, "의견에 답변이 달림: 오류 둘째 줄")]
    assert f"/errorentry/{draft.pk}/talk/" in messages[0].body
    assert "\n문서가 바뀌었습니다\n" in messages[0].body
    second = person("second", "editor")
    assert len(sent(comments.say, draft, "그렇군요", user=second, answer_to=thread.pk)) == 2
    assert sent(comments.say, draft, "또 하나", user=second) == []


def test_who_approved_a_plan_is_told_that_it_failed_and_why(sent, draft, author, editor) -> None:
    planning.plan(draft, user=editor, time=timezone.now() + timedelta(hours=1))
    ErrorEntry.objects.update(message_ko="오류 하나 더")
    Plan.objects.update(time=timezone.now())
    messages = sent(lambda: list(planning.publish_due()))
    assert told(messages) == [(editor.email, "예약 게시 실패: 오류 하나 더")]
    assert "The text has changed since it was approved." in messages[0].body
    assert "승인한 뒤" in messages[0].body
    assert "처리한 사람" not in messages[0].body


def test_a_process_that_ends_waits_for_its_mail(sent, draft, editor, monkeypatch) -> None:
    assert notices.finish(0)
    going = Event()
    monkeypatch.setattr(EmailBackend, "send_messages", lambda _self, _messages: going.wait())
    notices.send("Subject", "Text", "a@corp.example")
    assert not notices.finish(0)
    going.set()
    assert notices.finish(60)


def test_who_does_it_is_not_told(sent, draft, author, editor) -> None:
    publishing.submit(draft, user=author)
    assert sent(publishing.send_back, draft, user=author) == []
    own = ErrorEntry.objects.create(
        key="own", operation=draft.operation, order=2, message_ko="글", state="draft", proposed_by=editor
    )
    assert sent(publishing.publish, own, user=editor) == []


def test_wizards_are_told_of_as_well(sent, author, editor) -> None:
    flow = make_flow("wizard", published=False)
    flow.stage, flow.proposed_by = "draft", author
    flow.save()
    assert told(sent(publishing.submit, flow, user=author)) == [(editor.email, "검토 요청: 에이전트 마법사")]


def test_there_is_none_without_a_host(sent, settings, draft, author, editor) -> None:
    settings.EMAIL_HOST = ""
    assert sent(publishing.submit, draft, user=author) == []


def test_a_mail_without_an_address_of_the_portal_has_no_link(sent, settings, draft, author, editor) -> None:
    settings.PORTAL_ADDRESS = ""
    assert "http" not in sent(publishing.submit, draft, user=author)[0].body


def test_a_server_that_does_not_answer_fails_nothing_and_the_next_mail_is_sent(
    sent, settings, draft, editor, caplog
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    assert sent(publishing.submit, draft, user=draft.proposed_by) == []
    assert "could not be sent: timed out" in caplog.text
    assert ErrorEntry.objects.get().state == "review"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(sent(publishing.send_back, draft, user=editor, reason="x")) == 1


def test_what_is_taken_back_is_not_told(sent, draft, author, editor) -> None:
    def undone() -> None:
        with transaction.atomic():
            publishing.submit(draft, user=author)
            transaction.set_rollback(True)

    assert sent(undone) == []


def test_more_than_can_wait_is_left_out_and_noted(sent, draft, editor, monkeypatch, caplog) -> None:
    def full(_messages) -> None:
        raise notices.queue.Full

    monkeypatch.setattr(notices._waiting, "put_nowait", full)
    assert sent(publishing.submit, draft, user=draft.proposed_by) == []
    assert "wait already" in caplog.text
