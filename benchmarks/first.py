"""Owns ``python -m benchmarks.first``: the processor time of pages that are not given at once, in one process.

Pages are asked for right after the content was named anew, as the publication of something else does: where they were
asked for before, the portal looks whether they are still true; where they were not, under an address that is new, they
are made. Searches are asked in words that nobody used before, while what results show was shown before. Processor
time, and the median of rounds: what else the machine does counts little.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from benchmarks import golden, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from wsgiref.types import WSGIApplication

_ROUNDS = 5
# Before the first that counts, each case is asked for so often: templates are compiled, and queries learnt.
_WARMING = 1
_EVERY = 5


def ask(application: WSGIApplication, address: str) -> float:
    """The processor seconds of one answer. Raises RuntimeError where it is an error."""
    path, _mark, query = address.partition("?")
    said: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    start = time.process_time()
    answer = application(environ, lambda status, *_rest: said.append(status) or io.BytesIO().write)
    b"".join(answer)
    seconds = time.process_time() - start
    if (close := getattr(answer, "close", None)) is not None:
        close()
    if not said[0].startswith("200"):
        raise RuntimeError(f"{address}: {said[0]}")
    return seconds


@dataclass(frozen=True, slots=True)
class Case:
    """Addresses, whether the content is named anew before each, and whether nobody has asked for them before."""

    name: str
    addresses: Sequence[str]
    is_anew: bool = True
    is_new: bool = True


def cases() -> Iterator[Case]:
    from troubleshoot.models import ErrorEntry, Flow  # noqa: PLC0415 - needs Django set up

    entries = ErrorEntry.objects.for_readers().values_list("key", flat=True)
    flows = Flow.objects.published().values_list("key", flat=True)
    pages = {
        "entry": [f"{prefix}/errors/{key}/" for key in entries for prefix in ("", "/en")],
        "home": ["/", "/en/"] * 5,
        "wizard, first step": [f"{prefix}/wizards/{key}/" for key in flows for prefix in ("", "/en")],
    }
    for name, addresses in pages.items():
        yield Case(f"{name}, after something else was published", addresses, is_new=False)
        yield Case(f"{name}, never asked for before", addresses)
    texts = [query.text for query in golden.queries()][::_EVERY]
    both = [quote(f"{one} {other}") for one, other in zip(texts, texts[7:] + texts[:7], strict=True)]
    yield Case("search never asked before", [f"/search/?q={text}" for text in both], is_anew=False)
    yield Case("API search, never asked before", [f"/api/v1/search?q={text}" for text in both], is_anew=False)


def measure(application: WSGIApplication, case: Case, name_anew: Callable[[], object], rounds: int) -> float:
    """The median, over the rounds, of the mean milliseconds of an answer."""
    means = []
    for number in range(-_WARMING, rounds):
        seconds = 0.0
        for place, address in enumerate(case.addresses):
            if case.is_anew:
                name_anew()
            mark = "&" if "?" in address else "?"
            seconds += ask(application, f"{address}{mark}first={number}-{place}" if case.is_new else address)
        means.append(1_000 * seconds / len(case.addresses))
    return statistics.median(means[_WARMING:])


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the processor time of pages that are made.")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    options = parser.parse_args()
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    with sandbox.portal():
        from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

        from portal.wsgi import application  # noqa: PLC0415 - it sets Django up
        from troubleshoot.models import ContentVersion  # noqa: PLC0415

        call_command("collectstatic", verbosity=0, interactive=False)
        for case in cases():
            taken = measure(application, case, ContentVersion.objects.touch, options.rounds)
            print(f"{case.name}: {taken:.2f} ms", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
