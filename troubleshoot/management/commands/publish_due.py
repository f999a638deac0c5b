"""Owns the command that publishes what was planned for by now."""

from __future__ import annotations

import argparse
import logging
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from troubleshoot import read_only
from troubleshoot.editing import notices, planning
from troubleshoot.reading.parameters import whole_number

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)
_LONGEST_MAILING = 60


class Command(BaseCommand):
    help = "Publish the texts that were approved for a time that has come. Run it every minute, from a timer."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=seconds, metavar="N", help="Go on, and look every N seconds, where there is no timer."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        every = options["every"]
        if not every:
            self._publish()
            notices.finish(_LONGEST_MAILING)
            return
        while True:
            try:
                self._publish()
            except DatabaseError as error:  # it is asked again the next time
                logger.warning("What is due could not be published: %s", error)
            close_old_connections()
            time.sleep(every)

    def _publish(self) -> None:
        if read_only.is_on():
            self.stdout.write("The portal only reads: nothing is published.")
            return
        for done in planning.publish_due():
            said = "Published" if done.is_published else "Not published, for somebody to decide"
            self.stdout.write(f"{said}: {done.title}")


def seconds(text: str) -> int:
    """A whole number of seconds, or an error of the argument."""
    if not (found := whole_number(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1.")
    return found
