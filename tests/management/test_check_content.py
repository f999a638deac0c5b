"""Tests of the command that checks the content."""

import pytest
from django.core.management import CommandError, call_command

from tests.editing.test_web_links import site
from troubleshoot.editing import auditing
from troubleshoot.management.commands.check_content import dead_links
from troubleshoot.models import ErrorEntry, Section

__all__ = ["site"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


SECTION = "networking"


def complaint(capsys) -> str:
    with pytest.raises(CommandError):
        call_command("check_content")
    return capsys.readouterr().out


def test_the_content_of_the_document_is_complete(capsys) -> None:
    call_command("check_content")
    assert "complete" in capsys.readouterr().out


def test_a_link_that_leads_nowhere_is_named_with_its_place(capsys) -> None:
    Section.objects.filter(key=SECTION).update(body_en="[x](portal:error/nothing)")
    out = complaint(capsys)
    assert f"section {SECTION}: body (en): " in out
    assert "portal:error/nothing" in out


def test_a_published_text_must_not_lead_to_what_readers_can_not_open(capsys) -> None:
    entry = ErrorEntry.objects.first()
    Section.objects.filter(key=SECTION).update(body_ko=f"[x](portal:error/{entry.key})")
    ErrorEntry.objects.filter(pk=entry.pk).update(state="archived")
    assert f"portal:error/{entry.key}" in complaint(capsys)


def test_the_addresses_of_the_web_are_listed_once_with_the_places_that_use_them() -> None:
    text = "글\n\n[x](https://example.com/a) [y](https://example.com/a) [z](portal:section/network)"
    Section.objects.filter(key=SECTION).update(body_ko=text)
    places = auditing.web_addresses()["https://example.com/a"]
    assert places == [f"section {SECTION}: body (ko), line 3"] * 2


def test_a_dead_address_is_reported_where_it_is_used(site: str) -> None:
    used = {f"{site}/404": ["here", "there"], f"{site}/200": ["elsewhere"]}
    problems = list(dead_links(used, allow_private=True))
    assert [problem.place for problem in problems] == ["here", "there"]
    assert all("404" in problem.sentence for problem in problems)


def test_the_web_is_asked_only_on_request(monkeypatch) -> None:
    monkeypatch.setattr(auditing, "web_addresses", lambda: pytest.fail("The web was asked."))
    call_command("check_content", verbosity=0)
