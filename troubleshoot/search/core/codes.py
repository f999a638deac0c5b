"""Owns error codes in a text: what looks like one, is one of an entry, and is meant as one. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from troubleshoot.kinds import Kind
from troubleshoot.search.core.analysis import compact, fold_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshoot.search.core.corpus import Candidate, Index

# How much work a text may cause: words looked up, codes whose entries are fetched, entries of a code.
_MOST_WORDS, _MOST_CODES, _MOST_ENTRIES = 10_000, 50, 10
# What Azure says of any resource; it counts where the text around it speaks of a virtual machine.
_GENERIC = frozenset(("resourcenotfound", "notfound", "badrequest", "internalservererror", "internalerror"))
_GENERIC |= {"quotaexceeded", "operationfailed", "snapshotfailed", "backupfailed", "restorefailed"}
# What more of Azure than virtual machines and their backup says of itself.
_OF_ANY_SERVICE = frozenset({"cloudinternalerror"})
_VM = re.compile(r"320001|\bvms?\b|virtual ?machine|가상 ?(?:컴퓨터|머신)", re.IGNORECASE)
_OTHER_RESOURCE = re.compile(
    r"Microsoft\.\w{1,40}/(?!virtualMachines)\w{1,40}|publicIPAddress|networkInterface", re.IGNORECASE
)
_AROUND = 200
# How many codes that nobody documented are told.
MOST_UNKNOWN = 10

_WORD = re.compile(
    r"(?<![0-9A-Za-z])(?:-|(?:&(?=[hH])|0[xX] |\$|16#)(?=[hH]?[89A-Fa-f][0-9A-Fa-f]{7}(?![0-9A-Za-z])))?"
    r"[0-9A-Za-z]+(?:[._-][0-9A-Za-z]+)*"
)
_LOOKS_LIKE_A_CODE = re.compile(
    r"(?=.{5,80}\Z)(?:-?[0-9]{5,10}|(?:0?[xX] ?|&?[hH]|\$|16#)?[0-9A-Fa-f]{8}[hH]?|0[xX][0-9A-Fa-f]+"
    r"|.*[a-z0-9][A-Z].*|[A-Z0-9._-]+|[a-z0-9_]{12,})\Z"
)
# What Windows returns is written with 0x or without, or as a decimal number with a sign or without one.
_RESULT = re.compile(r"(0x)?([0-9a-f]{8})")
_DECIMAL_RESULT = re.compile(r"-[0-9]{9,10}|[0-9]{10}")
# A failure as Windows numbers it, without 0x: it may be a count as well, so the text decides.
_BARE_FAILURE = re.compile(r"8[0-7][0-9a-f]{6}", re.IGNORECASE)
# A failure as languages write it: 0x80310000L in C, &H80310000 in Basic, $80310000 in Pascal, 16#80310000 in Ada,
# 80310000h in an assembler, \x80310000; parted from its 0x; or as a number of 64 bits that has kept its sign.
_TYPED_RESULT = re.compile(
    r"(?:0?x ?(?:f{8})?([89a-f][0-9a-f]{7})(?:u?l{1,2})?|(?:&?h|\$|16#)([89a-f][0-9a-f]{7})"
    r"|0?([89][0-9a-f]{7}|(?<=0)[a-f][0-9a-f]{7})h)",
    re.IGNORECASE,
)
_RESULTS = 1 << 32
_RESULT_DIGITS = 8
_FAILURE = 1 << 31
# A bare number is a code only where the text says so.
_SAYS_CODE = re.compile(r"code|error|exception|hresult|코드|오류|예외", re.IGNORECASE)
_SAYS_CODE_WITHIN = 24

# What is a code beyond doubt: several words in one, as only a program writes them; a hexadecimal number; a prefix that
# a product numbers its errors with; capitals joined by underscores.
_SHORTEST_JOINED, _LONGEST_JOINED = 10, 80
# ... or where the text calls it one.
_SHORTEST_CALLED = 6
_CASE_CHANGE = re.compile(r"[a-z0-9][A-Z]")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]+")
_MANY_HUMPS = 4
_JOINED = re.compile(r"(?:[A-Z]+[a-z0-9]+){3,10}[A-Z]{0,5}")
_PRODUCT = re.compile(
    r"\A(?:Microsoft|Windows|Power[A-Z]|Recovery|Virtual)|(?:Backup|Recovery|Server|Agent|Machines?)\Z"
)
# How long a code is of which two letters may be wrong.
_LONG_CODE, _NUMBERS = 17, re.compile(r"[0-9]")
_TROUBLE = re.compile(
    r"fail|error|invalid|denied|notavail|notfound|notsupp|notallowed|exceed|locked|conflict|timeout|timedout|missing"
    r"|reached|disallowed|unavail|unauthor|forbidden|expired|unsupported|notregistered|overconstrained|corrupt"
    r"|disabled|isfull|mismatch|notready|rejected|refused|aborted|insufficient|notexist|alreadyexists|inuse"
)
# The names of what a log says, and of what runs, are joined the same way.
_LABEL = re.compile(
    r"(?:Id|ID|Name|Time|Type|Message|Code|Codes|Status|Date|Action|Count|Details?|String|Title|Info|Job|Task|Request|Response|Container|Item|Vault)\Z"
)
# ... but for what says what is wrong with them: InvalidRequest, OverconstrainedAllocationRequest.
_WRONG = re.compile(r"Invalid|Missing|Unsupported|NotSupported|Exceeded|Expired|Conflict|Overconstrained|Denied|Locked")
# A log calls what it shows so, too; the exception itself is named by what went wrong.
_ANY_EXCEPTION = re.compile(r"(?:Inner|Outer|Unhandled|Caught|Root|Nested|Original)?Exception\Z")
_EXCEPTION = re.compile(r"[A-Z][A-Za-z0-9]{1,60}Exception")
_NAMESPACE = re.compile(r"(?:microsoft|system|windows)\.", re.IGNORECASE)
_RESULT_CODE = re.compile(r"0[xX][0-9A-Fa-f]{5,8}|-[0-9]{9,10}")
# What Windows and C call their results: E_FAIL, ERROR_TIMEOUT, WSAECONNREFUSED, ENOSPC.
_PREFIXED = re.compile(
    r"[A-Z]{3,10}[0-9]{4,8}|[A-Z]{2,20}(?:_[A-Z0-9]{1,20}){2,8}|[A-Z]{2,5}-[0-9]{5}"
    r"|(?:E|ERROR)_(?!SUCCESS)[A-Z]{4,24}"
    r"|(?:WSA)?E(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|NOTFOUND|NOSPC|ACCES|PERM|NOENT|HOSTUNREACH|NETUNREACH|ADDRINUSE)"
)
# A short number is one only where it stands right behind the word.
_NUMBER, _SHORT_NUMBER = re.compile(r"[0-9]{4,6}"), re.compile(r"[0-9]{3}|0[xX][0-9A-Fa-f]{1,4}")
_YEAR = 4
_RUN_TOGETHER = re.compile(r"(?:usererror|extension|clouderror)[a-z0-9]{10,70}")
_NAMES_A_NUMBER = re.compile(
    r"(?:code|error|hresult|\bid|event(?:id)?|오류|코드|예외|이벤트)[\s\"':=(번호]{0,6}\Z|(?:#)\Z", re.IGNORECASE
)
_NAMES_A_RESULT = re.compile(
    r"(?:\bhr|result|\brc|\bret|status|return(?:ed|s)?|with|결과|상태)[\s\"':=(]{1,4}\Z", re.IGNORECASE
)
# A code is named by what it is called, whatever it says: "code": "DiskUnplugged".
_NAMES_A_CODE = re.compile(r"(?:error[ _]?code|\bcode|(?:오류|에러) ?코드)[\"']?\s?[:=]\s?[\"']?\Z", re.IGNORECASE)
# A few capitals and a number are the name of a machine as well, so the text has to call it an error: SQLSTATE HY000.
_SHORT_NAME = re.compile(r"(?!VM)[A-Z]{2,5}[0-9]{3,5}")
_NAMES_A_SHORT_NAME = re.compile(
    r"(?:error|code|sqlstate|오류|코드|에러)(?: ?(?:code|코드))?[\s\"':=(\[]{1,4}\Z", re.IGNORECASE
)
# In a few words, a number of six digits beside the one that says that something failed is its code: no date (202611,
# 261130), nothing that was counted or measured, and not the number of something else that failed.
_CODE_NUMBER = re.compile(
    r"(?!(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])\Z|2[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\Z)[1-9][0-9]{5}"
)
_MOST_BESIDE = 8
_FAILED_BEFORE = re.compile(
    r"(?:\bfail(?:ed|ure|s|ing)?|\berror|실패(?:함|했습니다|했어요|했는데|했다|합니다|해요)?|오류|에러)"
    r"(?: with)?[\s:(\[\"'.,]{1,3}\Z",
    re.IGNORECASE,
)
_FAILED_BEHIND = re.compile(
    r"[\s)\]:\"',.-]{0,3}(?:이|가|은|는|로|으로)?\s?(?:fail(?:ed|ure|s|ing)?\b|error\b|실패|오류|에러)", re.IGNORECASE
)
_OF_SOMETHING = re.compile(
    r"(?:\b(?:port|ticket|job|task|p?id|case|incident|order|request|vms?|disk|line|row|size|build|version|server|host|user"
    r"|session|event|process|thread|at|on|in|by|of|to|since|until|after|before|for|no|nr|num|number)"
    r"|포트|티켓|작업|사례|요청|주문|디스크|줄|행|크기|빌드|버전|서버|사용자|세션|프로세스|번호|날짜)[\s#:.=(]{1,3}\Z",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\s?(?:[kmgt]?i?b|ms|s|sec|min|hr|%|[a-z]{2,20}s|바이트|초|분|시간|일|건|번|개|회|차|대|명|원)(?![0-9a-z])|[,./:-][0-9]",
    re.IGNORECASE,
)
_SUCCEEDED = re.compile(r"succe|passed|성공", re.IGNORECASE)
# Nothing but a number of five or six digits and where it comes from: VSS 12293.
_OF_A_SOURCE = re.compile(r"\s*(?!VM)[A-Z]{2,8}[ :#]{1,3}[0-9]{5,6}\s*")
_COUNTED = re.compile(r"\s?(?:건|번|개|회|차|times?\b|of\b|/)", re.IGNORECASE)
_NAMED_AFTER = re.compile(r"\s?(?:오류|에러|error)", re.IGNORECASE)


# A Korean particle or ending stands right behind a code: 380008이, UserErrorVmNotFoundV2라고.
_ENDING = re.compile(r"(?<=[0-9A-Za-z]{5})[가-힣]+\Z")
_BETWEEN_WORDS = re.compile(r"[\s=:;,'\"()\[\]{}]+")


def words(text: str) -> list[str]:
    """The words of ``text``, each of those that a log writes into one: hr=0x80310000."""
    return [word for word in _BETWEEN_WORDS.split(text) if word]


def code_words(text: str) -> list[str]:
    """The words of ``text`` as codes are compared: without the Korean that follows one."""
    return [_ENDING.sub("", word) for word in words(text)]


def is_generic(code: str) -> bool:
    """Whether Azure says ``code`` of anything at all, so that it names no error by itself."""
    return code.casefold() in _GENERIC


def is_of_any_service(code: str) -> bool:
    """Whether other services of Azure say ``code``, too, so that beside their names it is theirs."""
    return code.casefold() in _OF_ANY_SERVICE


def is_all_of(text: str, word: str) -> bool:
    """Whether ``text`` is nothing but ``word``. It is asked of each word of a log, so a long text is not looked at."""
    return len(text) <= len(word) + _AROUND and text.strip() == word


def _is_of_a_source(text: str) -> bool:
    return len(text) <= _AROUND and _OF_A_SOURCE.fullmatch(text) is not None


def names_a_vm(text: str, start: int, end: int) -> bool:
    """Whether the text around ``[start, end)`` speaks of a virtual machine, or of nothing else at all."""
    around = text[max(start - _AROUND, 0) : end + _AROUND]
    if is_all_of(text, text[start:end]):
        return True
    return _OTHER_RESOURCE.search(around) is None and _VM.search(around) is not None


def named_by_code(text: str, index: Index) -> Iterator[tuple[Candidate, str, int]]:
    """The entries whose code stands in ``text``, each with the code as it is written and its first place."""
    for code, at in islice(_known_codes(text, index), _MOST_CODES):
        wanted = bare(compact_code(code))
        forms, errors = [(form, 1.0) for form in _forms(code)], {"kind": Kind.ERROR}
        for candidate in index.candidates(forms, limit=_MOST_ENTRIES, filters=errors):
            if any(bare(compact_code(known)) == wanted for known in candidate.codes):
                yield candidate, code, at


def unknown_codes(text: str, frequency: Callable[[str], int]) -> tuple[str, ...]:
    """The codes in ``text`` that stand in no entry, in order, each once; ``frequency`` counts a term's documents."""
    found: dict[str, str] = {}
    for word in islice(_WORD.finditer(text), _MOST_WORDS):
        code, at = word.group(), word.start()
        for part, place in _parts(code, at):
            if is_code(text, part, place) and not any(map(frequency, _forms(part))):
                found.setdefault(bare(compact_code(part)), part)
    return tuple(found.values())[:MOST_UNKNOWN]


