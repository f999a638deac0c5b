"""Owns where a sentence of Korean or a statement of PowerShell ends, and whether a sentence tells what to do."""

from __future__ import annotations

import re
from enum import StrEnum, auto

_END = re.compile(r"[.!?][\"”’')\]]*(?=\s)")
_ENUMERATOR = re.compile(r"(?:\d+|[A-Za-z])\\?[.)]")

_CLOSING = " \t.!:\"”’')"
_CLOSING_BUT_ASIDE = _CLOSING.replace(")", "")
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_PARTED = (" 합니다", " 했습니다", " 됩니다", " 되었습니다", " 하세요", " 하십시오")
_SPACED_VERB = re.compile(r"(?<=[가-힣]) (?=\S+$)")
"""What a machine parts: 확인 합니다."""
_LEADING_IN = re.compile(r"(?:려면|위해서는|기 위해)$")
_REQUEST = re.compile(r"(?:세요|시오|바랍니다)$")
_DUTY = re.compile(r"야 ?합니다$")
_STATE_DUTY = re.compile(r"(?:이어야|(?<!하)여야|있어야|없어야|되어야|돼야) ?합니다$")
_STATE = re.compile(r"(?:[없않같좋많높낮작적맞]습니다|못합니다|[가-힣\w]입니다|아닙니다|됩니다|집니다)$")
_PAST_OR_BEING = re.compile(r"([가-힣])습니다$")
_DESCRIPTION = re.compile(
    r"(?:(?:발생|의미|성공|실패|존재|작동|필요|지원|포함|해당|만료|지연|초과|유효)합니다|나타냅니다|가리킵니다|끝납니다|생깁니다)$"
)
_HABIT = re.compile(r"^(?:가끔|때때로|대개|보통|일반적으로|기본적으로)[\s,]")
_SUBORDINATE = re.compile(r"^.*(?:면|경우|경우에는|므로|으니),?\s")
_NO_TOPIC = re.compile(r"[하되있없않받주오가나보쓰드지르리내두찾읽키넣얻닫또에로서]는|[같많높낮적작좋남받찾읽닫넣얻]은")
_LONGEST_ENDING = 12
"""Characters of the longest ending above and what stands before it; to look further would only take time."""


class Kind(StrEnum):
    """What a sentence does for its reader."""

    INSTRUCTION = auto()
    STATEMENT = auto()
    LEAD = auto()
    """The first half of a sentence, which a list completes: 이 오류를 해결하려면."""
    FRAGMENT = auto()
    """Words without a verb: 자세한 내용."""


def split_sentences(text: str) -> list[str]:
    """The sentences of one line of text or Markdown; joined with a space they are the line again."""
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        sentence = text[start : match.end()].strip()
        if _is_whole(sentence):
            sentences.append(sentence)
            start = match.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def _is_whole(sentence: str) -> bool:
    """Neither inside a link's text, nor inside a quotation, nor only the number in front of a step."""
    closed = all(sentence.count(opening) <= sentence.count(closing) for opening, closing in ("[]", "“”"))
    return closed and not _ENUMERATOR.fullmatch(sentence)


def kind_of(sentence: str) -> Kind:
    """What ``sentence`` (plain text) does, judged by its ending and its topic.

    Korean product documentation instructs with a request (하세요), a duty (해야 합니다) or a present tense without a
    subject (다시 시작합니다); what has a topic, is passive, past, negative or a state describes.
    """
    core = sentence.rstrip(_CLOSING_BUT_ASIDE)
    core = (_ASIDE.sub("", core) if core.endswith(")") else core).strip(_CLOSING)
    core = _SPACED_VERB.sub("", core) if core.endswith(_PARTED) else core
    ending = core[-_LONGEST_ENDING:]
    if sentence.rstrip().endswith(":") or _LEADING_IN.search(ending):
        return Kind.LEAD
    if _REQUEST.search(ending):
        return Kind.INSTRUCTION
    if _DUTY.search(ending):
        return Kind.STATEMENT if _STATE_DUTY.search(ending) else Kind.INSTRUCTION
    if ending.endswith("니다"):
        return Kind.STATEMENT if _describes(core, ending) else Kind.INSTRUCTION
    return Kind.STATEMENT if ending.endswith(("다", "까", "나요", "가요")) else Kind.FRAGMENT


def _describes(core: str, ending: str) -> bool:
    return bool(
        _STATE.search(ending)
        or _ends_in_past_or_being(ending)
        or _DESCRIPTION.search(ending)
        or _HABIT.search(core)
        or _has_topic(core)
    )


def _ends_in_past_or_being(ending: str) -> bool:
    """Whether the verb carries ㅆ: 했습니다, 있습니다, 하겠습니다."""
    match = _PAST_OR_BEING.search(ending)
    return match is not None and (ord(match[1]) - ord("가")) % 28 == 20  # noqa: PLR2004 - the final consonant ㅆ


def _has_topic(core: str) -> bool:
    """Whether a word before the last one is marked as what is spoken of (은, 는), and does not end so by itself."""
    *words, _last = _SUBORDINATE.sub("", core).split() or [""]
    return any(word.endswith(("은", "는")) and word[1:] and not _NO_TOPIC.fullmatch(word[-2:]) for word in words)


_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
_CMDLET = re.compile(r"[A-Z][A-Za-z]*-[A-Z]\w+$")
_VARIABLE = re.compile(r"\$\w")
_PARAMETER = re.compile(r"-[A-Za-z]\w*$")
_OPERATORS = {*"=|({,;+-*/&", "&&", "||", "+=", "-eq", "-ne", "-and", "-or", "-in"}


def statements(code: str) -> list[str]:
    """The statements that a document wrote on one line, characters unchanged; joined with a space they are the line.

    A statement begins at a cmdlet, or at a variable after a named parameter that already has its value.
    """
    starts = [0]
    words = list(_TOKEN.finditer(code))
    for number, word in enumerate(words[1:], 1):
        before = [earlier[0] for earlier in words[max(0, number - 2) : number]]
        if _begins(word[0], before):
            starts.append(word.start())
    ends = [*starts[1:], len(code)]
    return [code[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _begins(word: str, before: list[str]) -> bool:
    if before[-1] in _OPERATORS or before[-1].endswith(("(", "|", "=", ",", "{", ";")):
        return False
    if _CMDLET.match(word):
        return not _PARAMETER.match(before[-1])
    named_value = len(before) > 1 and _PARAMETER.match(before[0]) and not _PARAMETER.match(before[1])
    return bool(_VARIABLE.match(word) and named_value)
