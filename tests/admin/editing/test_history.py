"""Tests of the history in the administration: what it shows, comparing any two revisions, restoring."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.admin.forms import member, page_of, save
from tests.flows import make_flow
from troubleshoot.editing import publishing, revisions
from troubleshoot.models import ErrorEntry, Operation, Revision, Section, Step, SynonymGroup

pytestmark = pytest.mark.django_db


def restore_page(row, number: int) -> str:
    with override("ko"):
        return reverse(f"admin:troubleshoot_{row._meta.model_name}_restore", args=(row.pk, number))


def actions(row) -> list[str]:
    return [revision.action for revision in Revision.objects.of(row).reverse()]


def test_the_history_says_who_when_what_and_why(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="하나", change_reason="오타를 고침")
    html = editor.get("/en" + page_of(entry, "history")).content.decode()
    for words in ("editor", "오타를 고침", "edited", "first recorded", "Message (Korean)"):
        assert words in html


def test_the_history_of_what_nobody_changed_says_so(editor: Client, entry: ErrorEntry) -> None:
    assert "This has not been changed here yet" in editor.get("/en" + page_of(entry, "history")).content.decode()


def test_the_newest_is_compared_at_first_with_the_last_that_says_something_else(editor: Client, entry) -> None:
    save(editor, entry, cause_ko="하나")
    for _ in range(2):
        publishing.mark_reviewed(entry, user=User.objects.get(username="editor"))
    html = editor.get(page_of(entry, "history")).text
    assert sorted(re.findall(r'name="(before|after)" value="(\d+)"[^>]* checked', html)) == [
        ("after", "4"),
        ("before", "1"),
    ]


def test_any_two_revisions_are_compared_word_by_word(editor: Client, entry: ErrorEntry) -> None:
    for text in ("하나 둘", "하나 셋", "하나 넷"):
        save(editor, entry, cause_ko=text)
    page = editor.get(page_of(entry, "compare"), {"before": "2", "after": "4"})
    assert "<del>둘</del><ins>넷</ins>" in page.content.decode()
    turned = editor.get(page_of(entry, "compare"), {"before": "4", "after": "2"})
    assert turned.context["changes"] == page.context["changes"]
    single = editor.get(page_of(entry, "compare"), {"after": "3"})
    assert (single.context["before"].number, single.context["after"].number) == (2, 3)


@pytest.mark.parametrize(
    "query", ["", "after=", "after=x", "after=99", "after=1&before=x", "after=" + "9" * 30, "after=-1"]
)
def test_a_revision_that_does_not_exist_is_not_found(editor: Client, entry: ErrorEntry, query: str) -> None:
    save(editor, entry, message_ko="하나")
    assert editor.get(f"{page_of(entry, 'compare')}?{query}").status_code == 404


def test_hostile_text_stays_text(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, cause_ko="<script>alert(1)</script>", change_reason="<img src=x onerror=alert(1)>")
    for page in ("history", "compare"):
        html = editor.get(page_of(entry, page), {"after": "2"}).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_a_long_history_has_pages(editor: Client, entry: ErrorEntry, count_queries) -> None:
    for number in range(25):
        Revision.objects.create(
            model="troubleshoot.errorentry",
            object_id=entry.pk,
            number=number + 1,
            action="edited",
            content={},
            digest="",
        )
    assert len(editor.get(page_of(entry, "history")).context["lines"]) == 20
    assert len(editor.get(page_of(entry, "history"), {"page": "2"}).context["lines"]) == 5
    assert editor.get(page_of(entry, "history"), {"page": "nonsense"}).status_code == 200
    assert count_queries(lambda: editor.get(page_of(entry, "history"))) < 20


def test_the_history_of_a_wizard_asks_nothing_of_where_unchanged_answers_lead(editor: Client, count_queries) -> None:
    flow = make_flow()
    for number in range(20):
        flow.steps.update(body_ko=f"{number}번째 문장입니다.")
        revisions.record(flow, Revision.Action.EDITED)
    page = "/en" + page_of(flow, "history")
    assert "Step os title" in editor.get(page).content.decode()
    assert count_queries(lambda: editor.get(page)) < 20


def test_a_revision_is_restored_with_a_reason(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="하나", resolutions__0__DELETE="on")
    answer = editor.post(restore_page(entry, 1), {"change_reason": "doch richtig"})
    assert answer["Location"].endswith(page_of(entry))
    restored = ErrorEntry.objects.get(pk=entry.pk)
    assert (restored.message_ko, restored.resolutions.count()) == ("에이전트 오류", 2)
    last = Revision.objects.of(entry).first()
    assert (last.action, "doch richtig" in last.reason) == ("restored", True)


def test_comparing_offers_to_restore_the_older_one_and_says_that_readers_see_it(editor: Client, entry) -> None:
    for text in ("하나", "둘", "셋"):
        save(editor, entry, cause_ko=text)
    for query in ({"before": "1", "after": "4"}, {"before": "4", "after": "1"}, {"after": "1"}):
        page = editor.get(page_of(entry, "compare"), query)
        assert page.context["offered"].number == 1
        assert page.context["restore_url"] == restore_page(entry, 1)
        assert "바로 사용자에게 표시됩니다" in page.text
    answer = editor.post(page.context["restore_url"])
    entry.refresh_from_db()
    assert not entry.cause_ko
    assert "바로 사용자에게 표시됩니다" not in editor.get(answer.url).text


def test_the_present_text_is_not_offered_to_be_restored(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, cause_ko="하나")
    page = editor.get(page_of(entry, "compare"), {"after": "2"})
    assert page.context["is_current"]
    assert not page.context["can_restore"]
    assert restore_page(entry, 2) not in page.text


def test_restoring_what_readers_do_not_see_promises_no_readers(author: Client, editor: Client, entry) -> None:
    save(editor, entry, cause_ko="하나")
    assert not author.get(page_of(entry, "compare"), {"after": "1"}).context["is_seen_at_once"]
    ErrorEntry.objects.update(state="draft")
    assert not editor.get(page_of(entry, "compare"), {"after": "1"}).context["is_seen_at_once"]
    flow = make_flow("another", published=False, order=20)
    save(editor, flow, title_ko="하나")
    assert not editor.get(page_of(flow, "compare"), {"after": "1"}).context["is_seen_at_once"]
    save(editor, SynonymGroup.objects.get(), terms="하나\n둘")
    assert editor.get(page_of(SynonymGroup.objects.get(), "compare"), {"after": "1"}).context["is_seen_at_once"]


def test_a_revision_shows_its_whole_content_and_what_it_changed(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, cause_ko="하나")
    page = editor.get(page_of(entry, "compare"), {"after": "1"})
    texts = {text.title: "".join(piece.text for piece in text.pieces) for text in page.context["content"]}
    assert texts["해결 방법 2 · 단계 (한국어)"] == "다시 시작합니다."
    assert [change.path for change in editor.get(page_of(entry, "compare"), {"after": "2"}).context["changes"]] == [
        "cause_ko"
    ]
    assert "<ins>하나</ins>" in editor.get(page_of(entry, "history")).text


def test_the_steps_of_a_wizard_are_folded_one_by_one(editor: Client) -> None:
    flow = make_flow("folded", published=False)
    revisions.record(flow, Revision.Action.CREATED)
    page = editor.get(page_of(flow, "compare"), {"after": "1"}).text
    folded = re.findall(r'<details class="change"><summary>(.*?)</summary>', page)
    assert len(folded) == flow.steps.count()
    assert page.index("A summary.") < page.index(folded[0])


def test_restoring_is_a_post_and_its_address_leads_to_where_it_is_asked_for(editor: Client, entry: ErrorEntry) -> None:
    save(editor, entry, message_ko="하나")
    led = editor.get(restore_page(entry, 1), follow=True)
    assert led.context["offered"].number == 1
    assert led.context["can_restore"]
    assert editor.put(restore_page(entry, 1)).status_code == 405
    assert ErrorEntry.objects.get().message_ko == "하나"


def test_restoring_what_never_was_is_not_found(editor: Client, entry: ErrorEntry) -> None:
    assert editor.post(restore_page(entry, 7)).status_code == 404


def test_an_author_proposes_an_earlier_text_of_a_published_entry(author: Client, editor: Client, entry) -> None:
    save(editor, entry, message_ko="하나")
    assert author.get(page_of(entry, "compare"), {"after": "1"}).context["can_restore"]
    author.post(restore_page(entry, 1))
    assert ErrorEntry.objects.get(pk=entry.pk).message_ko == "하나"
    assert ErrorEntry.with_proposals.get(proposal_for=entry).message_ko == "에이전트 오류"
    assert not author.get(page_of(entry, "compare"), {"after": "1"}).context["can_restore"]
    assert author.post(restore_page(entry, 1)).status_code == 403


def test_what_an_author_proposes_of_an_earlier_text_hides_what_is_hidden_now(author, editor, entry) -> None:
    save(editor, entry, message_ko="하나", staff_only="on", resolutions__1__staff_only="on")
    author.post(restore_page(entry, 1))
    proposal = ErrorEntry.with_proposals.get(proposal_for=entry)
    assert (proposal.message_ko, proposal.staff_only) == ("에이전트 오류", True)
    assert [row.staff_only for row in proposal.resolutions.order_by("order")] == [False, True]


@pytest.mark.parametrize("group", ["author", "analyst"])
def test_who_may_only_look_at_synonyms_restores_none(editor: Client, entry: ErrorEntry, group: str) -> None:
    row = SynonymGroup.objects.get()
    save(editor, row, terms="하나\n둘")
    reader = member(group)
    page = reader.get(page_of(row, "compare"), {"after": "1"})
    assert page.status_code == 200
    assert not page.context["can_restore"]
    assert reader.post(restore_page(row, 1)).status_code == 403


def test_who_may_not_look_sees_no_history(client: Client, entry: ErrorEntry, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.get(page_of(entry, "history")).status_code == 403
    assert client.get(page_of(entry, "compare"), {"after": "1"}).status_code == 403
    assert client.post(restore_page(entry, 1)).status_code == 403


def test_anonymous_readers_are_asked_to_sign_in(client: Client, entry: ErrorEntry) -> None:
    assert "login" in client.get(page_of(entry, "compare"))["Location"]
    assert client.post(restore_page(entry, 1)).templates[0].name == "admin/sign_in_again.html"


def test_everything_that_is_edited_has_a_history(editor: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    cases = (
        (SynonymGroup.objects.get(), "note"),
        (Operation.objects.get(), "title_ko"),
        (Section.objects.get(), "body_en"),
        (flow, "title_ko"),
    )
    for row, field in cases:
        save(editor, row, **{field: "하나"})
        assert actions(row) == ["found", "edited"]
        assert editor.get(page_of(row, "compare"), {"after": "2"}).status_code == 200
        editor.post(restore_page(row, 1))
        assert getattr(type(row).objects.get(pk=row.pk), field) != "하나"


def test_a_step_shows_and_restores_the_history_of_its_wizard(editor: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    step = flow.steps.get(key="os")
    save(editor, step, title_ko="하나")
    assert actions(flow) == ["found", "edited"]
    assert len(editor.get(page_of(step, "history")).context["lines"]) == 2
    editor.post(restore_page(step, 1))
    step.refresh_from_db()
    assert step.title_ko == "os 제목"


def test_deleting_is_noted_with_what_there_was(editor: Client, entry: ErrorEntry) -> None:
    entry.flow_links.all().delete()
    Step.objects.update(help_ko="", help_en="")  # which link there
    editor.post(page_of(entry, "delete"), {"post": "yes"})
    assert not ErrorEntry.objects.exists()
    revision = Revision.objects.get(action="deleted")
    assert (revision.user.username, revision.content["message_ko"]) == ("editor", "에이전트 오류")


def test_deleting_a_list_is_noted_each(editor: Client, entry: ErrorEntry) -> None:
    SynonymGroup.objects.create(key="disk", terms="디스크\ndisk")
    chosen = [str(group.pk) for group in SynonymGroup.objects.all()]
    with override("ko"):
        address = reverse("admin:troubleshoot_synonymgroup_changelist")
    editor.post(address, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert Revision.objects.filter(model="troubleshoot.synonymgroup", action="deleted").count() == 2


def test_a_deleted_step_is_noted_in_its_wizard(editor: Client, entry: ErrorEntry) -> None:
    flow = make_flow("another", published=False, order=20)
    editor.post(page_of(flow.steps.get(key="support"), "delete"), {"post": "yes"})
    assert actions(flow) == ["found", "edited"]


def test_a_failed_saving_leaves_no_trace(editor: Client, entry: ErrorEntry) -> None:
    assert save(editor, entry, message_ko="").status_code == 200
    assert not Revision.objects.exists()
