"""Owns the command that brings documents in, or tells what bringing them in would do."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from troubleshoot.document.articles.source import collect
from troubleshoot.exchange.documents import PlanError, Status, bring, plan_documents, read
from troubleshoot.management import progress
from troubleshoot.search.index import freshness

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from troubleshoot.document.articles.source import Refused
    from troubleshoot.exchange.documents import Outcome, Plan
    from troubleshoot.exchange.documents.plan import Row

_LONGEST_SHOWN = 100


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # the server runs them all
    help = (
        "Import troubleshooting documents in Markdown: files, folders or ZIP files. All of them or none: where one "
        "can't be read, nothing is written. New errors become drafts, and what a newer edition changes of a published "
        "one becomes a proposal, unless --publish. What was edited here is never overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a .md file, a folder or a ZIP file")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done and write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is told")
        parser.add_argument("--publish", action="store_true", help="show readers at once what is new and what changed")
        parser.add_argument("--language", choices=("ko", "en"), help="of the documents; by default each tells its own")
        parser.add_argument(
            "--edition-of", default="", metavar="KEY", help="the document that this is a newer or translated edition of"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with _without_collecting():
                self._import(**options)
        except KeyboardInterrupt as error:
            raise CommandError("Interrupted. Nothing was imported.", returncode=130) from error

    def _import(self, *, paths: list[Path], dry_run: bool, publish: bool, **options: Any) -> None:
        sources = list(collect(paths))
        told = progress("Documents", "files")(sources, len(sources))
        datasets, refused = read(told, options["language"], edition_of=options["edition_of"])
        if not (sources or dry_run):
            raise CommandError("No Markdown document is there. Nothing was imported.")
        if refused and not dry_run:
            raise CommandError(f"{_sentence(refused)} Nothing was imported.")
        try:
            if dry_run:
                plan, outcome = plan_documents(datasets, edition_of=options["edition_of"]), None
            else:
                plan, outcome = bring(datasets, edition_of=options["edition_of"], publish=publish)
                freshness.view().current()
        except PlanError as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        if options["format"] == "json":
            self.stdout.write(_json(plan.as_json(refused)))
        else:
            self.stdout.write("\n".join(_lines(plan, outcome, refused, is_long=options["verbosity"] > 1)))
        if refused:
            raise CommandError(_sentence(refused))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """What is read stays until it is written: whoever looks through all of it for what can go finds nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _json(told: dict[str, Any]) -> str:
    """A line for each document and each error: the encoder takes several times as long to indent them."""
    parts = []
    for name, value in told.items():
        rows = value if isinstance(value, list) else []
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{name}": ' + (f"[\n{lines}\n]" if rows else json.dumps(value, ensure_ascii=False)))
    return "{" + ",\n".join(parts) + "}"


def _sentence(refused: list[Refused]) -> str:
    first = refused[0]
    others = f" {len(refused) - 1} more can't be read." if len(refused) > 1 else ""
    return f"{first.path}, line {first.line}: {first.reason}.{others}"


def _lines(plan: Plan, outcome: Outcome | None, refused: list[Refused], *, is_long: bool) -> Iterator[str]:
    told = plan.as_json(refused)
    for document in told["documents"]:
        edition = f", edition {document['edition']}" if document["edition"] else ""
        yield f"{document['path']}: {document['title']} ({document['key']}, {document['language']}{edition})"
        rows = [row for row in plan.rows if (row.document, row.language) == (document["key"], document["language"])]
        for row in rows:
            if is_long or row.status is not Status.UNCHANGED:
                yield from _row_lines(row)
        if not rows:
            yield "  It documents no error."
    for left in told["unread"]:
        place = f"{left['document']}, line {left['line']}"
        yield f"  left out  {place}: {left['reason']}  {_shortened(left['text'])}".rstrip()
    yield _summary(told["counts"], outcome)


def _row_lines(row: Row) -> Iterator[str]:
    codes = f"  [{', '.join(row.codes)}]" if row.codes else ""
    yield f"  {row.status:<9} line {row.line}  {row.operation} › {_shortened(row.message)}{codes}  ({row.key})"
    if row.status is Status.CONFLICT and row.before is not None:
        ways = " ".join(way["body"] for way in row.before["resolutions"])
        for whose, *texts in (
            ("the document:", row.message, row.cause, " ".join(row.resolutions)),
            ("the portal:  ", row.before["message"], row.before["cause"], ways),
        ):
            yield f"            {whose} {' | '.join(_shortened(text) for text in texts if text)}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"


def _summary(counts: dict[str, int], outcome: Outcome | None) -> str:
    told = ", ".join(f"{counts[status.value]} {status.value}" for status in Status)
    said = f"Documents: {counts['documents']}. Errors: {told}. Left out: {counts['unread']}."
    if outcome is None:
        return f"{said} Nothing was written."
    written = f"{outcome.created} made, {outcome.changed} changed, {outcome.proposed} proposed to be changed"
    return f"{said} Written: {written}."
