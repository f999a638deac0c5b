"""Owns keys: which one an entry can have and all that changes with it, and those made from titles for wizards."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.text import slugify
from django.utils.translation import gettext

from troubleshoot.models import ErrorEntry, FixtureRecord, FormerKey, QueryLog, SearchChange, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROPOSAL = "proposal-of-"
_LONGEST = 80
_LONGEST_MADE = 40
PARTS_OF_ENTRIES = ("troubleshoot.erroralias", "troubleshoot.resolution", "troubleshoot.flowlink")


def refuse(key: str, entry: ErrorEntry | None = None) -> None:
    """Raise ValidationError where an entry can't have this key: it is none, or leads elsewhere."""
    own = (entry.pk if entry else None) or 0
    refuse_new(key, FormerKey.objects.filter(key=key).exclude(entry_id=own).values_list("key", flat=True))
    if ErrorEntry.objects.filter(key=key).exclude(pk=own).exists():
        raise ValidationError(gettext("Another entry has this key."))


def refuse_new(key: str, former: Iterable[str]) -> None:
    """The same for a key that no entry has; ``former`` are those that others had."""
    validate_slug(key)
    if len(key) > _LONGEST or key.startswith(PROPOSAL):
        raise ValidationError(gettext("Choose a shorter key that does not begin with proposal-of-."))
    if key in former:
        raise ValidationError(gettext("Another entry had this key, and its old address still leads there."))


def new_key(title: str, taken: Iterable[str], otherwise: str) -> str:
    """A key made from a title, unlike those that are taken; where its letters give none, from another word."""
    words = [word for word in slugify(romanised(title)).split("-") if word] or [otherwise]
    while len("-".join(words)) > _LONGEST_MADE and len(words) > 1:
        words.pop()
    known = set(taken)
    return next(key for key in _numbered("-".join(words)[:_LONGEST_MADE]) if key not in known)


def entry_key(title: str) -> str:
    """As ``new_key``, for a new entry: one that it can have."""
    return next(key for key in _numbered(new_key(title, (), "entry")) if _is_free(key))


def _numbered(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key}-{number}" for number in count(2))


def _is_free(key: str) -> bool:
    try:
        refuse(key)
    except ValidationError:
        return False
    return True


# The Revised Romanisation, letter by letter: a key is to be read and typed, not to be pronounced well.
_SYLLABLES, _FIRST = 11_172, ord("가")
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_MEDIALS = (
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
)
_FINALS = (
    "",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
)


def romanised(text: str) -> str:
    """The text with its Hangul in Latin letters."""
    return "".join(_in_latin(letter, ord(letter) - _FIRST) for letter in text)


def _in_latin(letter: str, place: int) -> str:
    if not 0 <= place < _SYLLABLES:
        return letter
    rest, final = divmod(place, len(_FINALS))
    initial, medial = divmod(rest, len(_MEDIALS))
    return _INITIALS[initial] + _MEDIALS[medial] + _FINALS[final]


def give(row: ErrorEntry, key: str) -> None:
    """Give an entry a key, with all that knows it by its key; an address that readers had stays known."""
    former = row.key
    FormerKey.objects.filter(key=key, entry=row).delete()
    if row.state not in (ErrorEntry.State.DRAFT, ErrorEntry.State.REVIEW):
        FormerKey.objects.get_or_create(key=former, defaults={"entry": row})
    row.key = key
    row.save()
    said = Verdict.objects.filter(kind=Verdict.Kind.ERROR)
    said.filter(key=former).update(key=key)
    of_parts = said.alias(beginning=Substr("key", 1, len(former) + 1)).filter(beginning=f"{former}/")
    of_parts.update(key=Concat(Value(key), Substr("key", len(former) + 1)))
    QueryLog.objects.filter(chosen_kind=SearchChange.Kind.ERROR, chosen_key=former).update(chosen_key=key)
    _rename_in_fixture_records(former, key)


def _rename_in_fixture_records(former: str, key: str) -> None:
    """What fixtures wrote of the parts of the entry stays known as theirs. The entry itself counts as edited."""
    for record in records_of_parts(former):
        names = json.loads(record.natural_key)
        record.natural_key = json.dumps([key, *names[1:]], ensure_ascii=False)
        record.save(update_fields=["natural_key"])


def records_of_parts(key: str) -> Iterable[FixtureRecord]:
    """What fixtures wrote of the parts of the entry with this key."""
    beginning = json.dumps([key], ensure_ascii=False)[:-1] + ","
    return FixtureRecord.objects.filter(model__in=PARTS_OF_ENTRIES, natural_key__startswith=beginning)