def is_code(text: str, word: str, at: int) -> bool:
    """Whether ``word``, which stands at ``at`` in ``text``, can be nothing but an error's code."""
    if (
        _RESULT_CODE.fullmatch(word)
        or _TYPED_RESULT.fullmatch(word)
        or _PREFIXED.fullmatch(word)
        or _RUN_TOGETHER.fullmatch(word.casefold())
    ):
        return True
    if is_bare_failure(word):
        return _is_meant_as_result(text, word, at)
    if _NUMBER.fullmatch(word):
        alone = (is_all_of(text, word) and len(word) > _YEAR) or _is_of_a_source(text)
        named = _is_named_right_before(text, at)
        is_named = alone or named or _NAMED_AFTER.match(text, at + len(word)) is not None
        return is_named or (_CODE_NUMBER.fullmatch(word) is not None and _is_beside_failure(text, word, at))
    if _SHORT_NUMBER.fullmatch(word):
        return _is_named_right_before(text, at) and _COUNTED.match(text, at + len(word)) is None
    if _SHORT_NAME.fullmatch(word):
        begins = not text[:at].strip() and text.startswith(": ", at + len(word))
        return begins or _NAMES_A_SHORT_NAME.search(text, max(at - _SAYS_CODE_WITHIN, 0), at) is not None
    return _is_joined_code(word) or _is_called_a_code(text, word, at) or _is_all_joined(text, word)


