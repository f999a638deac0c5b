"""Holds that content writes are stamped for search, and that what is never searched is not."""

import pytest

from troubleshoot.models import ContentVersion, ErrorAlias, ErrorEntry, Operation, Resolution, SearchChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(db) -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)
    return ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="없습니다.")


def version() -> int:
    return ContentVersion.objects.current().value


@pytest.mark.parametrize(
    "changed", [{"state": "archived"}, {"state": "draft"}, {"staff_only": True}, {"cause_ko": "원인"}]
)
def test_a_change_of_an_entry_is_stamped(entry, changed):
    before = version()
    for name, value in changed.items():
        setattr(entry, name, value)
    entry.save()
    assert SearchChange.objects.get(key="agent").version == version() > before


def test_so_is_a_move_to_another_operation(entry):
    before = version()
    entry.operation = Operation.objects.create(key="restore", title_ko="복원", order=2)
    entry.save()
    assert SearchChange.objects.get(key="agent").version == version() > before


def test_so_is_a_note_that_becomes_one_for_staff(entry):
    resolution = Resolution.objects.create(entry=entry, order=1, body_ko="켭니다.")
    before = version()
    resolution.staff_only = True
    resolution.save()
    assert version() > before


def test_a_proposal_is_never_searched_and_stamps_nothing(entry):
    before = version()
    proposal = ErrorEntry.objects.create(
        key="proposal-of-1", operation=entry.operation, order=1, message_ko="x", proposal_for=entry, state="draft"
    )
    alias = ErrorAlias.objects.create(entry=proposal, text_ko="320001")
    Resolution.objects.create(entry=proposal, order=1, body_ko="켭니다.")
    proposal.cause_ko = "원인"
    proposal.save()
    alias.delete()
    proposal.delete()
    assert version() == before
    assert not SearchChange.objects.filter(key="proposal-of-1").exists()
