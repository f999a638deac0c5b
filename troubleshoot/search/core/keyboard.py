"""Owns the two-set Korean keyboard (KS X 5002): Hangul to the keys that type it, and keys back to Hangul. Pure."""

from __future__ import annotations

from troubleshoot.search.core.analysis import NOT_LETTERS, fold, remembered

# One table a line, in the order of Unicode's jamo; a capital is the key with Shift.
_INITIALS = list("rRseEfaqQtTdwWczxvg")
_VOWELS = [
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
]
_FINALS = [
    *["", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx"],
    *["fv", "fg", "a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"],
]
_COMPATIBILITY = [
    *["r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv"],
    *["fg", "a", "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"],
    *_VOWELS,
]

_GRAM = 3
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_FIRST_JAMO, _LAST_JAMO = 0x3131, 0x3163
_SINGLE_INITIAL = {key: index for index, key in enumerate(_INITIALS)}
_SINGLE_VOWEL = {key: index for index, key in enumerate(_VOWELS)}
_SINGLE_FINAL = {key: index for index, key in enumerate(_FINALS) if key}
_JAMO_OF_KEYS = {keys: chr(_FIRST_JAMO + index) for index, keys in enumerate(_COMPATIBILITY)}
_INITIAL_JAMO = [_JAMO_OF_KEYS[key] for key in _INITIALS]


def _keys_of_syllable(index: int) -> str:
    return _INITIALS[index // 588] + _VOWELS[index % 588 // 28] + _FINALS[index % 28]


# For str.translate, which turns a whole text at once.
_KEYS: dict[int, str] = {
    **{code: _keys_of_syllable(code - _FIRST_SYLLABLE) for code in range(_FIRST_SYLLABLE, _LAST_SYLLABLE + 1)},
    **{_FIRST_JAMO + index: keys for index, keys in enumerate(_COMPATIBILITY)},
}


def keys_of(text: str) -> str:
    """The keys that type ``text`` with a Korean keyboard, shift included; other characters stay as they are."""
    return fold(text).translate(_KEYS)


@remembered
def key_stream(text: str) -> str:
    """The keys of the letters and digits of ``text``, shift and spaces ignored.

    A word and the same word typed on the wrong layout have the same stream, and one wrong key changes one character of
    it: what n-grams over it find is found in spite of spacing, layout and typing errors alike.
    """
    return NOT_LETTERS.sub("", keys_of(text).casefold())


def grams(stream: str) -> list[str]:
    """Overlapping trigrams of a key stream, each once; a shorter one gives itself."""
    if len(stream) < _GRAM:
        return [stream] if stream else []
    return list(dict.fromkeys(map("".join, zip(*(stream[at:] for at in range(_GRAM)), strict=False))))


def key_grams(text: str) -> list[str]:
    """The trigrams of the keys that type ``text``."""
    return grams(key_stream(text))


def hangul_of(keys: str) -> str:
    """What a Korean input method composes from ``keys`` (``qordjq`` gives 백업); other characters stay as they are."""
    composer = _Composer()
    for key in keys:
        composer.press(key)
    return composer.text()


def initials_of(text: str) -> str:
    """The initial consonants of the Hangul syllables of ``text`` (백업 gives ㅂㅇ); other letters folded."""
    return "".join(_initial(character) for character in fold(text) if character.isalnum())


def initial_keys(text: str) -> str:
    """The keys of the initial consonants of ``text`` (백업 gives qd)."""
    return keys_of(initials_of(text)).casefold()


def _initial(character: str) -> str:
    code = ord(character)
    if _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        return _INITIAL_JAMO[(code - _FIRST_SYLLABLE) // 588]
    return character.casefold()


class _Composer:
    """The automaton of a two-set input method: initial, vowel, final, with compound vowels and finals."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._initial = ""
        self._vowel = ""
        self._final = ""

    def press(self, key: str) -> None:
        key = _plain(key)
        if key in _SINGLE_VOWEL:
            self._press_vowel(key)
        elif key in _SINGLE_INITIAL:
            self._press_consonant(key)
        else:
            self._flush()
            self._done.append(key)

    def text(self) -> str:
        self._flush()
        return "".join(self._done)

    def _press_vowel(self, key: str) -> None:
        if self._final:
            carried = self._final[-1]
            self._final = self._final[:-1]
            self._flush()
            self._initial, self._vowel = carried, key
        elif self._vowel + key in _SINGLE_VOWEL:
            self._vowel += key
        else:
            if self._vowel:
                self._flush()
            self._vowel = key

    def _press_consonant(self, key: str) -> None:
        if self._initial and self._vowel and self._final + key in _SINGLE_FINAL:
            self._final += key
            return
        self._flush()
        self._initial = key

    def _flush(self) -> None:
        if self._initial and self._vowel:
            self._done.append(_syllable(self._initial, self._vowel, self._final))
        elif self._initial or self._vowel:
            self._done.append(_JAMO_OF_KEYS[self._initial or self._vowel])
        self._initial = self._vowel = self._final = ""


def _plain(key: str) -> str:
    """Shift counts only on keys that have a second jamo; elsewhere an input method ignores it, Caps Lock too."""
    return key if key in _JAMO_OF_KEYS else key.lower() if key.lower() in _JAMO_OF_KEYS else key


def _syllable(initial: str, vowel: str, final: str) -> str:
    index = (_SINGLE_INITIAL[initial] * 21 + _SINGLE_VOWEL[vowel]) * 28 + (_SINGLE_FINAL[final] if final else 0)
    return chr(_FIRST_SYLLABLE + index)
