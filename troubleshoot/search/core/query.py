"""Owns what the reader meant: noise dropped, the wrong keyboard layout undone, a half-typed word completed. Pure.

A word is completed by the keys that begin it, so that a half-composed syllable (백ㅇ), initial consonants alone (ㅂㅇ)
and the wrong keyboard layout (qordj) all lead to 백업.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshoot.search.core.analysis import compact, fold, fold_case, terms
from troubleshoot.search.core.codes import looks_like_a_code
from troubleshoot.search.core.grammar import FUNCTION_TERMS, content_of, noun, stem
from troubleshoot.search.core.keyboard import hangul_of, initials_of, key_stream, keys_of
from troubleshoot.search.core.redaction import without_noise

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from troubleshoot.search.core.corpus import Index

_WORD = re.compile(r"[^\s.,;:!?()\[\]{}<>\"'“”‘’…·|=]+")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_SYLLABLES = re.compile(r"[가-힣]+")
_STRAY_JAMO = re.compile(r"[ㄱ-ㆎ]")
# Two keys make one syllable, and many a syllable is a word of its own; VM gives two stray jamo.
_SHORTEST_LATIN = 3
# So many characters of a query are read, whoever asks; the page says where it cut one.
LONGEST_QUERY = 2_000
# What is seen as nothing at all (category Cf): copied along with a text, it would cut a word in two.
_INVISIBLE = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
# The minus of a typesetter (−2144272384) is one of a keyboard.
_CONTROL = (
    {0x2212: "-"} | dict.fromkeys((*range(32), 127), " ") | dict.fromkeys((*_INVISIBLE, *range(0xFFF9, 0xFFFC)), "")
)
# From this share of known bigrams on, a word typed with the other layout counts as understood.
_UNDERSTOOD = 0.5
# A longer query is a message that was pasted, which no word completes.
LONGEST_COMPLETED = 60
_MOST_COMPLETIONS = 8
_SHORTEST_KEYS = 2
_LOOKED_AT = 50
# How far behind a word another one is said of it: the snapshot operation failed.
_REACH = 2
# What an apostrophe leaves of "doesn't", and what nobody looks for beside another word.
_NO_PHRASE = re.compile(
    r"(?:are|could|did|do|does|had|has|have|is|was|were|would)n|cannot|not|서로|각각", re.IGNORECASE
)
# What begins no query, though it is a word in one, and what an address has.
_BEGINS_NO_QUERY = re.compile(
    r"could|can|may|must|should|will|would|already|more|few|because|currently|correctly|having|mentioned|found|get|set|try"
    r"|another|until|using|want|without|two|four|see|now|out|times|pre|talk|persists|specified|specify|taken"
    r"|ensure|mark|longer|different|inside|down|https?|fwlink|linkid|com|이상|인해|이미|함께|다른|해당|지금",
    re.IGNORECASE,
)
# What ends like a verb is half of one (찾을, 기다린, 가져오세), unless a title has it and what stands behind nouns.
_MAY_BE_A_VERB = re.compile("[가-힣]+(?:[을를은는한린된지여해세려게면고서며었았였겠날겨인른에께]|까지|부터|에서|으로)")
_BEHIND_NOUNS = re.compile("(?:이|가|을|를|은|는|의|와|과|에|에서|에는|로|으로|하|되|합|됩|했|됐)[가-힣]*")
_INFLECTED = re.compile(r"([a-z]{3,30})(?:s|ed|ing|able)")
_CONSONANTS = re.compile(r"[ㄱ-ㅎ]{2,}")


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as search takes it: ``text``, and whether the layout was changed to get there.

    A query that ``is_noise`` names nothing; it can only be the code of an entry, letter by letter.
    """

    text: str
    typed: str
    layout_changed: bool = False
    is_noise: bool = False


def clean(typed: str) -> str:
    """``typed`` on one line, without control and invisible characters, spaces folded, in NFC."""
    return " ".join(unicodedata.normalize("NFC", typed.translate(_CONTROL)).split())


