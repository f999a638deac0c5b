"""Owns the measure of reading articles: which errors of the corpus are found, which invented, by half and file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Source, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshoot.document.dataset import Entry

ROOT = Path(__file__).resolve().parents[1]
EXPECTATIONS = ROOT / "tests" / "document" / "articles" / "corpus.tsv"
CORPUS = ROOT.parent / "shared" / "corpus" / "troubleshooting"
"""The documents are no part of the project."""
LEAST_FOUND, MOST_INVENTED = 0.95, 0.02
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """An error of a document, judged by hand; a reader may find what is doubtful or not."""

    file: str
    half: str
    line: int
    codes: tuple[str, ...]
    words: str
    is_doubtful: bool


@dataclass(slots=True)
class Judgement:
    """What was found of some documents, and what is read in them that is no error."""

    expected: int = 0
    read: int = 0
    missed: list[Expected] = field(default_factory=list)
    invented: list[tuple[str, Entry]] = field(default_factory=list)

    @property
    def found(self) -> float:
        return 1 - len(self.missed) / self.expected if self.expected else 1.0

    @property
    def share_invented(self) -> float:
        return len(self.invented) / self.read if self.read else 0.0

    def __iadd__(self, other: Judgement) -> Judgement:  # noqa: PYI034 - nothing is derived from it
        self.expected += other.expected
        self.read += other.read
        self.missed += other.missed
        self.invented += other.invented
        return self


def expectations(half: str = "") -> dict[str, list[Expected]]:
    """By file; without rows for a document that has no error."""
    files: dict[str, list[Expected]] = {}
    for line in EXPECTATIONS.read_text(encoding="utf-8").splitlines():
        file, its_half, at, codes, words, *doubtful = line.split("\t")
        if half in {"", its_half}:
            rows = files.setdefault(file, [])
            if at:
                rows.append(
                    Expected(file, its_half, int(at), tuple(filter(None, codes.split(";"))), words, bool(doubtful))
                )
    return files


def judge(file: str, rows: Sequence[Expected], entries: Sequence[Entry]) -> Judgement:
    """Match what is expected with what was read, each once, the nearest first."""
    judgement = Judgement()
    left = list(entries)
    for row in sorted(rows, key=lambda row: row.is_doubtful):
        fitting = [entry for entry in left if _fits(row, entry, entries)]
        if fitting:
            left.remove(min(fitting, key=lambda entry: abs(entry.line - row.line)))
        judgement.expected += not row.is_doubtful
        judgement.read += bool(fitting) and not row.is_doubtful
        if not fitting and not row.is_doubtful:
            judgement.missed.append(row)
    judgement.read += len(left)
    judgement.invented = [(file, entry) for entry in left]
    return judgement


def _fits(row: Expected, entry: Entry, entries: Iterable[Entry]) -> bool:
    if any(code in entry.codes for code in row.codes):
        return True
    if not row.words or not _begins(row, entry):
        return False
    return abs(entry.line - row.line) <= _NEAR or sum(_begins(row, other) for other in entries) == 1


def _begins(row: Expected, entry: Entry) -> bool:
    words = _folded(row.words)
    return any(_folded(text).startswith(words) for text in (entry.message, entry.title, *entry.aliases, *entry.codes))


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def measured(corpus: Path, half: str = "") -> Iterator[tuple[str, Judgement]]:
    """What was read of each document that is expected."""
    expected = expectations(half)
    for source in collect([corpus]):
        if isinstance(source, Source) and (name := Path(source.path).name) in expected:
            yield name, judge(name, expected[name], read_article(source).entries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--half", choices=("open", "held"), default="")
    parser.add_argument("--misses", action="store_true", help="also say what was missed and invented")
    options = parser.parse_args()
    whole = Judgement()
    for name, judgement in measured(options.corpus, options.half):
        whole += judgement
        lacks = f"{len(judgement.missed)} missed, {len(judgement.invented)} invented"
        print(f"{judgement.expected - len(judgement.missed):4} of {judgement.expected:3}  {lacks:24} {name}")
        if options.misses:
            print(
                *(f"       missed   {row.line} {row.codes} {row.words}" for row in judgement.missed), sep="\n", end=""
            )
            print(*(f"       invented {e.line} {e.codes} {e.message[:70]}" for _, e in judgement.invented), sep="\n")
    print(f"found {whole.found:.1%} of {whole.expected}; invented {whole.share_invented:.1%} of {whole.read}")
    return whole.found < LEAST_FOUND or whole.share_invented > MOST_INVENTED


if __name__ == "__main__":
    sys.exit(main())
