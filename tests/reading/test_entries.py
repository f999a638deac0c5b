"""An entry as its page needs it: what ``for_readers`` finds, with what stands beside it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from troubleshoot.models import ErrorEntry, FlowLink
from troubleshoot.reading.entries import entry_for_readers, neighbours, of_the_same_operation, related, wizards_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_it_is_what_for_readers_finds():
    entries = ErrorEntry.objects.for_readers()
    assert entries
    for entry in entries:
        found = entry_for_readers(entry.key)
        assert found == entry
        assert list(found.aliases.all()) == list(entry.aliases.all())
        assert list(found.resolutions.all()) == list(entry.resolutions.all())
        assert list(wizards_of(found)) == list(FlowLink.objects.published().filter(entry=entry))


def test_what_it_has_below_it_is_asked_for_once():
    with CaptureQueriesContext(connection) as asked:
        found = entry_for_readers("restore-cloud-internal-error")
        assert all(way.entry is found for way in found.resolutions.all())
        assert found.aliases.all() is not None
        assert found.operation.section.document.title
    assert len(asked) == 3


def test_what_narrows_them_further_asks_for_the_rows_of_this_entry():
    found = entry_for_readers("restore-cloud-internal-error")
    ErrorEntry.objects.get(key="vm-not-found").aliases.create(kind="code", text_ko="Another")
    assert set(found.aliases.filter(kind="code")) == {one for one in found.aliases.all() if one.kind == "code"}


@pytest.mark.parametrize(
    "hidden", [{"state": "draft"}, {"staff_only": True}, {"state": "archived"}, {"key": "renamed"}], ids=str
)
def test_what_readers_do_not_see_is_not_found(hidden):
    ErrorEntry.objects.filter(key="restore-cloud-internal-error").update(**hidden)
    assert entry_for_readers("restore-cloud-internal-error") is None


def test_resolutions_for_staff_are_left_out():
    entry = ErrorEntry.objects.get(key="restore-cloud-internal-error")
    number = entry.resolutions.count()
    entry.resolutions.create(order=90, body_ko="직원만", staff_only=True)
    assert len(entry_for_readers(entry.key).resolutions.all()) == number


def test_neighbours_are_the_next_of_the_operation_that_readers_see():
    first, second, third = ErrorEntry.objects.filter(operation__key="restore").order_by("order")[:3]
    ErrorEntry.objects.filter(pk=second.pk).update(staff_only=True)
    assert neighbours(first)["previous"] is None
    assert neighbours(first)["next"] == {"url": third.get_absolute_url(), "message": third.message_ko}


def related_to(key):
    return [other.url.split("/")[-2] for other in related(ErrorEntry.objects.get(key=key), 3)]


def test_what_shares_a_code_is_related_first_wherever_it_stands():
    assert related_to("vm-not-found")[0] == "vm-does-not-exist"
    assert "policy-creation-failed" not in related_to("vm-not-found")
    ErrorEntry.objects.get(key="policy-creation-failed").aliases.create(kind="code", text_ko="400094")
    assert {"vm-does-not-exist", "policy-creation-failed"} == set(related_to("vm-not-found")[:2])


def test_what_has_the_same_cause_is_related_before_what_only_sounds_alike():
    ErrorEntry.objects.filter(key__in=("dns-name-already-taken", "storage-account-offline")).update(
        cause_ko="같은 원인"
    )
    assert related_to("dns-name-already-taken")[0] == "storage-account-offline"


def test_of_the_rest_of_its_operation_what_says_the_same_is_related_and_nothing_else():
    assert "storage-account-in-other-region" in related_to("storage-account-offline")
    ErrorEntry.objects.filter(key="storage-account-offline").update(message_ko="전혀 다른 말")
    assert related_to("storage-account-offline") == []


@pytest.mark.parametrize("hidden", [{"state": "draft"}, {"staff_only": True}], ids=str)
def test_what_readers_do_not_see_is_related_to_nothing(hidden):
    ErrorEntry.objects.filter(key="vm-does-not-exist").update(**hidden)
    assert "vm-does-not-exist" not in related_to("vm-not-found")


def akin(key):
    return [other.key for other in ErrorEntry.objects.akin_to(ErrorEntry.objects.get(key=key))]


def test_what_the_same_wizard_helps_with_is_nearer_than_what_only_has_the_operation():
    others = ["vm-agent-unable-to-communicate", "recovery-services-extension-failed", "extension-installation-failed"]
    assert akin("vm-agent-missing") == others
    FlowLink.objects.all().delete()
    assert akin("vm-agent-missing") == []


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("storage-account-offline", {"storage-account-in-other-region", "storage-account-not-supported"}),
        ("endpoint-limit-reached", {"reserved-ip-mismatch", "resource-group-quota-reached"}),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_of_its_operation_those_come_first_that_say_most_of_the_same(key, nearest, language):
    with override(language):
        found = of_the_same_operation(ErrorEntry.objects.get(key=key), 5)
    assert {other.key for other in found[:2]} == nearest
    assert len(found) == 5
    assert key not in {other.key for other in found}


def test_the_only_error_of_an_operation_has_none_beside_it():
    assert of_the_same_operation(ErrorEntry.objects.get(key="policy-creation-failed"), 5) == []
