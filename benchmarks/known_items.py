"""Owns the known items: entries that are looked for by a distorted copy of their title, five ways of distorting it."""

from __future__ import annotations

import random
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import compact
from troubleshoot.search.core.keyboard import hangul_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.entries import Entry

_SEED = 20_170_822
_SHORTEST_TITLE = 20
_FEWEST_SYLLABLES = 10
_SYLLABLE = re.compile("[가-힣]")
# A word that has keys to be mistyped, in one script.
_WORD = re.compile("[가-힣]{2,}|[A-Za-z]{3,}")
_ERRORS = 2
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: [row[at + step] for step in (-1, 1) if 0 <= at + step < len(row)]
    for row in _ROWS
    for at, key in enumerate(row)
}
_PASTES = (
    "{day}T{time}.{micro}Z [ERROR] {host} {ip} {id} ErrorMessage={title}",
    "{day} {time},{milli} ERROR [{host}] job={id} ({ip}) {title}",
    '{{"time": "{day}T{time}Z", "level": "Error", "vmName": "{host}", "jobId": "{id}", "errorMessage": "{title}"}}',
    "[{day} {time}] {host}: 작업 {id} 실패 - {title} (구독 {id2})",
    "{time} WARN  {ip}:443 {host}\n  ErrorMessage : {title}\n  ActivityId : {id}",
    "/subscriptions/{id}/resourceGroups/rg-{host}/providers/jobs/{id2} {day} {time}Z Message: {title}",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A text to ask for, how it was made, and the number of the entry it comes from (None where any answer will do)."""

    text: str
    kind: str
    number: int | None = None


def questions(entries: Iterable[Entry], count: int) -> list[Question]:
    """``count`` known items, each asked for in every way. The same for the same entries."""
    chance = random.Random(_SEED)
    eligible = list(_eligible(entries))
    chosen = chance.sample(eligible, min(count, len(eligible)))
    return [
        Question(distort(title, chance), kind, number)
        for number, title in chosen
        for kind, distort in DISTORTIONS.items()
    ]


def _eligible(entries: Iterable[Entry]) -> Iterator[tuple[int, str]]:
    """Entries whose title is like an error message and, spacing and punctuation aside, no other entry's."""
    titles = [(number, entry.title) for number, entry in enumerate(entries)]
    seen = Counter(hash(compact(title)) for _number, title in titles)
    for number, title in titles:
        if _is_like_a_message(title) and seen[hash(compact(title))] == 1:
            yield number, title


def _is_like_a_message(title: str) -> bool:
    return len(title) >= _SHORTEST_TITLE and len(_SYLLABLE.findall(title)) >= _FEWEST_SYLLABLES


def _exact(title: str, _chance: random.Random) -> str:
    return title


def _without_spaces(title: str, _chance: random.Random) -> str:
    return "".join(title.split())


def _middle(title: str, _chance: random.Random) -> str:
    cut = len(title) // 5
    return title[cut : len(title) - cut]


def _with_typing_errors(title: str, chance: random.Random) -> str:
    """Two wrong keys, in two different words where there are two, as an input method composes what was pressed."""
    words = list(_WORD.finditer(title))
    struck = chance.sample(words, _ERRORS) if len(words) >= _ERRORS else words * _ERRORS
    for word in sorted(struck, key=lambda word: -word.start()):
        title = title[: word.start()] + mistyped(word.group(), chance) + title[word.end() :]
    return title


def _pasted(title: str, chance: random.Random) -> str:
    return chance.choice(_PASTES).format(
        title=title,
        day=f"{chance.randrange(2016, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        time=f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}",
        milli=f"{chance.randrange(1000):03}",
        micro=f"{chance.randrange(1_000_000):06}",
        host=f"vm-{chance.choice(('prod', 'test', 'web', 'db'))}-{chance.randrange(1, 100):02}",
        ip=f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}",
        id=_guid(chance),
        id2=_guid(chance),
    )


DISTORTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "exact": _exact,
    "no spaces": _without_spaces,
    "middle 60 %": _middle,
    "two errors": _with_typing_errors,
    "pasted": _pasted,
}


def mistyped(word: str, chance: random.Random) -> str:
    """``word`` with one key wrong: a neighbour instead, one left out, or two swapped. Never the word itself."""
    is_hangul = _SYLLABLE.match(word) is not None
    keys = keys_of(word)
    while True:
        wrong = _strike(keys, chance)
        made = hangul_of(wrong) if is_hangul else wrong
        if made.casefold() != word.casefold():
            return made


def _strike(keys: str, chance: random.Random) -> str:
    at = chance.randrange(len(keys))
    kind = chance.randrange(3)
    if kind == 0:
        return keys[:at] + chance.choice(_NEIGHBOURS[keys[at].lower()]) + keys[at + 1 :]
    if kind == 1:
        return keys[:at] + keys[at + 1 :]
    return keys[:at] + keys[at : at + 2][::-1] + keys[at + 2 :]


def _guid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128)))
