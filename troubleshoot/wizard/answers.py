"""Owns answers in a query string: reading any string whatever, and writing each set of answers in one way only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote_plus

from troubleshoot.wizard.graph import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST_ANSWER = 100
"""Characters of a name or an answer; no flow has longer ones."""
LONGEST_QUERY = 16_000
"""Characters of a query string that are read; the rest is cut off."""

ASSUMED = "assumed"
"""The name under which an address says which of its answers nobody gave: ``os=windows&assumed=os``. No step has it."""

_OF = "."
_PLAIN = re.compile(r"[A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer that was not followed, and why; ``value`` is cut where it is overlong."""

    name: str
    value: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by name, in order, each name once, with what had to be dropped to get there."""

    given: tuple[tuple[str, str], ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]] | Mapping[str, str]) -> Answers:
        """Answers of pairs whose names do not repeat."""
        return cls(tuple(dict(pairs).items()))

    @property
    def assumed(self) -> frozenset[str]:
        """The names of the answers that are marked as assumed."""
        return frozenset(self.as_dict().get(ASSUMED, "").split(_OF))

    def as_dict(self) -> dict[str, str]:
        return dict(self.given)

    def with_answer(self, name: str, value: str) -> Answers:
        """The same answers with one more at the end, in place of an earlier one of this name."""
        return Answers((*self.without(name).given, (name, value)))

    def without(self, name: str) -> Answers:
        return Answers(tuple(pair for pair in self.given if pair[0] != name))

    def only(self, names: Iterable[str]) -> Answers:
        wanted = set(names)
        return Answers(tuple(pair for pair in self.given if pair[0] in wanted))

    def apart(self) -> tuple[Answers, dict[str, Answers]]:
        """A wizard's own answers, and those given in wizards before it, by their keys: ``network.dhcp=yes``."""
        own: list[tuple[str, str]] = []
        earlier: dict[str, list[tuple[str, str]]] = {}
        for name, value in self.given:
            flow, dot, of_flow = name.partition(_OF)
            (earlier.setdefault(flow, []) if dot else own).append((of_flow if dot else name, value))
        return Answers(tuple(own), self.dropped), {flow: Answers(tuple(pairs)) for flow, pairs in earlier.items()}

    def as_earlier(self, flow: str) -> tuple[tuple[str, str], ...]:
        """The same answers as a wizard after ``flow`` carries them along: no key of a step has a dot."""
        return tuple((f"{flow}{_OF}{name}", value) for name, value in self.given)

    @property
    def query(self) -> str:
        """``origin=migrated&os=windows``, without a question mark; empty where there is no answer."""
        return write(self.given)


NO_ANSWERS = Answers()


def read(query: str) -> Answers:
    """The answers of a query string. Never fails.

    An empty answer stays (a form sent without one) unless its name has another. A name with two different answers
    has none: which of them is meant is for the reader to say.
    """
    found: dict[str, list[str]] = {}
    dropped: list[Dropped] = []
    for name, value in _pairs(query):
        longest = LONGEST_QUERY if name.rpartition(_OF)[2] == ASSUMED else LONGEST_ANSWER
        if len(name) > LONGEST_ANSWER or len(value) > longest:
            dropped.append(Dropped(name[:LONGEST_ANSWER], value[:LONGEST_ANSWER], Reason.OVERLONG))
        else:
            found.setdefault(name, []).append(value)
    agreed = [(name, _agreed(name, values, dropped)) for name, values in found.items()]
    return Answers(tuple((name, value) for name, value in agreed if value is not None), tuple(dropped))


def assuming(pairs: Sequence[tuple[str, str]], names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Answers, with the mark that those of these ``names`` are assumed: a link gave them, not its reader."""
    wanted = set(names)
    marked = [name for name, _value in pairs if name in wanted]
    return (*pairs, *([(ASSUMED, _OF.join(marked))] if marked else []))


def write(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else quote_plus(text, errors="replace")


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query[:LONGEST_QUERY].removeprefix("?"), keep_blank_values=True, errors="replace")
    cleaned = [(_clean(name), _clean(value)) for name, value in pairs]
    return [pair for pair in cleaned if pair[0]]


def _clean(text: str) -> str:
    """Without the characters that no answer has: control characters, lone surrogates, white space around."""
    if not text.isprintable():
        text = "".join(mark for mark in text if mark.isprintable())
    return text.strip()


def _agreed(name: str, values: list[str], dropped: list[Dropped]) -> str | None:
    if len(values) == 1:
        return values[0]
    filled = [value for value in values if value]
    if len(set(filled)) > 1:
        dropped.extend(Dropped(name, value, Reason.CONTRADICTORY) for value in dict.fromkeys(filled))
        return None
    if len(filled) > 1:
        dropped.append(Dropped(name, filled[0], Reason.REPEATED))
    return filled[0] if filled else ""
