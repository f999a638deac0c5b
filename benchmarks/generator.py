"""Owns the synthetic entries: error messages and fixes of our own making, as many as wanted, the same each time.

Words are drawn by Zipf's law from a few hundred terms of the field and a long tail of made-up names, so that posting
lists are as long and as uneven as in real text.
"""

from __future__ import annotations

import random
import tomllib
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TEXTS = tomllib.loads(Path(__file__).with_name("generator.toml").read_text("utf-8"))
_NOUNS, _LATIN, _SYLLABLES, _CODE_PARTS = (
    _TEXTS[name].split() for name in ("nouns", "latin", "syllables", "code_parts")
)
_TAIL_WORDS = 40_000
_TAIL_CODES = 4_000
_LATIN_EVERY = 5
_CODE_EVERY = 6
_TITLE_WORDS = 6
_SENTENCE_WORDS = 9
_MOST_SENTENCES = 8
# Zipf-Mandelbrot: the weight of rank r is 1 / (r + 2.7).
_SHIFT = 2.7


def entries(size: int, seed: int) -> Iterator[tuple[str, str]]:
    """``size`` pairs of title and body. The first ones are the same for every size."""
    chance = random.Random(seed)
    words = _vocabulary(chance)
    weights = list(accumulate(1 / (place + _SHIFT) for place in range(len(words))))
    codes = _codes(chance)
    for _number in range(size):
        sentences = chance.randrange(1, _MOST_SENTENCES + 1)
        drawn = chance.choices(words, cum_weights=weights, k=_TITLE_WORDS + _SENTENCE_WORDS * sentences)
        yield _title(drawn[:_TITLE_WORDS], codes, chance), _body(drawn[_TITLE_WORDS:], chance)


def _vocabulary(chance: random.Random) -> list[str]:
    """Words by falling frequency: the field's own, a Latin one after every few Korean ones, then made-up names."""
    names = ("".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 5))) for _number in range(_TAIL_WORDS))
    korean = dict.fromkeys([*_NOUNS, *names])
    latin = iter(_LATIN)
    words: list[str] = []
    for place, word in enumerate(korean):
        words.append(word)
        if place % _LATIN_EVERY == 0:
            words.extend(name for name in [next(latin, None)] if name)
    return words


def _codes(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(_CODE_PARTS, k=chance.randrange(3, 6))) for _number in range(_TAIL_CODES)]


def _title(words: Sequence[str], codes: Sequence[str], chance: random.Random) -> str:
    where, what, thing = " ".join(words[:2]), " ".join(words[2:4]), " ".join(words[4:])
    text = chance.choice(_TEXTS["failures"]).format(where, what, thing, **_particles(thing))
    return f"{chance.choice(codes)}: {text}" if chance.randrange(_CODE_EVERY) == 0 else text


def _particles(word: str) -> dict[str, str]:
    """The object and subject particles that ``word`` takes: 을 and 이 after a final consonant, 를 and 가 after none."""
    last = ord(word[-1])
    is_closed = 0xAC00 <= last <= 0xD7A3 and (last - 0xAC00) % 28 > 0
    return {"을": "을" if is_closed else "를", "이": "이" if is_closed else "가"}


def _body(words: Sequence[str], chance: random.Random) -> str:
    ends = chance.choices(_TEXTS["sentence_ends"], k=len(words) // _SENTENCE_WORDS)
    particles = chance.choices(_TEXTS["particles"], k=len(words))
    phrases = [word + particle for word, particle in zip(words, particles, strict=True)]
    return " ".join(
        " ".join([*phrases[start : start + _SENTENCE_WORDS], end])
        for start, end in zip(range(0, len(words), _SENTENCE_WORDS), ends, strict=True)
    )
