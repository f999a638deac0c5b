"""Tests of the live preview: it is the page's own rendering, for who may edit, and saves nothing."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.people import signed_in, staff
from troubleshoot.admin.editing.content import MOST_CHARACTERS, STEPS
from troubleshoot.editing.links import MARKDOWN_FIELDS
from troubleshoot.models import ErrorEntry
from troubleshoot.templatetags.content import markdown

pytestmark = pytest.mark.django_db

PREVIEWED = ["document", "errorentry", "flow", "section", "step"]


def address(model: str = "errorentry") -> str:
    return reverse(f"admin:troubleshoot_{model}_preview")


def shown(client: Client, text: str, model: str = "errorentry", **more: str) -> str:
    answer = client.post(address(model), {"text": text, "language": "ko"} | more)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("model", PREVIEWED)
def test_a_text_is_shown_as_its_page_shows_it(editor: Client, model: str) -> None:
    text = "# 제목\n\n**굵게** [여기](portal:section/network)\n\n```powershell\nGet-AzVM\n```"
    assert str(markdown(text, 2)) in shown(editor, text, model)


def test_steps_are_numbered_as_on_the_page(editor: Client) -> None:
    page = shown(editor, "1. 하나\n2. 둘", steps="on")
    assert page.count("<li>") == 2
    assert '<ol class="steps">' in page


def test_a_link_leads_to_the_page_in_the_language_of_the_text(editor: Client) -> None:
    link = "[x](portal:section/network)"
    assert 'href="/document/#network"' in shown(editor, link)
    assert 'href="/en/document/#network"' in shown(editor, link, language="en")


def test_a_link_that_readers_can_not_follow_is_shown_as_they_see_it(editor: Client, entry: ErrorEntry) -> None:
    link = "[x](portal:error/agent)"
    assert "<a " in shown(editor, link)
    ErrorEntry.objects.update(state="draft")
    assert "<a " not in shown(editor, link)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "> " * 10_000, "\ud800"])
def test_hostile_text_does_nothing(editor: Client, text: str) -> None:
    page = shown(editor, text.encode("utf-8", "replace").decode())
    assert "<script" not in page
    assert "href" not in page


def test_no_text_is_no_page(editor: Client) -> None:
    assert shown(editor, "").strip() == ""


def test_a_long_text_is_shown_as_written_and_says_so(editor: Client) -> None:
    page = shown(editor, "가 " * 30_000)
    assert "<pre>" in page
    assert 'class="quiet"' in page


def test_a_text_without_measure_is_refused(editor: Client) -> None:
    assert editor.post(address(), {"text": "a" * (MOST_CHARACTERS + 1), "language": "ko"}).status_code == 413
    assert editor.post(address(), {"text": "a" * 2_000_000, "language": "ko"}).status_code in {400, 413}


@pytest.mark.parametrize(
    "data", [{}, {"text": "x"}, {"text": "x", "language": "de"}, {"text": "\x00", "language": "ko"}]
)
def test_what_is_malformed_is_refused(editor: Client, data: dict[str, str]) -> None:
    assert editor.post(address(), data).status_code == 400


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_any_other_verb_is_refused(editor: Client, verb: str) -> None:
    assert getattr(editor, verb)(address()).status_code == 405


def test_a_reader_is_asked_to_sign_in(client: Client) -> None:
    answer = client.post(address(), {"text": "x", "language": "ko"})
    assert answer.status_code == 302
    assert reverse("admin:login") in answer["Location"]


@pytest.mark.parametrize(
    ("permissions", "status"),
    [((), 403), (("view_errorentry",), 403), (("change_section",), 403), (("change_errorentry",), 200)],
)
def test_only_who_may_edit_has_a_preview(permissions: tuple[str, ...], status: int) -> None:
    answer = signed_in(staff(permissions=permissions)).post(address(), {"text": "x", "language": "ko"})
    assert answer.status_code == status


def test_a_request_of_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("editor"))
    assert client.post(address(), {"text": "x", "language": "ko"}).status_code == 403


def test_nothing_is_saved(editor: Client, count_queries) -> None:
    written = count_queries(lambda: shown(editor, "[x](portal:error/agent)"))
    assert written <= 3


def test_every_markdown_text_of_a_form_says_where_its_preview_is(editor: Client, entry: ErrorEntry) -> None:
    page = editor.get(reverse("admin:troubleshoot_errorentry_change", args=(entry.pk,)))
    forms = [page.context["adminform"].form, page.context["inline_admin_formsets"][1].formset.forms[0]]
    previewed = {
        name: field.widget.attrs
        for form in forms
        for name, field in form.fields.items()
        if "data-preview" in field.widget.attrs
    }
    assert set(previewed) == {
        f"{name}_{language}"
        for name in ("cause", "lead", "outdated_note", "condition", "body", "note")
        for language in ("ko", "en")
    }
    assert {attributes["data-preview"] for attributes in previewed.values()} == {address()}
    assert previewed["body_en"]["data-language"] == "en"
    assert [name for name, attributes in previewed.items() if "data-steps" in attributes] == ["body_ko", "body_en"]


def test_every_markdown_field_of_a_model_is_named() -> None:
    """A text is Markdown where its help says so; a new one must not be forgotten."""
    for model in set(MARKDOWN_FIELDS) | set(admin.site._registry):
        told = {
            field.name
            for field in model._meta.get_fields()
            if hasattr(field, "help_text")
            and "Markdown" in str(getattr(field.help_text, "_args", field.help_text))
            and not hasattr(field, "translated_field")
        }
        told -= {"original"}  # what the document says is not edited
        assert told <= set(MARKDOWN_FIELDS.get(model, ())), model
    assert STEPS[1] in MARKDOWN_FIELDS[STEPS[0]]
