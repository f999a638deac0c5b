"""Owns the command that puts a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from troubleshoot.exchange import backups
from troubleshoot.management import bar

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Replace the whole database by a backup, in one transaction. What was written since then is lost."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="A file that backup has written.")
        parser.add_argument("--noinput", action="store_true", help="Ask nothing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            found = backups.read(options["file"])
            self.stdout.write(f"Read to its end: {found.told}.")
            if not options["noinput"]:
                self.confirm()
            with bar("Restoring") as progress:
                backups.put_back(found, progress)
        except (backups.BackupError, Error) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Restored. Each running portal shows and finds it with its next request.")

    def confirm(self) -> None:
        self.stdout.write("Everything in the database of now is replaced by it and lost.")
        if input("Type yes to go on: ").strip() != "yes":
            raise CommandError("Nothing was changed.")
