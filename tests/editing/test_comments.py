"""Tests of the conversation about a text in review: who takes part, of which field, and what becomes of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from tests.flows import make_flow
from tests.people import staff
from troubleshoot.editing import comments, edits, publishing, revisions
from troubleshoot.editing.edits import Edit
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.models import ErrorEntry, Operation, Resolution, ReviewComment
from troubleshoot.reports import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(author) -> ErrorEntry:
    """The author's change of a message, in review."""
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류", message_en="Error")
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 설치합니다.", body_en="Reinstall.")
    proposal = publishing.propose(entry, user=author)
    proposal.message_ko = "에이전트가 응답하지 않음"
    proposal.save()
    return publishing.submit(proposal, user=author)


def field_of(proposal: ErrorEntry) -> comments.Field:
    fields, _others = comments.by_field(proposal)
    [field] = fields
    return field


def test_a_remark_stands_at_its_field_in_whatever_language_it_is_read(proposal, editor) -> None:
    with override("en"):
        comments.say(proposal, "Too long", user=editor, about=field_of(proposal).about)
    with override("ko"):
        field = field_of(proposal)
        assert [thread.text for thread in field.threads] == ["Too long"]
        assert field.change.title == field.about
    with override("en"):
        assert field_of(proposal).change.title != field.about


def test_what_is_said_of_the_whole_or_of_a_field_that_is_as_before_stands_by_itself(proposal, author, editor) -> None:
    comments.say(proposal, "좋습니다", user=editor)
    comments.say(proposal, "길어요", user=editor, about=field_of(proposal).about)
    proposal.message_ko = "오류"
    proposal.save()
    fields, others = comments.by_field(proposal)
    assert fields == []
    assert [thread.text for thread in others] == ["좋습니다", "길어요"]


def test_it_is_answered_resolved_and_opened_again(proposal, author, editor) -> None:
    thread = comments.say(proposal, "왜 바꿨나요?", user=editor)
    comments.say(proposal, "문서가 바뀌었습니다", user=author, answer_to=thread.pk)
    assert [one.last.text for one in comments.open_in(proposal)] == ["문서가 바뀌었습니다"]
    comments.resolve(proposal, thread.pk, user=author)
    assert comments.open_in(proposal) == []
    comments.resolve(proposal, thread.pk, user=editor, again=True)
    assert comments.open_in(proposal) == [thread]


def test_who_reviews_and_who_wrote_it_take_part_and_nobody_else(proposal, author, editor) -> None:
    thread = comments.say(proposal, "왜?", user=editor)
    comments.say(proposal, "그래서", user=author, answer_to=thread.pk)
    for other in (staff("author", name="another"), staff("analyst")):
        assert not comments.may_comment(other, proposal)
        with pytest.raises(PermissionDenied):
            comments.say(proposal, "!", user=other)
        with pytest.raises(PermissionDenied):
            comments.resolve(proposal, thread.pk, user=other)


def test_what_is_published_or_gone_is_talked_about_no_more(proposal, editor) -> None:
    live = proposal.proposal_for
    assert not comments.may_comment(editor, live)
    publishing.publish(proposal, user=editor)
    for page in (proposal, live):
        with pytest.raises(TransitionError):
            comments.say(page, "너무 늦었습니다", user=editor)


def test_an_answer_needs_a_remark_of_the_same_page_and_there_is_an_end(proposal, editor, monkeypatch) -> None:
    wizard = make_flow(published=False)
    elsewhere = comments.say(wizard, "?", user=editor)
    with pytest.raises(TransitionError):
        comments.say(proposal, "!", user=editor, answer_to=elsewhere.pk)
    comments.resolve(proposal, elsewhere.pk, user=editor)
    assert comments.open_in(wizard) == [elsewhere]
    monkeypatch.setattr(comments, "MOST", 1)
    with pytest.raises(TransitionError):
        comments.say(wizard, "!", user=editor)


def test_published_it_stays_with_the_page_and_discarded_it_goes(proposal, author, editor) -> None:
    live = proposal.proposal_for
    comments.say(proposal, "좋습니다", user=editor)
    publishing.publish(proposal, user=editor)
    assert ReviewComment.objects.of(live).get().text == "좋습니다"
    assert comments.open_in(live) == []
    second = publishing.propose(live, user=author)
    comments.say(second, "아닙니다", user=editor)
    publishing.discard(second, user=author)
    assert [comment.text for comment in ReviewComment.objects.all()] == ["좋습니다"]


