"""Owns what the words of a heading say, Korean and English: an error, a task, a question or boilerplate."""

from __future__ import annotations

import re
from functools import lru_cache

from troubleshoot.document.articles.vocabulary import FAILURE, LONGEST_ANNOUNCEMENT, any_of, folded, without_number
from troubleshoot.document.sentences import split_sentences

_BOILERPLATE = re.compile(
    any_of(r"""
    (?:문서|이 문서의|일반)? ?(?:개요|소개|목차) | 다음(?: 단계)? | 참고(?: ?(?:항목|자료|문헌|링크))? | 참조 | 요약
    결론 | 부록 | 용어(?:집)?
    (?:관련|권장|추천|추가)(?:된|되는)? (?:항목|문서|링크|콘텐츠|정보|리소스|자료|읽을거리|문제 해결 문서|대답)
    추가 네트워크 캡처
    시작하기 전에 | (?:필수|사전) (?:조건|구성 ?요소|요구 사항) | 고려 ?사항 | 사용자 의견 | 피드백.* | 의견 보내기
    문의.* | (?:도움|지원).*(?:필요|문의|요청|얻|받).* | (?:microsoft |기술 )?지원(?:팀)?.*문의.* | .*답변을? 찾.*
    자주 ?(?:묻는|하는) 질문.* | 질문과 대답 | faqs? | frequently asked questions
    (?:an? )?(?:overview|introduction|summary|conclusion|appendix|glossary|feedback|references?|contents)
    prerequisites | before you begin | considerations | in this article | next steps? | see also | related .*
    (?:additional|more) (?:resources|information|help) | learn more | provide feedback | recommended documents
    (?:getting|get|need|still need) (?:more )?(?:help|support).* | contact .* | further .*reading
    .*didn.?t find .*answer.* | .*(?:오류|문제).*(?:나열|언급)되지 않.* | .*(?:errors?|issues?|problems?) .*not listed.*
    .*(?:errors?|issues?|problems?) (?:is|was|are)n.?t listed.*
    .*(?:단계|방법|조치).*시도.*(?:않|못|안 ).* | (?:여전히|그래도|아직도?) .*(?:작동|해결|동작).*(?:않|못|안 ).*
    .*(?:tried|followed) .*(?:steps|suggestions?|solutions?).* | still (?:not working|doesn.?t work|have .*|having .*)
    """)
    + r"\??"
)
_TASK = re.compile(
    any_of("""
    방법 | 려면 | (?![대주크])[가-힣]기 | 확인 | 검사 | 점검 | 검토 | 수집 | 설정 | 구성 | 사용 | 조사 | 식별 | 복구
    (?<!미)해결 | 진단 | 보기 | 단계 | 설치 | 업그레이드 | 다시 시작 | 초기화 | 실행 | 추적 | 캡처 | 문의 | 업데이트
    추가 | 제거 | 삭제 | 변경 | 예방 | 방지 | 이해 | 모범 사례 | 팁 | 도구 | 명령 | 스크립트 | 예제 | 샘플 | 로그
    가이드 | 목록 | 절차 | 모니터링 | 관리 | 테스트 | 시나리오 | 등록 | 배포 | 정보 | 템플릿 | 다운로드 | 처리 | 범주
    마이그레이션 | 재설정 | 활성화 | 쿼리 | 해제 | 디버그 | 디버깅 | 수정 | 클래스 | 분류
    (?:오류|예외|문제) (?:유형|종류) | 발생하는 이유 | 탐지 | 감지 | 최적화 | 튜닝 | 분석 | 측정
    검색 | 선택 | 논리 | 로직 | 전략 | 원칙 | 고려 ?사항 | [가-힣]+ 및 | [가-힣]+하고
    """)
    + r"(?:\s?\([^)]*\))?$|^\d{1,2} ?단계|^(?:step|stage|phase) \d"
    + r"|^(?!.*\b(?:cannot|unable|fail\w*|not|missing|\w+n.t)\b).*"
    + r"\b(?:settings?|configuration|information|steps|logs|scripts?|guides?|examples?|scenarios?|requirements"
    + r"|files|options|properties|commands|tools|tips|practices|(?:types|kinds) of \w+|handling|reporting"
    + r"|detection|tuning|optimi[sz]ation|considerations)$"
    + r"|^(?:\w+ )?(?:logic|strateg(?:y|ies))(?: for\b|$)"
)
_TASK_VERB = re.compile(
    any_of(r"""
    샘플 | 예제 | 예시 | 그림 | sample | example | figure
    how (?:to|do|can|does) | to | check | verify | validate | collect | gather | use | using | configure | install
    enable | disable | troubleshoot(?:ing)? | get | view | create | run | find | set | investigate | identify
    recover | contact | review | update | upgrade | restart | reset | determine | understand(?:ing)? | prevent
    monitor | analyze | diagnose | debug(?:ging)? | resolve | fix | test | manage | download | open | register | remove
    delete | add | change | simulat(?:e|ing) | handl(?:e|ing) | avoid(?:ing)? | report(?:ing)? | search
    what (?:is|are) | list of | steps (?:to|for) | tools | logs?
    """)
    + r"\b(?!-)"  # Get-Item is no task
)
_QUESTION = re.compile(r"\?$|(?:나요|까요|습니까|입니까|인가요|은가요|란)$")
_ASKS_ABOUT_TROUBLE = re.compile(
    any_of("""
    오류 | 에러 | 예외 | 실패 | (?:작동하지|표시되지|나타나지) 않 | 할 수 없 | 이유 | 왜
    error | exception | fail | not work | can.?t | cannot | n.t | why
    """)
)
_ASKED = re.compile(r"\?$|[을를] \S+지 않았습니다")
"""Of what is said before a question: another one, or what who asks has not done."""
_SAYS_SHOWN = re.compile(r"[\"“][^\"“”]{4,}[\"”]\s?(?:이?라는 )?(?:메시지|오류|경고)[가이를]? (?:표시|나타)")
"""저장할 때 "이미 저장했습니다." 라는 메시지가 표시됩니다."""
_SHOWN = re.compile(r"(?:메시지|오류|message|error)(?:[가이를을]|s)? ?(?:표시|나타|발생|보|뜹)", re.IGNORECASE)
_ASKS_HOW = re.compile(r"어떻게|할 수 있|방법은|^(?:how|can|may|is it|should)\b")
_ASKED_OF_A_CASE = re.compile(r"(.+(?:경우|(?<!려)면))(?:에는?)?,? (?:어떻게|무엇을) (?:해야 )?[하합할]")
"""응답이 수신되지 않는 경우 어떻게 해야 하나요?"""
_IF_IT_HAPPENS = re.compile(r"(?:발생|표시|나타|실패|않|없)\S*(?:면|때)| 경우|\b(?:if|when)\b")
_TROUBLE = re.compile(
    any_of(r"""
    지 ?(?:않|못) | (?:수|가|이|은|는|항목이?|응답|권한) ?없 | 없(?:음|습니다|는 (?:경우|문제))
    못(?:함|합니다|했습니다|하는|하였) | 안 (?:됨|됩니다) | (?<!사용 )안 (?:함|합니다) | 불가 | 불일치 | 일치하지 | 실패
    오류 | 에러 | 예외 | 잠(?:[김긴]|겼|겨) | 잘못 | 충돌 | 거부 | 누락 | 손상 | 손실 | 만료 | 초과 | 부족 | 중단
    고정(?:됨|됩니다|되) | 멈 | 지연 | 느[린림려] | 오래 걸 | 끊 | 분실 | 다운(?:됨|되) | 바뀐 | 차단(?:됨|됩니다|되|하)
    종료(?:됨|됩니다|되었) | 도달했 | 비정상 | 중복 | 유효하지 | 사라 | 폭주 | 급증 | 높은 | 너무 (?:많|크|큰|길|긴|작)
    과도 | 불균형 | 경고가? (?:발생|표시) | [높낮]게 표시 | 길어[지짐집]
    알 수 없는 | 예기치 | 올바르게 않 | 깨[진져] | 반복(?:됨|됩니다|되) | 중지 ?(?:됨|됩니다|합니다|되)
    (?:계속|지속적으로|반복해서) .*(?:종료|다시 시작) | 꺼[짐지] | 크래시 | 오프라인 | 취소되
    저하 | 과부하 | 고갈 | 소진 | 누수 | 유실 | 꽉 [참찼] | 가득 [참찼] | 먹통 | 튕[김긴겼깁] | 이미 (?:사용|존재|있)
    """)
    + r"|\b"
    + any_of(r"""
    cannot | can(?:'|’)?t | can not | locked | unable | fail(?:s|ed|ing|ures?)? | errors? | exceptions? | not | never
    missing | denied | invalid | (?:do|does|is|are|was|were|did|wo|has|have)n(?:'|’)?t | time[ds]?[ -]?outs?
    incorrect(?:ly)? | wrong | unexpected(?:ly)? | slow(?:ly|ness)? | crash(?:es|ed|ing)? | lost | expired?
    exceed(?:s|ed|ing)? | reject(?:s|ed)? | refused? | conflicts? | corrupt(?:ed)? | blocked | unavailable
    disconnect(?:s|ed|ions)? | no longer | too (?:many|long|large|big|small) | insufficient | unknown | inconsistent
    mismatch(?:ed)? | uneven(?:ly)? | hangs? | stuck | duplicated? | offline | unhealthy | stops? | stopped | broken
    unsupported
    no (?:['"‘“\w-]+ ){0,4}(?:data|options?|response|access|place)
    nothing | halts? | freezes? | blocks (?:when|while|waiting|until)
    restart(?:s|ing)? (?:continually|continuously|repeatedly|unexpectedly)
    (?:is|are|been|was|were) disabled | disallow(?:s|ed)?
    already (?:in use|used|taken|exists?) | keeps? (?:\w+ )?\w+ing | forbidden | unreachable
    inaccessible | unresponsive
    out of (?:memory|(?:disk )?space|range|sync) | (?:disk|volume|quota|queue|log|partition)(?: space)?(?: is)? full
    degrad(?:es|ed|ation) | poor | leak(?:s|ed|ing)? | overload(?:s|ed)? | exhaust(?:s|ed|ion) | starvation | flapping
    throttl(?:es|ed|ing) | blank | garbled
    (?:high|excessive) (?:\w+ )?(?:usage|utili[sz]ation|latency|load|consumption)
    """)
    + r"\b",
    re.IGNORECASE,
)
_WRONG_THING = re.compile(
    "(?:잘못(?: ?된|설정된|구성된)|유효하지 않은|올바르지 않은|누락된|손상된|만료된|중복된|일치하지 않는) "
    "(?!.*(?:및|또는|에 대한) ).*(?:설정|구성|정보|템플릿|명령|스크립트|쿼리|범위|등록)$"
)
"""What sounds like a task at its end, and is a thing that is wrong: 잘못된 연결 문자열 설정."""
_STATUS = re.compile(r"[1-5]\d{2}(?:\s|\.\.|…|$)")
_STATUS_QUOTED = re.compile(r"[1-5]\d{2} ?(?:\.\.+|…)")
_LIMIT = re.compile(
    r"(?:지원|호환)되지 않는 (?!.*(?:오류|문제|예외|실패)).*[가-힣\w)]$(?<!니다)"
    r"|^(?:known )?(?:unsupported|incompatible) [\w ]+s$|(?:제한 사항|도움말|limitations?|guidance)$"
)
_TASK_AT_EDGE = re.compile(
    r"^(?:문제 ?해결|오류 ?해결|troubleshooting)\s*[:：–—-]\s*"
    r"|^(?:troubleshoot|fix|resolv|debug|diagnos)(?:e|ing)? (?:an? |the )?"
    r"| ?(?:문제 ?해결|문제를 해결하는|해결|수정|디버그|디버깅|진단|조사)(?: ?(?:방법|가이드|단계))?$",
    re.IGNORECASE,
)


