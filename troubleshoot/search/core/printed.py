"""Owns telling a sentence that a program prints from one that somebody says, asks or complains in. Pure.

Every expression is linear in its input: each alternative is of bounded length.
"""

from __future__ import annotations

import re

_HANGUL = re.compile(r"[가-힣]")
# Programs end in the formal style, or in a bare noun; people who write to people do not, or say what was said.
_PRINTED_KO = re.compile(
    r"(?:없습|않습|못했습|었습|았습|했습|됐습|였습|있습|아닙|족합|패합|됩|입)니다[.\s)\"'”]{0,4}(?:$|[.(\n])"
    r"|(?:하십시오|바랍니다)[.\s]{0,3}(?:$|\n)"
)
_TITLE_KO = re.compile(r"(?:실패|불가|불가능|초과|거부|만료)(?:했습니다|함|됨)?[.\s]{0,3}(?:$|[(\n:])")
_SAID_KO = re.compile(
    r"라고|다고|냐고|자고|래요|대요|네요|데요|어요|아요|해요|돼요|세요\?|나요|까요|지요|죠|싶"
    r"|려고|려는|려다|는데|은데|던데|인데"
    r"|어떻게|방법(?:은|이 |을 |\?|$)|무슨|무엇|왜 |어떤 |자꾸|매일|그냥|그만|누가|뭘|뭐|저희|제가|우리"
    r"|안 ?됩니다|안 ?됨|안 ?돼|못 ?합니다|됐는지|골라|고르|골랐|되나|인가요|인가\?|면서 "
)
_PRINTED_EN = re.compile(
    r"\b(?:fail(?:ed|ure|s)?|can ?not|can't|could(?: not|n't)|unable|invalid|denied|exceed(?:s|ed|ing)?|limit|timed out"
    r"|insufficient|missing|corrupt(?:ed)?|error|locked|unreadable|disallowed|refused|conflict|unexpected|expired"
    r"|bad state|unsupported|already|in progress|has reached|reached the|deleted)\b"
    r"|(?:\bnot|n't) (?:\w{1,20} )?(?:supported|found|available|registered|allowed|present|in a|responsive|accessible"
    r"|correct(?:ly)?|configured|enabled|online|exist|supportive|authorized|permitted)\b"
    r"|(?:\bnot|n't) have (?:\w{1,20} )?(?:authorization|permissions?|access|capacity|rights)\b",
    re.IGNORECASE,
)
_SAID_EN = re.compile(
    r"\b(?:i|i'm|my|our|me|someone|somebody|told|says?|tells?|every (?:night|day|time)|keeps?)\b"
    r"|\?\s{0,3}$|^(?:how|why|what|when|who)\b"
    r"|\bwe (?:ran|tried|get|got|see|saw|are|were|have (?:a|an|the)|want|need|use|moved|migrated|deleted)\b",
    re.IGNORECASE,
)
# Fewer words are no sentence, and no title of one.
_FEWEST_WORDS, _FEWEST_OF_A_TITLE = 4, 3


def is_printed(text: str) -> bool:
    """Whether ``text`` reads as a program prints it: not as people say, ask or complain."""
    if _HANGUL.search(text):
        is_title = len(text.split()) >= _FEWEST_OF_A_TITLE and _TITLE_KO.search(text) is not None
        return (is_title or _PRINTED_KO.search(text) is not None) and _SAID_KO.search(text) is None
    if len(text.split()) < _FEWEST_WORDS or _SAID_EN.search(text):
        return False
    return _PRINTED_EN.search(text) is not None
