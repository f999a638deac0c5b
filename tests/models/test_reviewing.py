"""Tests of the rows of a review: a remark is of one page, and a conversation ends with its last answer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.flows import make_flow
from tests.people import staff
from troubleshoot.editing import planning
from troubleshoot.models import ContentVersion, ErrorEntry, OpenPage, Operation, Plan, ReviewComment

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)
    return ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류", state="draft")


def test_a_remark_is_of_an_entry_or_of_a_wizard_and_of_one_alone(entry) -> None:
    flow = make_flow(published=False)
    for pages in ({}, {"entry": entry, "flow": flow}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewComment.objects.create(text="?", **pages)
    assert ReviewComment.objects.create(text="?", flow=flow).page == flow


def test_a_conversation_has_its_answers_and_its_last_word(entry) -> None:
    first = ReviewComment.objects.create(text="왜?", entry=entry)
    for text in ("그래서", "아하"):
        ReviewComment.objects.create(text=text, entry=entry, answer_to=first)
    thread = ReviewComment.objects.of(entry).threads().get()
    assert [answer.text for answer in thread.answers.all()] == ["그래서", "아하"]
    assert thread.last.text == "아하"


def test_a_remark_is_no_change_of_content_and_goes_with_its_page(entry) -> None:
    before = ContentVersion.objects.edition()
    ReviewComment.objects.create(text="왜?", entry=entry)
    assert ContentVersion.objects.edition() == before
    entry.delete()
    assert not ReviewComment.objects.exists()


def test_what_the_release_before_deletes_leaves_nothing_that_is_shown_or_done(entry) -> None:
    user = staff("editor")
    other = ErrorEntry.objects.create(key="b", operation=entry.operation, order=2, message_ko="글", state="draft")
    for page in (entry, other):
        ReviewComment.objects.create(text="왜?", entry=page, user=user)
        Plan.objects.create(time=timezone.now() - timedelta(minutes=1), entry=page, user=user)
        OpenPage.objects.note(page, user)
    rows = ErrorEntry.with_proposals.filter(pk=entry.pk), User.objects.filter(pk=user.pk)
    Group.user_set.through.objects.all().delete()
    for row in rows:  # as somebody would who knows of none of these tables
        row._raw_delete("default")
    assert [plan.page for plan in Plan.objects.due()] == [other]
    [thread] = ReviewComment.objects.open().of_drafts().threads()
    assert (thread.page, thread.user) == (other, None)
    assert not OpenPage.objects.others(other, staff("author"))
    assert [done.is_published for done in planning.publish_due()] == [False]
