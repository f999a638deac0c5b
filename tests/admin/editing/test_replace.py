"""Tests of find and replace over entries: seen before it is done, proposed, and never over what others wrote since."""

import pytest
from django.test import Client

from tests.admin.forms import member, save
from troubleshoot.editing import replacing
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db

PAGE = "/en/admin/troubleshoot/errorentry/replace/"
WORDS = {"find": "Reinstall", "replace": "Install again"}


@pytest.fixture
def other(entry: ErrorEntry) -> ErrorEntry:
    """A draft that says the same in other places."""
    draft = ErrorEntry.objects.create(
        key="other", operation=entry.operation, order=5, message_ko="다른 오류", cause_en="Reinstall it.", state="draft"
    )
    draft.aliases.create(kind="message", text_ko="Reinstall 필요")
    return draft


def ticks(client: Client) -> list[str]:
    return [f"{one.entry.pk}:{one.seen}" for one in client.get(PAGE, WORDS).context["found"]]


def test_what_would_change_is_shown_and_nothing_is_written(editor: Client, entry, other) -> None:
    page = editor.get(PAGE, WORDS)
    assert [one.entry for one in page.context["found"]] == [entry, other]
    paths = [[change.path for change in one.changes] for one in page.context["found"]]
    assert paths[0] == ["resolutions/1/body_en"]
    assert paths[1] == ["cause_en", "aliases/1/text_ko"]
    assert "<ins>Install again</ins>" in page.text
    assert ErrorEntry.with_proposals.count() == 2


def test_what_is_ticked_is_proposed_and_a_draft_takes_it_at_once(editor: Client, entry, other) -> None:
    answer = editor.post(PAGE, WORDS | {"entry": ticks(editor)})
    assert answer.url.endswith("?state=proposals")
    assert "2 changes proposed." in editor.get(answer.url).text
    assert entry.resolutions.get(order=1).body_en == "Reinstall."
    proposal = ErrorEntry.with_proposals.get(proposal_for=entry)
    assert proposal.resolutions.get(order=1).body_en == "Install again."
    other.refresh_from_db()
    assert other.cause_en == "Install again it."
    assert other.aliases.get().text_ko == "Install again 필요"


def test_what_is_not_ticked_stays(editor: Client, entry: ErrorEntry, other: ErrorEntry) -> None:
    editor.post(PAGE, WORDS | {"entry": ticks(editor)[1:]})
    assert not ErrorEntry.with_proposals.filter(proposal_for=entry).exists()


def test_what_changed_since_it_was_seen_or_has_a_proposal_is_named_and_stays(editor: Client, entry, other) -> None:
    seen = ticks(editor)
    save(editor, entry, resolutions__0__body_en="Reinstall everything.")
    page = editor.get(editor.post(PAGE, WORDS | {"entry": seen}).url)
    assert "1 change proposed." in page.text
    assert "1 not processed" in page.text
    save(editor, entry, cause_ko="x", _propose="1")
    page = editor.get(editor.post(PAGE, WORDS | {"entry": ticks(editor)[:1]}).url)
    assert "0 changes proposed." in page.text
    assert entry.resolutions.get(order=1).body_en == "Reinstall everything."


@pytest.mark.parametrize(
    "words", [{}, {"find": ""}, {"find": "\0"}, {"find": "x" * 501}, {"find": "nothing"}, {"find": "a", "replace": "a"}]
)
def test_words_that_find_nothing_change_nothing(editor: Client, entry: ErrorEntry, words: dict[str, str]) -> None:
    page = editor.get(PAGE, words)
    assert (page.status_code, page.context["found"]) == (200, [])
    editor.post(PAGE, words | {"entry": [f"{entry.pk}:x"]})
    assert ErrorEntry.with_proposals.count() == 1


@pytest.mark.parametrize("entries", [[], ["x"], ["1"], ["x:y"], ["9" * 400 + ":x"], ["-1:x"]])
def test_ticks_that_name_no_entry_change_nothing(editor: Client, entry: ErrorEntry, entries: list[str]) -> None:
    assert editor.post(PAGE, WORDS | {"entry": entries}).status_code == 302
    assert ErrorEntry.with_proposals.count() == 1


def test_letters_count_as_they_are_written_and_archived_entries_stay(editor: Client, entry: ErrorEntry) -> None:
    assert replacing.replacements("reinstall", "x") == []
    ErrorEntry.objects.update(state="archived")
    assert replacing.replacements("Reinstall", "x") == []


def test_it_is_for_who_may_change_entries(entry: ErrorEntry) -> None:
    assert member("analyst").get(PAGE).status_code == 403
    assert "login" in Client().get(PAGE).url
    author = member("author")
    assert PAGE in author.get("/en/admin/troubleshoot/errorentry/").text
    assert author.delete(PAGE).status_code == 405
    author.post(PAGE, WORDS | {"entry": ticks(author)})
    assert ErrorEntry.with_proposals.get(proposal_for=entry).proposed_by.username == "author"


def test_a_text_that_is_markup_stays_text(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, cause_ko="<b>굵게</b>")
    page = editor.get(PAGE, {"find": "<b>", "replace": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
