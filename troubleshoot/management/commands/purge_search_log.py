"""Owns the command that forgets old searches."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from troubleshoot.models import QueryLog
from troubleshoot.reading.parameters import whole_number

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Delete what is logged of searches older than a number of days. Run it daily, from cron or a timer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=days, required=True, metavar="N", help="Keep the last N days; 0 keeps nothing."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        moment = timezone.now() - timedelta(days=options["days"])
        deleted, _by_model = QueryLog.objects.before(moment).delete()
        searches = "search" if deleted == 1 else "searches"
        self.stdout.write(
            f"Deleted {deleted} {searches} made before {timezone.localtime(moment):%Y-%m-%d %H:%M}, "
            f"kept {QueryLog.objects.count()}."
        )


def days(text: str) -> int:
    """A whole number of days, or an error of the argument."""
    number = whole_number(text)
    if number is None or number > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days between 0 and {MOST_DAYS}.")
    return number
