"""Owns the command that writes the search index anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from troubleshoot.management import progress
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexBusyError, IndexUnavailableError


class Command(BaseCommand):
    help = "Rebuild the search index from the database. Searches keep using the old index in the meantime."

    def handle(self, *_args: Any, **_options: Any) -> None:
        started = time.monotonic()
        try:
            count = freshness.view().rebuild(progress("Search index", "entries"))
        except IndexBusyError as error:
            raise CommandError("Another process is writing the index; try again when it is done.") from error
        except IndexUnavailableError as error:
            raise CommandError(f"The index folder can't be written: {error}") from error
        self.stdout.write(f"Indexed {count} entries in {time.monotonic() - started:.1f} s.")
