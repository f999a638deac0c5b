"""Owns what of a text is the language rather than the matter: grammar, what programs print, boilerplate. Pure.

Inverse document frequency learns what means little from many documents; thirty entries are not many. Every expression
is linear in its input: every repetition is bounded, and none is nested in another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from troubleshoot.search.core.analysis import remembered, terms

_ENDING = re.compile(
    "(?:이|가|을|를|은|는|에|의|와|과|도|로|만|요|나|랑|으로|에서|에게|한테|까지|부터|마다|보다|처럼|이나|하고|이랑|인데|이고|이며|라고"
    "|에는|에도|에만|으론|로는|로도|하는|하면|해서|했다|한다|합니다|했습니다|됩니다|되는|되면|돼요|해요|했어요|하는데|입니다|이에요|예요"
    "|인지|는지|은지|이라고|에서는|에서도|으로는|으로도|까지는|하려면|하려고|인가요|나요)"
)

_SHORTEST_STEM = 2


def is_ending(text: str) -> bool:
    """Whether ``text`` can follow a noun: 통신이 is 통신 with an ending, 스냅솟 is not 스냅 with one."""
    return _ENDING.fullmatch(text) is not None


@remembered
def stem(word: str) -> str:
    """``word`` without its longest ending, as far as two syllables are left."""
    for end in range(_SHORTEST_STEM, len(word)):
        if is_ending(word[end:]):
            return word[:end]
    return word


_HANGUL_RUN = re.compile(r"[가-힣]{4,}")


def inside_words(text: str) -> frozenset[str]:
    """The pairs of syllables that stand in the Korean words of ``text``, never at the beginning or the end of one."""
    runs = [stem(word) for word in _HANGUL_RUN.findall(text)]
    inside = {run[at : at + 2] for run in runs for at in range(1, len(run) - 2)}
    return frozenset(inside.difference(*({run[:2], run[-2:]} for run in runs)))


# What makes a verb of a noun (백업하지, 실패한, 실행되도록), and words that are no noun at all.
_VERB = re.compile(r"([가-힣]{2,5}?)(?:하|한|할|함|해|했|되|된|될|됨|됐|돼|시키|시킨|받)[가-힣]{0,5}")
_NO_NOUN = re.compile(
    r"(?:없|있|않|아니|같|모르|싶|어떡|어떻)[가-힣]{1,5}|수[가는도를]|(?:위|대|관|통)(?:해|한|하여)서?|따라서?|따른"
    r"|(?:나오|나와|나온|나왔|나옵|뜨|떠|떴|뜹)[가-힣]{0,5}"
    r"|[가-힣]{1,6}(?:니다|세요|시오|도록|려면|면서|아야|어야|해야|는데|더니|다고|거나|려니)"
)


def noun(word: str) -> str:
    """The noun in an inflected Korean ``word`` (백업하지: 백업), empty where there is none; any other as it is."""
    if not "가" <= word[:1] <= "힣":
        return word
    if _NO_NOUN.fullmatch(word) and not _VERB.fullmatch(word):
        return ""
    found = _VERB.fullmatch(word)
    bare = found[1] if found else stem(word)
    return "" if _NO_NOUN.fullmatch(bare) else bare


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Bigrams of Korean endings, particles and auxiliaries, and of the words that a question is made of.
_KOREAN = _words("""
습니 니다 합니 입니 됩니 있습 없습 않습 하는 하여 하고 하면 하세 하지 하게 하려 하자 하나 해서 해야
해도 했는 했더 했습 했어 했다 한다 하다 한데 되는 되어 되고 되면 되지 되나 되었 됐어 됐습 됐는
된다 돼서 돼요 에서 에게 에는 에도 으로 까지 부터 처럼 이나 라고 라는 이라 이고 이며 인데 인지
는지 는데 은데 은지 어요 아요 세요 나요 까요 네요 려면 려고 지만 면서 더니 도록 거나 때문 문에
경우 대한 대해 위해 통해 따라 있는 없는 있다 없다 있어 없어 있고 없고 않은 않고 않아 않는 수있
수없 할수 을수 것을 것이 것은 것입 것도 다시 너무 계속 그냥 자꾸 매일 새로 또는 그리 리고 그런
이런 저런 어떻 떻게 방법 어떤 무슨 무엇 왜이 왜안 하라 라고 보니 보면 봐도 주세 세요 해주 어야
아야 야하 야합 야되 것같 은것 같아 같습 듯해 듯합
""")
_ENGLISH = _words("""
a an the of to in on at by for from with and or is are was were be been being am do does did has have had it
its this that these those there here i we you he she they my our your their me us them as if when while then
than so but what which who how why where all any some every each still just also very only own same too again
please make sure
""")

FUNCTION_TERMS = _KOREAN | _ENGLISH

# What every complaint says: in a query about anything at all they name nothing.
_COMPLAINT = _words("""
오류 에러 실패 문제 이슈 류가 러가 류로 류입 러입 패했 패하 패합 패입 작동 동하 안돼 안되 안됨 안됩 못해 못하 못했
먹혀 먹히 먹힙
keep keeps keeping
error errors failed fails fail failing failure failures problem problems issue issues not no cannot can can't
doesn't don't isn't won't work works working
""")
_SAYS_NOTHING = _COMPLAINT | FUNCTION_TERMS


@remembered
def is_complaint(word: str) -> bool:
    """Whether ``word`` says nothing but that something goes wrong."""
    return _SAYS_NOTHING.issuperset(terms(word))


# What any task may end in names no error, although these are two words: the job timed out.
_TIMEOUT = re.compile(r"\btim(?:ed|es?|ing)[ -]?out\b|시간 ?초과", re.IGNORECASE)


def without_timeout(text: str) -> str:
    """``text`` without saying that something took too long."""
    return _TIMEOUT.sub(" ", text)


def content_of(found: frozenset[str]) -> frozenset[str]:
    """Those of the terms ``found`` in a query that say what it is about; a complaint's where there are no others."""
    words = found - FUNCTION_TERMS
    return words - _COMPLAINT or words


