"""Owns what of a text is grammar rather than meaning: endings of Korean nouns, and terms that weigh little. Pure.

Inverse document frequency learns what means little from many documents; thirty entries are not many.
"""

from __future__ import annotations

import re

_ENDING = re.compile(
    "(?:이|가|을|를|은|는|에|의|와|과|도|로|만|요|나|랑|으로|에서|에게|한테|까지|부터|마다|보다|처럼|이나|하고|이랑|인데|이고|이며|라고"
    "|에는|에도|에만|으론|로는|로도|하는|하면|해서|했다|한다|합니다|했습니다|됩니다|되는|되면|돼요|해요|했어요|하는데|입니다|이에요|예요"
    "|이라고|에서는|에서도|으로는|으로도|까지는|하려면|하려고|인가요|나요)"
)

_SHORTEST_STEM = 2


def is_ending(text: str) -> bool:
    """Whether ``text`` can follow a noun: 통신이 is 통신 with an ending, 스냅솟 is not 스냅 with one."""
    return _ENDING.fullmatch(text) is not None


def stem(word: str) -> str:
    """``word`` without its longest ending, as far as two syllables are left."""
    for end in range(_SHORTEST_STEM, len(word)):
        if is_ending(word[end:]):
            return word[:end]
    return word


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
아야 야하 야합 야되
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
오류 에러 실패 문제 이슈 류가 러가 류로 류입 러입 패했 패하 패합 패입 작동 동하 안돼 안되 안됨 안됩 못해 못하
error errors failed fails fail failing failure failures problem problems issue issues not no cannot can can't
doesn't don't isn't won't work works working
""")


def content_of(terms: frozenset[str]) -> frozenset[str]:
    """Those of the ``terms`` of a query that say what it is about; those of a complaint where it has no others."""
    words = terms - FUNCTION_TERMS
    return words - _COMPLAINT or words