def respelt(text: str, index: Index, near: Callable[[str], Iterable[str]]) -> str:
    """``text`` with each word that is a code but for a slip in its letters as that code, one of those ``near`` it."""

    def corrected(found: re.Match[str]) -> str:
        word = found.group()
        if not (_SHORTEST_JOINED <= len(word) <= _LONGEST_JOINED and word.isascii() and word.isalnum()):
            return word
        if word.isdecimal() or index.frequency(fold_case(word)):
            return word
        joined = filter(_CASE_CHANGE.search, near(word))
        meant = {compact(code): code for code in joined if is_slip(compact(word), compact(code))}
        return next(iter(meant.values())) if len(meant) == 1 else word

    return _WORD.sub(corrected, text) if len(text) <= _AROUND else text


def is_slip(word: str, code: str) -> bool:
    """Whether ``word`` is ``code`` with one letter wrong, or two of many, and the same numbers; and no part of it."""
    slips = 1 if len(code) < _LONG_CODE else 2
    is_near = (
        len(code) >= _SHORTEST_JOINED and word not in code and OSA.distance(word, code, score_cutoff=slips) <= slips
    )
    return is_near and _NUMBERS.findall(word) == _NUMBERS.findall(code)


def normalised(text: str, frequency: Callable[[str], int]) -> str:
    """``text`` with the results of Windows as entries write them, where an entry has them at all."""
    return _WORD.sub(lambda word: _as_written(word.group(), frequency), text)


