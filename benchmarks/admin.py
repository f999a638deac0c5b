"""Owns the time and queries of each page of the administration with many entries: ``python -m benchmarks.admin``."""

from __future__ import annotations

import argparse
import logging
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks import generator, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 50_000
ROUNDS = 5
_SEED = 20_260_101
_OPERATIONS = 200
_LANGUAGE = "/en"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Measured:
    page: Page
    status: int
    queries: int
    seconds: float
    slowest_query: float
    kilobytes: int


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=SIZE, help="number of entries")
    arguments.add_argument("--rounds", type=int, default=ROUNDS, help="how often each page is asked for")
    chosen = arguments.parse_args()
    with sandbox.portal():
        from django.conf import settings  # noqa: PLC0415 - reads the environment set up above

        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # static files need no collecting
        settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
        fill(chosen.size)
        client = administrator()
        measured = [measure(client, page, chosen.rounds) for page in tqdm(list(pages()), unit=" pages", leave=False)]
    print(table(measured, chosen.size))


def fill(size: int) -> None:
    """Entries with an alias and two resolutions each; and as many searches, verdicts and revisions."""
    from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution  # noqa: PLC0415 - needs settings

    operations = Operation.objects.bulk_create(
        Operation(key=f"operation-{number}", order=100 + number, title_ko=f"작업 {number}", title_en=f"Job {number}")
        for number in range(_OPERATIONS)
    )
    states = (*("published",) * 16, "draft", "review", "archived", "published")
    drawn = enumerate(generator.entries(size, _SEED))
    entries = [
        ErrorEntry(
            key=f"entry-{number}",
            operation=operations[number % _OPERATIONS],
            order=number // _OPERATIONS + 1,
            message_ko=title,
            message_en=f"Entry {number}",
            cause_ko=body[:300],
            state=states[number % len(states)],
        )
        for number, (title, body) in tqdm(drawn, total=size, desc="Entries", unit="", leave=False)
    ]
    ErrorEntry.objects.bulk_create(entries, batch_size=2_000)
    ErrorAlias.objects.bulk_create(
        (
            ErrorAlias(entry=entry, kind="code", text_ko=f"Code{entry.pk}", text_en=f"Code{entry.pk}")
            for entry in entries
        ),
        batch_size=2_000,
    )
    Resolution.objects.bulk_create(
        (
            Resolution(
                entry=entry, order=order, body_ko="1. 확인합니다.\n2. 고칩니다.", body_en="1. Check.\n2. Repair."
            )
            for entry in entries
            for order in (1, 2)
        ),
        batch_size=2_000,
    )
    fill_records(entries)


def fill_records(entries: list[Any]) -> None:
    """What readers leave behind, and what the history keeps."""
    import uuid  # noqa: PLC0415 - beside the models

    from troubleshoot.models import QueryLog, Revision, SynonymGroup, Verdict  # noqa: PLC0415 - needs settings

    QueryLog.objects.bulk_create(
        (
            QueryLog(search=uuid.uuid4(), language="ko", query=entry.message_ko[:100], results=entry.pk % 5)
            for entry in entries
        ),
        batch_size=2_000,
    )
    Verdict.objects.bulk_create(
        (Verdict(kind="error", key=entry.key, solved=bool(entry.pk % 3), comment="") for entry in entries),
        batch_size=2_000,
    )
    label = "troubleshoot.errorentry"
    Revision.objects.bulk_create(
        (
            Revision(
                model=label, object_id=entry.pk, number=1, title=entry.message_ko[:200], action="edited", content={}
            )
            for entry in entries
        ),
        batch_size=2_000,
    )
    SynonymGroup.objects.bulk_create(
        SynonymGroup(key=f"group-{number}", terms=f"낱말{number}\nword{number}") for number in range(len(entries) // 50)
    )


def administrator() -> Any:
    from django.contrib.auth.models import User  # noqa: PLC0415 - needs settings
    from django.test import Client  # noqa: PLC0415 - needs settings

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("administrator"))
    return client


def pages() -> Iterator[Page]:
    """Every list, with what can be asked of it, and every form of the portal's own models."""
    from django.contrib import admin  # noqa: PLC0415 - needs settings
    from django.urls import reverse  # noqa: PLC0415 - needs settings

    admin.autodiscover()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # pages that nobody may open are counted, not told
    yield Page("home", f"{_LANGUAGE}/admin/")
    for model in admin.site._registry:  # noqa: SLF001 - the only list of what is registered
        if model._meta.app_label != "troubleshoot":
            continue
        name = model._meta.model_name or ""
        address = _LANGUAGE + reverse(f"admin:troubleshoot_{name}_changelist")
        yield Page(f"{name}: list", address)
        yield Page(f"{name}: add", f"{address}add/")
        row: Any = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield Page(f"{name}: form", f"{address}{row.pk}/change/")
            yield Page(f"{name}: history", f"{address}{row.pk}/history/")
            yield Page(f"{name}: delete", f"{address}{row.pk}/delete/")
    yield from questions()


def questions() -> Iterator[Page]:
    """What is asked of the list of entries, and of fields that refer to them."""
    entries = f"{_LANGUAGE}/admin/troubleshoot/errorentry/"
    asked = {
        "a word": "q=%EB%B0%B1%EC%97%85",
        "two words": "q=Entry+4999",
        "a code": "q=Code40000",
        "nothing found": "q=zzzzzz",
        "last page": "p=900",
        "English missing": "english=missing",
        "English outdated": "english=outdated",
        "in review": "state=review",
        "by aliases": "o=6",
        "by time": "o=-8",
    }
    for name, query in asked.items():
        yield Page(f"entries: {name}", f"{entries}?{query}")
    field = "app_label=troubleshoot&model_name=errorentry&field_name=operation"
    yield Page("choosing an operation", f"{_LANGUAGE}/admin/autocomplete/?term=Job+1&{field}")
    field = "app_label=troubleshoot&model_name=flowlink&field_name=entry"
    yield Page("choosing an entry", f"{_LANGUAGE}/admin/autocomplete/?term=Entry+4999&{field}")


def measure(client: Any, page: Page, rounds: int) -> Measured:
    from django.db import connection  # noqa: PLC0415 - needs settings
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - needs settings

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.address)
        queries = captured.captured_queries
    seconds = []
    for _round in range(rounds):
        # SQLite works within this process, so what else the machine does counts little.
        start = time.process_time()
        client.get(page.address)
        seconds.append(time.process_time() - start)
    slowest = max((float(query["time"]) for query in queries), default=0.0)
    return Measured(page, answer.status_code, len(queries), median(seconds), slowest, len(answer.content) // 1024)


def table(measured: list[Measured], size: int) -> str:
    lines = [f"The administration with {size:,} entries: median processor time of each page", ""]
    lines += [f"{'page':<32}{'status':>8}{'queries':>9}{'ms':>9}{'slowest query':>15}{'KiB':>6}"]
    lines += [
        f"{row.page.name:<32}{row.status:>8}{row.queries:>9}{row.seconds * 1000:>9.0f}"
        f"{row.slowest_query * 1000:>12.0f} ms{row.kilobytes:>6}"
        for row in measured
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
