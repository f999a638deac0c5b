"""Owns the command that says what is missing, outdated or leads nowhere in the content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from troubleshoot.services import auditing


class Command(BaseCommand):
    help = "Check entries, links and translations, in the database and in the source document. Fails on any problem."

    def handle(self, *_args: Any, **_options: Any) -> None:
        folder = settings.BASE_DIR / "fixtures"
        problems = list(auditing.audit())
        for document in sorted((folder / "document").glob("*.md")):
            problems += auditing.audit_document(document, folder)
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problems found.")
        self.stdout.write("The content is complete: every text has its English twin and every link a target.")