def _bare(title: str) -> str:
    return folded(without_number(title))


@lru_cache(maxsize=4096)
def is_boilerplate(title: str) -> bool:
    """Overview, next steps and the like."""
    return _BOILERPLATE.fullmatch(_bare(title)) is not None


@lru_cache(maxsize=4096)
def tells_of_trouble(title: str) -> bool:
    """Whether a heading says that something goes wrong, and neither what to do nor what one may ask of a product."""
    words = _bare(title)
    if _STATUS_QUOTED.match(words) or _SAYS_SHOWN.search(words):
        return True
    if is_boilerplate(title) or _LIMIT.search(words):
        return False
    if (_TASK.search(words) or _TASK_VERB.match(words)) and not _WRONG_THING.match(words):
        return False
    if _QUESTION.search(title.strip()):
        told = split_sentences(title)[:-1]
        if any(_SHOWN.search(one) or (not _ASKED.search(one) and tells_of_trouble(one)) for one in told):
            return True
        case = _ASKED_OF_A_CASE.match(words)
        is_about_case = case is not None and _TROUBLE.search(case[1]) is not None
        is_about_product = _ASKS_HOW.search(words) and not _IF_IT_HAPPENS.search(words)
        if not is_about_case and (is_about_product or not _ASKS_ABOUT_TROUBLE.search(words)):
            return False
    return _STATUS.match(words) is not None or _TROUBLE.search(words) is not None


