"""Owns what kind of answer a search is: an error that is documented, one that is not, or results about words. Pure.

Two questions decide. Does the query read as an error: is there a code in it, or a sentence as programs print them and
people do not say them? And is it the first result: its code, its message or a good part of it, by the weight of the
words? The thresholds are measured: ``benchmarks/undocumented.tsv`` holds errors that no entry documents, half of them
held out, ``benchmarks/golden.tsv`` what must be found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from rapidfuzz import fuzz

from troubleshoot.kinds import Kind
from troubleshoot.search.core.alignment import align, message_of
from troubleshoot.search.core.analysis import compact, terms, tokens
from troubleshoot.search.core.codes import (
    bare,
    code_words,
    humps,
    is_code,
    is_generic,
    is_of_any_service,
    is_slip,
    names_a_vm,
    words,
)
from troubleshoot.search.core.evidence import is_said_of_another_product
from troubleshoot.search.core.grammar import (
    blanked,
    in_particular,
    is_complaint,
    is_instruction,
    is_printed,
    is_said,
    says_nothing,
    stem,
    without_instructions,
    without_timeout,
)
from troubleshoot.search.core.keyboard import key_stream
from troubleshoot.search.core.lexicon import wording
from troubleshoot.search.core.ranking import AnalysedQuery
from troubleshoot.search.core.subject import FEW_NAMED, Subject, gives_another_reason, is_foreign, nouns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from troubleshoot.search.core.corpus import Index
    from troubleshoot.search.core.lexicon import Wording
    from troubleshoot.search.core.ranking import Ranked, Texts

Answer = Literal["documented", "related", "undocumented"]
DOCUMENTED: Answer = "documented"
RELATED: Answer = "related"
UNDOCUMENTED: Answer = "undocumented"

# The share of the query that a message explains, from which on the query is that message in other words, or a part of
# it. One that explains less must have a whole sentence of it there, or much of it in its order.
_EXPLAINED, _IN_ORDER, _IN_ORDER_SAID = 0.66, 0.4, 0.25
# What is a small part of a sentence must be what hardly another message says: "the operation timed out" is not.
_OF_A_SENTENCE, _OF_A_SENTENCE_SAID, _OWN, _OWN_SAID = 0.5, 0.3, 0.35, 0.5
# What is short beside a long message is that message all the same where it says in its words what no other one does.
_ALL_IN_ORDER, _LITTLE_ELSEWHERE, _NAMED_ALL = 0.5, 0.62, 3
# A printed sentence that has no more of a message's, and names what the message does not, has another thing there: the
# Monitor extension for the Recovery Services extension.
_SAID_OF_ANOTHER = 0.65
# One word and a complaint name no error, unless that is what a message says: "snapshot failed".
_FEWEST_NAMED = 2
_SENTENCES = ((0.95, 0.15), (0.8, 0.45))
_MOSTLY_IN_ORDER, _MOSTLY_A_SENTENCE = 0.7, 0.7
_PARTLY, _PARTLY_IN_ORDER, _PARTLY_OF_SENTENCE = 0.55, 0.5, 0.5
_ALIKE = 0.72
# So much of a symptom leads to its step, in whatever style it is said.
_LED = 0.7
# A query of few words is a part of many messages: what several explain as well names none of them.
_AS_WELL = 0.9

# The first result is loosely related where it has less of what the query names, by weight, than the first share; or
# less than the second, and not two of its words that say what it is about. A word of which it has half is there.
_LOOSE, _NEAR, _CLOSE, _FEWEST_THERE, _FEW_THERE, _THERE = 0.25, 0.45, 0.7, 2, 3, 0.5
# The query is a title, a code or a part of one.
_LETTER_BY_LETTER = 2.2

# What stands in a greater share of the documents is what the whole portal is about.
_EVERYWHERE = 0.4
# A part of a code that says which one is meant.
_SHORTEST_PART = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a query and its first result.

    ``explained`` is the share of the query, by weight, that the result's messages have, synonyms included; ``in_order``
    the share that they have in the same order; ``sentence`` the largest share of one of their sentences that the query
    has; ``named`` how many words of the query name something; ``alike`` how alike their keys are; ``as_well`` what the
    next entry explains. ``code`` says that a code of the result stands in the query, whole or in part; ``unknown`` are
    the codes that stand in no entry. ``is_foreign`` says that a printed sentence, or a query that ``is_short``, is
    about something that the messages of the result do not name: it may be worded alike, and is another error;
    ``is_its_own`` that it names nothing else, and something that no other result names; ``names_another`` that it is a
    sentence of them but for what one word names. What ``says_nothing`` any
    program prints; what only ``is_instruction`` is a message where it is a whole sentence of one; what ``is_topic``
    names things and says nothing of them.
    """

    is_error: bool = False
    code: bool = False
    explained: float = 0.0
    in_order: float = 0.0
    sentence: float = 0.0
    named: int = 0
    alike: float = 0.0
    as_well: float = 0.0
    unknown: tuple[str, ...] = ()
    is_printed: bool = False
    is_foreign: bool = False
    is_its_own: bool = False
    is_short: bool = False
    says_nothing: bool = False
    is_instruction: bool = False
    is_topic: bool = False
    names_another: bool = False


