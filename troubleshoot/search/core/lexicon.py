"""Owns the synonym groups as search reads them: which words mean the same, and where they stand in a text. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import fold, fold_case, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NOTHING: frozenset[str] = frozenset()
# A word this long is also found where the text breaks it with a space. A shorter one would be found by chance:
# 시작 (start) in "다시 작업", 이미지 (image) in "이미 지정".
_LONG = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A member of synonym group ``group`` standing at ``[start, end)`` of the folded text."""

    group: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A member by its letters alone. ``gaps`` are the letters that a space follows where the member is written."""

    letters: str
    group: int
    gaps: frozenset[int]
    starts_latin: bool
    ends_latin: bool


@dataclass(slots=True)
class _Node:
    """A node of a trie: the member that the letters so far spell, if they do, and the letters that may follow."""

    word: _Word | None = None
    following: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Lexicon:
    """Synonym groups, ready to be found in a text whatever its spacing; the longest member wins."""

    groups: tuple[tuple[str, ...], ...] = ()
    _root: _Node = field(default_factory=_Node, repr=False)
    _members: tuple[tuple[frozenset[str], ...], ...] = field(default=(), repr=False)
    _unions: tuple[frozenset[str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> Lexicon:
        """A lexicon of ``groups``; a word that stands in several groups belongs to the first."""
        kept = tuple(tuple(group) for group in groups)
        members = tuple(tuple(frozenset(found) for member in group if (found := terms(member))) for group in kept)
        return cls(kept, _trie(_words(kept)), members, tuple(_NOTHING.union(*group) for group in members))

    def terms_of(self, group: int) -> frozenset[str]:
        """The index terms of every member of ``group``."""
        return self._unions[group]

    def among(self, group: int, found: frozenset[str]) -> frozenset[str]:
        """The terms of the members of ``group`` that a text with the terms ``found`` has, as far as terms can tell."""
        members = self._members[group]
        if self._unions[group].isdisjoint(found):
            return _NOTHING
        return _NOTHING.union(*(member for member in members if member <= found))

    def mentions(self, text: str) -> list[Mention]:
        """The members found in ``text`` (already folded), in order, never overlapping."""
        if not self._root.following:
            return []
        letters, places = _letters(text)
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
        node, longest = self._root.following.get(letters[at]), None
        end = at + 1
        while node is not None:
            if node.word and _is_whole(node.word, text, places, at) and _is_together(node.word, places, at):
                longest = node.word
            node = node.following.get(letters[end]) if end < len(letters) else None
            end += 1
        return longest


def _words(groups: Sequence[Sequence[str]]) -> list[_Word]:
    """Every member once, with all the gaps that its group writes it with: 스냅샷 and 스냅 샷 are one word."""
    known: dict[str, _Word] = {}
    for number, group in enumerate(groups):
        for member in group:
            letters, places = _letters(fold(member))
            gaps = frozenset(_gaps(places, 0, len(letters)))
            first = known.get(letters)
            if letters and (first is None or first.group == number):
                gaps |= first.gaps if first else frozenset()
                known[letters] = _Word(letters, number, gaps, _is_latin(letters[0]), _is_latin(letters[-1]))
    return list(known.values())


def _trie(words: Iterable[_Word]) -> _Node:
    root = _Node()
    for word in words:
        node = root
        for letter in word.letters:
            node = node.following.setdefault(letter, _Node())
        node.word = word
    return root


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of ``text``, lower case, and where each stands in it. The plus of COM+ is a letter too."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        letter = _letter(character)
        if letter or (character == "+" and place and _is_ascii_letter(text[place - 1])):
            letters.append(letter or character)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    """``character`` in lower case, always one character; empty where it is neither letter nor digit."""
    return fold_case(character)[:1] if character.isalnum() else ""


def _gaps(places: Sequence[int], start: int, end: int) -> list[int]:
    """Which letters of ``[start, end)``, counted from ``start``, are followed by something that is no letter."""
    return [at - start for at in range(start, end - 1) if places[at + 1] - places[at] > 1]


def _is_together(word: _Word, places: Sequence[int], at: int) -> bool:
    """Whether the text breaks the member only where it is written with a space, or it is a long word of its own."""
    end = at + len(word.letters)
    if places[end - 1] - places[at] == end - 1 - at or word.gaps.issuperset(_gaps(places, at, end)):
        return True
    starts_a_word = at == 0 or places[at] - places[at - 1] > 1
    return starts_a_word and len(word.letters) >= _LONG


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_whole(word: _Word, text: str, places: Sequence[int], at: int) -> bool:
    """A Latin member must be a whole word: VM is not found inside VMware, nor at its end inside KVM."""
    opens = not word.starts_latin or not _continues(text, places[at])
    closes = not word.ends_latin or not _continues(text, places[at + len(word.letters) - 1] + 1)
    return opens and closes


def _continues(text: str, place: int) -> bool:
    """Whether the character at ``place`` goes on with the Latin word before it; a part of a CamelCase word does not."""
    left, right, after = text[max(place - 1, 0) : place], text[place : place + 1], text[place + 1 : place + 2]
    if not (left.isalnum() and right.isalnum() and left.isascii() and right.isascii()):
        return False
    return not right.isupper() or not (left.islower() or (left.isupper() and after.isascii() and after.islower()))
