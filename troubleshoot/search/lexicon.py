"""Owns the synonym groups as search reads them: which words mean the same, and where they stand in a text. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshoot.search.analysis import fold, fold_case, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Mention:
    """A member of synonym group ``group`` standing at ``[start, end)`` of the folded text."""

    group: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    letters: str
    group: int
    starts_latin: bool
    ends_latin: bool


@dataclass(frozen=True)
class Lexicon:
    """Synonym groups, ready to be found in a text whatever its spacing; the longest member wins."""

    groups: tuple[tuple[str, ...], ...] = ()
    _by_first: dict[str, list[_Word]] = field(default_factory=dict, repr=False)
    _terms: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> Lexicon:
        """A lexicon of ``groups``; a word that stands in several groups belongs to the first."""
        kept = tuple(tuple(group) for group in groups)
        by_first: dict[str, list[_Word]] = {}
        seen: set[str] = set()
        for number, group in enumerate(kept):
            for member in group:
                letters = _letters(member)
                if letters and letters not in seen:
                    seen.add(letters)
                    by_first.setdefault(letters[0], []).append(_word(letters, number))
        for words in by_first.values():
            words.sort(key=lambda word: -len(word.letters))
        expansions = tuple(tuple(dict.fromkeys(term for member in group for term in terms(member))) for group in kept)
        return cls(kept, by_first, expansions)

    def terms_of(self, group: int) -> tuple[str, ...]:
        """The index terms of every member of ``group``, each once."""
        return self._terms[group]

    def mentions(self, text: str) -> list[Mention]:
        """The members found in ``text`` (already folded), in order, never overlapping."""
        if not self._by_first:
            return []
        letters, places = _letters_with_places(text)
        found: list[Mention] = []
        at = 0
        while at < len(letters):
            word = self._longest_at(letters, places, text, at)
            if word is None:
                at += 1
                continue
            end = at + len(word.letters)
            found.append(Mention(word.group, places[at], places[end - 1] + 1))
            at = end
        return found

    def _longest_at(self, letters: str, places: list[int], text: str, at: int) -> _Word | None:
        for word in self._by_first.get(letters[at], ()):
            if letters.startswith(word.letters, at) and _is_whole(word, text, places, at):
                return word
        return None


def _word(letters: str, group: int) -> _Word:
    return _Word(letters, group, _is_latin(letters[0]), _is_latin(letters[-1]))


def _letters(text: str) -> str:
    return _letters_with_places(fold(text))[0]


def _letters_with_places(text: str) -> tuple[str, list[int]]:
    """The letters and digits of ``text``, lower case, and where each stands in it."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isalnum():
            lower = fold_case(character) if character.isascii() or character.lower() != character else character
            letters.append(lower[:1])
            places.append(place)
    return "".join(letters), places


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")


def _is_whole(word: _Word, text: str, places: list[int], at: int) -> bool:
    """A Latin member must be a whole word: VM is not found inside VMware, nor at its end inside KVM."""
    before, after = places[at] - 1, places[at + len(word.letters) - 1] + 1
    opens = not word.starts_latin or before < 0 or not _continues(text[before], text[before + 1])
    closes = not word.ends_latin or after >= len(text) or not _continues(text[after - 1], text[after])
    return opens and closes


def _continues(left: str, right: str) -> bool:
    """Whether two neighbours belong to one Latin word. A capital after a small letter starts a new one (CamelCase)."""
    if not (left.isalnum() and right.isalnum() and left.isascii() and right.isascii()):
        return False
    return not (left.islower() and right.isupper())
