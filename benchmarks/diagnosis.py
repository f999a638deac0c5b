"""Times the diagnosis of texts as long as they may be, beside the pages that readers ask for all day.

``python -m benchmarks.diagnosis`` asks a portal on the real content, middleware and templates included, and prints
processor time, which other programs on the machine disturb least.
"""

from __future__ import annotations

import base64
import json
import random
import statistics
from itertools import count, cycle
from time import process_time
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 262_144
ROUNDS = 5
_SEED = 2016


def filled(lines: Iterator[str]) -> str:
    """Lines up to the limit in UTF-8, the last one whole."""
    kept, size = [], 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > LONGEST:
            return "\n".join(kept)
        kept.append(line)
    return "\n".join(kept)


def mixed(words: list[str]) -> Iterator[str]:
    chance = random.Random(_SEED)
    while True:
        yield " ".join(chance.choices(words, k=12))


def keys() -> Iterator[str]:
    chance = random.Random(_SEED)
    while True:
        yield base64.b64encode(chance.randbytes(54)).decode()


def identifiers() -> Iterator[str]:
    chance = random.Random(_SEED)
    while True:
        yield str(UUID(bytes=chance.randbytes(16)))


def texts(messages: list[str]) -> dict[str, str]:
    """Texts that are hard in different ways, each of nearly 256 KiB, all of our own making."""
    words = [word for message in messages for word in message.split()]
    job = json.dumps([{"error": message, "vm": f"vm-{at}"} for at, message in enumerate(messages)])
    return {
        "every message, again and again": filled(cycle(messages)),
        "their words, mixed anew on each line": filled(mixed(words)),
        "the same on one line": filled(mixed(words)).replace("\n", " "),
        "an uneventful log": filled(f"2016-08-30T10:00:{at % 60:02}Z INFO step {at} of {at * 7919}" for at in count()),
        "addresses and names": filled(
            f"10.0.{at % 250}.7 vm-web-{at}.contoso.example i{at}@contoso.example" for at in count()
        ),
        "identifiers": filled(identifiers()),
        "keys in base64": filled(keys()),
        "one word without end": "가" * (LONGEST // 3),
        "one letter a line": filled(cycle("가나다라")),
        "a job as JSON, escaped": filled(cycle([json.dumps(job)])),
    }


def milliseconds(work: Callable[[], object]) -> float:
    """The median of some rounds, in processor time; a first one is not counted."""
    work()
    times = []
    for _round in range(ROUNDS):
        started = process_time()
        work()
        times.append((process_time() - started) * 1_000)
    return statistics.median(times)


def main() -> None:
    with sandbox.portal():
        # These read settings that the line above set up.
        from django.core.management import call_command  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from troubleshoot.models import ErrorEntry  # noqa: PLC0415

        call_command("collectstatic", interactive=False, verbosity=0)
        client = Client(headers={"host": "127.0.0.1"})
        entry = ErrorEntry.objects.seen_by_readers()[0]
        pages = ["/", "/search/?q=스냅샷", "/errors/", entry.get_absolute_url(), "/document/"]
        for page in pages:
            print(f"{'GET ' + page:<48} {milliseconds(lambda page=page: client.get(page)):8.1f} ms")
        messages = list(ErrorEntry.objects.seen_by_readers().values_list("message_ko", flat=True))
        for name, text in texts(messages).items():
            taken = milliseconds(lambda text=text: client.post("/diagnose/", {"text": text}, REMOTE_ADDR=""))
            print(f"{'POST /diagnose/, ' + name:<48} {taken:8.1f} ms")


if __name__ == "__main__":
    main()