def judge(evidence: Evidence) -> Answer:
    """What kind of answer the first result is."""
    if evidence.is_error and evidence.code:
        return DOCUMENTED
    if evidence.is_error and _is_message(evidence):
        return DOCUMENTED
    # What another message explains better than the first one is not as common to both as it seems.
    is_common = _is_common(evidence) and _AS_WELL * evidence.as_well <= evidence.explained
    if evidence.unknown or (evidence.is_printed and (evidence.names_another or evidence.is_foreign or not is_common)):
        return UNDOCUMENTED
    return RELATED


def _is_message(evidence: Evidence) -> bool:
    # What names nothing in particular (the backup failed) is a message only where it is all of one.
    # In few words one that the message lacks is the subject, or what was done to it, however whole the rest of it is.
    if evidence.says_nothing or evidence.names_another or (evidence.is_foreign and evidence.is_short):
        return False
    is_doubtful = evidence.is_foreign or evidence.is_instruction or not evidence.named
    sentences = _SENTENCES[:1] if is_doubtful else _SENTENCES
    if any(evidence.sentence >= whole and evidence.explained >= least for whole, least in sentences):
        return True
    if evidence.unknown or is_doubtful or _is_common(evidence):
        return False
    if evidence.alike >= _ALIKE:
        return True
    if evidence.in_order >= _MOSTLY_IN_ORDER and evidence.sentence >= _MOSTLY_A_SENTENCE:
        return True
    return _is_most_of_it(evidence) if evidence.explained >= _EXPLAINED else _is_partly_there(evidence)


def _is_most_of_it(evidence: Evidence) -> bool:
    if evidence.is_printed:
        is_own = evidence.sentence >= _OF_A_SENTENCE or evidence.as_well <= _OWN or _says_all_of_it(evidence)
        return is_own and evidence.in_order >= _IN_ORDER
    is_own = evidence.sentence >= _OF_A_SENTENCE_SAID or evidence.as_well <= _OWN_SAID
    fewest = FEW_NAMED if evidence.is_topic else _FEWEST_NAMED
    is_own = is_own and (evidence.named >= fewest or evidence.sentence >= _OF_A_SENTENCE)
    return is_own and evidence.in_order >= _IN_ORDER_SAID


def _says_all_of_it(evidence: Evidence) -> bool:
    is_rare = evidence.named >= _NAMED_ALL and evidence.as_well <= _LITTLE_ELSEWHERE * evidence.explained
    return is_rare and evidence.is_its_own and evidence.in_order >= _ALL_IN_ORDER


def _is_partly_there(evidence: Evidence) -> bool:
    return (
        evidence.explained >= _PARTLY
        and evidence.in_order >= _PARTLY_IN_ORDER
        and evidence.sentence >= _PARTLY_OF_SENTENCE
    )


def _is_common(evidence: Evidence) -> bool:
    """Whether the query is nothing but what several messages say."""
    return evidence.explained >= _EXPLAINED and evidence.as_well >= _AS_WELL * evidence.explained


