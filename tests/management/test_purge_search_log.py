"""Holds the command that forgets old searches."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from troubleshoot.models import QueryLog

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def searches():
    """Searches made 0, 10, 20 and 30 days ago."""
    for number in range(4):
        QueryLog.objects.create(
            search=UUID(int=number),
            time=NOW - timedelta(days=10 * number),
            language="ko",
            query=f"백업 {number}",
            results=1,
        )


def purge(*arguments: str) -> str:
    out = StringIO()
    call_command("purge_search_log", *arguments, stdout=out)
    return out.getvalue()


def test_old_searches_are_deleted_and_counted(searches):
    said = purge("--days", "15")

    assert said == "Deleted 2 searches made before 2026-11-07 21:00, kept 2.\n"
    assert set(QueryLog.objects.values_list("query", flat=True)) == {"백업 0", "백업 1"}


def test_again_deletes_nothing_more(searches):
    purge("--days", "25")

    assert purge("--days", "25").startswith("Deleted 0 searches")


def test_one_is_said_as_one(searches):
    assert purge("--days", "25").startswith("Deleted 1 search made")


def test_no_days_keep_nothing(searches):
    QueryLog.objects.update(time=NOW - timedelta(seconds=1))
    purge("--days", "0")

    assert not QueryLog.objects.exists()


@pytest.mark.parametrize("days", ["-1", "x", "", "1.5", "36501", "9" * 5000, "٣", " 3"])
def test_what_is_no_number_of_days_deletes_nothing(searches, days):
    with pytest.raises(CommandError, match=r"no number of days|expected one argument"):
        purge("--days", days)

    assert QueryLog.objects.count() == 4


def test_the_number_of_days_must_be_said(searches):
    with pytest.raises(CommandError, match="--days"):
        purge()
