"""Owns the command that turns a document into fixtures, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.document import translations
from troubleshoot.document.articles.article import read_document
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.translations import fixtures
from troubleshoot.exchange.fixtures import RELEASE, FixtureError, next_release, replace_all

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from troubleshoot.document.dataset import Dataset
    from troubleshoot.document.translations import Twins

DOCUMENT = settings.BASE_DIR / "fixtures" / "document" / "backup-azure-vms-troubleshoot.md"


class Command(BaseCommand):
    help = (
        "Write the fixtures from a document, its .toml (keys and link targets) and its .en.po (English twins), "
        "which are next to it. The same input gives the same bytes."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", nargs="?", type=Path, default=DOCUMENT, help="a Markdown document")
        parser.add_argument(
            "--fixtures", type=Path, default=settings.BASE_DIR / "fixtures", help="the folder to write to"
        )
        parser.add_argument(
            "--update-translations", action="store_true", help="also update the .en.po file to match the document"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            dataset, twins = _read(options["document"])
            files = _files(options["fixtures"], dataset, twins)
        except (DocumentError, FixtureError) as error:
            raise CommandError(f"{error}. The fixtures are as they were.") from error
        if options["update_translations"]:
            wanted = translations.texts(dataset)
            files[translations.path_for(options["document"])] = translations.write_twins(wanted, twins)
        self._write(files)
        self._report(dataset, twins)

    def _write(self, files: Mapping[Path, str]) -> None:
        try:
            replace_all(files)
        except OSError as error:
            raise CommandError(f"{error}. The fixtures are as they were.") from error

    def _report(self, dataset: Dataset, twins: Twins) -> None:
        self.stdout.write(
            f"{dataset.source_name}: {len(dataset.sections)} sections, {len(dataset.operations)} operations, "
            f"{len(dataset.entries)} errors."
        )
        for problem in translations.problems(translations.texts(dataset), twins):
            self.stderr.write(f"English twin {problem.reason}: {problem.context} (line {problem.line})")


def _read(document: Path) -> tuple[Dataset, Twins]:
    return read_document(document), translations.read_twins(translations.path_for(document))


def _files(folder: Path, dataset: Dataset, twins: Twins) -> dict[Path, str]:
    """The fixtures, and their release where the folder counts releases."""
    files = fixtures(dataset, twins)
    release = next_release(folder, files)
    return {folder / name: content for name, content in (files | ({RELEASE: release} if release else {})).items()}
