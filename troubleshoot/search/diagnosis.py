"""Owns reading a pasted log, portal text or job: which documented errors stand in it, and where. Pure of Django."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.search import noise
from troubleshoot.search.analysis import compact, terms, tokens
from troubleshoot.search.finder import CANDIDATES, merged, proposing_terms
from troubleshoot.search.ranking import Ranked, Ranker, Texts, analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshoot.search.index import Snapshot

MOST_MATCHES = 10
# Stretches that are looked up: the most telling ones decide, the rest of a long log repeats or chatters.
_MOST_STRETCHES = 32
_LONGEST_STRETCH = 600
# A match must have this share of an entry's message, by weight, or name its code.
_NAMED = 0.6
_WRAPPED = 60
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_CUT = re.compile(r"\\[rn]|(?<=[.!?])\s|\",|[{}\[\]]")
_TROUBLE = re.compile(r"error|fail|exception|warn|오류|실패|못했|없습니다|않습니다|시간 ?초과", re.IGNORECASE)
_ENDS_A_LINE = re.compile(r"[.!?:;,{}\[\]]\s*$")


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in the text: ``matched_text`` is the stretch ``[start, end)`` of it."""

    kind: str
    key: str
    score: float
    start: int
    end: int
    matched_text: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    text: str


def unescape(text: str) -> str:
    r"""``text`` with ``\uXXXX`` of JSON as characters; half a surrogate pair becomes the replacement character."""
    plain = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def diagnose(snapshot: Snapshot, texts: Texts, text: str) -> list[Match]:
    """The entries whose message or code stands in ``text``, best first, each once."""
    best: dict[tuple[str, str], Match] = {}
    for stretch in _most_telling(snapshot, _stretches(text)):
        for match in _matches(snapshot, texts, stretch):
            identity = (match.kind, match.key)
            if identity not in best or best[identity].score < match.score:
                best[identity] = match
    return _strongest_of_each_place(sorted(best.values(), key=lambda match: (-match.score, match.key)))[:MOST_MATCHES]


def _matches(snapshot: Snapshot, texts: Texts, stretch: _Stretch) -> Iterator[Match]:
    query = analyse(noise.strip(stretch.text) or stretch.text, texts.lexicon)
    candidates = snapshot.candidates(proposing_terms(snapshot, texts.lexicon, query), limit=CANDIDATES, kind="error")
    codes = frozenset(compact(word) for word in re.split(r"[\s\"'=:,;()<>\[\]]+", stretch.text) if word)
    ranker = Ranker(query, snapshot.weights.__getitem__, codes)
    for ranked in ranker.order(candidates, texts)[:3]:
        named_code = any(compact(code) in codes for code in ranked.candidate.codes)
        if ranked.named >= _NAMED or named_code:
            yield _match(snapshot, texts, stretch, ranked)


def _match(snapshot: Snapshot, texts: Texts, stretch: _Stretch, ranked: Ranked) -> Match:
    start, end = _place(snapshot, texts, stretch.text, ranked)
    stored = ranked.candidate.stored
    at = stretch.start + start
    return Match(
        stored.kind,
        stored.key,
        round(ranked.named + ranked.score / 100, 4),
        at,
        at + end - start,
        stretch.text[start:end],
    )


def _place(snapshot: Snapshot, texts: Texts, text: str, ranked: Ranked) -> tuple[int, int]:
    """From the first to the last telling word of ``text`` that the entry has; the whole text where it has none."""
    wanted = texts.title(ranked.title).terms | {term for code in ranked.candidate.codes for term in terms(code)}
    telling = snapshot.weights[""] / 2
    spans = merged(
        (token.start, token.end)
        for token in tokens(text)
        if token.text in wanted and snapshot.weights[token.text] >= min(telling, 1.0)
    )
    return (spans[0][0], spans[-1][1]) if spans else (0, len(text))


def _strongest_of_each_place(matches: Iterable[Match]) -> list[Match]:
    """Leave out a match whose place lies within that of a stronger one."""
    kept: list[Match] = []
    for match in matches:
        if not any(other.start < match.end and match.start < other.end for other in kept):
            kept.append(match)
    return kept


def _most_telling(snapshot: Snapshot, stretches: Iterable[_Stretch]) -> list[_Stretch]:
    weighed: dict[str, tuple[float, _Stretch]] = {}
    for stretch in stretches:
        plain = noise.strip(stretch.text)
        if plain and plain not in weighed:
            weighed[plain] = (_telling(snapshot, plain), stretch)
    ordered = sorted(weighed.values(), key=lambda pair: (-pair[0], pair[1].start))
    return [stretch for weight, stretch in ordered[:_MOST_STRETCHES] if weight > 0]


def _telling(snapshot: Snapshot, text: str) -> float:
    known = sum(snapshot.weights[term] for term in set(terms(text)) if snapshot.frequency(term))
    return known * (1.5 if _TROUBLE.search(text) else 1.0)


def _stretches(text: str) -> Iterator[_Stretch]:
    """Lines, a line that was wrapped together with its continuation, and the parts of long lines."""
    for start, end in _logical_lines(text):
        if end - start <= _LONGEST_STRETCH:
            yield _Stretch(start, text[start:end])
        else:
            yield from _parts(text, start, end)


def _logical_lines(text: str) -> Iterator[tuple[int, int]]:
    start = end = 0
    previous = ""
    for line in text.splitlines(keepends=True):
        if previous and _continues(previous, line):
            end += len(line)
        else:
            if end > start:
                yield start, end
            start, end = end, end + len(line)
        previous = line
    if end > start:
        yield start, end


def _continues(previous: str, line: str) -> bool:
    """PowerShell indents the rest of a long value; a terminal breaks a full line without a mark."""
    if line.startswith("        ") and ":" not in line[:30]:
        return True
    return len(previous) >= _WRAPPED and not _ENDS_A_LINE.search(previous[-40:]) and line[:1].isalpha()


def _parts(text: str, start: int, end: int) -> Iterator[_Stretch]:
    at = start
    for cut in _CUT.finditer(text, start, end):
        if cut.end() - at >= _LONGEST_STRETCH // 6:
            yield _Stretch(at, text[at : min(cut.start() + 1, at + _LONGEST_STRETCH)])
            at = cut.end()
    while at < end:
        yield _Stretch(at, text[at : min(at + _LONGEST_STRETCH, end)])
        at += _LONGEST_STRETCH