def compact_code(code: str) -> str:
    """``code`` by its letters and digits alone; a decimal result as the hexadecimal one that it is."""
    return _hexadecimal(code) or compact(code)


def usual(code: str) -> str:
    """``code`` as others write it: a result of Windows, in whatever form, with 0x and eight digits (0x80070005)."""
    result = _hexadecimal(code) or (code if _BARE_FAILURE.fullmatch(code) else "")
    return f"0x{result.upper()}" if result else code


def bare(code: str) -> str:
    """A compact code without the 0x that it may have."""
    result = _RESULT.fullmatch(code)
    return result.group(2) if result else code


def humps(code: str) -> list[str]:
    """The words that ``code`` is joined of, in small letters."""
    return [hump.casefold() for hump in _HUMP.findall(code)]


def looks_like_a_code(word: str) -> bool:
    """Whether ``word`` is written as nothing but a code is."""
    forms = (_PREFIXED, _RESULT_CODE, _TYPED_RESULT)
    return any(form.fullmatch(word) for form in forms) or _is_joined_code(word)


def _is_named_right_before(text: str, at: int) -> bool:
    return _NAMES_A_NUMBER.search(text, max(at - _SAYS_CODE_WITHIN, 0), at) is not None


def is_bare_failure(word: str) -> bool:
    """Whether ``word`` may be a failure as Windows numbers it, without 0x, or as a decimal number without a sign."""
    return (
        _BARE_FAILURE.fullmatch(_hexadecimal(word) if word.isdecimal() and len(word) > _RESULT_DIGITS else word)
        is not None
    )