def test_sent_back_it_carries_what_was_said_and_needs_no_other_reason(proposal, editor) -> None:
    with pytest.raises(TransitionError):
        publishing.send_back(proposal, user=editor)
    thread = comments.say(proposal, "더 짧게 써 주세요", user=editor)
    sent = publishing.send_back(proposal, user=editor)
    assert sent.state == ErrorEntry.State.DRAFT
    assert comments.open_in(sent) == [thread]


def test_a_wizard_is_talked_about_as_an_entry_is(author, editor) -> None:
    flow = make_flow()
    proposal = publishing.propose(flow, user=author)
    proposal.steps.filter(key="install").update(title_ko="다른 제목")
    field = field_of(proposal)
    assert "다른 제목" in field.about
    comments.say(proposal, "전 제목이 낫습니다", user=editor, about=field.about)
    assert [thread.text for thread in field_of(proposal).threads] == ["전 제목이 낫습니다"]


def test_steps_of_one_title_are_talked_about_one_by_one(author, editor) -> None:
    proposal = publishing.propose(make_flow(), user=author)
    proposal.steps.filter(key__in=("install", "os")).update(title_ko="같은 제목")
    fields, _others = comments.by_field(proposal)
    comments.say(proposal, "이것", user=editor, about=fields[1].about)
    fields, _others = comments.by_field(proposal)
    assert [[thread.text for thread in field.threads] for field in fields] == [[], ["이것"]]


def saved(page, user, resolutions) -> None:
    """Somebody saves the page of a draft with these fixes."""
    content = revisions.content_of(page, numbered=True) | {"resolutions": resolutions}
    edits.carry_out(Edit(page, content), user=user)


def test_a_remark_stays_with_its_fix_when_fixes_change_places_or_go(author, editor) -> None:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    draft = ErrorEntry.objects.create(
        key="new", operation=operation, order=1, message_ko="오류", state="draft", proposed_by=author
    )
    for number, text in enumerate(("재부팅합니다.", "에이전트를 다시 설치합니다."), 1):
        Resolution.objects.create(entry=draft, order=number, body_ko=text)
    place = next(one for one in comments.by_field(draft)[0] if "재부팅" in one.change.after)
    comments.say(draft, "왜요?", user=editor, about=place.about)

    def place_of_remark() -> list[str]:
        return [one.change.after for one in comments.by_field(draft)[0] if one.threads]

    first, second = revisions.content_of(draft, numbered=True)["resolutions"]
    saved(draft, author, [first | {"order": 2}, second | {"order": 1}])
    assert place_of_remark() == ["재부팅합니다."]
    saved(draft, author, [first | {"order": 1}, second | {"order": 2}])
    saved(draft, author, [second | {"order": 1}])
    assert place_of_remark() == []
    [thread] = comments.by_field(draft)[1]
    assert "삭제됨" in thread.about


def test_a_remark_stays_with_a_step_that_gets_another_title(author, editor) -> None:
    proposal = publishing.propose(make_flow(), user=author)
    proposal.steps.filter(key="install").update(title_ko="다른 제목")
    comments.say(proposal, "짧게", user=editor, about=field_of(proposal).about)
    step = proposal.steps.get(key="install")
    content = revisions.content_of(step, numbered=True) | {"title_ko": "또 다른 제목"}
    edits.carry_out(Edit(step, content), user=author)
    assert [thread.text for thread in field_of(proposal).threads] == ["짧게"]


def test_the_desk_tells_each_of_what_the_other_said_last(proposal, author, editor) -> None:
    thread = comments.say(proposal, "왜?", user=editor)
    assert list(waiting.comments_to(author)) == [thread]
    assert list(waiting.comments_to(editor)) == []
    comments.say(proposal, "그래서", user=author, answer_to=thread.pk)
    assert list(waiting.comments_to(author)) == []
    assert list(waiting.comments_to(editor)) == [thread]
    assert list(waiting.comments_to(staff("editor", name="third"))) == []
    editor.delete()
    comments.resolve(proposal, thread.pk, user=author)
    assert list(waiting.comments_to(author)) == []


def test_the_desk_asks_as_often_whatever_was_said(proposal, author, editor, count_queries) -> None:
    comments.say(proposal, "1", user=editor)
    few = count_queries(lambda: [thread.last for thread in waiting.comments_to(author)])
    for text in "2345":
        comments.say(proposal, text, user=editor)
    assert count_queries(lambda: [thread.last for thread in waiting.comments_to(author)]) == few
