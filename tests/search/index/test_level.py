"""Level: what changed is applied to the index, or all of it written anew; both leave the same weights."""

import pytest

from troubleshoot.models import ErrorEntry
from troubleshoot.search.index.freshness import view
from troubleshoot.search.index.store import Snapshot

pytestmark = pytest.mark.django_db
TERMS = ("스냅", "백업", "agent")


def current() -> Snapshot:
    return view().current()[0]


def test_content_that_is_loaded_again_and_again_leaves_what_terms_weigh(content):
    """The engine counts dropped documents until a merge."""
    first = current()
    weights = [first.weights[term] for term in TERMS]
    for _time in range(5):
        ErrorEntry.objects.update(lead_en="")
        last = current()

    assert last.stamp != first.stamp
    assert (last.garbage, last.size) == (0, first.size)
    assert [last.weights[term] for term in TERMS] == weights


def test_dropped_documents_count_until_a_part_of_all_was_replaced(content):
    size = current().size
    garbage = []
    for _time in range(40):
        ErrorEntry.objects.filter(key="vm-not-found").update(lead_en="")
        garbage.append(current().garbage)

    assert garbage[0] == 1
    assert max(garbage) <= max(size * 0.2, 20)
    assert current().size == size