def _is_meant_as_result(text: str, word: str, at: int) -> bool:
    start = max(at - _SAYS_CODE_WITHIN, 0)
    is_named = _is_named_right_before(text, at) or _NAMES_A_RESULT.search(text, start, at) is not None
    is_named = is_named or _NAMED_AFTER.match(text, at + len(word)) is not None
    return is_all_of(text, word) or is_named or _is_beside_failure(text, word, at)


def _is_beside_failure(text: str, word: str, at: int) -> bool:
    """Whether ``word``, a number, stands in a few words beside the one that says that something failed."""
    if len(text) > _AROUND or len(text.split()) > _MOST_BESIDE or _SUCCEEDED.search(text):
        return False
    start, end = max(at - _SAYS_CODE_WITHIN, 0), at + len(word)
    if _MEASURED.match(text, end):
        return False
    if _FAILED_BEFORE.search(text, start, at):
        return True
    is_parted = not text[:at].strip() or not text[at - 1].isalnum()
    is_parted = is_parted and text[max(at - 1, 0) : at] not in {".", "-", "/", ":", ","}
    return is_parted and not _OF_SOMETHING.search(text, start, at) and _FAILED_BEHIND.match(text, end) is not None


def _is_called_a_code(text: str, word: str, at: int) -> bool:
    """Whether ``word`` is joined of several, and the text calls it a code."""
    is_joined = len(word) >= _SHORTEST_CALLED and word.isalnum() and _CASE_CHANGE.search(word) is not None
    is_named = is_joined and not is_generic(word) and not word[0].isdecimal()
    return is_named and _NAMES_A_CODE.search(text, max(at - _SAYS_CODE_WITHIN, 0), at) is not None


