"""Owns the command that says what is missing, outdated or leads nowhere in the content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.editing import auditing, web_links
from troubleshoot.management import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Check entries, links and translations, in the database and in the source document. Fails on any problem."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--links", action="store_true", help="Ask the web as well: which of the sites linked to still answer?"
        )

    def handle(self, *_args: Any, links: bool = False, **_options: Any) -> None:
        folder = settings.BASE_DIR / "fixtures"
        problems = list(auditing.audit())
        for document in sorted((folder / "document").glob("*.md")):
            problems += auditing.audit_document(document, folder)
        if links:
            problems += dead_links(auditing.web_addresses())
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problems found.")
        self.stdout.write("The content is complete: every text has its English twin and every link a target.")


def dead_links(used: dict[str, list[str]], *, allow_private: bool = False) -> Iterator[auditing.Problem]:
    """A problem for each place that links to an address of the web which does not answer, by address."""
    answers = web_links.ask_all(used, allow_private=allow_private)
    asked = progress("Links", "addresses")(answers, len(used))
    for answer in sorted((answer for answer in asked if answer.reason), key=lambda answer: answer.address):
        for place in used[answer.address]:
            yield auditing.Problem(place, f"{answer.address} is dead: {answer.reason}")