def understand(typed: str, frequency: Callable[[str], int], synonyms: Container[str] = frozenset()) -> Understood:
    """Drop noise and undo a wrong layout, as far as ``frequency`` (documents that hold a term) speaks for it.

    A word of the ``synonyms`` is known too, though no document has it.
    """
    line = clean(typed)
    text = without_noise(line)
    if not compact(text):
        return Understood(line, line, is_noise=True)
    repaired = _WORD.sub(lambda word: _in_known_layout(word.group(), frequency, synonyms), text)
    if _SYLLABLES.search(repaired) and not _SYLLABLES.search(text):
        # Whoever typed one word of Hangul on the wrong layout typed the words that no document has on it, too.
        repaired = _WORD.sub(lambda word: _as_any_hangul(word.group(), frequency), repaired)
    if _LATIN.search(repaired) and not _LATIN.search(text):
        repaired = _WORD.sub(lambda word: _as_any_latin(word.group(), frequency), repaired)
    return Understood(repaired, text, layout_changed=repaired != text)


def _in_known_layout(word: str, frequency: Callable[[str], int], synonyms: Container[str]) -> str:
    if _LATIN.fullmatch(word):
        return _as_hangul(word, frequency, synonyms)
    if _SYLLABLES.search(word) or _STRAY_JAMO.search(word):
        return _as_latin(word, frequency)
    return word


def _as_hangul(word: str, frequency: Callable[[str], int], synonyms: Container[str]) -> str:
    if frequency(fold_case(word)) or fold_case(word) in synonyms:
        return word
    for keys in (word, word.lower()):
        hangul = hangul_of(keys)
        if not _SYLLABLES.fullmatch(hangul):
            continue
        if stem(hangul) in synonyms or hangul in synonyms or known_share(hangul, frequency) >= _UNDERSTOOD:
            return hangul
    return word


def _as_any_hangul(word: str, frequency: Callable[[str], int]) -> str:
    hangul = hangul_of(word)
    is_whole = _LATIN.fullmatch(word) is not None and _SYLLABLES.fullmatch(hangul) is not None
    return hangul if is_whole and not frequency(fold_case(word)) else word


def _as_latin(word: str, frequency: Callable[[str], int]) -> str:
    if not _STRAY_JAMO.search(word) and known_share(word, frequency) > 0:
        return word
    latin = fold_case(keys_of(fold(word)))
    if len(latin) >= _SHORTEST_LATIN and latin.isascii() and frequency(latin):
        return latin
    return word


def _as_any_latin(word: str, frequency: Callable[[str], int]) -> str:
    """Two letters are enough where a longer word was typed on the wrong layout beside them."""
    if known_share(word, frequency) > 0:
        return word
    latin = fold_case(keys_of(fold(word)))
    return latin if latin.isascii() and frequency(latin) else word


def known_share(text: str, frequency: Callable[[str], int]) -> float:
    """The share of the terms of ``text`` that any document has; 0 where it has no terms."""
    found = terms(text)
    return sum(1 for term in found if frequency(term)) / len(found) if found else 0.0


def suggest(index: Index, typed: str, limit: int = _MOST_COMPLETIONS) -> list[str]:
    """Whole queries that ``typed`` may become: its last word completed, the commonest first.

    Titles have words as sentences inflect them (백업하지, 실패한); nobody types these, so their nouns are suggested.
    """
    if len(typed) > LONGEST_COMPLETED:
        return []
    before, _space, last = clean(typed).rpartition(" ")
    if before and FUNCTION_TERMS.issuperset(terms(last)):
        return []  # a whole word already: nobody begins another with the "do" of "what do"
    begins = initials_of(last)[:1] if _SYLLABLES.match(last) else ""
    begun = (word for word in complete(index, last, _LOOKED_AT) if initials_of(word).startswith(begins))
    words = [word for word in map(noun, begun) if word and not FUNCTION_TERMS.issuperset(terms(word))]
    words = [word for word in words if not (_NO_PHRASE.fullmatch(word) or _is_half_a_verb(word, index))]
    if not before:
        words = [word for word in words if not _BEGINS_NO_QUERY.fullmatch(word)]
    if index.frequency(fold_case(last)):
        # Whoever typed a word of its own begins no code with it.
        words = [word for word in words if not looks_like_a_code(word)]
    completed = {word.casefold(): word for word in reversed(words)}
    for known in (last, noun(last), f"{last}s"):
        completed.pop(known.casefold(), None)
    known_stems = {*completed, last.casefold()}
    completed = {key: word for key, word in completed.items() if known_stems.isdisjoint(_stems(key))}
    said = _said_beside(index, before, [*reversed(completed.values())])
    return [f"{before} {word}".strip() for word in said][:limit]


