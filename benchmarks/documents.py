"""Measures the import of one long document beside a portal that answers: rows a second, memory, the slowest request.

Started as ``python -m benchmarks.documents [--rows 10000] [--changed 5000] [--publish]``. The document is of the
generator's words, one table of as many rows, about a thousand bytes each; it is imported by the command, in a process
of its own, while a gunicorn on the same SQLite answers pages, searches and feedback without a pause. A second edition
follows that has as many messages reworded as ``--changed`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from benchmarks.generator import entries
from benchmarks.servers import Server

_PROJECT = Path(__file__).parent.parent
_BYTES_A_ROW = 1_000
_PAUSE_SECONDS = 0.05
_AFTERWARDS_SECONDS = 10
_TIMEOUT_SECONDS = 60


@dataclass
class Asked:
    """How long the requests of one kind took, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=0)
    parser.add_argument("--publish", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="documents-") as folder:
        _measure(Path(folder), chosen.rows, chosen.changed, ["--publish"] if chosen.publish else [])


def _measure(folder: Path, rows: int, changed: int, options: list[str]) -> None:
    document = folder / "long.md"
    environment = os.environ | {"VAR_DIR": str(folder / "var")}
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=_PROJECT, env=environment, check=True)
    command = [sys.executable, "manage.py", "import_document", str(document), "--format", "json", *options]
    with Server(environment, folder / "server.log") as server:
        for reworded in dict.fromkeys((0, changed)):
            document.write_text(_text(rows, reworded), encoding="utf-8")
            readers = _Readers(server)
            _import(command, environment, folder / "answer.json", document)
            time.sleep(_AFTERWARDS_SECONDS)
            readers.stop()
            for kind, asked in readers.asked.items():
                print(f"{kind}: {len(asked.seconds)} requests, slowest {asked.slowest:.2f} s, {asked.failed} failed")


def _import(command: list[str], environment: dict[str, str], answer: Path, document: Path) -> None:
    began = time.monotonic()
    with answer.open("w") as said:
        importing = subprocess.Popen(command, cwd=_PROJECT, env=environment, stdout=said)
    _pid, _status, used = os.wait4(importing.pid, 0)
    seconds = time.monotonic() - began
    counts = json.loads(answer.read_text())["counts"]
    read = counts["new"] + counts["changed"] + counts["unchanged"]
    processor = used.ru_utime + used.ru_stime
    print(f"document: {document.stat().st_size / 1e6:.1f} MB; {counts['new']} new, {counts['changed']} changed")
    print(f"import, whole command: {seconds:.1f} s, {read / seconds:.0f} rows/s")
    print(f"... of processor time: {processor:.1f} s, {read / processor:.0f} rows/s")
    print(f"... memory: {used.ru_maxrss / 1024:.0f} MiB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _text(rows: int, reworded: int) -> str:
    head = "# 긴 문서\n\n## 백업\n\n| 오류 코드 | 오류 메시지 | 해결 방법 |\n| --- | --- | --- |\n"
    lines = [
        f"| LongError{number} | {_cell(title)}{' 지금.' if number < reworded else ''} | {_filled(_cell(body))} |"
        for number, (title, body) in enumerate(entries(rows, seed=1))
    ]
    return head + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", " ").replace("\n", " ")


def _filled(text: str) -> str:
    """A text of about as many bytes as a row of such documents has."""
    times = _BYTES_A_ROW // len(text.encode()) + 1
    return (f"{text} " * times).encode()[:_BYTES_A_ROW].decode(errors="ignore").strip()


class _Readers:
    """Readers of three kinds, each asking again as soon as it is answered: two read, one says what helped."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._is_over = threading.Event()
        self.asked = {"pages": Asked(), "searches": Asked(), "feedback": Asked()}
        kinds = {"pages": self._page, "searches": self._search, "feedback": self._feedback}
        self._threads = [
            threading.Thread(target=self._ask, args=(self.asked[name], ask)) for name, ask in kinds.items()
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, asked: Asked, ask) -> None:  # noqa: ANN001 - one of the three below
        number = 0
        while not self._is_over.wait(_PAUSE_SECONDS):
            number += 1
            began = time.monotonic()
            try:
                asked.failed += ask(number) >= HTTPStatus.INTERNAL_SERVER_ERROR
            except OSError:
                asked.failed += 1
            asked.seconds.append(time.monotonic() - began)

    def _page(self, number: int) -> int:
        return self._status(Request(self._server.address(f"/errors/vm-not-found/?n={number}")))

    def _search(self, number: int) -> int:
        return self._status(Request(self._server.address(f"/api/v1/search?q={quote(f'스냅숏 오류 {number}')}")))

    def _feedback(self, _number: int) -> int:
        body = json.dumps({"kind": "error", "key": "vm-not-found", "solved": True}).encode()
        headers = {"Content-Type": "application/json"}
        return self._status(Request(self._server.address("/api/v1/feedback"), data=body, headers=headers))

    @staticmethod
    def _status(request: Request) -> int:
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                answer.read()
                return int(answer.status)
        except HTTPError as error:
            return error.code


if __name__ == "__main__":
    main()
