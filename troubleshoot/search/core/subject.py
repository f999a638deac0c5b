"""Owns whether what is worded like a message is about the same: it may name another thing, or another reason. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from troubleshoot.search.core.analysis import fold_case, remembered, terms
from troubleshoot.search.core.codes import words
from troubleshoot.search.core.grammar import FUNCTION_TERMS, is_complaint, is_printed, noun
from troubleshoot.search.core.keyboard import key_stream
from troubleshoot.search.core.redaction import without_noise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshoot.search.core.lexicon import Wording

# A clause of which so many words are foreign to a message is about something else.
_ELSEWHERE = 0.25
# A word is there where so many of its terms are, or its keys are so nearly those of another.
_SAME_WORD, _SAME_KEYS = 0.5, 0.75
# Of two letters another one makes another word; only their order may slip.
_SHORTEST_SLIP = 3
# So many of the pairs of words of a sentence stand in a text that is this sentence but for a word or two.
_WORD_FOR_WORD = 0.5
# A text of so few words that name something is about each of them.
FEW_NAMED = 3
_FEW_WORDS = 4
# What is shorter begins too many words.
_SHORTEST_BEGINNING = 3
_CLAUSE_ENDS = re.compile(r"[.,:;!?](?=\s|$)|\n|\s[-–—]\s|\b(?:because|since|when|until|till|after|if)\b")
_SENTENCE_ENDS = re.compile(r"\n|(?<=[.!?])\s|\s[-–—]\s")
_BECAUSE = re.compile(r"\bbecause ([^.;:]*)")
# What says which one is meant, and of what kind it is says nothing.
_WHICHEVER = frozenset(("specified", "selected", "given", "provided", "requested", "chosen", "current", "currently"))
_WHICHEVER |= {"지정", "선택", "해당", "현재"}
# The name of somebody's own thing, by its quotes, or by its form behind what it is a name of: subnet snet-prod.
_QUOTED = re.compile(
    r"(?<!\w)(?:'([^\s']{1,64})'|\"([^\s\"]{1,64})\"|[‘“「]([^\s’”」]{1,64})[’”」])"
    r"(?:을\(를\)|이\(가\)|은\(는\)|[을를이가은는의에](?![가-힣]))?"
)
_JOINED = re.compile(r"(?<=[A-Za-z가-힣]{2}[ (])[a-z][a-z0-9]{0,30}(?:[-_][a-z0-9]{1,30}){1,6}(?![a-z0-9_-])")
# ... or, where its words are joined by capitals, behind what people give names to: policy DailyPolicy.
_CALLED = re.compile(
    r"(?i:(?<![a-z])(?:policy|vault|vm|machine|disk|subnet|network|account|group)"
    r"|정책|저장소|머신|컴퓨터|디스크|서브넷|네트워크|계정|그룹|자격 증명 모음)"
    r" ([A-Z][a-z0-9]{1,30}(?:[A-Z][a-z0-9]{0,30}){1,6})(?![A-Za-z0-9_-])"
)


class Subject:
    """What ``titles`` are about, in their own words and in those that are ``said``."""

    def __init__(self, titles: Iterable[str], said: Wording) -> None:
        self._titles = tuple(titles)
        self._said = said
        named = [_named_in(form) for title in self._titles for form in (title, said.title(title))]
        self._terms, self._keys, self._words = (frozenset[str]().union(*parts) for parts in zip(*named, strict=True))

    def has(self, word: str) -> bool:
        """Whether ``word`` stands in one of the titles, or means the same, or is alike."""
        found = frozenset(terms(word))
        if len(found & self._terms) >= _SAME_WORD * len(found):
            return True
        is_alike = any(_is_alike(key_stream(word), one) for one in self._keys)
        return is_alike or any(_is_slip(fold_case(word), one) for one in self._words)

    def without_own_names(self, text: str) -> str:
        """``text`` without what somebody called a thing that none of the titles has."""
        unquoted = _QUOTED.sub(lambda found: found[0] if self.has(_inside(found)) else " ", text)
        unjoined = _JOINED.sub(lambda found: found[0] if self.has(found[0]) else " ", unquoted)
        return _CALLED.sub(lambda found: found[0].removesuffix("" if self.has(found[1]) else f" {found[1]}"), unjoined)

    def completed(self, text: str) -> str:
        """``text`` with the word that it breaks off in, where one of the titles goes on with it: not supported for bac.

        Who is still typing breaks off, and who has not copied the end of a sentence. What the content has is a word,
        but where a title goes on with it behind the same one (for back).
        """
        *before, cut = words(text) or [""]
        if not cut.isalpha() or not text.endswith(cut):
            return text
        begun, last = fold_case(cut), fold_case(before[-1] if before else "")
        every = [pair for title in self._titles for pair in pairwise(map(fold_case, ("", *words(title))))]
        follows = [word for first, word in every if first == last and word.startswith(begun)]
        if not follows and len(begun) >= _SHORTEST_BEGINNING and not self._said.is_known(begun):
            follows = [word for _first, word in every if word.startswith(begun)]
        return text.removesuffix(cut) + min(follows, key=len) if follows else text

    def foreign(self, text: str, beside: str = "") -> float:
        """The share of what ``text`` names first that stands neither in a title nor ``beside`` them.

        What any program prints is blanked in ``text``. What means the same in the words that are said stands there,
        and what is alike.
        """
        besides = Subject((beside,), self._said)
        in_our_words = self._said.reworded(without_noise(text)).text
        # What a sentence is about stands in its first clause; what is written before it is of the log.
        for clause in _CLAUSE_ENDS.split(in_our_words):
            named = [word for word in nouns(clause) if fold_case(word) not in _WHICHEVER]
            there = [self.has(word) or besides.has(word) for word in named]
            if any(there):
                return there.count(False) / len(there)
        return 0.0

    def is_not_of(self, text: str) -> bool:
        """Whether ``text``, worded like one of the titles, names what stands in none of them: another disk.

        What somebody's own thing is called names no kind of thing.
        """
        return is_foreign(self.foreign(self.without_own_names(text)))

    def is_told_otherwise(self, text: str) -> bool:
        """Whether ``text`` is word for word a sentence of the titles but for what one word names: DNS zone name, label.

        Nothing alike stands in the titles. Behind a name there may be the one of somebody's own (VM agent web01 is …),
        but no word that the content has (VM agent log is …).
        """
        query = _Query(text, self._titles, self._said, self.has)
        found = False
        for sentence in (part for title in self._titles for part in _SENTENCE_ENDS.split(title)):
            pairs = list(pairwise(map(_bare, words(sentence))))
            missing = [pair for pair in pairs if pair not in query.pairs]
            if pairs and not missing:
                return False
            if not found and len(missing) <= _WORD_FOR_WORD * len(pairs):
                found = any(query.has_another(*pair) for pair in missing) or query.has_others(sentence)
        return found


def is_foreign(share: float) -> bool:
    """Whether so large a ``share`` of what is named makes it another thing."""
    return share >= _ELSEWHERE


def _inside(quoted: re.Match[str]) -> str:
    return str(quoted[quoted.lastindex or 0])


def gives_another_reason(texts: Iterable[str], titles: Iterable[str], said: Wording) -> bool:
    """Whether a text, given in its own words and in those that are ``said``, has none of the reason of ``titles``."""
    reasons = [found[1] for title in titles if (found := _BECAUSE.search(title))]
    named = [word for text in texts if (found := _BECAUSE.search(text)) for word in nouns(found[1])]
    return bool(reasons and named) and not any(map(Subject(reasons, said).has, named))


class _Query:
    """The words of a text, as they are spelt and as they are compared, and which of them ``titles`` don't have."""

    def __init__(self, text: str, titles: Iterable[str], said: Wording, is_there: Callable[[str], bool]) -> None:
        self._said = said
        self._spelt = words(text)
        self._bare = list(map(_bare, self._spelt))
        self._is_there = is_there
        self._broken = self._halves(titles)
        halves = frozenset(half for pair in self._broken for half in pair)
        self._says_nothing = said.phrases(text, titles) | _WHICHEVER | halves
        self.pairs = frozenset(pairwise(self._bare))

    def _halves(self, titles: Iterable[str]) -> frozenset[tuple[str, str]]:
        """The words that are two halves of one, as a line or a cell of a table breaks it."""
        whole = {_bare(word) for title in titles for word in words(title)}
        said = (word for word in self._bare if word[:1].isalnum())
        return frozenset(pair for pair in pairwise(said) if "".join(pair) in whole)

    def has_another(self, first: str, second: str) -> bool:
        """Whether something else stands between two words that follow one another in a title, or for one of them."""
        if not _may_be_named(first):
            return False
        is_name = bool(_named(second))
        for at, (before, after) in enumerate(pairwise(self._bare)):
            if before == first == fold_case(self._spelt[at]) and self._is_another(after):
                follows = self._bare[at + 2] if at + 2 < len(self._bare) else ""
                if follows == second and (is_name or self._said.is_known(after)):
                    return True
                if is_name and not self._has(second):
                    return True
            if is_name and after == second and self._is_another(before) and not self._has(first):
                return True
        return False

    def has_others(self, sentence: str) -> bool:
        """Whether a few words stand for as few of ``sentence``, and name what it does not: key vault, ultra disk."""
        known = list(map(_bare, words(sentence)))
        for kind, first, last, start, end in SequenceMatcher(None, known, self._bare, autojunk=False).get_opcodes():
            if kind == "replace" and abs((last - first) - (end - start)) <= 1 and end - start <= _FEW_WORDS:
                missing = [word for word in known[first:last] if _named(word)]
                if missing and not any(map(self._has, missing)) and any(map(self._is_another, self._bare[start:end])):
                    return True
        return False

    def _is_another(self, word: str) -> bool:
        is_name = word.isalpha() and word not in self._says_nothing and bool(_named(word))
        return is_name and not self._is_there(word) and not self._is_there(self._said.reworded(word).text)

    def _has(self, word: str) -> bool:
        said = (*self._bare, *map("".join, self._broken))
        return any(_is_alike(key_stream(one), key_stream(word)) for one in said)


