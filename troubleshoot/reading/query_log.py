"""Owns how a search reaches the query log: masked and signed when its page is made, written when its reader says so.

A GET writes nothing. The page of a search carries a token that holds what would be written; the page sends it back
once the reader has settled (docs/adr: what is logged of a search).
"""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, transaction
from django.utils import timezone

from troubleshoot import read_only
from troubleshoot.models import ErrorEntry, Flow, QueryLog, SearchChange, Step
from troubleshoot.reading import limits, readers
from troubleshoot.reading.limits import TooManyError
from troubleshoot.search.core.answers import DOCUMENTED, UNDOCUMENTED
from troubleshoot.search.core.codes import usual
from troubleshoot.search.core.redaction import redact

if TYPE_CHECKING:
    from uuid import UUID

    from troubleshoot.search.engine import Diagnosis, Outcome

HOUR = 60 * 60
HOURS_VALID = 24
# What is written at most, by everybody together: the log must not be a way to fill a disk. One network has a tenth
# of the searches and a sixtieth of the comments (``limits``).
MOST_SEARCHES_A_MINUTE = 600
MOST_COMMENTS_AN_HOUR = 1_200
MOST_OF_A_DIAGNOSIS = 3

_QUOTE = re.compile(r'["{}]+')
_SIGNER = signing.Signer(salt="troubleshoot.query_log")


@dataclass(frozen=True, slots=True)
class Made:
    """A search as the log will hold it; ``code`` is the first in it that nobody documented."""

    query: str
    interpreted_as: str
    results: int
    language: str
    undocumented: bool = False
    documented: bool = False
    code: str = ""


def made(outcome: Outcome, language: str) -> Made:
    """What of a search may be kept: its texts masked and cut."""
    return Made(
        _kept(outcome.request.text),
        _kept(outcome.interpreted_as or ""),
        outcome.total,
        language,
        undocumented=outcome.answer == UNDOCUMENTED,
        documented=outcome.answer == DOCUMENTED,
        code=_first(outcome.unknown),
    )


def _first(codes: tuple[str, ...]) -> str:
    return usual(codes[0])[: QueryLog.LONGEST_CODE] if codes else ""


def _kept(text: str) -> str:
    return redact(text)[: QueryLog.LONGEST_QUERY]


def token_of(search: Made) -> str:
    """``search`` as a signed text. The same within an hour, so that a page that did not change is not sent twice."""
    return _SIGNER.sign_object(asdict(search) | {"hour": _hour()}, compress=True)


def read_token(token: str) -> Made:
    """The search of a token. Raises ``BadSignature`` for anything else, and for one that is more than a day old."""
    values = _SIGNER.unsign_object(token)
    if _hour() - values.pop("hour") > HOURS_VALID:
        raise signing.SignatureExpired("The token is more than a day old.")
    return Made(**values)


def _hour() -> int:
    return int(time.time()) // HOUR


def record(
    number: UUID, search: Made, *, chosen: tuple[str, str] = ("", ""), comment: str = "", address: str = ""
) -> None:
    """Write a search, or add to the row with its ``number`` which result was opened (kind and key), or a comment.

    Raises ``TooManyError`` where too much was written just now, by all or from this network address.
    """
    added: dict[str, str] = {}
    if chosen[1]:
        added |= {"chosen_kind": chosen[0], "chosen_key": chosen[1]}
    if comment:
        added["comment"] = redact(comment)[: QueryLog.LONGEST_COMMENT]
    limits.refuse_a_flood(limits.COMMENTS if comment else limits.SEARCHES, address)
    _refuse_a_flood(has_comment=bool(comment))
    known = asdict(search) | {"reader": _reader_of(search, address)}
    QueryLog.objects.update_or_create(search=number, defaults=added, create_defaults=known | added)


def note_undocumented(diagnosis: Diagnosis, language: str, *, address: str = "") -> None:
    """Write each code of a pasted text that nobody documented, and the line that says such an error; nothing else.

    The line stands beside the first code, so that a draft that is begun for it has its message, too.

    In a flood, or where the database refuses, nothing is written: the reader gets the diagnosis all the same.
    """
    found = [
        Made(_kept(wording), "", 0, language, undocumented=True, code=_first((code,) if code else ()))
        for code, wording in _undocumented(diagnosis)
    ]
    if not found or settings.READ_ONLY:
        return
    try:
        _refuse_a_flood(has_comment=False)
        source = QueryLog.Source.DIAGNOSIS
        with transaction.atomic():
            QueryLog.objects.bulk_create(
                QueryLog(search=uuid4(), source=source, reader=_reader_of(made, address), **asdict(made))
                for made in found[:MOST_OF_A_DIAGNOSIS]
            )
    except TooManyError:
        return
    except DatabaseError as error:
        if not read_only.refuses_to_write(error):
            raise


def _undocumented(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """The codes that nobody documented, each with its wording; no code beside the line where there is none."""
    line = _sentence(diagnosis.undocumented_line)
    first, *others = diagnosis.unknown or ("",)
    wording = line if first in line else f"{first}: {line}" if line else first
    return [(code, said) for code, said in ((first, wording), *zip(others, others, strict=True)) if said]


def _sentence(line: str) -> str:
    """``line``, or the longest text in it where it is JSON."""
    return max(_QUOTE.split(line), key=len).strip() if line.startswith(("{", '"')) else line


def _reader_of(search: Made, address: str) -> str:
    """What tells the readers of one undocumented error apart, and nothing more: their network, digested with it."""
    if not (search.undocumented and address):
        return ""
    return readers.digest(limits.network(address), "undocumented", search.code.casefold() or search.query)[:16]


def _refuse_a_flood(*, has_comment: bool) -> None:
    now = timezone.now()
    if QueryLog.objects.since(now - timedelta(minutes=1)).count() >= MOST_SEARCHES_A_MINUTE:
        raise TooManyError
    if has_comment and QueryLog.objects.with_comment().since(now - timedelta(hours=1)).count() >= MOST_COMMENTS_AN_HOUR:
        raise TooManyError


def is_result(kind: str, key: str) -> bool:
    """Whether a search can have shown this: an entry, a published wizard, or one of its steps."""
    if kind == SearchChange.Kind.ERROR:
        return ErrorEntry.objects.seen_by_readers().filter(key=key).exists()
    flow, _slash, step = key.partition("/")
    if step:
        return Step.objects.searchable().filter(flow__key=flow, key=step).exists()
    return Flow.objects.published().filter(key=flow).exists()