_ASKS_WHY = re.compile(r"(?:이유|원인)[는은가이]? ?(?:무엇|뭔|뭐)|^(?:왜|why) ")


def asks_why(title: str) -> bool:
    """Such as 공간이 부족한 이유는 무엇인가요? and Why do I run out of space?."""
    return _ASKS_WHY.search(_bare(title)) is not None


_REQUEST = re.compile(r"[^.!]*(?:세요|시오)[.!]?")


def states_something(title: str) -> bool:
    """Whether a heading is a sentence cut to a noun, as those of errors are: 두 번 로그인해야 함."""
    return _STATED.search(folded(title)) is not None


_STATED = re.compile("[음함됨임짐김림]$")


def is_topic(text: str) -> bool:
    """Whether a row of 문제 and 해결 방법 holds a task or a limit, of which nothing is said that goes wrong."""
    words = folded(text)
    if len(words) > LONGEST_ANNOUNCEMENT:
        return False
    is_task = is_boilerplate(text) or _TASK.search(words) or _TASK_VERB.match(words)
    return _LIMIT.search(words) is not None or (bool(is_task) and not _TROUBLE.search(words))


def topic_of(title: str) -> str:
    """What a heading is about, without the task around it: 느린 백업 of 느린 백업 문제 해결."""
    return _TASK_AT_EDGE.sub("", title).strip()


