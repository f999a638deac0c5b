"""Tests of the rows of a review: a remark is of one page, and a conversation ends with its last answer."""

import pytest
from django.db import IntegrityError, transaction

from tests.flows import make_flow
from troubleshoot.models import ContentVersion, ErrorEntry, Operation, ReviewComment

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
