"""Owns the synonym groups as search reads them: where their words stand in a text, and saying it in others. Pure.

A text is said in the document's own words when every synonym in it becomes one member of its group: one that the index
has, so that its terms weigh what they weigh in the document; the one that says most, for a message of few words must
still say enough to be recognised. The particle after a word is made one, too: 머신이 and 컴퓨터가 differ by their last
consonant only.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, proxy

from troubleshoot.search.core.analysis import Token, fold, fold_case, terms, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from troubleshoot.search.core.corpus import Index

_NOTHING: frozenset[str] = frozenset()
# A word this long is also found where the text breaks it with a space. A shorter one would be found by chance:
# 시작 (start) in "다시 작업", 이미지 (image) in "이미 지정".
_LONG = 4
_PARTICLES = {"이": "가", "은": "는", "을": "를", "과": "와", "으로": "로"}
_REMEMBERED_TITLES = 4096
# Texts that are shown again and again are read once: some megabytes at most. Longer ones are read each time.
_REMEMBERED_TEXTS, _LONGEST_REMEMBERED = 2_000, 1_000
_REMEMBERED_QUERIES = 32


class Mention(NamedTuple):
    """A member of synonym group ``group`` standing at ``[start, end)`` of the folded text."""

    group: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """A text as marks are set in it: its tokens, and the synonyms that stand in it where it is written folded."""

    tokens: tuple[Token, ...]
    terms: frozenset[str]
    mentions: tuple[Mention, ...]
    groups: frozenset[int]


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
    _by_term: Mapping[str, Sequence[tuple[int, frozenset[str]]]] = field(default_factory=dict, repr=False)
    _texts: dict[str, Read] = field(default_factory=dict, repr=False, compare=False)
    _mentions: dict[str, list[Mention]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]]) -> Lexicon:
        """A lexicon of ``groups``; a word that stands in several groups belongs to the first."""
        kept = tuple(tuple(group) for group in groups)
        members = tuple(tuple(frozenset(found) for member in group if (found := terms(member))) for group in kept)
        unions = tuple(_NOTHING.union(*group) for group in members)
        return cls(kept, _trie(_words(kept)), members, unions, _by_rarest_term(members))

    def terms_of(self, group: int) -> frozenset[str]:
        """The index terms of every member of ``group``."""
        return self._unions[group]

    def among(self, group: int, found: frozenset[str]) -> frozenset[str]:
        """The terms of the members of ``group`` that a text with the terms ``found`` has, as far as terms can tell."""
        members = self._members[group]
        if self._unions[group].isdisjoint(found):
            return _NOTHING
        return _NOTHING.union(*(member for member in members if member <= found))

    def has(self, group: int, found: AbstractSet[str]) -> bool:
        """Whether a text with the terms ``found`` has a member of ``group``, as far as terms can tell."""
        return not self._unions[group].isdisjoint(found) and any(member <= found for member in self._members[group])

    def members(self, group: int) -> tuple[frozenset[str], ...]:
        """The index terms of each member of ``group``."""
        return self._members[group]

    def said_in(self, found: frozenset[str]) -> dict[int, frozenset[str]]:
        """Of each group that a text with the terms ``found`` has a member of, the terms of those members there."""
        said: dict[int, frozenset[str]] = {}
        for term in found & self._by_term.keys():
            for group, member in self._by_term[term]:
                if member <= found:
                    said[group] = said.get(group, _NOTHING) | member
        return said

    def read(self, text: str) -> Read:
        """What ``text`` says, kept for the next time."""
        known = self._texts.get(text)
        if known is None:
            found = tuple(tokens(text))
            mentions = tuple(self.mentions(text)) if fold(text) == text else ()
            terms_of = frozenset(token.text for token in found)
            known = Read(found, terms_of, mentions, frozenset(mention.group for mention in mentions))
            if len(self._texts) >= _REMEMBERED_TEXTS:
                self._texts.clear()
            if len(text) <= _LONGEST_REMEMBERED:
                self._texts[text] = known
        return known

    def mentions(self, text: str) -> list[Mention]:
        """The members found in ``text`` (already folded), in order, never overlapping.

        A search asks several times about the same text.
        """
        if not self._root.following:
            return []
        known = self._mentions.get(text)
        if known is None:
            if len(self._mentions) >= _REMEMBERED_QUERIES:
                self._mentions.clear()
            known = self._found_in(text)
            if len(text) <= _LONGEST_REMEMBERED:
                self._mentions[text] = known
        return known

    def _found_in(self, text: str) -> list[Mention]:
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


def _by_rarest_term(groups: Sequence[Iterable[frozenset[str]]]) -> dict[str, list[tuple[int, frozenset[str]]]]:
    """Each member with its group, by the term of it that the fewest members have: few are looked at in vain."""
    every = [(number, member) for number, group in enumerate(groups) for member in group]
    number_of = Counter(term for _number, member in every for term in member)
    by_term: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for number, member in every:
        by_term.setdefault(min(member, key=lambda term: (number_of[term], term)), []).append((number, member))
    return by_term


_Each = TypeVar("_Each", str, int)


def placed(parts: Iterable[Iterable[_Each]]) -> dict[_Each, list[int]]:
    """At which of the ``parts`` each thing stands that stands in any of them."""
    places: dict[_Each, list[int]] = {}
    for at, found in enumerate(parts):
        for each in found:
            places.setdefault(each, []).append(at)
    return places


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
        # What goes on behind a stem goes on behind no sentence: 삭제 + 하지.
        stems = ([member for member in group if not member.endswith("니다")] or group for group in lexicon.groups)
        self._stems = [max(group, key=lambda member: _worth(member, index)) for group in stems]
        self._titles: dict[str, str] = {}
        self._index = proxy(index)
        self._documents: dict[int, int] = {}

    def documents(self, group: int) -> int:
        """In how many documents the members of ``group`` stand, as far as their rarest terms tell; some count twice."""
        known = self._documents.get(group)
        if known is None:
            frequency = self._index.frequency
            known = self._documents[group] = sum(min(map(frequency, member)) for member in self.lexicon.members(group))
        return known

    def title(self, text: str) -> str:
        """``text`` reworded, kept for the next time."""
        known = self._titles.get(text)
        if known is None:
            if len(self._titles) >= _REMEMBERED_TITLES:
                self._titles.clear()
            known = self._titles[text] = self.reworded(text).text
        return known

    def is_known(self, word: str) -> bool:
        """Whether the content has ``word``, or what means the same."""
        return any(map(self._index.frequency, terms(self.title(word))))

    def phrases(self, text: str, titles: Iterable[str]) -> frozenset[str]:
        """The words of ``text``, folded, of which several say one thing that one of ``titles`` says, too."""
        said = {mention.group for title in titles for mention in self.lexicon.mentions(fold(title))}
        folded = fold(text)
        found = (
            folded[mention.start : mention.end].split()
            for mention in self.lexicon.mentions(folded)
            if mention.group in said
        )
        return frozenset(fold_case(word) for words in found if len(words) > 1 for word in words)

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
            at = mention.end
            goes_on = _is_hangul(text[at : at + 1])
            yield (self._stems if goes_on else self._members)[mention.group], (mention.start, at)
            for particle, one in _PARTICLES.items():
                if text.startswith(particle, at) and not _is_hangul(text[at + len(particle) : at + len(particle) + 1]):
                    yield one, (at, at + len(particle))
                    at += len(particle)
                    break
        yield text[at:], (at, None)


# Of one index at most two are asked in turn: with the synonyms that there are, and with those of a rehearsal.
_wordings: WeakKeyDictionary[Index, deque[Wording]] = WeakKeyDictionary()


def wording(lexicon: Lexicon, index: Index) -> Wording:
    """The wording of ``index``, worked out once."""
    known = _wordings.setdefault(index, deque(maxlen=2))
    found = next((one for one in tuple(known) if one.lexicon is lexicon), None)
    if found is None:
        known.append(found := Wording(lexicon, index))
    return found


def _worth(member: str, index: Index) -> tuple[bool, bool, float]:
    """Members that entries have come first, then Korean ones, and of these the one that says most."""
    cut = terms(member)
    is_known = bool(cut) and all(map(index.frequency, cut))
    return is_known, not member.isascii(), sum(map(index.weights.__getitem__, cut))


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"
