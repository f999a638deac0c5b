"""Tests that the administration speaks Korean as people write it, in Django's own texts too."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from tests.admin.forms import page_of, send, shown
from troubleshoot.models import ErrorEntry, Flow, QueryLog

pytestmark = pytest.mark.django_db

OURS = Path(__file__).parents[2] / "troubleshoot/locale_django/ko/LC_MESSAGES"
BROKEN = re.compile(
    r"[을를이가은는]\s?[/(]\s?[을를이가은는과와]|\(으\)로|[와과]/[과와]"  # a particle for the machine to choose
    r"|보기위한|다른 이름으로 추가|개 중에 선택됨|지닌|뷰 |더 추가하기|돌려주세요|확신합니다|고쳐주세요|히스토리"
    r"|액션|오브젝트|아니오|성공적으로|바랍니다|독자|\d:\d\d 오[전후]"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")


def text_of(html: str) -> str:
    """What is read: without scripts and tags, but with titles and labels."""
    html = re.sub(r"<script.*?</script>|<style.*?</style>", " ", html, flags=re.DOTALL)
    spoken = re.findall(r'(?:title|aria-label|value|placeholder|alt)="([^"]*)"', html)
    return " ".join([re.sub(r"<[^>]+>", " ", html), *spoken])


def is_korean_and_sound(page: str) -> str:
    found = BROKEN.search(text_of(page))
    assert found is None, text_of(page)[max(0, found.start() - 60) : found.end() + 60]
    return page


def admin_address(name: str, *args: object) -> str:
    with override("ko"):
        return reverse(f"admin:{name}", args=args)


@pytest.fixture
def search(db: None) -> QueryLog:
    return QueryLog.objects.create(search=uuid.uuid4(), query="스냅샷", language="ko", results=0, time=timezone.now())


def edited(model: str) -> list[str]:
    with override("ko"):
        return [admin_address(f"troubleshoot_{model}_{page}") for page in ("changelist", "add")]


@pytest.mark.parametrize("model", ["document", "errorentry", "flow", "operation", "section", "synonymgroup"])
@pytest.mark.usefixtures("entry")
def test_what_is_edited_is_shown_in_sound_korean(editor: Client, model: str) -> None:
    pages = [is_korean_and_sound(editor.get(address).content.decode()) for address in edited(model)]
    assert "전체 1개" in pages[0]


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_the_pages_of_a_row_are_in_sound_korean(editor: Client, entry: ErrorEntry, page: str) -> None:
    flow = Flow.objects.get()
    for row in (entry, entry.operation, flow, flow.steps.first()):
        is_korean_and_sound(editor.get(page_of(row, page), follow=True).content.decode())


@pytest.mark.parametrize("model", ["querylog", "verdict", "stepcount", "revision"])
def test_what_is_only_looked_at_is_in_sound_korean(editor: Client, search: QueryLog, model: str) -> None:
    address = admin_address(f"troubleshoot_{model}_changelist")
    is_korean_and_sound(editor.get(address, follow=True).content.decode())
    if model == "querylog":
        page = is_korean_and_sound(editor.get(page_of(search)).content.decode())
        assert "검색 기록 보기" in page


@pytest.mark.parametrize("name", ["index", "password_change", "auth_user_changelist", "auth_user_add"])
def test_the_pages_of_people_and_the_start_are_in_sound_korean(editor: Client, name: str) -> None:
    is_korean_and_sound(editor.get(admin_address(name)).content.decode())


def test_signing_in_and_out_is_in_sound_korean(client: Client, editor: Client) -> None:
    address = admin_address("login")
    is_korean_and_sound(client.get(address).content.decode())
    is_korean_and_sound(client.post(address, {"username": "nobody", "password": "wrong"}).content.decode())
    is_korean_and_sound(editor.post(admin_address("logout")).content.decode())


def test_what_is_missing_is_said_in_sound_korean(editor: Client, entry: ErrorEntry) -> None:
    address = admin_address("troubleshoot_operation_change", 999)
    assert "삭제되었을 수 있습니다" in is_korean_and_sound(editor.get(address, follow=True).content.decode())


def test_an_action_without_rows_is_refused_in_sound_korean(editor: Client, entry: ErrorEntry) -> None:
    address = admin_address("troubleshoot_synonymgroup_changelist")
    page = editor.post(address, {"action": "delete_selected", "index": "0"}, follow=True).content.decode()
    assert "일괄 처리할 항목을 먼저 선택하세요" in is_korean_and_sound(page)


def test_what_is_saved_and_what_is_refused_is_said_in_sound_korean(editor: Client, entry: ErrorEntry) -> None:
    address = admin_address("troubleshoot_synonymgroup_add")
    empty = shown(editor, address)
    refused = send(editor, address, empty, key="한글", terms="가\n나").content.decode()
    assert "영문자, 숫자, 밑줄(_), 하이픈(-)만 입력하세요." in is_korean_and_sound(refused)
    for word in ("추가했습니다: 동의어 그룹", "이미 있는 값입니다"):
        editor.cookies.pop("messages", None)
        answer = editor.post(address, empty | {"key": "disk", "terms": "디스크\nVHD"}, follow=True)
        assert word in is_korean_and_sound(answer.content.decode())


def test_the_scripts_of_the_administration_have_sound_korean(editor: Client) -> None:
    escaped = editor.get(admin_address("jsi18n")).content.decode()
    script = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), escaped)
    assert "%(cnt)s개 중 %(sel)s개 선택됨" in script
    assert not BROKEN.search(script)


def test_noon_stands_before_the_hour() -> None:
    with override("ko"):
        assert (
            date_format(datetime(2026, 11, 24, 23, 22, tzinfo=UTC), "DATETIME_FORMAT") == "2026년 11월 24일 오후 11:22"
        )


def messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (message for message in read_po(file) if message.id)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_that_is_put_right_is_still_one_of_djangos(domain: str) -> None:
    """A text that Django changes would lose its better Korean without a word."""
    theirs = Path(django.__file__).parent.glob(f"**/locale/ko/LC_MESSAGES/{domain}.po")
    known = {message.id for path in theirs for message in messages(path)}
    ours = list(messages(OURS / f"{domain}.po"))
    assert ours
    assert [message.id for message in ours if message.id not in known] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_better_korean_keeps_the_placeholders(domain: str) -> None:
    ours = list(messages(OURS / f"{domain}.po"))
    assert ours
    for message in ours:
        english = message.id[-1] if message.pluralizable else message.id
        korean = message.string[0] if message.pluralizable else message.string
        assert set(PLACEHOLDER.findall(korean)) == set(PLACEHOLDER.findall(english)), english
        assert not BROKEN.search(korean), english
