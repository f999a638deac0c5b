"""Tests of links on save: what leads nowhere is refused, with the link and its line."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.forms import publish, save
from troubleshoot.editing import publishing
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.models import Document, ErrorEntry, Flow, Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(entry: ErrorEntry) -> ErrorEntry:
    return ErrorEntry.objects.create(
        key="hidden", operation=entry.operation, order=8, message_ko="숨은 오류", state="draft"
    )


def complaints(answer) -> str:
    assert answer.status_code == 200
    inlines = [inline.formset.errors for inline in answer.context["inline_admin_formsets"]]
    return f"{answer.context['adminform'].form.errors} {inlines}"


def test_a_link_that_leads_somewhere_is_saved(editor: Client, entry: ErrorEntry) -> None:
    text = "[가](portal:error/agent) [나](portal:section/backup) [다](https://example.com)"
    assert save(editor, entry, cause_ko=text, resolutions__0__body_en=text).status_code == 302


@pytest.mark.parametrize(
    "field", ["cause_ko", "lead_en", "outdated_note_ko", "resolutions__0__body_ko", "resolutions__1__note_en"]
)
def test_a_link_that_leads_nowhere_is_refused_by_name_and_line(editor, entry, field: str) -> None:
    said = complaints(save(editor, entry, **{field: "글\n\n[가](portal:error/nothing)"}))
    assert "portal:error/nothing" in said
    assert "3" in said


@pytest.mark.parametrize("address", ["http://", "nothing", "javascript:alert(1)", "https://a b"])
def test_a_malformed_address_is_refused(editor: Client, entry: ErrorEntry, address: str) -> None:
    assert address in complaints(save(editor, entry, cause_ko=f"[가]({address})"))


def test_readers_are_not_led_to_what_they_can_not_open(editor: Client, entry: ErrorEntry, hidden: ErrorEntry) -> None:
    assert "portal:error/hidden" in complaints(save(editor, entry, cause_ko="[가](portal:error/hidden)"))
    hidden.state = "published"
    hidden.save()
    assert save(editor, entry, cause_ko="[가](portal:error/hidden)").status_code == 302


def test_a_note_for_staff_may_lead_to_a_draft(editor: Client, entry: ErrorEntry, hidden: ErrorEntry) -> None:
    changes = {"resolutions__0__staff_only": "on", "resolutions__0__body_ko": "[가](portal:error/hidden)"}
    assert save(editor, entry, **changes).status_code == 302


def test_an_entry_is_marked_as_outdated_with_what_to_read_instead(editor: Client, entry: ErrorEntry) -> None:
    other = ErrorEntry.objects.create(key="new", operation=entry.operation, order=9, message_ko="새 오류")
    changes = {"is_outdated": "on", "outdated_note_ko": "지금은 지원합니다.", "successor": str(other.pk)}
    assert save(editor, entry, **changes).status_code == 302
    page = editor.get(entry.get_absolute_url()).content.decode()
    assert "지금은 지원합니다." in page
    assert other.get_absolute_url() in page


def test_an_outdated_entry_leads_neither_to_itself_nor_to_what_readers_can_not_open(editor, entry, hidden) -> None:
    for successor in (entry, hidden):
        said = complaints(save(editor, entry, is_outdated="on", successor=str(successor.pk)))
        assert "게시되어 있고 직원 전용이 아닌 다른 항목을 선택하세요." in said


def test_what_was_not_changed_is_left_alone(editor: Client, entry: ErrorEntry) -> None:
    ErrorEntry.objects.filter(pk=entry.pk).update(cause_ko="[가](portal:error/gone)")
    assert save(editor, entry, lead_ko="새 글").status_code == 302


def test_what_was_for_staff_is_checked_when_readers_get_it(editor: Client, entry: ErrorEntry, hidden) -> None:
    link = "[가](portal:error/hidden)"
    ErrorEntry.objects.filter(pk=entry.pk).update(staff_only=True, cause_ko=link)
    assert "portal:error/hidden" in complaints(save(editor, entry, staff_only=None))
    ErrorEntry.objects.filter(pk=entry.pk).update(cause_ko="")
    entry.resolutions.filter(order=2).update(body_ko=link)
    assert "portal:error/hidden" in complaints(save(editor, entry, staff_only=None))
    assert save(editor, entry, staff_only=None, resolutions__1__staff_only="on").status_code == 302
    assert "portal:error/hidden" in complaints(save(editor, entry, resolutions__1__staff_only=None))


def test_a_new_entry_with_a_link_to_a_draft_is_not_published(editor: Client, entry: ErrorEntry, hidden) -> None:
    page = reverse("admin:troubleshoot_errorentry_add")
    new = {
        "key": "new",
        "operation": str(entry.operation_id),
        "order": "5",
        "message_ko": "새",
        "resolutions-0-order": "1",
    }
    new |= {"resolutions-0-origin": "document", "resolutions-0-body_ko": "[가](portal:error/hidden)"}
    new |= {f"{name}-TOTAL_FORMS": str(int(name == "resolutions")) for name in ("aliases", "resolutions")}
    new |= {f"{name}-INITIAL_FORMS": "0" for name in ("aliases", "resolutions")}
    assert "portal:error/hidden" in complaints(editor.post(page, new))
    assert editor.post(page, new | {"_draft": "x"}).status_code == 302


def test_a_note_for_staff_stays_one_without_a_check(editor: Client, entry: ErrorEntry, hidden) -> None:
    ErrorEntry.objects.filter(pk=entry.pk).update(cause_ko="[가](portal:error/hidden)")
    assert save(editor, entry, staff_only="on").status_code == 302


def test_a_wizard_is_checked_when_it_is_published(editor: Client, entry: ErrorEntry, hidden) -> None:
    flow = Flow.objects.get()
    Flow.objects.update(summary_ko="[가](portal:error/hidden)")
    answer = publish(editor, flow)
    assert answer.status_code == 200
    assert "portal:error/hidden" in answer.content.decode()
    assert not Flow.objects.get().published


def test_an_archived_entry_is_not_shown_again_with_a_link_to_a_draft(entry: ErrorEntry, hidden) -> None:
    user = User.objects.create_superuser("publisher")
    ErrorEntry.objects.filter(pk=entry.pk).update(state="archived", cause_ko="[가](portal:error/hidden)")
    with pytest.raises(TransitionError, match="portal:error/hidden"):
        publishing.unarchive(entry, user=user)
    publishing.publish(hidden, user=user)
    assert publishing.unarchive(entry, user=user).state == "published"


def test_sections_documents_and_wizards_are_checked_too(editor: Client, entry: ErrorEntry) -> None:
    wrong = "[가](portal:flow/nothing)"
    section = {"key": "new", "document": str(Document.objects.get().pk), "level": "2", "title_ko": "절"}
    page = reverse("admin:troubleshoot_section_add")
    assert "portal:flow/nothing" in complaints(editor.post(page, section | {"body_ko": wrong}))
    page = reverse("admin:troubleshoot_document_change", args=(Document.objects.get().pk,))
    document = {"title_ko": "문서", "source_name": "a.md", "lead_ko": wrong}
    assert "portal:flow/nothing" in complaints(editor.post(page, document))
    flow = {"key": "new", "title_ko": "마법사", "summary_ko": wrong, "minutes": "5"}
    assert "portal:flow/nothing" in complaints(editor.post(reverse("admin:troubleshoot_flow_add"), flow))
    step = {"flow": str(Flow.objects.get().pk), "key": "new", "kind": "question", "title_ko": "단계", "help_ko": wrong}
    answer = editor.post(
        reverse("admin:troubleshoot_step_add"), step | {"choices-TOTAL_FORMS": "0", "choices-INITIAL_FORMS": "0"}
    )
    assert "portal:flow/nothing" in complaints(answer)
    assert Section.objects.count() == 1


def test_a_draft_with_a_link_to_a_draft_is_not_published(entry: ErrorEntry, hidden: ErrorEntry) -> None:
    user = User.objects.create_superuser("publisher")
    draft = ErrorEntry.objects.create(
        key="draft",
        operation=entry.operation,
        order=9,
        message_ko="새",
        state="draft",
        cause_ko="[가](portal:error/hidden)",
    )
    with pytest.raises(TransitionError, match="portal:error/hidden"):
        publishing.publish(draft, user=user)
    publishing.publish(hidden, user=user)
    assert publishing.publish(draft, user=user).state == "published"
