"""Tests of the address that takes documents: who may send them, in which form, and what it answers."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.admin.forms import member
from troubleshoot.api import documents
from troubleshoot.exchange.documents import uploads
from troubleshoot.models import ApiToken, Document, DocumentUpload, ErrorEntry, Revision

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/documents"
TEXT = """# 백업 문제 해결

## 백업

| 오류 | 해결 방법 |
| --- | --- |
| 에이전트가 응답하지 않습니다. (UserErrorAgent) | 에이전트를 다시 시작합니다. |
| 디스크가 가득 찼습니다. | 공간을 비웁니다. |
"""
BODY = {"documents": [{"path": "backup/guide.md", "text": TEXT}]}


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("pipeline")


@pytest.fixture
def secret(user) -> str:
    return ApiToken.objects.issue(ApiToken(name="pipeline", user=user))


@pytest.fixture
def send(client, secret):
    """Send documents with a token and return the JSON of the answer; the status must be as expected."""

    def post(body=BODY, status=200, query="", token=secret, **form):
        data = form or (body if isinstance(body, str) else json.dumps(body))
        kind = {} if form else {"content_type": "application/json"}
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = client.post(ADDRESS + query, data, headers=headers, **kind)
        assert answer.status_code == status, answer.content
        return answer.json()

    return post


def test_documents_are_imported_as_drafts_in_the_name_of_the_user(send, user) -> None:
    told = send()
    assert list(told) == ["documents", "entries", "unread", "counts"]
    assert told["documents"][0]["path"].endswith("guide.md")
    assert [(row["status"], row["codes"]) for row in told["entries"]] == [("new", ["UserErrorAgent"]), ("new", [])]
    assert set(ErrorEntry.objects.values_list("state", flat=True)) == {"draft"}
    assert set(Revision.objects.values_list("user", flat=True)) == {user.pk}
    assert ApiToken.objects.get().used == timezone.localdate()


def test_they_are_published_where_that_is_asked_for_and_the_same_again_changes_nothing(send) -> None:
    send(BODY | {"publish": True})
    assert ErrorEntry.objects.seen_by_readers().count() == 2
    assert send(BODY | {"publish": True})["counts"]["unchanged"] == 2


def test_a_dry_run_writes_nothing(send) -> None:
    assert send(query="?dry_run=1")["counts"]["new"] == 2
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", ["guide.md", "guides.zip"])
def test_a_file_is_taken_too(send, name) -> None:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("guide.md", TEXT)
    data = content.getvalue() if name.endswith(".zip") else TEXT.encode()
    assert send(file=SimpleUploadedFile(name, data), publish="true")["counts"]["new"] == 2
    assert ErrorEntry.objects.seen_by_readers().count() == 2


def test_a_file_that_can_not_be_read_is_named_as_it_was_sent(send) -> None:
    told = send(file=SimpleUploadedFile("guide.md", b"\xff\xfe\x00"), query="?dry_run=1")
    assert [each["document"] for each in told["unread"]] == ["guide.md"]
    assert "guide.md" in (refused := send(file=SimpleUploadedFile("guide.md", b"\xff"), status=422))["error"]["message"]
    assert "/" not in refused["error"]["message"]


@pytest.mark.parametrize("token", ["", "unknown", "\u00e9"])
def test_without_a_known_token_nothing_is_read(client, send, token) -> None:
    assert set(send("not even JSON", 401, token=token)) == {"error"}
    assert client.post(ADDRESS).headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("lost", [{"is_active": False}, {"is_staff": False}])
def test_a_token_ends_with_the_rights_of_its_user(send, user, lost) -> None:
    User.objects.filter(pk=user.pk).update(**lost)
    send(status=401)


def test_who_may_not_publish_may_not_send(send) -> None:
    member("author", "author")
    token = ApiToken.objects.issue(ApiToken(name="author", user=User.objects.get(username="author")))
    assert send(status=403, token=token)["error"]["code"] == "permission_denied"


def test_only_a_digest_of_a_token_is_kept(secret) -> None:
    assert secret not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize(
    "body",
    [
        "not JSON",
        "[]",
        {},
        {"documents": []},
        {"documents": [{"path": "a.md"}]},
        {"documents": ["a.md"]},
        BODY | {"language": "fr"},
        BODY | {"publish": "perhaps"},
    ],
)
def test_a_malformed_request_is_refused(send, body) -> None:
    assert send(body, 400)["error"]["code"] in {"invalid", "parse_error"}
    send(BODY, 400, query="?dry_run=yes")


def test_what_is_larger_than_this_address_accepts_is_not_read(send, settings) -> None:
    settings.DOCUMENTS_LIMIT = 10
    assert send(status=413)["error"]["code"] == "too_large"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "a.exe"),
        ({"file": SimpleUploadedFile("a.zip", b"none")}, "a.zip"),
        ({"file": SimpleUploadedFile("a.md", b"\xff\xfe\x00a")}, "a.md"),
    ],
)
def test_a_document_that_can_not_be_read_is_named_and_nothing_is_written(send, form, said) -> None:
    assert said in send(status=422, **form)["error"]["message"]
    assert not Document.objects.exists()


def test_a_dry_run_tells_what_can_not_be_read_beside_the_others(send) -> None:
    told = send({"documents": [*BODY["documents"], {"path": "b.md", "text": "\n"}]}, query="?dry_run=1")
    assert [left["document"] for left in told["unread"]] == ["b.md"]
    assert told["counts"]["new"] == 2


@pytest.fixture
def beside(monkeypatch) -> None:
    """Any document is more than a request works on, and the work is done before the answer."""
    monkeypatch.setattr(documents, "MOST_LINES_AT_ONCE", 3)
    monkeypatch.setattr(uploads, "_beside", lambda work, _sign: work())


@pytest.fixture
def follow(client, secret):
    """The status of an import that is done beside its request."""

    def get(address: str, status: int = 200, token: str = secret):
        answer = client.get(address, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == status
        return answer.json()

    return get


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("form", ["json", "file"])
def test_what_takes_long_is_imported_beside_the_request_with_the_same_answer(
    client, secret, send, follow, form
) -> None:
    headers = {"authorization": f"Bearer {secret}"}
    if form == "json":
        sent = client.post(ADDRESS, json.dumps(BODY | {"publish": True}), "application/json", headers=headers)
    else:
        file = SimpleUploadedFile("guide.md", TEXT.encode())
        sent = client.post(ADDRESS, {"file": file, "publish": "true"}, headers=headers)
    assert sent.status_code == 202
    assert sent.json()["url"] == sent.headers["Location"]
    told = follow(sent.headers["Location"])
    assert (told["state"], told["message"], told["answer"]["counts"]["new"]) == ("done", "", 2)
    assert told["answer"]["documents"][0]["path"] == BODY["documents"][0]["path"] if form == "json" else "guide.md"
    assert ErrorEntry.objects.seen_by_readers().count() == 2


@pytest.mark.usefixtures("beside")
def test_a_long_dry_run_writes_nothing_and_says_what_a_short_one_says(send, follow, monkeypatch) -> None:
    told = follow(send(status=202, query="?dry_run=1")["url"])
    assert not Document.objects.exists()
    monkeypatch.setattr(documents, "MOST_LINES_AT_ONCE", 1_000)
    assert told["answer"] == send(query="?dry_run=1")


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"edition_of": "nowhere"}, "nowhere"),
        ({"documents": [*BODY["documents"], {"path": "b.md", "text": "\n\n\n\n\n"}]}, "b.md, line 1"),
        ({"documents": [*BODY["documents"], *BODY["documents"]]}, "Rename one"),
    ],
)
def test_a_long_import_that_fails_says_why_and_writes_nothing(send, follow, sent, said) -> None:
    if "edition_of" in sent:
        assert said in send(BODY | sent, 422)["error"]["message"]
    else:
        told = follow(send(BODY | sent, 202, query="?lang=en")["url"])
        assert (told["state"], told["answer"]) == ("failed", None)
        assert said in told["message"]
    assert not Document.objects.exists()


def test_a_long_import_is_followed_by_who_sent_it_alone(send, follow, client, monkeypatch) -> None:
    monkeypatch.setattr(documents, "MOST_LINES_AT_ONCE", 3)
    monkeypatch.setattr(uploads, "_beside", lambda _work, _sign: None)
    assert send(status=202)["state"] == "reading"
    address = f"{ADDRESS}/{DocumentUpload.objects.get().pk}"
    assert follow(address)["answer"] is None
    other = User.objects.create_superuser("other")
    follow(address, 404, ApiToken.objects.issue(ApiToken(name="other", user=other)))
    follow(f"{ADDRESS}/00000000-0000-0000-0000-000000000000", 404)
    assert client.get(address).status_code == 401
    DocumentUpload.objects.update(sign=timezone.now() - DocumentUpload.SILENT * 2)
    assert follow(address)["state"] == "failed"


def test_an_edition_of_what_is_not_there_is_said_to_be_none(send) -> None:
    assert "nowhere" in send(BODY | {"edition_of": "nowhere"}, 422)["error"]["message"]


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
def test_another_verb_is_refused(client, secret, verb) -> None:
    assert getattr(client, verb)(ADDRESS, headers={"authorization": f"Bearer {secret}"}).status_code == 405
