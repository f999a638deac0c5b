"""Owns the order of rows among their siblings: which comes next, and saving rows that exchange theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

LARGEST_ORDER = 32_767  # what a PositiveSmallIntegerField holds on every database


def next_order(siblings: QuerySet[Any]) -> int:
    """The order that comes after all of these rows."""
    return int(siblings.aggregate(last=Max("order"))["last"] or 0) + 1


def close_gaps(siblings: QuerySet[Any]) -> None:
    """Number rows from 1 on in the order that they have, so that a number tells the place."""
    for place, row in enumerate(siblings.order_by("order"), 1):
        if row.order != place:
            siblings.filter(pk=row.pk).update(order=place)


def save_in_order(siblings: QuerySet[Any], rows: Sequence[Any]) -> None:
    """Save rows that are numbered by a unique ``order`` among their ``siblings``, whatever numbers they exchange.

    Rows whose number changes first step aside to free numbers, so that two can swap places in spite of the unique
    constraint. A row without a number goes to the end, in the order given. All of it is one transaction. The caller
    sees to it that no two siblings want the same number.
    """
    with transaction.atomic():
        before = dict(siblings.order_by("pk").select_for_update().values_list("pk", "order"))
        _number_the_unnumbered(rows, before.values())
        _step_aside(siblings, rows, before)
        for row in rows:
            row.save()


def _number_the_unnumbered(rows: Sequence[Any], taken: Iterable[int]) -> None:
    last = max((*taken, *(row.order for row in rows if row.order is not None)), default=0)
    for row in rows:
        if row.order is None:
            last += 1
            row.order = last


def _step_aside(siblings: QuerySet[Any], rows: Sequence[Any], before: dict[Any, int]) -> None:
    free = free_numbers({*before.values(), *(row.order for row in rows)})
    for row in rows:
        if before.get(row.pk, row.order) != row.order:
            siblings.filter(pk=row.pk).update(order=next(free))


def free_numbers(taken: set[int]) -> Iterator[int]:
    """Numbers that nothing has, from the end, for rows that step aside."""
    return (number for number in range(LARGEST_ORDER, 0, -1) if number not in taken)
