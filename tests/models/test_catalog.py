"""Tests of the catalogue's rows."""

import pytest
from django.db import IntegrityError, transaction

from tests.search.cast import entry
from troubleshoot import kinds
from troubleshoot.models import (
    Choice,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    FormerKey,
    Operation,
    Resolution,
    SearchChange,
    Step,
    Verdict,
)


@pytest.mark.parametrize(
    ("labelled", "known"),
    [
        (ErrorEntry.State, kinds.State),
        (Step.Kind, kinds.StepKind),
        (Step.Result, kinds.Result),
        (SearchChange.Kind, kinds.Kind),
        (Verdict.Kind, kinds.Kind),
    ],
)
def test_every_kind_has_its_label(labelled, known):
    assert labelled.values == list(known)


def test_a_row_is_named_by_its_key_and_that_of_what_it_is_part_of():
    entry, flow = ErrorEntry(key="agent"), Flow(key="vm-agent")
    step = Step(flow=flow, key="os")
    rows = [
        Operation(key="backup"),
        ErrorAlias(entry=entry, text_ko="320001"),
        Resolution(entry=entry, order=2),
        FlowLink(entry=entry, flow=flow),
        step,
        Choice(step=step, key="linux"),
    ]
    assert [row.natural_key() for row in rows] == [
        ("backup",),
        ("agent", "320001"),
        ("agent", 2),
        ("agent", "vm-agent"),
        ("vm-agent", "os"),
        ("vm-agent", "os", "linux"),
    ]


@pytest.mark.parametrize("key", ["", "a/b", "a?b", "a#b", "a b"])
@pytest.mark.django_db
def test_the_database_refuses_a_key_that_no_address_has(key):
    """No page could be linked to, and no list shown that links to it."""
    live = entry("agent", "에이전트")
    for write in (
        lambda: ErrorEntry.objects.filter(pk=live.pk).update(key=key),
        lambda: FormerKey.objects.create(key=key, entry=live),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


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
