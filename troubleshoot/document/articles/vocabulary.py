"""Owns the words that articles use, Korean and English, for columns and labels: what each says of an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

LONGEST_LABEL = 60
LONGEST_ANNOUNCEMENT = 200


class Role(StrEnum):
    """What a column or a labelled part says of an error."""

    OPERATION = auto()
    ORDINAL = auto()
    CODE = auto()
    ERROR = auto()
    """A code or a message, as its values show."""
    MESSAGE = auto()
    SYMPTOM = auto()
    CAUSE = auto()
    DESCRIPTION = auto()
    RESOLUTION = auto()
    STATUS = auto()
    """A code only where it says that something failed."""


TELLING = {Role.SYMPTOM, Role.CAUSE, Role.RESOLUTION, Role.MESSAGE, Role.CODE}
"""What the labels of an error say; a description alone says nothing of one."""


def any_of(words: str) -> str:
    """A pattern of alternatives, which stand on lines of their own or between spaced bars."""
    return "(?:" + "|".join(re.split(r"\s+\|\s+|\s*\n\s*", words.strip())) + ")"


FAILURE = "오류|에러|예외|실패|장애|(?<!de)fault|error|exception|failure"
_FAILURE = f"(?:{FAILURE})"
_CAUSES = any_of("원인 | 이유 | causes? | reasons?")
_WHICH_CAUSE = any_of("""
    가능한 | 가능성 있는 | 잠재적인? | 일반적인 | 예상 | 근본 | 이 | (?:오류|문제)(?:의|에 대한)?
    possible | potential | probable | likely | common | root | the
""")
_WAYS_OUT = any_of("""
    해결(?: ?(?:방법|방안|책|단계|조치|팁))? | 솔루션 | 해소 방법 | 대처(?: 방법)? | 대응(?: 방법)? | 대안
    완화(?: ?(?:방법|단계|조치))? | 조치(?: ?(?:방법|사항|내용))?
    (?:권장|권고|사용자|수정|시정|필요한|제안)(?: ?(?:되는|된))? ?(?:작업|조치|단계|동작|사항|해결 방법)
    work-?arounds? | resolutions?(?: steps)? | resolves? | mitigations?(?: steps)? | solutions? | fix(?:es)?
    remed(?:y|ies|iation) | (?:recommended |suggested |user |corrective |required |next )?actions?(?: required)?
    recommendations? | how to (?:fix|resolve|solve)(?: it| this| the)?(?: errors?| issues?| problems?)?
    (?:what|things) to (?:do|try)
""")
_SYMPTOMS = any_of("문제(?:점| 설명)? | 증상 | 현상 | 이슈 | symptoms? | problems?(?: description)? | issues?")
_DETAILS = any_of("""
    설명 | 세부 ?정보 | 자세한 설명 | 상세(?: ?(?:정보|설명))? | 의미 | 주석 | 비고 | 내용 | 참고 | 추가 정보
    descriptions? | details? | meaning | comments? | remarks? | notes? | explanation
    (?:additional|more) information
""")
_EXAMPLES = any_of("""
    (?:오류의 |의 |가능한 )*(?:예|예제|시나리오|예제 ?(?:시나리오|사례))
    (?:possible )?(?:examples?|scenarios?|example (?:cases?|scenarios?))(?: for(?: error)?)?
""")
_TEXT_OF_FAILURE = f"(?:{FAILURE}|경고) ?" + any_of("""
    메시지 | 메세지 | 세부 ?정보 | 상세 정보 | 텍스트 | 내용 | 문자열 | 설명 | messages? | details? | texts?
    formats? | descriptions? | strings?