def in_order(
    query: str, titles: Iterable[str], weigh: Callable[[str], float], of: frozenset[str] | None = None
) -> tuple[float, float]:
    """The share of ``query`` that one of ``titles`` has in its order, and the largest share of a sentence there.

    Sentences that any program prints count for nothing, nor do those that have other terms than are in ``of``.
    """
    text = tokens(query)
    whole = sum(weigh(token.text) for token in text)
    best = (0.0, 0.0)
    for title in titles:
        wanted = message_of(title)
        place = align(text, wanted, weigh) if wanted.terms else None
        if place is None or not whole:
            continue
        shares = (
            sum(weigh(wanted.terms[at]) for at in place.found if first <= at < last)
            / (wanted.weight(weigh, first, last) or 1.0)
            for first, last in wanted.sentences
            if of is None or of.issuperset(wanted.terms[first:last])
        )
        sentence = max(shares, default=0.0)
        best = max(best, (place.matched / whole, sentence), key=sum)
    return best


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``text`` was looked for, which before its spelling was corrected was ``meant``.

    ``relevant`` is what was found to the point, ``ranked`` all that was looked at, both best first; ``codes`` are those
    of what was meant that no entry has as they are written.
    """

    meant: str
    text: str
    relevant: Sequence[Ranked]
    ranked: Sequence[Ranked]
    codes: tuple[str, ...] = ()


def evidence_of(found: Found, index: Index, texts: Texts) -> Evidence:
    """What ``found`` tells of the kind of answer that it is."""
    text, relevant = found.text, found.relevant
    known = [code for hit in found.ranked for code in hit.known.codes]
    unknown = tuple(code for code in found.codes if is_generic(code) or not _is_one_of(compact(code), known))
    bare_text = blanked(text)
    printed = is_printed(bare_text) or is_printed(without_instructions(bare_text))
    if not relevant:
        return Evidence(unknown=unknown, is_printed=printed)
    if relevant[0].stored.kind != Kind.ERROR:
        # What a wizard says itself, or what customers say who need it, is no error, however it is put.
        return Evidence(unknown=unknown, is_printed=printed and not _leads(relevant[0]))
    first = relevant[0]
    if _has_code(found.meant, first.candidate.codes):
        # That decides, whatever is said around it.
        return Evidence(is_error=True, code=True, unknown=unknown, is_printed=printed)
    said = wording(texts.lexicon, index)
    whole = _weight(terms(text), index)
    # What somebody called a thing makes no other error, and is no part of this one.
    subject = Subject(first.candidate.titles, said)
    text = subject.without_own_names(text)
    explained = min(first.by_title * whole / (_weight(terms(text), index) or whole or 1.0), 1.0)
    text = subject.completed(text)
    bare_text = in_particular(blanked(text))
    reworded = said.reworded(text).text
    in_our_words = reworded if bare_text == text else said.reworded(bare_text).text
    titles, weigh = list(map(said.title, first.candidate.titles)), index.weights.__getitem__
    ordered, sentence = in_order(in_our_words, titles, weigh)
    others = (hit.by_title for hit in relevant[1:] if hit.stored.kind == Kind.ERROR)
    keys = key_stream(text)
    named_in = {each: _named(each, index) for each in {text, reworded, without_timeout(text)}}
    named = min(named_in[text], named_in[reworded])
    # What any program prints may be what this one begins with.
    is_empty = says_nothing(bare_text)
    is_told = is_instruction(bare_text)
    is_beginning = is_empty and sentence >= _SENTENCES[0][0]
    is_short = sum(1 for _noun in nouns(bare_text if is_told else without_instructions(bare_text))) <= FEW_NAMED
    # A backup policy is no other policy where all is about backup; whose backup is not created may be anybody's.
    # A job is one of it all the same.
    is_of_a_job = f"{said.title(first.stored.product)} {said.title('job')}" in in_our_words
    product = first.stored.product if is_short and (named >= _FEWEST_NAMED or is_of_a_job) else ""
    # What a message tells to do with something is not what happened to it: delete some resource groups.
    subject = subject if is_told else Subject(map(without_instructions, first.candidate.titles), said)
    elsewhere = subject.foreign(bare_text, product) if printed or is_short else 0.0
    is_another = (printed or is_short) and subject.is_told_otherwise(bare_text)
    # What is told to do beside another error makes it none of this one: ensure that the VM has internet access.
    if is_foreign(elsewhere) and not is_told:
        happened = frozenset(terms(said.title("\n".join(map(without_instructions, first.candidate.titles)))))
        sentence = in_order(in_our_words, titles, weigh, happened)[1]
    # Who deleted data by mistake asks for something else than what is told to do without deleting any.
    is_other_matter = is_said(bare_text) and not any(map(subject.has, nouns(bare_text)))
    return Evidence(
        is_error=True,
        explained=explained,
        in_order=ordered,
        sentence=sentence,
        named=min(named_in.values()),
        alike=max(fuzz.ratio(keys, texts.title(title).keys) for title in first.candidate.titles) / 100,
        as_well=max(others, default=0.0),
        unknown=unknown,
        is_printed=printed and named > 0 and not (is_beginning or is_told or (_leads(first) and not is_another)),
        is_foreign=is_other_matter
        or is_foreign(elsewhere)
        or (printed and elsewhere > 0 and sentence < _SAID_OF_ANOTHER)
        or gives_another_reason((bare_text, in_our_words), first.candidate.titles, said),
        names_another=is_another,
        is_its_own=printed and not elsewhere and _is_own(in_our_words, relevant, said),
        is_short=is_short,
        says_nothing=is_empty,
        is_instruction=is_told,
        is_topic=not printed and not any(map(is_complaint, words(text))),
    )


class Judged(NamedTuple):
    """The kind of an answer, the codes that no entry has, and whether what is related is so only loosely."""

    answer: Answer = RELATED
    unknown: tuple[str, ...] = ()
    is_loose: bool = False


def judged(found: Found, index: Index, texts: Texts) -> Judged:
    """What kind of answer ``found`` is."""
    evidence = evidence_of(found, index, texts)
    answer = judge(evidence)
    return Judged(answer, evidence.unknown, answer == RELATED and is_loose(found, index, texts))


def is_loose(found: Found, index: Index, texts: Texts) -> bool:
    """Whether the first result has only a small part of what was typed.

    What the query names counts by its weight, wherever the result has it, in the same words or in others.
    """
    words = {name: frozenset(terms(name)) for name in map(stem, nouns(found.text))}
    if not words or not found.relevant or (first := found.relevant[0]).score >= _LETTER_BY_LETTER:
        return False
    query, has = (
        AnalysedQuery(found.text, texts.lexicon),
        texts.body(first.stored) | first.known.terms,
    )
    there = has.union(*(said for group, said in query.mentions.items() if texts.lexicon.has(group, has)))
    # However many words it takes to say one thing, it is one.
    things: dict[str | int, frozenset[str]] = {}
    for name, named in words.items():
        thing = next((group for group, said in query.mentions.items() if named <= said), name)
        things[thing] = max(things.get(thing, named), named, key=lambda one: _weight(one, index))
    weights = [(_weight(named, index), _weight(named & there, index), named) for named in things.values()]
    share = sum(part for _whole, part, _named in weights) / (sum(whole for whole, _part, _named in weights) or 1.0)
    about = sum(part >= _THERE * whole and not _is_everywhere(named, index) for whole, part, named in weights)
    return share < _LOOSE or (share < _CLOSE and about < _FEWEST_THERE) or (share < _NEAR and about < _FEW_THERE)


def _weight(found: Iterable[str], index: Index) -> float:
    return sum(map(index.weights.__getitem__, found))


def _is_everywhere(found: Iterable[str], index: Index) -> bool:
    return all(index.frequency(term) > _EVERYWHERE * index.size for term in found)


def _named(text: str, index: Index) -> int:
    """How many words of ``text`` name something that not every other entry is about, as it is about backups."""
    return sum(not _is_everywhere(terms(word), index) for word in nouns(text))


def _is_own(text: str, relevant: Sequence[Ranked], said: Wording) -> bool:
    """Whether ``text``, in the words that are ``said``, names something that of all results the first one alone has."""
    first, *others = (
        frozenset[str]().union(*(terms(said.title(title)) for title in hit.candidate.titles))
        for hit in relevant
        if hit.stored.kind == Kind.ERROR
    )
    own = first.difference(*others)
    return any(own.issuperset(terms(word)) for word in nouns(text))


def _leads(first: Ranked) -> bool:
    """Whether the query is nearly one of the symptoms of ``first``, or what a wizard says itself."""
    is_symptom = first.title in first.stored.symptoms and first.explained >= _LED
    return is_symptom or (first.stored.kind == Kind.WIZARD and first.by_title >= _EXPLAINED)


def _has_code(text: str, codes: Iterable[str]) -> bool:
    """Whether a word of ``text`` is one of ``codes``, and says which error it is; or a good part of one, and no other.

    QuotaExceeded before a message of its own is no ResourceGroupQuotaExceeded.
    """
    if not (codes := list(codes)):
        return False
    known, joined = [compact(code) for code in codes], {hump for code in codes for hump in humps(code)}
    # A word of the language stands in many a code: installation.
    return any(
        (compact(word) in known or not (compact(word) in joined or is_generic(word)))
        and _is_one_of(compact(word), known)
        and _says_which(word, text)
        and not _is_end_of_another(word, text, known)
        for word in code_words(text)
    )


def _is_end_of_another(word: str, text: str, known: Iterable[str]) -> bool:
    """Whether a code before a message is the end of what is ``known`` only: a name for all errors of its kind."""
    is_end = any(code.endswith(compact(word)) and code != compact(word) for code in known)
    return is_end and is_code(text, word, text.find(word)) and is_printed(text.replace(word, " ", 1))


def _says_which(code: str, text: str) -> bool:
    """What Azure says of anything names an error only beside words about a virtual machine, never alone.

    What many of its services say is theirs beside their names.
    """
    if is_of_any_service(code) and is_said_of_another_product(text, len(text), ""):
        return False
    if not is_generic(code):
        return True
    at = text.find(code)
    return text.strip() != code and names_a_vm(text, at, at + len(code))


def _is_one_of(word: str, codes: Iterable[str]) -> bool:
    return any(bare(word) == bare(code) or _is_nearly(word, code) for code in codes)


def _is_nearly(word: str, code: str) -> bool:
    """Whether ``word`` is a good part of ``code``, or ``code`` with a slip in its letters, not in its numbers."""
    if len(word) < _SHORTEST_PART or not word.isascii():
        return False
    if word in code:
        return True
    return is_slip(word, code)
