"""Tests of what waits on the first page of the administration: each number a link to what it counts, for its reader."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests.admin.cast import NOW, answered, client_of, searched
from tests.admin.forms import save
from tests.flows import make_flow
from troubleshoot.editing import edits, lost_update, publishing, revisions
from troubleshoot.editing.edits import Edit
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Revision, Section

pytestmark = pytest.mark.django_db

HOME = "/en/admin/"
ITEM = re.compile(r'<li><a href="([^"]+)"><strong>(\d+)</strong> <span>([^<]+)</span>')


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cache.clear()


def waiting(client) -> dict[str, int]:
    return {label: int(number) for _address, number, label in ITEM.findall(page_of(client))}


def addresses(client) -> dict[str, str]:
    return {label: address.replace("&amp;", "&") for address, _number, label in ITEM.findall(page_of(client))}


def page_of(client) -> str:
    return client.get(HOME).content.decode()


def draft(entry, number, **values) -> ErrorEntry:
    usual = {"state": "draft", "message_ko": "초안", "message_en": "Draft"}
    place = {"operation": entry.operation, "order": 10 + number}
    return ErrorEntry.objects.create(key=f"draft-{number}", **place, **usual | values)


def test_nothing_waits_where_there_is_nothing_to_do(entry):
    page = page_of(client_of("editor"))
    assert "Nothing to do." in page
    assert ITEM.findall(page) == []


def test_an_editor_sees_all_that_waits(entry):
    client = client_of("editor", name="ed")
    editor = client.get(HOME).wsgi_request.user
    draft(entry, 1, state="review")
    draft(entry, 2, proposed_by=editor)
    draft(entry, 3, message_en="")
    entry.resolutions.filter(order=1).update(body_ko="새로 설치합니다.")
    searched("백업 실패", times=3)
    searched("복원", results=2, chosen="agent")
    answered("agent", solved=1, unsolved=2)
    assert waiting(client) == {
        "in review": 1,
        "your drafts": 1,
        "entries with English older than the Korean": 1,
        "entries with English or Korean missing": 1,
        "pairs of entries that are nearly the same": 3,
        "searches this week with no result opened": 3,
        "“not solved” answers to handle": 2,
    }


def test_an_author_sees_nothing_of_the_reports(entry):
    client = client_of("author")
    searched("백업 실패")
    draft(entry, 1, state="review")
    assert waiting(client) == {"in review": 1}
    assert reverse("reports:overview") not in page_of(client)


def test_an_analyst_sees_the_reports_and_no_work_of_others(entry):
    client = client_of("analyst")
    searched("백업 실패")
    entry.resolutions.update(body_en="")
    assert waiting(client) == {"searches this week with no result opened": 1}


def test_who_may_see_nothing_sees_nothing(entry):
    searched("백업 실패")
    draft(entry, 1, state="review")
    assert waiting(client_of()) == {}


def test_each_number_leads_to_a_list_of_as_many(entry):
    client = client_of("editor", name="ed")
    editor = client.get(HOME).wsgi_request.user
    draft(entry, 1, state="review")
    draft(entry, 2, state="review", message_en="")
    draft(entry, 3, proposed_by=editor)
    entry.resolutions.filter(order=1).update(body_ko="새로 설치합니다.")
    answered("agent", unsolved=2)
    answered("agent", unsolved=3, time=NOW.replace(day=24))
    searched("백업")
    numbers = waiting(client)
    for label, address in addresses(client).items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "cl" in answer.context:
            assert answer.context["cl"].result_count == numbers[label], label
    assert numbers["“not solved” answers to handle"] == 5


def test_what_is_wrong_in_wizards_and_between_entries_is_told_with_lists_of_as_many(entry):
    client = client_of("editor")
    broken = make_flow("broken", order=20)
    step = broken.steps.get(key="install")
    step.body_ko, step.body_en = "[여기](portal:error/nothing)", "[here](portal:error/nothing)"
    step.save()
    older = make_flow("older", order=21)
    choice = older.steps.get(key="os").choices.first()
    choice.label_ko = "다른 답"
    choice.save()
    missing = make_flow("missing", published=False, order=22)
    missing.needs_ko = "준비물"
    missing.save()
    stuck = make_flow("stuck", order=23)
    stuck.steps.get(key="os").choices.update(target=None)
    stuck.save()
    archived = make_flow("gone", published=False, order=24)
    archived.needs_ko, archived.stage = "준비물", "archived"
    archived.save()
    twin = draft(entry, 1, state="published", message_ko="다른 오류", message_en="Other")
    ErrorAlias.objects.create(entry=twin, kind="code", text_ko="320001", text_en="320001")
    hidden = draft(entry, 2, state="archived", message_ko="숨은 오류", message_en="Hidden")
    for number, replacement in enumerate((entry, hidden), 3):
        draft(entry, number, state="archived", successor=replacement)
    numbers = waiting(client)
    assert numbers == {
        "entries with a replacement that is gone": 1,
        "pairs of entries that are nearly the same": 1,
        "wizards with a link that leads nowhere": 1,
        "published wizards with problems": 1,
        "wizards with English older than the Korean": 1,
        "wizards with English or Korean missing": 1,
    }
    for label, address in addresses(client).items():
        answer = client.get(address)
        shown = answer.context["cl"].result_count if "cl" in answer.context else answer.context["page"].paginator.count
        assert shown == numbers[label], label


def test_an_edit_changes_the_numbers_at_once(entry):
    client = client_of("editor")
    assert waiting(client) == {}
    entry.message_ko = "다른 오류"
    entry.save()
    assert waiting(client) == {"entries with English older than the Korean": 1}


def test_an_edit_of_a_proposal_which_readers_do_not_see_changes_the_numbers_at_once(entry):
    client = client_of("editor")
    writer = get_user_model().objects.get(username="staff-editor")
    proposal = publishing.propose(entry, user=writer, content=revisions.content_of(entry) | {"cause_ko": "원인"})
    assert "entries with English older than the Korean" not in waiting(client)
    save(client, proposal, message_ko="또 다른 오류")
    assert waiting(client)["entries with English older than the Korean"] == 1


def test_the_queries_do_not_grow_with_what_waits(entry, count_queries):
    client = client_of("editor")
    page_of(client)
    few = count_queries(lambda: page_of(client))
    for number in range(5):
        draft(entry, number, state="review")
    searched("백업", times=20)
    page_of(client)
    assert count_queries(lambda: page_of(client)) == few
    assert few < 34


def test_an_author_reads_what_was_sent_back_and_why_and_what_was_published(entry):
    author, editor = client_of("author", name="au"), client_of("editor", name="ed")
    writer, reader = (client.get(HOME).wsgi_request.user for client in (author, editor))
    first = draft(entry, 1, message_en="First", proposed_by=writer)
    second = publishing.propose(entry, user=writer, content=revisions.content_of(entry) | {"message_en": "Second"})
    for one in (first, second):
        publishing.submit(one, user=writer)
    publishing.send_back(first, user=reader, reason="Say where.")
    publishing.publish(second, user=reader)
    page = page_of(author)
    assert "Sent back to you" in page
    assert "Say where." in page
    assert "Second" in page.partition("Yours, published")[2]
    assert "Sent back to you" not in page_of(editor)
    assert "Yours, published" not in page_of(editor)


def test_an_author_reads_what_others_discarded_and_why(entry):
    author, editor = client_of("author", name="au"), client_of("editor", name="ed")
    writer, reader = (client.get(HOME).wsgi_request.user for client in (author, editor))
    change = publishing.propose(entry, user=writer, content=revisions.content_of(entry) | {"message_en": "Second"})
    own = draft(entry, 2, message_en="Own", proposed_by=writer)
    revisions.record(own, "created", user=writer)
    publishing.discard(own, user=writer, reason="Never mind.")
    assert "Yours, discarded" not in page_of(author)
    publishing.discard(change, user=reader, reason="Right as it is.")
    told = page_of(author).partition("Yours, discarded")[2].partition("</section>")[0]
    assert f"errorentry/{change.pk}/history/" in told
    assert "Right as it is. <small>ed, " in told
    assert "Never mind." not in told
    assert "Yours, discarded" not in page_of(editor)


def test_what_an_author_took_back_is_not_told_as_sent_back(entry):
    author = client_of("author", name="au")
    writer = author.get(HOME).wsgi_request.user
    one = draft(entry, 1, proposed_by=writer)
    publishing.submit(one, user=writer)
    publishing.send_back(one, user=writer)
    assert "Sent back to you" not in page_of(author)


def test_what_is_in_review_stands_with_its_author_the_longest_first(entry):
    writer = client_of("author", name="au").get(HOME).wsgi_request.user
    for number, day in ((1, 20), (2, 10)):
        one = publishing.submit(draft(entry, number, message_en=f"Text {number}", proposed_by=writer), user=writer)
        Revision.objects.of(one).update(time=NOW.replace(day=day))
    page = page_of(client_of("editor")).partition("In review, longest first")[2]
    assert page.index("Text 2") < page.index("Text 1")
    assert "au, since" in page


def test_what_one_changed_last_is_listed_once_each(entry):
    client = client_of("editor", name="ed")
    user = client.get(HOME).wsgi_request.user
    for text in ("하나", "둘", "셋"):
        base = lost_update.snapshot(revisions.content_of(entry, numbered=True))
        edits.carry_out(Edit(entry, {"cause_ko": text}, base), user=user)
    page = page_of(client).partition("What you changed last")[2]
    assert page.count(f"/errorentry/{entry.pk}/change/") == 1
    assert "Nothing yet." in page_of(client_of("author")).partition("What you changed last")[2]


def test_a_change_that_was_proposed_and_published_is_listed_once(entry):
    client = client_of("editor", name="ed")
    user = client.get(HOME).wsgi_request.user
    change = publishing.propose(entry, user=user, content=revisions.content_of(entry) | {"cause_ko": "새 원인"})
    base = lost_update.snapshot(revisions.content_of(change, numbered=True))
    edits.carry_out(Edit(change, {"cause_ko": "다른 원인"}, base), user=user)
    publishing.publish(change, user=user)
    page = page_of(client).partition("What you changed last")[2].partition("</ul>")[0]
    assert page.count("<li>") == 1
    assert f"/errorentry/{entry.pk}/change/" in page


def test_an_author_reads_once_what_was_published_of_a_page_that_was_theirs_before(entry):
    author, editor = client_of("author", name="au"), client_of("editor", name="ed")
    writer, reader = (client.get(HOME).wsgi_request.user for client in (author, editor))
    first = draft(entry, 1, message_en="First", proposed_by=writer)
    publishing.submit(first, user=writer)
    live = publishing.publish(first, user=reader)
    change = publishing.propose(live, user=writer, content=revisions.content_of(live) | {"cause_ko": "새 원인"})
    publishing.publish(publishing.submit(change, user=writer), user=reader)
    assert page_of(author).partition("Yours, published")[2].partition("</ul>")[0].count("<li>") == 1


def test_what_its_author_said_stands_where_it_is_reviewed(entry):
    writer = client_of("author", name="au").get(HOME).wsgi_request.user
    content = revisions.content_of(entry) | {"cause_ko": "새 원인"}
    change = publishing.propose(entry, user=writer, content=content, reason="One word for one thing.")
    publishing.submit(change, user=writer)
    editor = client_of("editor")
    assert "One word for one thing." in page_of(editor).partition("In review, longest first")[2]
    for page in ("change", "publish", "send-back"):
        said = editor.get(f"/en/admin/troubleshoot/errorentry/{change.pk}/{page}/").text
        assert "Reason given by au:</strong> One word for one thing." in said, page
    publishing.publish(change, user=editor.get(HOME).wsgi_request.user)
    assert "Reason given by" not in editor.get(f"/en/admin/troubleshoot/errorentry/{entry.pk}/change/").text


def test_broken_links_of_sections_and_documents_are_told_and_listed(entry):
    Section.objects.update(body_ko="[없음](portal:error/no-such)")
    Document.objects.update(lead_en="[gone](portal:section/no-such)")
    client = client_of("editor")
    waits, listed = waiting(client), addresses(client)
    for kind in ("sections", "documents"):
        label = f"{kind} with a link that leads nowhere"
        assert waits[label] == 1
        assert client.get(listed[label]).context_data["cl"].result_count == 1
    assert "sections with a link that leads nowhere" not in waiting(client_of("author"))
    Section.objects.update(body_ko="")
    cache.clear()
    assert "sections with a link that leads nowhere" not in waiting(client)
    assert client.get(listed["sections with a link that leads nowhere"]).context_data["cl"].result_count == 0


@pytest.mark.parametrize(
    ("group", "tasks"),
    [
        ("author", ["Content", "Around the entries", "History"]),
        ("editor", ["Content", "Around the entries", "What readers did", "History"]),
        ("analyst", ["Content", "Around the entries", "What readers did", "History"]),
    ],
)
def test_the_way_to_what_one_does_is_by_task(entry, group, tasks):
    page = page_of(client_of(group)).partition('<div id="content-main">')[2]
    assert re.findall(r"<caption>([^<]+)</caption>", page) == tasks
    assert page.index("Error entries") < page.index("Wizards") < page.index("Synonym groups")
