"""Tests of what a text's toolbar offers: images that are uploaded, and what can be linked to, by title."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.admin.cast import client_of
from tests.editing.test_images import SVG, picture, taken
from troubleshoot.models import ErrorEntry, Flow, Image, Resolution

pytestmark = pytest.mark.django_db

UPLOAD, TARGETS, ADD = (reverse(f"admin:troubleshoot_image_{name}") for name in ("upload", "targets", "add"))


def sent(data: bytes = b"", name: str = "screen.png", **more: str) -> dict:
    file = SimpleUploadedFile(name, data or picture(), "image/png")
    return {"file": file, "description": "설정 화면", "width": "800"} | more


def targets(client: Client, query: str, **more: str) -> list[str]:
    found = json.loads(client.get(TARGETS, {"q": query, "language": "ko"} | more).content)["targets"]
    return [one["target"] for one in found]


def test_an_image_of_the_toolbar_is_kept_and_its_target_told(editor: Client) -> None:
    answer = editor.post(UPLOAD, sent())
    assert json.loads(answer.content) == {"target": Image.objects.get().target}


@pytest.mark.parametrize(
    ("more", "field"),
    [({"data": SVG}, "file"), ({"description": "  "}, "description"), ({"width": "99999"}, "width")],
)
def test_what_is_not_taken_is_said_by_field(editor: Client, more: dict, field: str) -> None:
    answer = editor.post(UPLOAD, sent(**more))
    assert answer.status_code == 422
    assert list(json.loads(answer.content)["errors"]) == [field]
    assert not Image.objects.exists()


def test_an_image_of_50_mb_is_refused_with_a_sentence(editor: Client) -> None:
    for address, status in ((UPLOAD, 422), (ADD, 200)):
        answer = editor.post(address, sent(b"\x89PNG\r\n\x1a\n" + b"\0" * 50 * 1_048_576))
        assert answer.status_code == status
        assert "10MB" in (answer.text if status == 200 else json.loads(answer.content)["errors"]["file"][0])
    assert 'value="설정 화면"' in answer.text
    assert not Image.objects.exists()


def test_an_image_is_added_on_a_page_without_script(editor: Client) -> None:
    answer = editor.post(ADD, sent(), follow=True)
    assert answer.status_code == 200
    assert Image.objects.get().description == "설정 화면"
    refused = editor.post(ADD, sent(SVG, "other.svg"))
    assert "SVG" in refused.content.decode()


def test_the_list_tells_where_an_image_is_used_and_finds_the_unused(editor: Client, entry: ErrorEntry) -> None:
    used, unused = taken(picture()), taken(picture(size=(8, 8)))
    Resolution.objects.filter(entry=entry, order=1).update(note_en=f"![x]({used.target})")
    listed = reverse("admin:troubleshoot_image_changelist")
    page = editor.get(listed).content.decode()
    assert reverse("admin:troubleshoot_errorentry_change", args=(entry.pk,)) in page
    only = editor.get(listed, {"use": "none"}).content.decode()
    assert unused.get_absolute_url() in only
    assert used.get_absolute_url() not in only
    assert used.target in editor.get(reverse("admin:troubleshoot_image_change", args=(used.pk,))).content.decode()


def test_an_image_that_a_text_shows_is_not_deleted(editor: Client, entry: ErrorEntry) -> None:
    image = taken(picture())
    address = reverse("admin:troubleshoot_image_delete", args=(image.pk,))
    Resolution.objects.filter(entry=entry, order=1).update(body_ko=f"![x]({image.target})")
    assert str(entry) in editor.get(address).content.decode()
    editor.post(address, {"post": "yes"})
    assert Image.objects.filter(pk=image.pk).exists()
    Resolution.objects.filter(entry=entry, order=1).update(body_ko="x")
    editor.post(address, {"post": "yes"})
    assert not Image.objects.filter(pk=image.pk).exists()


def test_who_does_not_write_uploads_nothing_and_who_does_not_publish_deletes_nothing() -> None:
    image = taken(picture())
    author, analyst = client_of("author"), client_of("analyst")
    delete = reverse("admin:troubleshoot_image_delete", args=(image.pk,))
    assert author.post(UPLOAD, sent(picture(size=(9, 9)))).status_code == 200
    assert author.post(delete, {"post": "yes"}).status_code == 403
    assert analyst.post(UPLOAD, sent()).status_code == 403
    assert analyst.get(reverse("admin:troubleshoot_image_changelist")).status_code == 200
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", is_staff=True))
    assert nobody.get(TARGETS, {"q": "x"}).status_code == 403
    assert nobody.post(UPLOAD, sent()).status_code == 403


def test_entries_wizards_steps_and_sections_are_found_by_title_key_and_code(editor: Client, entry: ErrorEntry) -> None:
    assert targets(editor, "에이전트 오류") == ["portal:error/agent"]
    assert targets(editor, "320001") == ["portal:error/agent"]
    assert "portal:section/backup" in targets(editor, "backup", language="en")
    assert targets(editor, "wizard") == []  # which is no reader's yet
    Flow.objects.update(published=True)
    found = targets(editor, "wizard")
    assert "portal:flow/wizard" in found


def test_a_draft_is_nothing_to_link_to(editor: Client, entry: ErrorEntry) -> None:
    ErrorEntry.objects.update(state="draft")
    assert targets(editor, "에이전트") == []


@pytest.mark.parametrize("query", ["", "   ", "\0", "%", "x" * 5_000, "' OR 1=1 --"])
def test_odd_words_find_nothing_and_harm_nothing(editor: Client, query: str) -> None:
    assert targets(editor, query, language="xx") == []


def test_any_other_verb_is_refused(editor: Client) -> None:
    assert editor.post(TARGETS).status_code == 405
    assert editor.get(UPLOAD).status_code == 405
