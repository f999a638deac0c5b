"""Owns the error codes in what a document writes: those in a sentence, and those that a column or a list item gives."""

from __future__ import annotations

import re

from troubleshoot.document.articles.vocabulary import FAILURE
from troubleshoot.document.rendering import words

MOST = 20
LONGEST = 100

_RESULT = r"0[xX][0-9A-Fa-f]{2,16}(?![0-9A-Za-z])"
_NUMBER = r"-?(?:[0-9]{2,10}|[89A-Fa-f][0-9A-Fa-f]{7})(?![0-9A-Za-z%]|[.-][0-9A-Za-z])"
_SERIES = r"[A-Z]{2,12}[-_]?[0-9]{2,8}"
"""The numbers of a program's messages: CS0103, ORA-00942."""
# A number is a code only where the text says so, right before it or right behind.
_SAID = re.compile(
    rf"(?:{FAILURE}|코드|code|hresult|\bhr|\bID)(?:[ ]?(?:코드|번호|code|number|id|no\.?)(?:[는가]| is| was)?)?"
    rf"[\s\"'“‘`*:=#(]{{0,4}}({_RESULT}|{_NUMBER}|(?-i:{_SERIES})(?![0-9A-Za-z%]|[.][0-9]))",
    re.IGNORECASE,
)
_AND_ANOTHER = re.compile(rf"\s*(?:,|/|&|및|또는|and|or)\s*({_RESULT}|{_NUMBER})")
_SAID_BEHIND = re.compile(rf"(?<![0-9A-Za-z.-])({_RESULT}|-?[0-9]{{3,10}})[ )]{{0,2}}(?:{FAILURE})", re.IGNORECASE)
_NAME_GIVEN = re.compile(
    r"(?:코드|[Cc]ode)[\\\"'` ]{0,3}[:=][\\\"'`* ]{0,4}((?:[A-Z]+[a-z0-9]+){2,12}[A-Z]{0,5})(?![0-9A-Za-z])"
)
_SERIES_GIVEN = re.compile(r"(?<![0-9A-Za-z-])([A-Z]{2,12}-?[0-9]{4,8})(?=: )")
_HEXADECIMAL = re.compile(rf"(?<![0-9A-Za-z]){_RESULT}")
_WORD = re.compile(r"(?<![0-9A-Za-z./\\@-])[A-Za-z][0-9A-Za-z]*(?:[._][0-9A-Za-z]+)*(?![0-9A-Za-z/\\@-])")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_TROUBLE = re.compile(
    r"fail|error|invalid|denied|notfound|notavail|notsupp|notallow|notready|exceed|locked|conflict|timeout|timedout|missing|unavail|unauthor"
    r"|forbidden|expired|unsupported|corrupt|exception|mismatch|badgateway|offline|notonline|decommissioned|cannot|limitreached"
)
_PREFIX = re.compile(r"(?:UserError|Extension|CloudError|ErrorCode\.)[A-Z]")
_UPPER = re.compile(r"[A-Z][A-Z0-9]{1,20}(?:_[A-Z0-9]{1,30}){1,8}|[A-Z]{2,8}[0-9]{3,8}")
_JOINED = re.compile(r"(?:[A-Z]+[a-z0-9]+){2,12}[A-Z]*|[A-Z][a-z]+[A-Z]{2,5}")
_LABELS = re.compile(
    r"(?:action|codes?|description|message|id|number|details?|count|time|name|type|status|log|info|utc|percent\w*|duration)"
)
_ERROR_PREFIX = re.compile(r"ErrorCode\.", re.IGNORECASE)
_COLUMN = re.compile(r"0[xX][0-9A-Fa-f]{1,16}|-?[0-9]{1,10}|[0-9A-Fa-f]{8}|[A-Za-z][0-9A-Za-z]*(?:[._-][0-9A-Za-z*]+)*")
_NAMED = re.compile(r"^([A-Za-z]\w{2,100}) ?= ?-?(?:\d{1,10}|0[xX][0-9A-Fa-f]{1,16})\s*$")
"""A name with its number: NotLicensed = 12."""
_PARTICLE = re.compile(r"(?<=[A-Za-z0-9]) ?(?:때|됨|함|임|은|는|이|가|을|를)$")
"""What a machine leaves behind a code that it took for a word."""
_BETWEEN = re.compile(r"\s*(?:,|;|/|&|\s(?:또는|및|or|and)\s|\n|\()\s*", re.IGNORECASE)


