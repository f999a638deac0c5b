"""Owns the sentences that any program prints beside an error: retry, wait, contact support. They name no error. Pure.

Every expression is linear in its input: every repetition is bounded, and none is nested in another.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(
    r"""
    (?:please\ )?(?:re)?try\ (?:the\ |your\ |this\ )?(?:operation|request|job|action)?\s?(?:again\ )?
        (?:later|after\ some\ ?time|after\ a\ while|(?:in|after)\ (?:a\ few|some|several)\ (?:minutes|moments))\.?
    | (?:please\ )?(?:re)?try\ the\ (?:operation|request|job)(?:\ again)?(?:\.|$)
    | if\ the\ (?:problem|issue|error)\ (?:persists|continues)[^.\n]{0,80}\.?
    | (?:please\ )?contact\ (?:microsoft\ |azure\ |customer\ |technical\ )?support[^.\n]{0,40}\.?
    | (?:please\ )?wait\ (?:until|for)\ (?:the\ |this\ |your\ )?(?:previous\ )?(?:job|operation|it|process)s?\ (?:to\ )?
        (?:is\ |has\ )?(?:completed?s?|finish(?:ed|es)?|ends?)(?:,?\ and\ then\ retry)?\.?
    | (?:몇\ ?분|잠시|나중에|일정\ 시간)\ ?(?:후|뒤)?에?\ ?(?:(?:작업|요청|연결)을\ )?다시\ ?(?:시도|실행)[^.\n]{0,9}\.?
    | (?:나중에\ )?(?:작업을|요청을|백업\ 작업을)\ 다시\ ?(?:시도|시작)[^.\n]{0,10}\.?
    | (?:문제|오류)가\ (?:지속되면|계속되면|계속\ 발생하면)[^.\n]{0,60}\.?
    | (?:microsoft|azure|고객|기술)\ ?(?:고객\ )?지원(?:팀|\ 서비스)?에\ ?문의[^.\n]{0,16}\.?
    | (?:이전\ |현재\ )?작업이\ (?:완료|종료|끝)될?\ ?때까지\ (?:기다|대기)[^.\n]{0,20}\.?
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def blanked(text: str) -> str:
    """``text``, as long as it was, with spaces in place of such sentences."""
    return _SENTENCE.sub(lambda match: " " * len(match.group()), text)
