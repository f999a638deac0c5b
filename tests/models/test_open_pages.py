"""Tests of which pages are open: with whom, since when, and that it is forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.people import staff
from troubleshoot.models import ContentVersion, OpenPage, SynonymGroup
from troubleshoot.models.open_pages import FORGOTTEN_AFTER

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> SynonymGroup:
    return SynonymGroup.objects.create(key="vm", terms="VM\n가상 머신")


def test_a_page_is_open_with_others_and_never_with_oneself(group) -> None:
    one, other = staff(name="one"), staff(name="other")
    OpenPage.objects.note(group, one)
    assert [page.user for page in OpenPage.objects.others(group, other)] == [one]
    assert not OpenPage.objects.others(group, one)
    OpenPage.objects.leave(group, other)
    assert OpenPage.objects.others(group, other)
    OpenPage.objects.leave(group, one)
    assert not OpenPage.objects.others(group, other)


def test_who_looks_on_keeps_the_time_at_which_they_began(group) -> None:
    user = staff(name="one")
    OpenPage.objects.note(group, user)
    began = timezone.now() - timedelta(minutes=3)
    OpenPage.objects.update(since=began, seen=began)
    OpenPage.objects.note(group, user)
    page = OpenPage.objects.get()
    assert page.since == began
    assert page.seen > began


def test_who_says_nothing_for_minutes_is_forgotten_and_begins_anew(group) -> None:
    user, other = staff(name="one"), staff(name="other")
    OpenPage.objects.note(group, user)
    long_ago = timezone.now() - FORGOTTEN_AFTER - timedelta(seconds=1)
    OpenPage.objects.update(since=long_ago, seen=long_ago)
    assert not OpenPage.objects.others(group, other)
    OpenPage.objects.note(group, user)
    assert OpenPage.objects.get().since > long_ago


def test_it_takes_three_statements_and_is_no_change_of_content(group, count_queries) -> None:
    before = ContentVersion.objects.edition()
    user = staff(name="one")
    assert count_queries(lambda: OpenPage.objects.note(group, user)) <= 5  # a savepoint among them
    assert ContentVersion.objects.edition() == before