def is_code(word: str) -> bool:
    """Whether a program wrote ``word``, and it says that something failed."""
    if len(word) > LONGEST:
        return False
    if _PREFIX.match(word) or _HEXADECIMAL.fullmatch(word):
        return True
    if _UPPER.fullmatch(word):
        return word.startswith(("ERROR", "E_", "ERR")) or _TROUBLE.search(word.casefold().replace("_", "")) is not None
    humps = _HUMPS.findall(word.replace(".", "_"))
    is_trouble = len(humps) > 1 and _TROUBLE.search("".join(humps).casefold()) is not None
    return is_trouble and not _LABELS.fullmatch(humps[-1].casefold())


def is_joined(word: str) -> bool:
    """Whether several words stand in one, as only a program writes them."""
    return _JOINED.fullmatch(word) is not None


def codes_in(text: str) -> tuple[str, ...]:
    """The codes in a sentence or a heading, each once, in their order."""
    found = {
        match.start(1): match[1]
        for pattern in (_SAID, _SAID_BEHIND, _NAME_GIVEN, _SERIES_GIVEN)
        for match in pattern.finditer(text)
    }
    for place, code in [*found.items()]:  # (ErrorID: 95107 and 95108): others of the kind are as long
        match = _AND_ANOTHER.match(text, place + len(code))
        while match and len(match[1]) == len(code):
            found[match.start(1)] = match[1]
            match = _AND_ANOTHER.match(text, match.end())
    found |= {match.start(): match[0] for match in _HEXADECIMAL.finditer(text)}
    found |= {match.start(): match[0] for match in _WORD.finditer(text) if is_code(match[0])}
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))[:MOST]


def codes_of_cell(text: str) -> tuple[str, ...]:
    """The codes that a cell is made of; none where it holds words."""
    text = _PARTICLE.sub("", _NAMED.sub(r"\1", text.strip(), count=1))
    parts = [part.strip(" \t`*)\"'“”.") for part in _BETWEEN.split(text) if part.strip()]
    whole = [part for part in parts if _COLUMN.fullmatch(part)]
    if not whole or whole[0] != parts[0]:
        return ()
    return tuple(dict.fromkeys(whole if len(whole) == len(parts) else whole[:1]))[:MOST]


def without_prefix(code: str) -> str:
    """``ErrorCode.DeviceNotReady`` is DeviceNotReady."""
    return _ERROR_PREFIX.sub("", code)


_CODE_ITEM = re.compile(
    r"\s*(?:[-*+]|\d{1,2}[.)])\s+[*_`]{0,3}(?P<code>-?[A-Za-z0-9][\w.]{2,80})[*_`]{0,3}\s*(?:(?:[–—:-]|\s[–—-])\s+(?P<meaning>.*)|(?P<end>))"
)


def code_item(line: str) -> tuple[str, str] | None:
    """The word that a list item begins with, where it may be a code, and what the item says of it."""
    match = _CODE_ITEM.fullmatch(line.rstrip()[:2000])
    return (match["code"], words(match["meaning"] or "")) if match else None


_BEGINS = re.compile(
    rf"(?:HTTP )?(?P<status>[1-5]\d{{2}})(?=\s|$|[.:])|(?P<series>{_SERIES})(?=\s*[:：]|\s[-–—]\s|$)"
    r"|(?P<number>-?\d{3,10})(?=$|\s(?:[A-Z]+[a-z0-9]+){2})|(?P<name>[a-z]{2,}(?:_[a-z]{2,})+$)"
)
_AT_THE_END = re.compile(r"[(（](-?\d{5,10})[)）]\W*$")


def codes_of_title(title: str) -> tuple[str, ...]:
    """Also 404 찾을 수 없음, CS0103: 이름이 없음, and 등록하지 못했습니다(151195)."""
    around = [match[match.lastindex or 0] for match in (_BEGINS.match(title), _AT_THE_END.search(title)) if match]
    numbers = [one.partition("_")[2] for one in around if one[-1].isdigit() and "_" in one]
    found = codes_in(title) or ((title,) if is_joined(title) else ())
    return tuple(dict.fromkeys([*around, *numbers, *found]))


def codes_given(text: str) -> list[str]:
    """The codes behind 오류 코드:."""
    return list(codes_of_cell(text) or codes_in(f"code {text}"))
