"""Owns who looks at reports in these tests, and what readers searched for and answered, on fixed days."""

from datetime import datetime
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from django.test import Client

from tests.people import signed_in, staff
from troubleshoot.models import QueryLog, Verdict

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 31, 12, tzinfo=SEOUL)
_NUMBERS = count(1)


def client_of(*groups: str, permissions: tuple[str, ...] = (), name: str = "") -> Client:
    """Staff in these groups, with these permissions beside, signed in, with English pages."""
    return signed_in(staff(*groups, permissions=permissions, name=name or "-".join(("staff", *groups, *permissions))))


def searched(query: str, *, times: int = 1, time: datetime = NOW, language: str = "ko", **values) -> list[QueryLog]:
    """Searches that found nothing, unless ``results`` says so."""
    rows = [
        QueryLog(
            search=UUID(int=next(_NUMBERS)),
            query=query,
            time=time,
            language=language,
            results=values.get("results", 0),
            chosen_kind="error" if values.get("chosen") else "",
            chosen_key=values.get("chosen", ""),
            comment=values.get("comment", ""),
            settled=values.get("settled"),
            code=values.get("code", ""),
            undocumented=values.get("undocumented", bool(values.get("code"))),
            documented=values.get("documented", False),
            reader=values.get("reader", ""),
            source=values.get("source", "search"),
        )
        for _ in range(times)
    ]
    return QueryLog.objects.bulk_create(rows)


def answered(key: str, *, solved: int = 0, unsolved: int = 0, time: datetime = NOW, **values) -> list[Verdict]:
    said = {"kind": "error", "key": key, "time": time} | values
    return Verdict.objects.bulk_create(Verdict(solved=number < solved, **said) for number in range(solved + unsolved))
