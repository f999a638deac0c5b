"""Owns the command that backs the database up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from troubleshoot.exchange import backups
from troubleshoot.management import bar
from troubleshoot.reading.parameters import whole_number

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Write the whole database to one file, while the portal runs, and verify it. Run it daily."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="FOLDER", help="Where the backup goes; made if it is not there."
        )
        parser.add_argument("--keep", type=number, metavar="N", help="Delete all backups in FOLDER but the newest N.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with bar("Writing") as progress:
                made = backups.write(options["folder"], progress)
            self.stdout.write(f"Written and verified: {made.told}.")
            for path in backups.prune(options["folder"], options["keep"]) if options["keep"] else ():
                self.stdout.write(f"Deleted: {path}.")
        except backups.BackupError as error:
            raise CommandError(str(error)) from error


def number(text: str) -> int:
    """A whole number from 1, or an error of the argument."""
    if not (found := whole_number(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of backups from 1.")
    return found