def _is_all_joined(text: str, word: str) -> bool:
    """Whether the text is nothing but ``word``, joined of three or more, which names no product and no label."""
    is_joined = is_all_of(text, word) and _JOINED.fullmatch(word) is not None and len(word) >= _SHORTEST_JOINED
    return is_joined and not (_LABEL.search(word) or _ANY_EXCEPTION.fullmatch(word) or _PRODUCT.search(word))


def _is_joined_code(word: str) -> bool:
    """Whether ``word`` is written as one of several, and they speak of trouble or are many."""
    if _EXCEPTION.fullmatch(word):
        return _ANY_EXCEPTION.fullmatch(word) is None
    if not (_SHORTEST_JOINED <= len(word) <= _LONGEST_JOINED and word.isascii() and word.isalnum()):
        return False
    if not word[0].isupper() or _CASE_CHANGE.search(word) is None or _ANY_EXCEPTION.fullmatch(word):
        return False
    if _LABEL.search(word) and not _WRONG.search(word):
        return False
    return _TROUBLE.search(word.casefold()) is not None or len(_HUMP.findall(word)) >= _MANY_HUMPS


def _parts(word: str, at: int) -> Iterator[tuple[str, int]]:
    """``word``; where it is several joined by dots, each of them: StatusCode.FailedRetryableSnapshot.

    Of what belongs to a platform (System.IO) only its exceptions are codes.
    """
    is_named_space = _NAMESPACE.match(word) is not None
    start = 0
    for part in word.split("."):
        if not is_named_space or _EXCEPTION.fullmatch(part):
            yield part, at + start
        start += len(part) + 1


def _as_written(word: str, frequency: Callable[[str], int]) -> str:
    hexadecimal = _hexadecimal(word) or (fold_case(word) if _RESULT.fullmatch(fold_case(word)) else "")
    if not hexadecimal or frequency(fold_case(word)):
        return word
    known = [form for form in _forms(hexadecimal) if frequency(form)]
    return known[0] if known else word


def _hexadecimal(word: str) -> str:
    """A result of Windows as a number or in C (-2144272384, 0x80310000L) as 80310000; empty for anything else."""
    if typed := _TYPED_RESULT.fullmatch(word):
        return fold_case(typed[typed.lastindex or 0])
    if _DECIMAL_RESULT.fullmatch(word) is None:
        return ""
    number = int(word) % _RESULTS if int(word) < _RESULTS else 0
    return f"{number:08x}" if number >= _FAILURE and int(word) >= -_FAILURE else ""


def _known_codes(text: str, index: Index) -> Iterator[tuple[str, int]]:
    """What looks like a code and stands in some entry, with its first place."""
    first: dict[str, int] = {}
    for found in _WORD.finditer(text):
        first.setdefault(found.group(), found.start())
    looking = ((word, at) for word, at in first.items() if _LOOKS_LIKE_A_CODE.match(word))
    for word, at in islice(looking, _MOST_WORDS):
        if any(map(index.frequency, _forms(word))) and _is_meant_as_one(text, word, at):
            yield word, at


def _forms(code: str) -> tuple[str, ...]:
    """``code`` as an entry may write it."""
    folded = _hexadecimal(code) or fold_case(code)
    result = _RESULT.fullmatch(folded)
    return (f"0x{result.group(2)}", result.group(2)) if result else (folded,)


def _is_meant_as_one(text: str, word: str, at: int) -> bool:
    if not word.isdecimal() or is_all_of(text, word):
        return True
    if is_bare_failure(word) and _is_meant_as_result(text, word, at):
        return True
    is_said = _SAYS_CODE.search(text, max(at - _SAYS_CODE_WITHIN, 0), at) is not None
    return is_said or _is_beside_failure(text, word, at)