# A sentence that a program prints, told from one that somebody says, asks or complains in.
_HANGUL = re.compile(r"[가-힣]")
# Programs end in the formal style, or in a bare noun; people who write to people do not, or say what was said. What
# somebody sees happen (느립니다, 실패합니다, 나옵니다) is a complaint in any style.
_PRINTED_KO = re.compile(
    r"(?:없습|않습|못했습|었습|았습|했습|됐습|였습|졌습|있습|아닙|족합|됩|입"
    r"|필요합|야 합|존재합|일치합|동일합|포함합|초과합|가능합|불가합"
    r"|[낮높작많적짧]습|[큽깁]|다릅)니다[.\s)\"'”]{0,4}(?:$|[.(\n])"
    r"|(?:하십시오|바랍니다)[.\s]{0,3}(?:$|\n)"
)
_TITLE_KO = re.compile(r"(?:실패|불가|불가능|초과|거부|만료)(?:했습니다|함|됨)?[.\s]{0,3}(?:$|[(\n:])")
# Who names the cause tells what happened, and copies no title: 방화벽 때문에 백업 실패.
_CAUSED_KO = re.compile(r"때문에|(?:문제|탓|영향)(?:으)?로|[가-힣] (?:후|뒤|이후)(?:로|에|부터)? ")
_SAID_KO = re.compile(
    r"라고|다고|냐고|자고|래요|대요|네요|데요|어요|아요|해요|돼요|세요\?|나요|까요|지요|죠|싶"
    r"|려고|려는|려다|는데|은데|던데|인데|더니"
    r"|어떻게|방법(?:은|이 |을 |\?|$)|무슨|무엇|왜 |어떤 |자꾸|매일|그냥|그만|뭘|뭐|(?<![가-힣])(?:누가|저희|제가|우리)"
    # The short form of a negation (안 끝나고) is spoken; programs write the long one (끝나지 않습니다).
    r"|(?<![가-힣])[안못] [가-힣]{1,4}[고서네니던](?![가-힣])"
    r"|안 ?됩니다|안 ?됨|안 ?돼|못 ?합니다|됐는지|골라|고르|골랐|되나|인가요|인가\?|면서 "
)
_PRINTED_EN = re.compile(
    r"\b(?:fail(?:ed|ure| to)|can ?not|can't|could(?: not|n't)|unable|invalid|denied|exceed(?:s|ed|ing)?|limit"
    r"|timed out|insufficient|missing|corrupt(?:ed)?|error|locked|unreadable|disallowed|refused|conflict|unexpected"
    r"|expired|bad state|unsupported|already|in progress|has reached|reached the|deleted)\b"
    r"|(?:\bnot|n't) (?:\w{1,20} )?(?:supported|found|available|registered|allowed|present|in a|responsive|accessible"
    r"|correct(?:ly)?|configured|enabled|online|exist|supportive|authorized|permitted)\b"
    r"|(?:\bnot|n't) have (?:\w{1,20} )?(?:authorization|permissions?|access|capacity|rights)\b"
    # A program writes its name, or what it was doing, before what went wrong.
    r"|\A[a-z][\w.-]{1,15}(?:\[[0-9]{1,6}\])?: |\bERR!|\bi/o timeout\b|\bno space left\b",
    re.IGNORECASE,
)
# What begins as a written sentence and says how something is: "The passphrase does not match that of the server".
_STATED_EN = re.compile(
    r"\A(?:[A-Z]|(?:the|a|an|this|these|one or more|no) (?=[^\n]{0,300}\.))[^\n]{0,200}?"
    r"\b(?:is|are|was|were|has|have|had|do not|does not|did not|must|should|requires?)\b"
)
_SAID_EN = re.compile(
    r"\b(?:i|i'm|my|our|me|someone|somebody|told|says?|tells?|every (?:night|day|time)|keeps?"
    r"|now|still|always|never|whenever|stuck|hangs?|hanging|forever|failed again|last night|yesterday|this morning"
    r"|although|even though)\b"
    r"|\?\s{0,3}$|^(?:how|why|what|when|who)\b"
    # A program that leaves out who can't begins as a sentence does, or names what it can't in quotes or behind a colon.
    r"|\A(?-i:can't|couldn't|won't) [^:'\"/\n]{1,200}\Z"
    r"|\b(?-i:we) (?:can ?not|can't)\b"
    r"|\bwe (?:ran|tried|get|got|see|saw|are|were|have (?:a|an|the)|want|need|use|moved|migrated|deleted)\b",
    re.IGNORECASE,
)
# Fewer words are no sentence, and no title of one.
_FEWEST_WORDS, _FEWEST_OF_A_TITLE, _FEWEST_STATED = 4, 4, 5
# What a system calls its error in two words is printed all the same.
_NAMED = re.compile(
    r"\b(?:segmentation fault|core dumped|kernel panic|access violation|stack overflow|bad gateway"
    r"|access(?: is)? denied|permission denied|connection (?:refused|reset)|no such file"
    r"|세그멘테이션 (?:오류|폴트|결함)|커널 패닉)",
    re.IGNORECASE,
)
# In few words, however formal, what somebody sees not happen. Programs say what they judge: not supported, not found.
_SEEN_KO = re.compile(
    r"(?:(?:시작|생성|표시|설치|취소|저장|실행|연결|작동|동작|완료|복원|복구|백업|진행|부팅|업데이트|확인)되|(?:작동|동작)하"
    r"|만들어지|보이|끝나|열리|켜지|꺼지|찍히|나오|깔리)지[를가]? 않습니다[.\s]{0,3}\Z"
)
_SEEN_EN = re.compile(
    r"\b(?:(?:do|does|is|are|will|can) ?not|(?:do|does|is|are)n't|can't|won't) (?:be )?"
    r"(?:started?|created?|shown?|displayed|visible|appear|installed|install|cancel(?:l?ed)?|saved|run|work|connect"
    r"|completed?|finish|restored?|backed up|updated?)[.\s]{0,3}\Z"
    r"|\A(?:can ?not|can't|unable to) \w{1,20}(?: \w{1,20}){1,2}\Z",
    re.IGNORECASE,
)
_MOST_OF_A_COMPLAINT = 6


