"""Owns the command that writes the content as fixtures, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from troubleshoot.exchange import fixtures
from troubleshoot.exchange.fixtures import replace_all
from troubleshoot.management import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Write the content, drafts and notes for staff included, as fixtures that load_content --fixtures PATH reads "
        "back. The same content gives the same bytes. Proposed changes are left out and "
        "counted: they belong to their authors and to the texts that they change, which another portal may not have."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the folder to write to; created if it is missing")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["path"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files = fixtures.export(progress("Content", "rows"))
            replace_all({folder / name: content for name, content in files.items()})
        except OSError as error:
            raise CommandError(f"{error}. Nothing was written.") from error
        self.stdout.write(f"{folder}: {len(files)} files.")
        if waiting := fixtures.left_out():
            noun = "proposal" if waiting == 1 else "proposals"
            self.stdout.write(f"{waiting} {noun} not exported: they are work in progress, not content.")