def _said_beside(index: Index, before: str, words: list[str]) -> list[str]:
    """Those of ``words`` that the content says behind the last word of ``before``, or with one between: backup failed.

    Behind words that it does not have (the name of a machine) any of them may be meant; behind those that say nothing
    (the) none is a phrase.
    """
    named = content_of(frozenset(terms(before)))
    known = [term for term in named if index.frequency(term)]
    if not (words and known):
        return words if named or not before else []
    titles = [_WORD.findall(fold_case(title)) for title in _titles_with(known, index)]
    last = fold_case(before.rpartition(" ")[2])
    reach = 1 if FUNCTION_TERMS.issuperset(terms(last)) else _REACH
    behind = {
        after
        for title in titles
        for at, one in enumerate(title)
        if one == last or (noun(one) and noun(one) == noun(last))
        for after in title[at + 1 : at + 1 + reach]
    }
    behind |= set(map(noun, behind))
    return [word for word in words if fold_case(word) in behind and fold_case(word) != noun(last)]


def _is_half_a_verb(word: str, index: Index) -> bool:
    """Whether ``word`` ends like a verb, and stands in no title as a noun does."""
    if not _MAY_BE_A_VERB.fullmatch(word):
        return False
    titles = _titles_with(terms(word), index)
    behind = (one[len(word) :] for title in titles for one in _WORD.findall(title) if one.startswith(word))
    return not any(map(_BEHIND_NOUNS.fullmatch, behind))


def _titles_with(known: Iterable[str], index: Index) -> Iterator[str]:
    """The titles and symptoms of the documents that have most of the terms."""
    found = index.candidates([(term, index.weights[term]) for term in known], limit=_LOOKED_AT)
    return (title for one in found for title in (*one.titles, *one.stored.symptoms))


def _stems(word: str) -> tuple[str, ...]:
    """What an English ``word`` may be a form of: restored and restoring of restore."""
    found = _INFLECTED.fullmatch(word)
    return (found[1], f"{found[1]}e") if found else ()


def known_words(text: str, index: Index) -> tuple[str, ...]:
    """The words of ``text`` that documents have and that name something, those that say most first."""
    words = {
        word for word in _WORD.findall(text) if len(word) > 1 and known_share(word, index.frequency) >= _UNDERSTOOD
    }
    named = {word: sum(map(index.weights.__getitem__, content_of(frozenset(terms(word))))) for word in words}
    return tuple(sorted(filter(named.__getitem__, words), key=lambda word: (-named[word], word)))


def complete(index: Index, beginning: str, limit: int = _MOST_COMPLETIONS) -> list[str]:
    """The words that begin like ``beginning`` or, where it is consonants alone, whose syllables begin with them."""
    if is_initials(beginning):
        return index.completions(keys_of(initials_of(beginning)).casefold(), limit, initials=True)
    keys = key_stream(beginning)
    if len(keys) < _SHORTEST_KEYS:
        return []
    words = index.completions(keys, _LOOKED_AT)
    # The keys of VM begin 프록시, too. The other layout is meant only where this one begins no word.
    as_typed = [word for word in words if word.isascii() == beginning.isascii()]
    return (as_typed or words)[:limit]


def is_initials(text: str) -> bool:
    """Whether ``text`` is nothing but two or more consonants (ㅂㅇ)."""
    return _CONSONANTS.fullmatch(text) is not None
