"""Owns ``python -m benchmarks.first``: the processor time of pages that are made, not given again, in one process.

Pages are asked for right after the content was named anew, so that nothing of them is kept; searches under words and
addresses that nobody used before, while what results show was shown before. Processor time, and the median of rounds:
what else the machine does counts little.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from benchmarks import golden, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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


def cases() -> dict[str, tuple[list[str], bool]]:
    """The addresses of each case, and whether the content is named anew before each."""
    from troubleshoot.models import ErrorEntry, Flow  # noqa: PLC0415 - needs Django set up

    entries = ErrorEntry.objects.for_readers().values_list("key", flat=True)
    flows = Flow.objects.published().values_list("key", flat=True)
    texts = [query.text for query in golden.queries()][::_EVERY]
    both = [quote(f"{one} {other}") for one, other in zip(texts, texts[7:] + texts[:7], strict=True)]
    return {
        "entry": ([f"{prefix}/errors/{key}/" for key in entries for prefix in ("", "/en")], True),
        "home": (["/", "/en/"] * 5, True),
        "wizard, first step": ([f"{prefix}/wizards/{key}/" for key in flows for prefix in ("", "/en")], True),
        "search never asked before": ([f"/search/?q={text}" for text in both], False),
        "API search, never asked before": ([f"/api/v1/search?q={text}" for text in both], False),
    }


def measure(application: WSGIApplication, addresses: Sequence[str], before: Callable[[], object], rounds: int) -> float:
    """The median, over the rounds, of the mean milliseconds of an answer."""
    means = []
    for number in range(-_WARMING, rounds):
        seconds = 0.0
        for place, address in enumerate(addresses):
            before()
            mark = "&" if "?" in address else "?"
            seconds += ask(application, f"{address}{mark}first={number}-{place}")
        means.append(1_000 * seconds / len(addresses))
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
        for name, (addresses, is_anew) in cases().items():
            anew = ContentVersion.objects.touch if is_anew else lambda: None
            print(f"{name}: {measure(application, addresses, anew, options.rounds):.2f} ms", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