@lru_cache(maxsize=4096)
def may_be_error(title: str) -> bool:
    """Whether a heading below one that names errors can be the name of one."""
    words = _bare(title)
    is_other = is_boilerplate(title) or _TASK.search(words) or _TASK_VERB.match(words) or _REQUEST.fullmatch(words)
    return not (is_other or _QUESTION.search(title.strip()))


_OF_ERRORS = "(?: ?(?:코드|메시지|목록|유형|codes?|messages?))*"
_COMMON = "알려진 문제|일반(?:적인)? 문제|known issues?|common (?:issues?|problems?)"
_ABOUT = "(?:in|during|when|while|with|from|on|for)"
_NAMES_ERRORS = re.compile(
    rf"(?<![a-z])(?:{FAILURE}|문제점?|이슈|issue|problem)s?{_OF_ERRORS}$"
    rf"|^(?:\w+ )?(?:errors|exceptions|issues|problems) {_ABOUT}\b"
)
_HOLDS_ERRORS = re.compile(
    rf"(?<![a-z])(?:{FAILURE}|{_COMMON})s?{_OF_ERRORS}$|^(?:\w+ )?(?:errors|exceptions) {_ABOUT}\b"
)
_CATALOGUE = re.compile(
    rf"(?:{FAILURE}) ?(?:코드|메시지|번호|codes?|messages?)|(?:오류|예외|errors|exceptions)$"
    r"|^(?:\w+ )?errors (?:of|from)\b"
)
_TROUBLESHOOTING = re.compile(r"문제 ?해결|troubleshoot")
_GENERAL = re.compile(r"일반|관련|대한 |및 |(?:중|시) ?(?:오류|문제)|기타|common|general|known|related|during|other")


