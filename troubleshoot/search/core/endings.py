"""Owns what may follow a Korean noun: particles and the commonest verbal endings. Pure."""

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