""")
_NUMBERS = any_of("코드 | 번호 | id | 값 | codes? | numbers? | no\\.?")

# What a column's heading ends with; the first that fits counts, so that 권장 작업 is no operation.
_COLUMNS = [
    (Role.RESOLUTION, rf"(?:^|\s){_WAYS_OUT}$"),
    (Role.MESSAGE, rf"(?:{_TEXT_OF_FAILURE}|(?:^|\s)(?:메시지|messages?))$"),
    (
        Role.CODE,
        rf"(?:{FAILURE}|종료|반환|exit|return|hresult) ?(?:(?:하위|세부|상세|sub-?|details?) ?)?{_NUMBERS}$|^hresult$",
    ),
    (Role.CODE, r"^(?:16 ?진수|hex(?:adecimal)?) ?(?:값|코드|values?|codes?)?$"),
    (Role.CODE, r"^(?:(?:상태|결과|status|result|http) ?)*(?:코드|codes?)$|^(?:이벤트|event) ?(?:id|코드|code)$"),
    (Role.CAUSE, rf"{_CAUSES}$|^when(?: it (?:occurs|happens))?$|^발생 ?(?:조건|상황)$"),
    (
        Role.ERROR,
        rf"{_FAILURE}s?(?: ?(?:유형|형식|종류|범주|이름|조건|상태|types?|names?|conditions?|class|categor(?:y|ies)))?$",
    ),
    (Role.SYMPTOM, rf"(?:^|\s){_SYMPTOMS}$"),
    (Role.DESCRIPTION, rf"(?:^|\s){_DETAILS}$"),
    (Role.OPERATION, r"(?:작업|operations?|tasks?|jobs?)$"),
    (Role.STATUS, r"^(?:[가-힣\w]+ ){0,3}(?:상태|status|state)$"),
    (Role.ORDINAL, r"^(?:번호|순번|no\.?|#|number|item)$"),
]
_COLUMN_PATTERNS = [(role, re.compile(pattern)) for role, pattern in _COLUMNS]
_SAYS_FAILURE = re.compile(f"{FAILURE}|종료|exit|hresult")
_CAMEL = re.compile(r"(?<=[a-z])\.?(?=[A-Z])")
"""Where the words of a name meet: ErrorCode, ErrorDetail.Code."""
_BRACKETED = re.compile(r"[(\[（][^()\[\]]*[)\]）]")
_SEVERAL = re.compile(r"/|,| (?:및|또는|and|or) ")
_EDGES = " \t\r\n*_`:：.,-–—#"
_SYMBOL = "[\u203b\u2190-\u21ff\u2300-\u245f\u25a0-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]"
_ONE_SYMBOL = re.compile(_SYMBOL)
_SYMBOLS = re.compile(rf"^(?:{_SYMBOL}[\s\u200d]*)+|(?:[\s\u200d]*{_SYMBOL})+$")
"""What only decorates a heading or a label: ■ 증상, 🔍 Cause."""


@lru_cache(maxsize=4096)
def column_role(heading: str) -> Role | None:
    """Of several, as in 설명/원인/예제 or 해결 방법 및 예제, the first that is known."""
    words = folded(_CAMEL.sub(" ", _BRACKETED.sub("", heading)))
    names = (words, *(name.strip() for name in _SEVERAL.split(words)))
    return next((role for name in names for role, pattern in _COLUMN_PATTERNS if pattern.search(name)), None)


def says_failure(heading: str) -> bool:
    """Whether a column names errors of its own accord; 코드 and 메시지 alone do not."""
    return _SAYS_FAILURE.search(folded(_CAMEL.sub(" ", heading))) is not None


def folded(text: str) -> str:
    return " ".join(undecorated(text.strip(_EDGES)).strip(_EDGES).split()).casefold()


def undecorated(text: str) -> str:
    is_decorated = _ONE_SYMBOL.match(text[:1]) or _ONE_SYMBOL.match(text[-1:])
    return _SYMBOLS.sub("", text) if is_decorated else text


@dataclass(frozen=True, slots=True)
class Label:
    """A part's role, and the words behind it: ``원인 1: 방화벽이 포트를 차단합니다``."""

    role: Role
    text: str = ""


