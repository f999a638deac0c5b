"""Tests of the catalogue's rows."""

import pytest

from tests.search.cast import entry
from troubleshoot.models import ErrorEntry, Resolution


@pytest.mark.django_db
def test_a_proposal_is_among_the_entries_only_where_it_is_asked_for():
    live = entry("agent", "에이전트")
    proposal = ErrorEntry.objects.create(
        key="proposal-of-1",
        operation=live.operation,
        order=live.order,
        message_ko="x",
        proposal_for=live,
        state="draft",
    )
    assert list(ErrorEntry.objects.all()) == [live]
    assert set(ErrorEntry.with_proposals.all()) == {live, proposal}
    assert list(ErrorEntry.with_proposals.proposals()) == [proposal]
    # What Django asks of its own accord, such as whether a key is free, means every row.
    assert ErrorEntry._default_manager.filter(key="proposal-of-1").exists()


def test_a_resolution_is_called_by_its_number():
    assert "2" in str(Resolution(order=2))


def test_a_resolution_whose_number_was_cleared_in_a_form_still_has_a_name():
    assert str(Resolution(order=None))