def _may_be_named(word: str) -> bool:
    """Whether a word can begin what is named: also "to" (what failed) and a number in one syllable (두 구독)."""
    if word in FUNCTION_TERMS:
        return word == "to"
    return bool(_named(word)) or (len(word) == 1 and word.isalpha())


def _bare(word: str) -> str:
    return fold_case(noun(word.strip(".!?")) or word)


@lru_cache(maxsize=4096)
def _named_in(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The terms of a title, the keys of what its words name, and its words."""
    every = (fold_case(word.strip(".!?")) for word in words(title))
    return frozenset(terms(title)), frozenset(map(key_stream, nouns(title))), frozenset(every)


def _is_alike(keys: str, known: str) -> bool:
    """Whether a word is nearly a known one by their keys, and not its opposite: to uninstall is not to install."""
    is_opposite = keys == f"un{known}" or known == f"un{keys}"
    return not is_opposite and OSA.normalized_similarity(keys, known) >= _SAME_KEYS


def _is_slip(word: str, known: str) -> bool:
    """Whether ``word`` is ``known`` with one slip of the finger, in whatever words: hte, withh."""
    if max(len(word), len(known)) < _SHORTEST_SLIP:
        return word == known[::-1]
    return OSA.distance(word, known, score_cutoff=1) <= 1


def is_bare_name(text: str) -> bool:
    """Whether ``text`` names a thing in few words and nothing of what happened to it: BitLocker Drive Encryption."""
    says_nothing_of_it = not is_printed(text) and not any(map(is_complaint, words(text)))
    return says_nothing_of_it and sum(1 for _noun in nouns(text)) <= FEW_NAMED


def nouns(text: str) -> Iterator[str]:
    """What the words of ``text`` name; numbers name nothing."""
    return filter(None, map(_named, words(text)))


@remembered
def _named(word: str) -> str:
    """What a word names; empty for nothing."""
    named = noun(word.strip(".!?"))
    names_nothing = len(named) <= 1 or is_complaint(named) or any(map(str.isdigit, named))
    return "" if names_nothing else named