def is_said(text: str) -> bool:
    """Whether ``text`` reads as somebody says, asks or complains."""
    return _SAID_EN.search(text) is not None or _SAID_KO.search(text) is not None


def is_printed(text: str) -> bool:
    """Whether ``text`` reads as a program prints it: not as people say, ask or complain."""
    if _NAMED.search(text) and not is_said(text):
        return True
    if len(text.split()) <= _MOST_OF_A_COMPLAINT and (_SEEN_KO.search(text) or _SEEN_EN.search(text)):
        return False
    if _HANGUL.search(text):
        is_caused = len(text.split()) <= _MOST_OF_A_COMPLAINT and _CAUSED_KO.search(text) is not None
        is_title = len(text.split()) >= _FEWEST_OF_A_TITLE and not is_caused and _TITLE_KO.search(text) is not None
        return (is_title or _PRINTED_KO.search(text) is not None) and _SAID_KO.search(text) is None
    if len(text.split()) < _FEWEST_WORDS or _SAID_EN.search(text):
        return False
    is_stated = len(text.split()) >= _FEWEST_STATED and _STATED_EN.search(text) is not None
    return is_stated or _PRINTED_EN.search(text) is not None


# The sentences that any program prints beside an error: retry, wait, contact support. They name no error.
_BOILERPLATE = re.compile(
    r"""
    (?:please\ )?(?:re)?try\ (?:the\ |your\ |this\ )?(?:operation|request|job|action)?\s?(?:again\ )?
        (?:later|after\ some\ ?time|after\ a\ while|(?:in|after)\ (?:a\ few|some|several)\ (?:minutes|moments))\.?
    | (?:please\ )?(?:re)?try\ the\ (?:operation|request|job)(?:\ again)?(?:\.|$)
    | if\ the\ (?:problem|issue|error)\ (?:persists|continues)[^.\n]{0,80}\.?
    | (?:please\ )?contact\ (?:\w{1,30}\ ){0,2}support[^.\n]{0,40}\.?
    | (?:please\ )?wait\ (?:until|for)\ (?:the\ |this\ |your\ )?(?:previous\ )?(?:job|operation|it|process)s?\ (?:to\ )?
        (?:is\ |has\ )?(?:completed?s?|finish(?:ed|es)?|ends?)(?:,?\ and\ then\ retry)?\.?
    | (?:몇\ ?분|잠시|나중에|일정\ 시간)\ ?(?:후|뒤)?에?\ ?(?:(?:작업|요청|연결)을\ )?다시\ ?(?:시도|실행)[^.\n]{0,9}\.?
    | (?:나중에\ )?(?:작업을|요청을|백업\ 작업을)\ 다시\ ?(?:시도|시작)[^.\n]{0,10}\.?
    | (?:문제|오류)가\ (?:지속되면|계속되면|계속\ 발생하면)[^.\n]{0,60}\.?
    | (?:[a-z]{2,30}|고객|기술)\ ?(?:고객\ )?지원(?:팀|\ 서비스)?에\ ?문의[^.\n]{0,16}\.?
    | (?:이전\ |현재\ )?작업이\ (?:완료|종료|끝)될?\ ?때까지\ (?:기다|대기)[^.\n]{0,20}\.?
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def blanked(text: str) -> str:
    """``text``, as long as it was, with spaces in place of such sentences."""
    return _BOILERPLATE.sub(lambda match: " " * len(match.group()), text)


# What any program says of what it did, naming no error, and what it tells to do, which is no error either.
_ANY_TASK = re.compile(
    r"(?:(?:the|this|your) )?(?:\w{1,20} )?(?:operation|job|request|action|command|task|process|backup|restore)s?"
    r"(?: execution| operation| job)? ?(?:(?:has|have|was|could) )?"
    r"(?:failed|timed out|not be (?:completed|performed|processed))"
    r"|(?:(?:백업|복원|스냅샷|스냅숏|이) ?)?(?:작업|명령|요청)(?:을|를|이|가|에)? ?(?:시간이 ?초과되었습니다"
    r"|(?:(?:실행|완료|수행|처리)하지 못|실패)했습니다|(?:수행|처리)할 수 없습니다)"
    r"|(?:backup|restore|snapshot) failed|(?:백업|복원|스냅샷|스냅숏)(?:이|에)? ?실패(?:했습니다)?"
    r"|timed out|시간이? ?초과(?:되었습니다|됨)?",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"please \w.*|(?:then )?(?:make sure|ensure|check|verify|select|specify|choose|provide|install|see|refer|retry|try"
    r"|restart|stop|wait|contact)\b.*|.*(?:세요|십시오)",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.!?:](?:\s|\Z)|\s[-–—]\s|\n")


def _in_particular(bare: str) -> list[str]:
    """The sentences of a ``blanked`` text that are not only what any program prints."""
    sentences = filter(None, map(str.strip, _SENTENCES.split(bare)))
    return [sentence for sentence in sentences if not _ANY_TASK.fullmatch(sentence)]


def says_nothing(bare: str) -> bool:
    """Whether a ``blanked`` text is only what any program prints: that something failed or timed out."""
    return not _in_particular(bare)


def in_particular(bare: str) -> str:
    """What a ``blanked`` text says beside what any program prints; all of it where it says nothing else."""
    every, told = list(filter(None, map(str.strip, _SENTENCES.split(bare)))), _in_particular(bare)
    return "\n".join(told) if told and told != every else bare


def is_instruction(bare: str) -> bool:
    """Whether a ``blanked`` text only tells what to do, and nothing in particular of what happened."""
    told = _in_particular(bare)
    return bool(told) and all(map(_INSTRUCTION.fullmatch, told))


@lru_cache(maxsize=4096)
def without_instructions(text: str) -> str:
    """What ``text`` says of what happened, without what it tells to do; all of it where it says nothing else."""
    parts = (part.strip(" -–—") for part in _SENTENCES.split(text))
    return "\n".join(part for part in parts if part and not _INSTRUCTION.fullmatch(part)) or text


# Where a sentence ends that somebody quotes or writes on a line of its own.
_ENDS = re.compile(r"(?<=[.!?])|[\s\"'”’<]{0,40}(?:\n|\Z|[\"'”’<])")


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether ``[start, end)`` ends as a sentence does, and no word stands right before it.

    "인쇄 작업을 취소하지 못했습니다" is of no backup job.
    """
    before = text[max(start - 2, 0) : start]
    return _ENDS.match(text, end) is not None and not (before.endswith(" ") and before[:1].isalpha())
