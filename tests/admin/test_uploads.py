"""Documents come in by an upload: read beside the request, seen and corrected in a preview, then approved."""

import threading
import zipfile
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.admin.forms import member
from tests.people import signed_in
from troubleshoot.exchange.documents import uploads
from troubleshoot.models import Document, DocumentUpload, ErrorEntry, Operation, UploadedRow
from troubleshoot.search.engine import SearchRequest, search

pytestmark = pytest.mark.django_db

IMPORT = "/en/admin/troubleshoot/document/import/"
GUIDE = """# Troubleshoot the gateway

## Errors of the gateway

| Error code | Message | Cause | Resolution |
| --- | --- | --- | --- |
| GatewayTimeout | The gateway did not answer. | It sleeps. | Wake it. |
| GatewayFull | The gateway is full. | Too many guests. | Send some home. |
| 0 | Success | Nothing. | Nothing. |
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """The work is done before the answer, in the transaction of the test."""
    monkeypatch.setattr(uploads, "_beside", lambda work, _sign: work())


def choose(client: Client, *files: tuple[str, bytes]) -> Any:
    chosen = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(IMPORT, {"documents": chosen})


def bring(client: Client, text: str = GUIDE, name: str = "gateway.md") -> str:
    """Upload a document; the address of its preview."""
    answer = choose(client, (name, text.encode()))
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer["Location"])


def approve(client: Client, preview: str, *, publish: bool = False) -> str:
    """The page of the outcome."""
    client.post(f"{preview}approve/", {"publish": "1" if publish else "0"})
    return client.get(preview).content.decode()


def row_of(code: str) -> UploadedRow:
    return next(row for row in UploadedRow.objects.all() if code in row.shown.get("codes", ()))


def tabs(client: Client, preview: str) -> dict[str, int]:
    return {name: times for name, _label, times in client.get(preview).context["tabs"]}


def test_the_list_of_documents_leads_to_the_upload_for_who_may_publish(publisher) -> None:
    assert "import/" in publisher.get("/en/admin/troubleshoot/document/").content.decode()
    author = member("author", "author")
    assert "import_link" not in author.get("/en/admin/troubleshoot/document/").content.decode()
    assert author.get(IMPORT).status_code == 403
    assert choose(author, ("a.md", GUIDE.encode())).status_code == 403


def test_what_was_understood_is_shown_with_its_line_and_text_before_anything_is_written(publisher) -> None:
    preview = bring(publisher)
    page = publisher.get(preview).content.decode()
    assert "The gateway did not answer." in page
    assert "line 7" in page
    assert "Wake it." in page
    assert tabs(publisher, preview) == {"all": 3, "new": 2, "unread": 1}
    assert not ErrorEntry.objects.filter(message_en="The gateway is full.").exists()


@pytest.mark.parametrize(("publish", "state"), [(False, "draft"), (True, "published")])
def test_approved_rows_become_drafts_or_are_published(publisher, publish, state) -> None:
    said = approve(publisher, bring(publisher), publish=publish)
    made = ErrorEntry.objects.get(message_en="The gateway is full.")
    assert made.state == state
    assert "Entries made: 2" in said
    assert f"/errorentry/{made.pk}/change/" in said
    assert Document.objects.filter(title_en="Troubleshoot the gateway").exists()
    assert bool(search(SearchRequest("GatewayFull")).hits) is publish


def test_a_row_that_is_none_is_left_out_and_stays_away(publisher) -> None:
    preview = bring(publisher)
    publisher.post(preview, {"one": f"none:{row_of('GatewayFull').number}"})
    assert tabs(publisher, preview)["corrected"] == 1
    approve(publisher, preview, publish=True)
    assert not ErrorEntry.objects.filter(message_en="The gateway is full.").exists()
    assert tabs(publisher, bring(publisher)) == {"all": 3, "unchanged": 1, "unread": 2, "corrected": 1}


def test_what_was_said_to_be_no_error_at_an_earlier_import_is_taken_back_in_the_preview(publisher) -> None:
    preview = bring(publisher)
    publisher.post(preview, {"one": f"none:{row_of('GatewayFull').number}"})
    approve(publisher, preview, publish=True)
    again = bring(publisher)
    page = publisher.get(f"{again}?show=unread").content.decode()
    assert "It is an error after all" in page
    number = UploadedRow.objects.get(upload__state="ready", key__contains="gatewayfull").number
    publisher.post(again, {"one": f"as_read:{number}"})
    assert "Taken back" in publisher.get(f"{again}?show=unread").content.decode()
    approve(publisher, again, publish=True)
    assert ErrorEntry.objects.get(message_en="The gateway is full.").state == "published"
    assert tabs(publisher, bring(publisher)) == {"all": 3, "unchanged": 2, "unread": 1}


def test_all_corrections_are_taken_back_at_once(publisher) -> None:
    preview = bring(publisher)
    publisher.post(preview, {"one": f"none:{row_of('GatewayFull').number}"})
    number = row_of("GatewayTimeout").number
    publisher.post(f"{preview}row/{number}/", {"is_error": "on", "operation": "backup", "message": "Other."})
    assert tabs(publisher, preview)["corrected"] == 2
    publisher.post(preview, {"action": ["", "all_as_read"]})
    assert "corrected" not in tabs(publisher, preview)


def test_a_second_correction_leaves_the_first_and_each_is_taken_back_alone(publisher) -> None:
    preview = bring(publisher)
    publisher.post(preview, {"row": [row_of("GatewayFull").number], "action": "operation", "operation": "backup"})
    approve(publisher, preview, publish=True)

    preview = bring(publisher)
    row = UploadedRow.objects.get(upload__state="ready", key__contains="gatewayfull")
    assert (row.operation, row.shown["operation"]) == ("backup", "Errors of the gateway")
    publisher.post(f"{preview}row/{row.number}/", {"is_error": "on", "operation": "backup", "message": "No room."})
    approve(publisher, preview, publish=True)
    made = ErrorEntry.objects.get(message_en="No room.")
    assert made.operation.key == "backup"

    preview = bring(publisher)
    row = UploadedRow.objects.get(upload__state="ready", key=made.key)
    assert (row.message, row.shown["message"]) == ("No room.", "The gateway is full.")
    publisher.post(f"{preview}row/{row.number}/", {"is_error": "on", "operation": "backup", "message": ""})
    approve(publisher, preview, publish=True)
    made.refresh_from_db()
    assert (made.message_en, made.operation.key) == ("The gateway is full.", "backup")


def test_an_entry_that_the_new_edition_has_no_more_is_shown_as_gone_and_stays(publisher) -> None:
    approve(publisher, bring(publisher), publish=True)
    row = ErrorEntry.objects.get(message_en="The gateway is full.")
    preview = bring(publisher, "".join(line for line in GUIDE.splitlines(keepends=True) if "Full" not in line))
    page = publisher.get(f"{preview}?show=gone").content.decode()
    assert "the new edition has it no more" in page
    assert f"/errorentry/{row.pk}/change/" in page
    approve(publisher, preview, publish=True)
    row.refresh_from_db()
    assert row.state == "published"


def test_marked_rows_get_an_operation_together(publisher) -> None:
    preview = bring(publisher)
    marked = [row_of("GatewayFull").number, row_of("GatewayTimeout").number]
    publisher.post(preview, {"row": marked, "action": "operation", "operation": "backup"})
    approve(publisher, preview)
    assert Operation.objects.get(key="backup").entries.count() == 3


def test_a_row_can_be_given_another_message_on_its_page(publisher) -> None:
    preview = bring(publisher)
    number = row_of("GatewayFull").number
    page = f"{preview}row/{number}/"
    assert "The gateway is full." in publisher.get(page).content.decode()
    answer = publisher.post(page, {"is_error": "on", "operation": "", "message": "No room in the gateway."})
    assert answer["Location"].endswith(f"#row-{number}")
    approve(publisher, preview)
    assert ErrorEntry.objects.filter(message_en="No room in the gateway.").exists()


def test_a_correction_is_taken_back(publisher) -> None:
    preview = bring(publisher)
    number = row_of("GatewayFull").number
    publisher.post(preview, {"one": f"none:{number}"})
    publisher.post(preview, {"one": f"as_read:{number}"})
    assert "corrected" not in tabs(publisher, preview)


@pytest.mark.parametrize(
    ("choice", "message"),
    [("", "Edited."), ("portal", "Edited."), ("document", "The gateway is more than full.")],
)
def test_a_conflict_shows_both_texts_and_the_choice_decides(publisher, choice, message) -> None:
    approve(publisher, bring(publisher), publish=True)
    row = ErrorEntry.objects.get(message_en="The gateway is full.")
    row.message_en = "Edited."
    row.save()
    preview = bring(publisher, GUIDE.replace("is full", "is more than full"))
    page = publisher.get(f"{preview}?show=conflict").content.decode()
    assert "Edited." in page
    assert "The gateway is more than full." in page
    if choice:
        publisher.post(preview, {"one": f"{choice}:{row_of('GatewayFull').number}"})
    approve(publisher, preview, publish=True)
    row.refresh_from_db()
    assert row.message_en == message


def test_the_title_the_product_and_the_language_of_a_document_can_be_corrected(publisher) -> None:
    preview = bring(publisher)
    publisher.post(preview, {"one": f"none:{row_of('GatewayFull').number}"})
    said = {"title": "관문", "product": "", "language": "ko", "edition": "2027", "edition_of": ""}
    publisher.post(f"{preview}document/0/", said)
    assert publisher.get(preview).context["documents"][0][0]["title"] == "관문"
    assert tabs(publisher, preview)["corrected"] == 1
    approve(publisher, preview)
    made = Document.objects.get(title_ko="관문")
    assert (made.language, made.edition) == ("ko", "2027")


def test_content_that_changed_since_is_shown_again_and_nothing_is_written(publisher) -> None:
    preview = bring(publisher)
    other = bring(publisher)
    approve(publisher, other, publish=True)
    said = approve(publisher, preview, publish=True)
    assert "The content has changed in the meantime" in said
    assert tabs(publisher, preview)["unchanged"] == 2


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def test_several_files_and_a_zip_are_read_together(publisher) -> None:
    packed = zipped(**{"guides__router.md": GUIDE.replace("ateway", "outer").encode()})
    other = zipped(**{"guides__router.md": GUIDE.replace("ateway", "outer").encode()})
    preview = str(choose(publisher, ("more.zip", other))["Location"])
    assert [each["path"] for each, _row in publisher.get(preview).context["documents"]] == ["guides/router.md"]
    preview = str(choose(publisher, ("gateway.md", GUIDE.encode()), ("more.zip", packed))["Location"])
    paths = ["gateway.md", "more.zip/guides/router.md"]
    assert [each["path"] for each, _row in publisher.get(preview).context["documents"]] == paths
    said = {"title": "The router", "product": "", "language": "en", "edition": "", "edition_of": ""}
    publisher.post(f"{preview}document/1/", said)
    assert publisher.get(preview).context["documents"][1][0]["title"] == "The router"
    publisher.post(f"{preview}document/1/", {"as_read": "1"})
    assert publisher.get(preview).context["documents"][1][0]["title"] == "Troubleshoot the gouter"


def test_files_of_one_name_in_two_folders_are_two_documents_and_corrected_apart(publisher) -> None:
    router = GUIDE.replace("ateway", "outer").encode()
    packed = zipped(**{"gateway__guide.md": GUIDE.encode(), "router__guide.md": router})
    preview = str(choose(publisher, ("guides.zip", packed))["Location"])
    said = {"title": "The router", "product": "", "language": "en", "edition": "", "edition_of": ""}
    publisher.post(f"{preview}document/1/", said)
    told = [(each["key"], each["title"]) for each, _row in publisher.get(preview).context["documents"]]
    assert told == [("gateway-guide", "Troubleshoot the gateway"), ("router-guide", "The router")]


def test_a_correction_that_cannot_be_carried_out_is_told_and_can_be_corrected(publisher) -> None:
    approve(publisher, bring(publisher), publish=True)
    other = GUIDE.replace("ateway", "outer").encode()
    preview = str(choose(publisher, ("gateway.md", GUIDE.encode()), ("router.md", other))["Location"])
    said = {"title": "The router", "product": "", "language": "en", "edition": "", "edition_of": "gateway"}
    publisher.post(f"{preview}document/1/", said)
    page = publisher.get(preview).content.decode()
    assert "Two files would be the document" in page
    assert "Import and publish" not in page
    publisher.post(f"{preview}approve/", {"publish": "1"})
    assert f"{preview}document/1/" in page
    publisher.post(f"{preview}document/1/", {"as_read": "1"})
    page = publisher.get(preview).content.decode()
    assert "Two files would be" not in page
    assert "Import and publish" in page
    assert tabs(publisher, preview)["new"] == 2


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.md", b"# Title\n\x00", "a.md, line 2: expected text in UTF-8, not a binary file"),
        ("a.zip", b"PK", "a.zip, line 1: expected a ZIP file"),
        ("a.zip", zipped(**{"bomb.md": b" " * 5_000_000}), "bomb.md, line 1: expected a file that is packed at most"),
        ("a.zip", zipped(**{"..__out.md": b"# a"}), "out.md, line 1: expected a path inside the ZIP file"),
        ("a.md", "# 제목".encode("cp949"), "a.md, line 1: expected text in UTF-8, not in CP949"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason_and_line(publisher, name, data, sentence) -> None:
    preview = choose(publisher, (name, data))["Location"]
    page = publisher.get(preview)
    assert sentence in page.content.decode()
    assert "Import and publish" not in page.content.decode()


@pytest.mark.parametrize(("name", "data"), [("a.exe", b"MZ"), ("a.md", b"")])
def test_a_file_that_is_no_document_is_refused_at_once(publisher, name, data) -> None:
    page = choose(publisher, (name, data))
    assert page.status_code == 200
    assert page.context["form"].errors["documents"]
    assert publisher.post(IMPORT).context["form"].errors["documents"]
    assert not DocumentUpload.objects.exists()


def test_too_large_an_upload_is_refused_with_the_limit(publisher) -> None:
    answer = publisher.generic("POST", IMPORT, b"", CONTENT_LENGTH=str(50_000_000))
    assert answer.status_code == 413
    assert "25" in answer.content.decode()


def test_two_files_that_would_be_one_document_are_told_apart_by_name(publisher) -> None:
    preview = choose(publisher, ("a.md", GUIDE.encode()), ("a.md", GUIDE.encode()))["Location"]
    assert "Rename one" in publisher.get(preview).content.decode()


def test_progress_is_shown_until_it_is_done_and_a_silent_work_is_interrupted(publisher) -> None:
    preview = bring(publisher)
    upload = DocumentUpload.objects.get()
    upload.state, upload.done, upload.total = "reading", 3, 55
    upload.save()
    page = publisher.get(preview).content.decode()
    assert "Reading documents: 3 of 55" in page
    assert 'http-equiv="refresh"' in page
    upload.sign = timezone.now() - timedelta(minutes=4)
    upload.save()
    page = publisher.get(preview).content.decode()
    assert "interrupted on the server" in page
    assert 'http-equiv="refresh"' not in page
    assert "did not finish" in publisher.get(IMPORT).content.decode()


@pytest.mark.parametrize("state", ["reading", "importing"])
def test_what_did_not_finish_is_started_again_with_what_was_said_of_it(publisher, state) -> None:
    preview = bring(publisher)
    DocumentUpload.objects.get().rows.filter(number=0).update(message="다르게")
    DocumentUpload.objects.update(state=state, sign=timezone.now() - timedelta(minutes=4))
    page = publisher.post(f"{preview}again/", follow=True).content.decode()
    assert DocumentUpload.objects.get().state == "ready"
    assert "다르게" in page


def test_only_what_did_not_finish_is_started_again_and_only_by_whose_it_is(publisher, client) -> None:
    preview = bring(publisher)
    run = DocumentUpload.objects.get().run
    publisher.post(f"{preview}again/")
    DocumentUpload.objects.update(state="failed")
    publisher.get(f"{preview}again/")
    assert client.post(f"{preview}again/").status_code == HTTPStatus.FOUND
    assert DocumentUpload.objects.get().run == run


@pytest.mark.django_db(transaction=True)
def test_a_work_signs_while_it_goes_on_and_no_longer(monkeypatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(uploads, "_BEAT_SECONDS", 0.01)
    signed, seen = threading.Event(), []

    def sign() -> None:
        seen.append(1)
        signed.set()

    uploads._beside(lambda: signed.wait(10), sign)
    assert signed.wait(10)
    for thread in [each for each in threading.enumerate() if each.name == "documents"]:
        thread.join()
    assert seen


def test_an_import_that_breaks_leaves_nothing_behind_and_says_so(publisher, monkeypatch) -> None:
    preview = bring(publisher)

    def broken(*_plan: Any, **_how: Any) -> None:
        Document.objects.create(key="half")
        raise RuntimeError

    monkeypatch.setattr(uploads, "carry_out", broken)
    assert "Nothing was imported" in approve(publisher, preview)
    assert not Document.objects.filter(key="half").exists()


def test_a_work_that_another_one_replaced_writes_nothing(publisher, monkeypatch) -> None:
    preview = bring(publisher)
    real = uploads.carry_out

    def late(*plan: Any, **how: Any) -> Any:
        DocumentUpload.objects.update(run="00000000-0000-0000-0000-000000000000")
        return real(*plan, **how)

    monkeypatch.setattr(uploads, "carry_out", late)
    approve(publisher, preview, publish=True)
    assert not ErrorEntry.objects.filter(message_en="The gateway is full.").exists()


def test_an_upload_is_seen_by_who_brought_it_alone(publisher) -> None:
    preview = bring(publisher)
    for other in (member("editor", "other"), signed_in(User.objects.create_superuser("root"))):
        assert other.get(preview).status_code == 404
        assert other.post(f"{preview}approve/").status_code == 404
    assert "/login/" in Client().get(preview)["Location"]


def test_addresses_and_forms_that_make_no_sense_are_survived(publisher) -> None:
    preview = bring(publisher)
    assert publisher.get(f"{preview}?show=nonsense&page=x").status_code == 200
    assert publisher.get(f"{preview}row/99/").status_code == 404
    assert publisher.get(f"{preview}document/99/").status_code == 404
    assert publisher.get(f"{IMPORT}00000000-0000-0000-0000-000000000000/").status_code == 404
    numbers = ["x", "9" * 40, "²", "-1"]
    for sent in ({}, {"action": "none"}, {"row": numbers, "action": "none"}, {"row": ["0"], "action": "operation"}):
        assert publisher.post(preview, sent).status_code == 302
    assert not UploadedRow.objects.filter(is_error=False).exists()
    approved = approve(publisher, preview)
    publisher.post(preview, {"one": "none:0"})
    assert "Entries made" in approved
    assert not UploadedRow.objects.filter(is_error=False).exists()


def test_a_page_of_many_rows_takes_few_queries_and_has_fifty(publisher, django_assert_max_num_queries) -> None:
    row = "| Gateway{0} | The gateway has failed in way {0}. | It sleeps. | Wake it. |\n"
    preview = bring(publisher, GUIDE + "".join(row.format(number) for number in range(1_000, 1_120)))
    with django_assert_max_num_queries(20):
        page = publisher.get(f"{preview}?page=2&show=new")
    assert len(page.context["rows"]) == 50


def test_an_upload_is_forgotten_a_day_after_somebody_worked_on_it(publisher) -> None:
    preview = bring(publisher)
    past = timezone.now() - timedelta(days=2)
    DocumentUpload.objects.update(time=past, sign=past)
    publisher.post(preview, {"one": "none:0"})
    bring(publisher)
    assert DocumentUpload.objects.count() == 2
    DocumentUpload.objects.update(sign=past)
    bring(publisher)
    assert DocumentUpload.objects.count() == 1
