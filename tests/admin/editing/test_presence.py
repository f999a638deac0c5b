"""Tests of telling who else has a page open: said by the page itself, shown to who may edit, and in nobody's way."""

import pytest
from django.utils.translation import override

from tests.admin.forms import member, opened, page_of, save
from troubleshoot.models import OpenPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def editors(entry):
    with override("ko"):
        yield member("editor", "first"), member("editor", "second")


def names(client, row) -> list[str]:
    return [page.user.username for page in opened(client, page_of(row))["others"]]


def test_a_page_that_somebody_has_open_says_so_to_the_next(entry, editors) -> None:
    first, second = editors
    assert first.post(page_of(entry, "open")).content.strip() == b""
    answer = second.post(page_of(entry, "open"))
    assert "first 님이" in answer.text
    assert names(first, entry) == ["second"]
    assert "first 님이" in second.get(page_of(entry)).text


def test_looking_alone_says_nothing(entry, editors) -> None:
    first, second = editors
    first.get(page_of(entry))
    assert names(second, entry) == []
    assert not OpenPage.objects.exists()


def test_who_leaves_or_looks_at_another_page_is_not_named(entry, editors) -> None:
    first, second = editors
    first.post(page_of(entry.operation, "open"))
    assert names(second, entry) == []
    first.post(page_of(entry, "open"))
    assert first.post(page_of(entry, "open"), {"left": "1"}).status_code == 204
    assert names(second, entry) == []


def test_nobody_is_kept_from_saving(entry, editors) -> None:
    first, second = editors
    first.post(page_of(entry, "open"))
    save(second, entry, cause_ko="둘째가 씁니다")
    entry.refresh_from_db()
    assert entry.cause_ko == "둘째가 씁니다"


def test_who_may_not_edit_neither_says_nor_is_shown_anything(entry, editors) -> None:
    editors[0].post(page_of(entry, "open"))
    analyst = member("analyst")
    assert analyst.post(page_of(entry, "open")).status_code == 403
    assert "first 님이" not in analyst.get(page_of(entry)).text


def test_a_page_that_is_gone_is_not_open_and_a_name_is_escaped(entry, editors) -> None:
    first, _second = editors
    with override("ko"):
        assert first.post("/admin/troubleshoot/errorentry/99999/open/").status_code == 404
        assert first.post("/admin/troubleshoot/errorentry/x%00/open/").status_code == 404
    assert first.get(page_of(entry, "open")).status_code == 405
    member("editor", "<b>bold").post(page_of(entry, "open"))
    assert "&lt;b&gt;bold" in first.get(page_of(entry)).text
