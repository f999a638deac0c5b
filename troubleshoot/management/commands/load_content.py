"""Owns the command that brings the database and the index level with the fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.exchange import loading
from troubleshoot.exchange.fixtures import FixtureError
from troubleshoot.management import progress
from troubleshoot.search.index import freshness

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Load the fixtures into the database and the search index. What was edited here is kept, and a release older "
        "than the one loaded last changes nothing, unless --force."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="overwrite what was edited or deleted here and what is of a newer release, too",
        )
        parser.add_argument(
            "--fixtures", type=Path, default=settings.BASE_DIR / "fixtures", help="the fixtures' folder"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = loading.load(options["fixtures"], force=options["force"], progress=progress("Content", "rows"))
        except FixtureError as error:
            raise CommandError(f"{error}. Nothing was loaded.") from error
        freshness.view().current()
        if report.newer is not None:
            self.stdout.write(
                f"Content: these fixtures are release {report.release}, but release {report.newer} was loaded here. "
                "Nothing was loaded; --force loads the older one."
            )
            return
        self.stdout.write(
            f"Content: {len(report.created)} new, {len(report.updated)} updated, {len(report.removed)} removed, "
            f"{len(report.kept)} kept as edited here, {len(report.unchanged)} unchanged."
        )
        for name in report.kept if options["verbosity"] > 1 else ():
            self.stdout.write(f"  kept: {name}")