_QUOTES = re.compile(r"(?:오류|error)?\s*[:：]?\s*([\"'“‘]).{4,}[\"'”’] ")


def is_quoted(title: str) -> bool:
    """Whether a heading is nothing but what a program says, in quotation marks."""
    return _WHOLE_QUOTED.fullmatch(without_number(title).strip()) is not None


_WHOLE_QUOTED = re.compile(r"[\"“‘'「](?=[^\"”’'」]* )[^\"”]{8,}[\"”’'」]\.?")


def names_errors(title: str) -> bool:
    """Whether a heading may stand over errors and be none itself: 인증 오류, Known issues; but not '가득 참' 오류."""
    words = folded(title)
    return _NAMES_ERRORS.search(words) is not None and not _QUOTES.match(words)


def holds_errors(title: str) -> bool:
    """Whether headings below may be errors without a word of trouble in them: 인증 오류 > AuthorizationFailure."""
    return _HOLDS_ERRORS.search(folded(title)) is not None


def stands_over_errors(title: str) -> bool:
    """Whether the items below a heading may be errors: 일반 오류, Known issues, 문제 해결."""
    return names_errors(title) or holds_errors(title) or _TROUBLESHOOTING.search(folded(title)) is not None


def is_general(title: str) -> bool:
    """일반 오류, 장치 등록 중 오류."""
    return _GENERAL.search(folded(title)) is not None


def is_catalogue(title: str) -> bool:
    """The title of a document that lists errors: each of its headings may be one."""
    words = folded(title)
    return _CATALOGUE.search(words) is not None and not _TROUBLESHOOTING.search(words)


NO_ERROR = re.compile(
    any_of("""
    0 | 0x0+ | no ?fault | success(?:ful)? | succeeded | ok | s_ok | none | n/a | - | – | 없음
    성공(?:함|했습니다)? | 해당 없음 | 정상
    """),
    re.IGNORECASE,
)
"""What stands for the code or the message where nothing went wrong."""

WENT_WELL = re.compile(
    r"(?!\w*(?:Not|Fail|Error|Cannot|Unable))\w+(?:Success(?:ful(?:ly)?)?|Succeeded|Start(?:ed)?|Completed?|Finished)"
)
"""The name of an event that tells of no failure: BackupSucceeded, ServiceStarted."""

_FAILED = re.compile(
    any_of("""
    error | fail | stopped | abort | warning | unhealthy | denied | expired | timed?[ -]?out | blocked | rejected
    offline | disconnected | unavailable | unknown | \\bnot (?!applicable|required|needed|started)\\w+
    오류 | 실패 | 경고 | 중단 | 비정상 | 거부 | 만료 | 시간 초과 | 차단 | 끊[김긴겼] | 오프라인 | 않음 | 안 ?됨 | 불가
    지 않 | 누락 | 잘못 | 손상 | (?:수|응답) 없 | 알 수 없
    """),
    re.IGNORECASE,
)
"""What a status says where something failed."""

_HTTP_FAILURE = re.compile(r"[45]\d{2}\b")


def says_failed(status: str) -> bool:
    """Whether a status is that of a failure: 차단, not connected, 404."""
    return _FAILED.search(status) is not None or _HTTP_FAILURE.match(status.strip(" `*")) is not None


_SPEAKS_OF_ERRORS = re.compile(rf"{FAILURE}|메시지|message", re.IGNORECASE)


def speaks_of_errors(text: str) -> bool:
    return _SPEAKS_OF_ERRORS.search(text) is not None
