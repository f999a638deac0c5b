"""Tests of the report of entries that are nearly others, and of telling two of them apart."""

import pytest
from django.core.cache import cache

from tests.admin.cast import client_of
from troubleshoot.editing import advice
from troubleshoot.models import ErrorAlias, ErrorEntry
from troubleshoot.reports.waiting import doubles

pytestmark = pytest.mark.django_db

REPORT = "/en/admin/reports/doubles/"
APART = f"{REPORT}apart/"
LIST = "/en/admin/troubleshoot/errorentry/"


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def twin(entry) -> ErrorEntry:
    """An entry whose message is nearly that of another, and which shares a code with it."""
    return add(entry, 2, "The virtual machine agent is not installed on this machine.", "320001")


def add(entry, number: int, message: str, *codes: str, **values) -> ErrorEntry:
    place = {"operation": entry.operation, "order": number, "key": f"other-{number}"}
    made = ErrorEntry.objects.create(message_ko=f"{number}번째 메시지", message_en=message, **place | values)
    for code in codes:
        ErrorAlias.objects.create(entry=made, kind="code", text_ko=code, text_en=code)
    return made


def pairs(**asked) -> list[tuple[int, int, float]]:
    return [(double.one, double.other, round(double.share, 2)) for double in doubles(**asked)]


def test_a_text_that_is_nearly_the_same_and_a_code_that_is_are_told_once_a_pair(entry, twin):
    near = add(entry, 3, "The virtual machine agent is not installed on the machine!")
    add(entry, 4, "The network is not reachable from the virtual machine.", "320002")
    add(entry, 5, twin.message_en, state="archived")
    assert pairs() == [(entry.pk, twin.pk, 1.0), (twin.pk, near.pk, 0.97)]


def test_numbers_tell_texts_apart(entry):
    add(entry, 2, "The operation failed with the error 0x80070005.")
    add(entry, 3, "The operation failed with the error 0x80070006.")
    assert pairs() == []


def test_who_publishes_tells_two_apart_and_takes_it_back(entry, twin):
    client = client_of("editor")
    assert client.get(REPORT).text.count("Different errors</button>") == 1
    send = {"one": entry.pk, "other": twin.pk}
    assert "Noted: these are different errors." in client.post(APART, send, follow=True).text
    assert (pairs(), pairs(apart=True)) == ([], [(entry.pk, twin.pk, 1.0)])
    assert advice.alike(twin) == []
    assert "No two entries are nearly the same." in client.get(REPORT).text
    assert "Take back</button>" in client.get(REPORT, {"apart": "1"}).text
    client.post(APART, send | {"apart": "1"})
    assert pairs() == [(entry.pk, twin.pk, 1.0)]


@pytest.mark.parametrize("sent", [{}, {"one": "x", "other": "\x00"}, {"one": "1", "other": "999999"}])
def test_what_does_not_exist_is_told_apart_from_nothing(entry, twin, sent):
    assert client_of("editor").post(APART, sent).headers["Location"] == REPORT
    assert len(pairs()) == 1


def test_it_takes_the_permission_to_publish(entry, twin):
    analyst = client_of("analyst")
    assert "Different errors</button>" not in analyst.get(REPORT).text
    assert analyst.post(APART, {"one": entry.pk, "other": twin.pk}).status_code == 403
    assert client_of("author").get(REPORT).status_code == 403
    assert client_of("editor").get(APART).status_code == 405


def test_the_list_of_entries_is_narrowed_to_them(entry, twin):
    near = add(entry, 3, "The virtual machine agent is not installed on the machine!")
    add(entry, 4, "The network is not reachable.")
    client = client_of("editor")
    found = {
        look: {row.pk for row in client.get(LIST, {"look": look}).context["cl"].result_list}
        for look in ("shared", "similar")
    }
    assert found == {"shared": {entry.pk, twin.pk}, "similar": {twin.pk, near.pk}}


def test_the_download_has_each_pair(entry, twin):
    lines = b"".join(client_of("editor").get(f"{REPORT[:-1]}.csv").streaming_content).decode().splitlines()
    assert lines[1] == "agent,320001,other-2,320001,1.0"


def test_two_queries_find_them_whatever_their_number(entry, twin, count_queries):
    few = count_queries(doubles)
    for number in range(3, 30):
        add(entry, number, f"Message of the error {number}", f"Code{number}")
    assert count_queries(doubles) == few
