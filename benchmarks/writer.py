"""Owns a process that changes content until it is killed, and says on its output what it has committed.

Started as ``python -m benchmarks.writer``. For each line it reads, a number, it forks a child that does the work: a new
one is there at once when the last was killed.
"""

from __future__ import annotations

import json
import os
import random
import sys
from itertools import count
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from troubleshoot.models import ErrorEntry

MARK = "mark"
ENDED = "ended"
MADE, EDITED, DELETED = "made", "edited", "deleted"
_KEY = "made-by-the-crash-test"
_CREATED_SHARE, _DELETED_SHARE = 0.2, 0.2


def main() -> None:
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _write_for_ever(int(line))
        os.waitpid(child, 0)
        _say(ENDED)


def _write_for_ever(number: int) -> None:
    from troubleshoot.search.engine import SearchRequest, search  # noqa: PLC0415 - needs the apps

    chance = random.Random(number)
    _say("started", str(os.getpid()))
    for step in count():
        mark = f"{MARK}{number:04}x{step:04}"
        _say("writing")
        done, key = _change(mark, chance)
        _say("committed", done, key, mark)
        search(SearchRequest(mark))
        _say("searched")


def _change(mark: str, chance: random.Random) -> tuple[str, str]:
    """Edit, add or delete an entry in one transaction, as administration does. Returns what was done, and its key."""
    from django.db import transaction  # noqa: PLC0415 - needs the apps

    from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs the apps

    with transaction.atomic():
        drawn = chance.random()
        made = list(ErrorEntry.objects.filter(key__startswith=_KEY))
        if drawn < _DELETED_SHARE and made:
            entry = chance.choice(made)
            entry.delete()
            return DELETED, entry.key
        if drawn < _DELETED_SHARE + _CREATED_SHARE:
            return MADE, _created(mark).key
        entry = chance.choice(list(ErrorEntry.objects.all()))
        entry.message_ko = f"{entry.message_ko.partition(f' {MARK}')[0]} {mark}"
        entry.save()
        return EDITED, entry.key


def _created(mark: str) -> ErrorEntry:
    from troubleshoot.models import ErrorEntry, Operation  # noqa: PLC0415 - needs the apps

    operation = Operation.objects.earliest("pk")
    return ErrorEntry.objects.create(
        key=f"{_KEY}-{mark}",
        operation=operation,
        order=1 + max(ErrorEntry.objects.filter(operation=operation).values_list("order", flat=True), default=0),
        message_ko=f"시험 중에 만든 오류입니다. {mark}",
        message_en=f"An error made while testing. {mark}",
    )


def _say(*words: str) -> None:
    os.write(1, (json.dumps(words) + "\n").encode())


if __name__ == "__main__":
    main()
