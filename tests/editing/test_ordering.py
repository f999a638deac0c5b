"""Tests of the writes that touch more than one row."""

import pytest
from django.db import IntegrityError

from troubleshoot.editing.ordering import close_gaps, save_in_order
from troubleshoot.models import ErrorEntry, Operation, Resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> ErrorEntry:
    """An entry with the resolutions a, b and c, numbered 1, 2 and 3."""
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류")
    for number, body in enumerate("abc", 1):
        Resolution.objects.create(entry=entry, order=number, body_ko=body)
    return entry


def save(entry: ErrorEntry, **orders: int | None) -> None:
    """Give resolutions new numbers; one that does not exist yet is made."""
    rows = []
    for body, order in orders.items():
        row = entry.resolutions.filter(body_ko=body).first() or Resolution(entry=entry, body_ko=body)
        row.order = order  # type: ignore[assignment]
        rows.append(row)
    save_in_order(entry.resolutions.all(), rows)


def numbered(entry: ErrorEntry) -> str:
    return " ".join(f"{row.order}{row.body_ko}" for row in entry.resolutions.order_by("order"))


@pytest.mark.parametrize(
    ("orders", "after"),
    [
        ({"a": 2, "b": 1}, "1b 2a 3c"),
        ({"a": 3, "b": 1, "c": 2}, "1b 2c 3a"),
        ({"a": 1, "b": 2, "c": 3}, "1a 2b 3c"),
        ({"c": 10}, "1a 2b 10c"),
        ({"a": None}, "2b 3c 4a"),
        ({"d": None, "e": None}, "1a 2b 3c 4d 5e"),
        ({"d": 1, "a": 4}, "1d 2b 3c 4a"),
        ({"d": None, "c": 7}, "1a 2b 7c 8d"),
        ({"a": 32767, "b": 32766}, "3c 32766b 32767a"),
        ({}, "1a 2b 3c"),
    ],
)
def test_numbers_can_be_exchanged_and_left_out(entry: ErrorEntry, orders: dict[str, int | None], after: str) -> None:
    save(entry, **orders)
    assert numbered(entry) == after


def test_a_number_that_is_taken_changes_nothing(entry: ErrorEntry) -> None:
    with pytest.raises(IntegrityError):
        save(entry, b=1, a=3)
    assert numbered(entry) == "1a 2b 3c"


def test_resolutions_of_other_entries_stay_where_they_are(entry: ErrorEntry) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="오류")
    Resolution.objects.create(entry=other, order=1, body_ko="x")
    save(entry, a=2, b=1)
    assert numbered(other) == "1x"


def test_gaps_are_closed_in_the_order_that_there_is(entry: ErrorEntry) -> None:
    save(entry, a=7, b=3, c=9)
    close_gaps(entry.resolutions.all())
    assert numbered(entry) == "1b 2a 3c"
