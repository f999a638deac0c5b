"""Tests that every administration page opens, for those who may, in a constant number of queries."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution

pytestmark = pytest.mark.django_db

REGISTERED = sorted(model._meta.model_name for model in admin.site._registry if model._meta.app_label == "troubleshoot")
# What readers make, and the history, is looked at, not edited: test_feedback, test_query_log and test_revisions.
READ_ONLY = ["querylog", "revision", "stepcount", "verdict"]
# A token, and an image, is made and taken away, and never changed: exchange/test_tokens, editing/test_writing.
MADE_ONCE = ["apitoken", "image"]
MODELS = [model for model in REGISTERED if model not in READ_ONLY + MADE_ONCE]
NASTY = ["", "a", "%00", "%EB%B0%B1%EC%97%85", "x" * 3_000, "%27%22%3Cscript%3E", "%0A%0D"]


def address(model: str, page: str, *args: object) -> str:
    """The Korean address; ``/en`` before it is the English one."""
    with override("ko"):
        return reverse(f"admin:troubleshoot_{model}_{page}", args=args)


def row_of(model: str) -> object:
    found = next(kind for kind in admin.site._registry if kind._meta.model_name == model)
    return found._default_manager.first() or found._default_manager.create(key="only", order=1)


def test_everything_an_administrator_edits_is_registered() -> None:
    assert MODELS == ["document", "errorentry", "flow", "operation", "product", "section", "step", "synonymgroup"]
    assert set(READ_ONLY) < set(REGISTERED)


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_readers_make_can_be_looked_at_and_not_added(admin_client: Client, model: str) -> None:
    assert admin_client.get(address(model, "changelist"), follow=True).status_code == 200
    assert admin_client.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("entry")
def test_every_list_add_change_history_and_delete_page_opens(editor: Client, model: str) -> None:
    row = row_of(model)
    for page, args in (("changelist", ()), ("add", ()), *((p, (row.pk,)) for p in ("change", "history", "delete"))):
        assert editor.get(address(model, page, *args)).status_code == 200, page


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("content")
def test_every_list_and_page_of_the_shipped_content_opens(admin_client: Client, model: str) -> None:
    row = row_of(model)
    assert row is not None
    for page, args in (("changelist", ()), ("change", (row.pk,))):
        assert admin_client.get(address(model, page, *args), follow=True).status_code == 200, page


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("content")
def test_forms_and_histories_have_the_styles_of_editing(admin_client: Client, model: str) -> None:
    """Without them what was deleted and what was added look alike, and moves of an entry are a bare list."""
    row = row_of(model)
    for page in ("change", "history"):
        shown = admin_client.get(address(model, page, row.pk), follow=True).content.decode()
        assert "troubleshoot/css/admin.css" in shown, page


def test_the_start_page_opens_in_korean_and_english(editor: Client) -> None:
    assert '<html lang="ko"' in editor.get("/admin/").content.decode()
    assert '<html lang="en"' in editor.get("/en/admin/").content.decode()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("words", NASTY)
@pytest.mark.usefixtures("entry")
def test_a_list_can_be_searched_for_anything(editor: Client, model: str, words: str) -> None:
    assert editor.get(f"{address(model, 'changelist')}?q={words}").status_code == 200


@pytest.mark.parametrize(
    ("words", "found"),
    [
        *(("agent", 1), ("에이전트", 1), ("Agent error", 1), ("320001", 1), ("nothing", 0)),
        *(("Restart", 1), ("시작합니다", 1), ("agent 320001 Restart", 1), ("agent nothing", 0)),
        *(('"Agent error"', 1), ('"error Agent"', 0), ("error Agent", 1), ('"', 0), ("''", 1)),
    ],
)
@pytest.mark.usefixtures("entry")
def test_entries_are_found_by_any_text_code_or_key(editor: Client, words: str, found: int) -> None:
    page = editor.get(address("errorentry", "changelist"), {"q": words})
    assert page.context["cl"].result_count == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"operation__id__exact": 1}, None),
        ({"fix": "document"}, 1),
        ({"fix": "none"}, 0),
        ({"fix": "nonsense"}, 1),
        ({"english": "missing"}, 0),
        ({"english": "present"}, 1),
        ({"english": "nonsense"}, 1),
        ({"look": "links"}, 0),
        ({"look": "fix"}, 0),
        ({"look": "replaced"}, 0),
        ({"look": "review"}, 1),
        ({"look": "nonsense"}, 1),
        ({"operation__section__document__id__exact": "999"}, None),
    ],
)
@pytest.mark.usefixtures("entry")
def test_entries_can_be_filtered(editor: Client, query: dict[str, str], found: int | None) -> None:
    page = editor.get(address("errorentry", "changelist"), query)
    assert page.status_code == 200
    assert found is None or page.context["cl"].result_count == found


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: ErrorEntry.objects.filter(pk=entry.pk).update(message_en=""),
        lambda entry: ErrorEntry.objects.filter(pk=entry.pk).update(message_en=None),
        lambda entry: entry.aliases.update(kind="message", text_en=None),
        lambda entry: entry.resolutions.filter(order=2).update(body_en=""),
    ],
)
def test_an_entry_without_some_english_text_is_counted_and_filtered(editor, entry, change) -> None:
    change(entry)
    page = editor.get(address("errorentry", "changelist"), {"english": "missing"})
    assert page.context["cl"].result_count == 1
    page = editor.get("/en" + address("errorentry", "changelist"))
    assert "English missing: 1" in page.content.decode()


def test_what_is_to_be_looked_at_is_listed(editor: Client, entry: ErrorEntry) -> None:
    def found(look: str) -> list[str]:
        page = editor.get(address("errorentry", "changelist"), {"look": look})
        return [row.key for row in page.context["cl"].result_list]

    entry.resolutions.filter(order=2).update(body_en="[x](portal:error/gone)")
    gone = ErrorEntry.objects.create(key="gone-too", operation=entry.operation, order=7, message_ko="x", state="draft")
    ErrorEntry.objects.create(
        key="archived", operation=entry.operation, order=8, message_ko="x", state="archived", successor=gone
    )
    assert found("links") == ["agent"]
    assert found("replaced") == ["archived"]
    entry.resolutions.update(staff_only=True)
    assert found("fix") == ["agent"]
    ErrorEntry.objects.filter(pk=entry.pk).update(reviewed=timezone.now())
    assert found("review") == []


def test_the_list_shows_codes_and_keys(editor: Client, entry: ErrorEntry) -> None:
    assert "320001 · agent" in editor.get(address("errorentry", "changelist")).text


def test_an_outdated_english_text_is_counted(editor: Client, entry: ErrorEntry) -> None:
    resolution = entry.resolutions.get(order=1)
    resolution.body_ko = "새로 설치합니다."
    resolution.save()
    assert (
        "English older than the Korean: 1" in editor.get("/en" + address("errorentry", "changelist")).content.decode()
    )


def add_entries(operation: Operation, number: int) -> None:
    start = ErrorEntry.objects.count() + 10
    for order in range(start, start + number):
        entry = ErrorEntry.objects.create(key=f"more-{order}", operation=operation, order=order, message_ko="오류")
        ErrorAlias.objects.create(entry=entry, text_ko="별칭")
        Resolution.objects.create(entry=entry, order=1, body_ko="고칩니다.")
        Operation.objects.create(key=f"more-{order}", title_ko="작업", title_en="Job", order=order)


def test_no_page_holds_a_choice_of_all_entries_or_operations(editor: Client, entry: ErrorEntry) -> None:
    add_entries(entry.operation, 30)
    page = editor.get(address("errorentry", "change", entry.pk)).content.decode()
    assert page.count("<option") < 30


@pytest.mark.parametrize("model", MODELS)
def test_anonymous_readers_are_asked_to_sign_in(client: Client, model: str) -> None:
    answer = client.get(address(model, "changelist"))
    assert answer.status_code == 302
    assert reverse("admin:login") in answer["Location"]


@pytest.mark.parametrize("model", MODELS)
def test_staff_without_a_permission_is_refused(client: Client, model: str) -> None:
    client.force_login(User.objects.create_user("new", is_staff=True))
    for page in ("changelist", "add"):
        assert client.get(address(model, page)).status_code == 403


def test_staff_that_may_only_view_can_not_save(client: Client, entry: ErrorEntry) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_errorentry"))
    client.force_login(reader)
    page = address("errorentry", "change", entry.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"message_ko": "다른 글"}).status_code == 403


def test_a_row_that_does_not_exist_leads_back_to_the_start(editor: Client) -> None:
    assert editor.get(address("errorentry", "change", 999)).status_code == 302
    assert editor.get("/admin/troubleshoot/errorentry/nonsense/change/").status_code == 302


def test_the_key_of_a_saved_row_can_not_be_edited(editor: Client, entry: ErrorEntry) -> None:
    form = editor.get(address("errorentry", "change", entry.pk)).context["adminform"].form
    assert "key" not in form.fields


@pytest.mark.usefixtures("entry")
def test_every_list_and_page_names_no_inline_script_or_style(editor: Client) -> None:
    for model in MODELS:
        for page, args in (("changelist", ()), ("add", ()), ("change", (row_of(model).pk,))):
            html = editor.get(address(model, page, *args)).content.decode()
            assert " onclick=" not in html
            assert " style=" not in html
            assert "<style" not in html
            assert "<script>" not in html
