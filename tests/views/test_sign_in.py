"""The door of the administration: it closes to who guesses, stays open to everybody else, and says nothing of names."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from troubleshoot.models import FailedSignIn
from troubleshoot.models import sign_in as attempts

pytestmark = pytest.mark.django_db
DOOR = "/admin/login/"


@pytest.fixture
def administrator():
    return get_user_model().objects.create_superuser("kim", password="the right one")


def knock(name="kim", password="wrong", sent_from="192.0.2.1", door=DOOR, client=None):
    return (client or Client()).post(door, {"username": name, "password": password}, REMOTE_ADDR=sent_from)


def guess(times: int, **attempt) -> list[int]:
    return [knock(**attempt).status_code for _ in range(times)]


def test_who_guesses_is_refused_and_then_even_the_right_password_is_not_looked_at(administrator):
    assert guess(attempts.OF_BOTH) == [200] * attempts.OF_BOTH
    assert guess(3) == [429] * 3
    assert knock(password="the right one").status_code == 429


@pytest.mark.parametrize(
    ("door", "words"), [(DOOR, "로그인 시도가 너무 많습니다"), ("/en/admin/login/", "Too many sign-in")]
)
def test_the_refusal_is_calm_and_says_when_to_come_back(administrator, door, words):
    guess(attempts.OF_BOTH)
    refusal = knock(door=door)
    assert refusal.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert refusal["Retry-After"] == "900"
    assert "no-store" in refusal["Cache-Control"]
    assert words in refusal.content.decode()


def test_the_same_account_can_be_entered_from_elsewhere(administrator):
    guess(attempts.OF_BOTH + 1)
    assert knock(password="the right one", sent_from="198.51.100.1").status_code == 302


@pytest.mark.parametrize(
    "to", ["", "//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_who_was_sent_from_nowhere_of_ours_comes_to_the_first_page_of_the_administration(administrator, to):
    given = {"username": "kim", "password": "the right one", "next": to}
    assert Client().post(DOOR, given).headers["Location"] == "/admin/"
    assert Client().post(f"/en{DOOR}", given).headers["Location"] == "/en/admin/"


@pytest.mark.parametrize("name", ["Kim", " kim ", "ｋｉｍ"])
def test_another_way_to_write_the_name_is_the_same_account(administrator, name):
    guess(attempts.OF_BOTH)
    assert knock(name=name).status_code == 429


def test_who_tries_one_password_on_many_accounts_is_refused():
    answers = [knock(name=f"name-{number}").status_code for number in range(attempts.OF_NETWORK + 1)]
    assert answers == [200] * attempts.OF_NETWORK + [429]


def test_a_network_of_ipv6_is_one_place(administrator):
    answers = [knock(sent_from=f"2001:db8::{number}").status_code for number in range(1, attempts.OF_BOTH + 2)]
    assert answers[-1] == 429


def test_an_account_that_the_whole_world_guesses_at_is_closed(administrator, monkeypatch):
    monkeypatch.setattr(attempts, "OF_ACCOUNT", 3)
    answers = [knock(sent_from=f"192.0.2.{number}").status_code for number in range(1, 6)]
    assert answers == [200, 200, 200, 429, 429]


def test_the_door_opens_again_however_often_it_was_knocked_at_meanwhile(administrator, monkeypatch):
    guess(attempts.OF_BOTH + 5)
    later = timezone.now() + attempts.WINDOW
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert knock(password="the right one").status_code == 302


def test_who_comes_in_after_a_slip_begins_anew(administrator):
    guess(attempts.OF_BOTH - 1)
    assert knock(password="the right one").status_code == 302
    assert guess(attempts.OF_BOTH) == [200] * attempts.OF_BOTH


def test_who_is_in_already_can_not_guess_at_others_without_end(administrator):
    inside = Client()
    inside.force_login(administrator)
    answers = [knock(name="lee", client=inside).status_code for _ in range(attempts.OF_BOTH + 1)]
    assert answers == [200] * attempts.OF_BOTH + [429]


def test_the_log_names_accounts_and_nothing_else_that_was_typed(administrator, caplog):
    guess(1)
    guess(attempts.OF_BOTH + 1, name="my secret pass phrase")
    assert "A sign-in as kim from 192.0.2.1 failed" in caplog.messages
    assert "A sign-in as an unknown name from 192.0.2.1 was refused: too many failed" in caplog.messages
    assert "secret" not in caplog.text


def test_the_rows_hold_neither_names_nor_addresses_and_go_after_a_day(administrator, monkeypatch):
    guess(1)
    row = FailedSignIn.objects.get()
    assert "kim" not in row.account
    assert "192.0" not in row.network
    later = timezone.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    guess(1)
    assert FailedSignIn.objects.count() == 1


@pytest.mark.parametrize("name", ["", "\0", "가" * 100_000])
def test_whatever_is_typed_is_answered(name):
    assert knock(name=name).status_code == 200


def test_the_first_page_tells_administrators_and_nobody_else(administrator):
    guess(2)
    inside = Client()
    inside.force_login(administrator)
    assert "2 attempts to sign in failed" in inside.get("/en/admin/").content.decode()
    author = get_user_model().objects.create_user("lee", is_staff=True)
    inside.force_login(author)
    assert "attempts to sign in" not in inside.get("/en/admin/").content.decode()


def test_who_finds_a_session_open_does_not_guess_its_password_without_an_end(administrator, client):
    client.force_login(administrator)
    new = {"new_password1": "Another-One-9", "new_password2": "Another-One-9"}

    def change(old: str) -> int:
        return client.post("/admin/password_change/", {"old_password": old} | new).status_code

    assert [change("wrong") for _ in range(attempts.OF_BOTH)] == [200] * attempts.OF_BOTH
    assert change("the right one") == HTTPStatus.TOO_MANY_REQUESTS
    assert knock(password="the right one", sent_from="127.0.0.1").status_code == HTTPStatus.TOO_MANY_REQUESTS
    FailedSignIn.objects.all().delete()
    assert change("the right one") == HTTPStatus.FOUND
    assert not FailedSignIn.objects.exists()


def test_a_new_password_that_is_refused_is_no_guess(administrator, client):
    client.force_login(administrator)
    refused = {"old_password": "the right one", "new_password1": "a", "new_password2": "b"}
    assert client.post("/admin/password_change/", refused).status_code == HTTPStatus.OK
    assert not FailedSignIn.objects.exists()


def test_a_changed_password_ends_the_sessions_that_were_open(administrator):
    inside = Client()
    inside.force_login(administrator)
    assert inside.get("/admin/").status_code == 200
    administrator.set_password("another one")
    administrator.save()
    assert inside.get("/admin/").status_code == 302
