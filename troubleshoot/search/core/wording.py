"""Owns saying a text in the document's own words: every synonym becomes one member of its group. Pure.

Of each group a member is taken that the index has, so that its terms weigh what they weigh in the document; the one
that says most, for a message of few words must still say enough to be recognised.
The particle after a word is made one, too: 머신이 and 컴퓨터가 differ by their last consonant only.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from troubleshoot.search.core.analysis import Token, fold, terms, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshoot.search.core.corpus import Index
    from troubleshoot.search.core.lexicon import Lexicon

_PARTICLES = {"이": "가", "은": "는", "을": "를", "과": "와", "으로": "로"}
_REMEMBERED_TITLES = 4096


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text in other words: piece ``at`` begins at ``starts[at]`` and was read from ``sources[at]``.

    A source has no end where the piece is what stood there.
    """

    text: str
    starts: tuple[int, ...]
    sources: tuple[tuple[int, int | None], ...]

    def tokens(self) -> list[Token]:
        """Its terms, with the places in the text that it was before."""
        return [Token(cut.text, self._span(cut.start)[0], self._span(cut.end - 1)[1]) for cut in tokens(self.text)]

    def _span(self, index: int) -> tuple[int, int]:
        piece = bisect_right(self.starts, index) - 1
        start, end = self.sources[piece]
        if end is not None:
            return start, end
        place = start + index - self.starts[piece]
        return place, place + 1


class Wording:
    """The synonyms of one state of the content, each with the member that stands for its group."""

    def __init__(self, lexicon: Lexicon, index: Index) -> None:
        self.lexicon = lexicon
        self.terms = frozenset[str]().union(*map(lexicon.terms_of, range(len(lexicon.groups))))
        self._members = [max(group, key=lambda member: _worth(member, index)) for group in lexicon.groups]
        self._titles: dict[str, str] = {}

    def title(self, text: str) -> str:
        """``text`` reworded, kept for the next time."""
        known = self._titles.get(text)
        if known is None:
            if len(self._titles) >= _REMEMBERED_TITLES:
                self._titles.clear()
            known = self._titles[text] = self.reworded(text).text
        return known

    def reworded(self, text: str) -> Reworded:
        """``text`` with every synonym replaced."""
        parts: list[str] = []
        starts, length = [0], 0
        sources: list[tuple[int, int | None]] = [(0, None)]
        for part, source in self._pieces(text):
            parts.append(part)
            starts.append(length)
            sources.append(source)
            length += len(part)
        return Reworded("".join(parts), tuple(starts), tuple(sources))

    def others(self, text: str) -> frozenset[str]:
        """The terms of all that means the same as something in ``text``."""
        groups = {mention.group for mention in self.lexicon.mentions(fold(text))}
        return frozenset[str]().union(*map(self.lexicon.terms_of, groups))

    def _pieces(self, text: str) -> Iterator[tuple[str, tuple[int, int | None]]]:
        folded = fold(text)
        at = 0
        # Were a letter to take another room when folded, places would be wrong: such a text stays as it is.
        for mention in self.lexicon.mentions(folded) if len(folded) == len(text) else ():
            yield text[at : mention.start], (at, None)
            yield self._members[mention.group], (mention.start, mention.end)
            at = mention.end
            for particle, one in _PARTICLES.items():
                if text.startswith(particle, at) and not _is_hangul(text[at + len(particle) : at + len(particle) + 1]):
                    yield one, (at, at + len(particle))
                    at += len(particle)
                    break
        yield text[at:], (at, None)


_wordings: WeakKeyDictionary[Index, Wording] = WeakKeyDictionary()


def wording(lexicon: Lexicon, index: Index) -> Wording:
    """The wording of ``index``, worked out once."""
    known = _wordings.get(index)
    if known is None or known.lexicon is not lexicon:
        known = _wordings[index] = Wording(lexicon, index)
    return known


def _worth(member: str, index: Index) -> tuple[bool, bool, float]:
    """Members that entries have come first, then Korean ones, and of these the one that says most."""
    cut = terms(member)
    is_known = bool(cut) and all(map(index.frequency, cut))
    return is_known, not member.isascii(), sum(map(index.weights.__getitem__, cut))


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"
