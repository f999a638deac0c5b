"""Owns modelsearch on SQLite as an engine: Django's usual way, with its defaults (all words, joined by AND)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from benchmarks.engines import LIMIT, Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.entries import Entry

_FILE = "modelsearch.sqlite3"
# It scores each match with a search of its own: a common word takes minutes. Beyond this a query counts as refused.
_PATIENCE_SECONDS = 5.0
_STEPS = 10_000


class ModelSearch:
    def create(self, folder: Path) -> None:
        _set_up(folder)
        call_command("migrate", run_syncdb=True, verbosity=0)

    def add(self, entries: Sequence[Entry]) -> None:
        model = _model()
        model.objects.bulk_create(model(title=entry.title, body=entry.body) for entry in entries)

    def finish(self) -> None:
        call_command("rebuild_modelsearch_index", verbosity=0)

    def open(self, folder: Path) -> None:
        from modelsearch.backends import get_search_backend  # noqa: PLC0415 - needs the settings

        _set_up(folder)
        self._backend = get_search_backend()

    def ask(self, text: str) -> list[Found]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        # Its score is that of SQLite's BM25: the smaller, the better.
        results = self._backend.search(text, _model()).annotate_score("score")[:LIMIT]
        return [Found(row.pk - 1, -row.score) for row in results]


def _set_up(folder: Path) -> None:
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "modelsearch", "benchmarks.engines.catalogue"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / _FILE}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()


def _model() -> Any:
    from benchmarks.engines.catalogue.models import Entry as Row  # noqa: PLC0415 - needs the settings

    return Row