# A label is the whole of a heading or of a bold line; or it stands before a colon or a dash.
_LABELS = [
    (Role.MESSAGE, f"{_TEXT_OF_FAILURE}|오류|에러|예외|메시지|error|message|exception"),
    (Role.CODE, rf"(?:{FAILURE}|종료|exit|(?:http )?(?:상태|status)) ?{_NUMBERS}"),
    (Role.CAUSE, f"(?:{_WHICH_CAUSE} )*{_CAUSES}|what(?:'|’)?s causing (?:this|the) (?:error|issue|problem)"),
    (
        Role.RESOLUTION,
        rf"(?:(?:가능한|권장|임시|오류|원인(?: ?\d)?의|possible|recommended|suggested|temporary|the) )*{_WAYS_OUT}"
        r"(?: (?:for|to) (?:the )?(?:cause|issue|problem|error))?|"
        + any_of(r"""
        문제 ?해결(?: ?(?:단계|방법|절차|팁))? | 수정(?: 방법)? | (?:유효성 검사|진단|확인) 및 해결 | 답변 | 재구성
        (?:다음을 )?시도(?:해 ?보세요|할 (?:작업|사항))?
        (?:해결 ?|수정 ?)?제안(?: ?사항)?(?: (?:[a-z]+ ){0,3}(?:문제|오류))?
        suggestions?(?: (?:to|for) ?(?:fix|resolv|solv)\w*(?: \w+){0,3})?
        troubleshooting(?: (?:steps|tips))? | answer | a | try(?: (?:this|these|the following))? | 해상도
        [^:]{0,30}(?:문제|오류)를 해결하(?:는|기 위한) (?:단계|방법) | steps to (?:fix|resolve|solve) .*
        """),
    ),
    (Role.SYMPTOM, rf"(?:(?:잠재적인?|가능한|일반적인|potential|possible|common) )?{_SYMPTOMS}"),
    (Role.DESCRIPTION, f"{_DETAILS}|{_EXAMPLES}|배경|측정|진단|영향|background|impact|measurement|diagnosis"),
]
_LABEL_PATTERNS = [
    (role, re.compile(rf"(?:{pattern})(?: ?#?\d{{1,2}}| [a-zA-Z])?", re.IGNORECASE)) for role, pattern in _LABELS
]
_BEFORE_COLON = re.compile(r"([^:：]{1,40})[:：]\s*(.*)", re.DOTALL)
_BEFORE_DASH = re.compile(r"(.{1,30}?\d{0,2})\s+[-–—]\s+(.*)", re.DOTALL)
_SIGN = re.compile(r"[:：–—-]")
_LONGEST_IN_FRONT = 2 * LONGEST_LABEL
"""A number, a label and what is before its colon or dash is shorter than that."""
_NUMBER = re.compile(
    r"^(?:(?:문제 ?해결|troubleshooting|(?:시나리오|scenario)(?: ?\d{1,2})?)\s*[:：]\s*"
    r"|(?:사례|case) ?\d{1,2}\s*[.):：–—-]\s*)?"
    r"(?:(?:\(?\d{1,2}[.)]|\d{1,2}(?:[.-]\d{1,2}){1,2}[.)]?|[①-⑳]|[•·]|(?:Q|질문) ?\d{0,2}\s?[.:)])\s+)?",
    re.IGNORECASE,
)


def without_number(title: str) -> str:
    """``1. 제목`` without its number, Q:, a symbol, 문제 해결: or 시나리오: in front; a code of three digits stays."""
    return _NUMBER.sub("", undecorated(title), count=1)


@lru_cache(maxsize=4096)
def label_of(text: str) -> Label | None:
    """The label that ``text`` (plain) is, or begins with."""
    if len(text) > _LONGEST_IN_FRONT and not _SIGN.search(text, 0, _LONGEST_IN_FRONT):
        return None
    text = without_number(text.strip())
    if role := _role_of_label(text):
        return Label(role)
    for pattern in (_BEFORE_COLON, _BEFORE_DASH):
        match = pattern.fullmatch(text)
        if match and (role := _role_of_label(match[1])):
            return Label(role, match[2].strip())
    return None


def _role_of_label(text: str) -> Role | None:
    words = undecorated(text.strip(_EDGES + "?")).strip(_EDGES)
    if len(words) > LONGEST_LABEL:
        return None
    return next((role for role, pattern in _LABEL_PATTERNS if pattern.fullmatch(words)), None)


_BOLD = re.compile(
    r"\s{0,3}(?:(?:[-*+]|\d{1,2}[.)])\s+)?(\*\*|__)(?P<label>[^*_]{1,60}?)\s*[:：]?\s*\1\s*[:：]?\s*(?P<text>.*)"
)
_BARE = re.compile(r"\s{0,3}(?:[-*+]\s+)?(?P<label>[^\s*_`|\[<:：-][^*_`|\[<:：]{0,38}?)\s*[:：]\s*(?P<text>.*)")
_MARKED = re.compile(
    rf"\s{{0,3}}(?:[-*+]\s+)?{_SYMBOL}?\s*(?:\[(?P<label>[^\[\]]{{1,40}})\]|【([^【】]{{1,40}})】|<([가-힣 ]{{1,20}})>)"
    rf"(?![(\[])\s*[:：]?\s*(?P<text>.*)|\s{{0,3}}{_SYMBOL}+\s*([^\s*_`|].{{0,38}}?)\s*"
)


def label_in(line: str, *, begins: bool) -> Label | None:
    """The label that a line is, or begins with: ``**원인** …``, ``원인: …``, ``[원인] …``, ``■ 원인``."""
    match = _BOLD.fullmatch(line)
    if match is None and (marked := _MARKED.fullmatch(line)):
        label = label_of(next(filter(None, marked.group(1, 2, 3, 5))))
        if label and not label.text:
            return Label(label.role, (marked["text"] or "").strip())
    if match is None and begins:
        match = _BARE.fullmatch(line)
    if match is None:
        return None
    label = label_of(match["label"])
    is_told = label is not None and not label.text and label.role in TELLING
    return Label(label.role, match["text"].strip()) if label and is_told else None
