"""Tests of an account: a second factor that is optional, then asked for everywhere, and sessions that can be ended."""

import re
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.admin.forms import shown
from tests.people import signed_in
from troubleshoot.models import FailedSignIn

pytestmark = pytest.mark.django_db

PAGE, DOOR = "/en/admin/account/", "/en/admin/login/"
PASSWORD = "a password for tests only"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def kim(db) -> User:
    return User.objects.create_superuser("kim", password=PASSWORD)


def code_of(user: User, steps: int = 0) -> str:
    """What the app shows, some steps from now: each code counts once, and so does none before it."""
    totp = TOTP(TOTPDevice.objects.get(user=user).bin_key)
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06}"


def act(client: Client, name: str, **more: str):
    return client.post(PAGE, {"act": name} | more, follow=True)


def set_up(client: Client, user: User) -> list[str]:
    """Turn the second factor on; returns the recovery codes."""
    act(client, "begin")
    return re.findall(r"<code>(\w+)</code>", act(client, "confirm", code=code_of(user)).text)


def knock(**more: str):
    client = Client()
    return client, client.post(DOOR, {"username": "kim", "password": PASSWORD} | more, headers={"user-agent": FIREFOX})


def test_without_a_second_factor_the_password_is_enough(kim: User) -> None:
    assert knock()[1].status_code == 302
    assert knock(code="123456")[1].status_code == 302


def test_who_set_it_up_needs_the_code_of_the_app_and_each_code_counts_once(kim: User) -> None:
    assert len(set_up(signed_in(kim), kim)) == 10
    for more in ({}, {"code": "000000"}, {"code": "가나다"}, {"code": "x" * 40}):
        assert "Enter the code" in knock(**more)[1].text
    code = code_of(kim, 1)
    TOTPDevice.objects.update(throttling_failure_count=0)  # which wrong codes have raised
    assert knock(code=f" {code[:3]} {code[3:]} ")[1].status_code == 302
    assert knock(code=code)[1].status_code == 200


def test_guessing_codes_is_slowed_down_and_counted_as_guessing_passwords_is(kim: User) -> None:
    set_up(signed_in(kim), kim)
    assert knock(code="000000")[1].status_code == 200
    assert knock(code=code_of(kim, 1))[1].status_code == 200
    assert FailedSignIn.objects.count() == 2


def test_a_wrong_password_says_nothing_of_the_second_factor(kim: User) -> None:
    set_up(signed_in(kim), kim)
    assert "Enter the code" not in knock(password="wrong")[1].text


def test_a_recovery_code_signs_in_once(kim: User) -> None:
    codes = set_up(signed_in(kim), kim)
    assert knock(code=codes[0].upper())[1].status_code == 302
    assert knock(code=codes[0])[1].status_code == 200
    assert StaticToken.objects.count() == 9


def test_saving_with_an_ended_session_asks_for_the_code_as_well(kim: User, entry) -> None:
    codes = set_up(signed_in(kim), kim)
    address = f"/en/admin/troubleshoot/errorentry/{entry.pk}/change/"
    typed = shown(signed_in(kim), address) | {"message_ko": "새 글", "sign_in-username": "kim"}
    guest = Client()
    assert "Enter the code" in guest.post(address, typed | {"sign_in-password": PASSWORD}).text
    answer = guest.post(address, typed | {"sign_in-password": PASSWORD, "sign_in-code": codes[0]})
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert entry.message_ko == "새 글"


def test_nothing_is_on_before_the_first_code_is_right(kim: User) -> None:
    client = signed_in(kim)
    page = act(client, "begin").text
    assert 'src="data:image/svg+xml' in page
    assert "not right" in act(client, "confirm", code="000000").text
    assert knock()[1].status_code == 302
    act(client, "cancel")
    assert not TOTPDevice.objects.exists()


def test_setting_it_up_again_changes_nothing_while_it_is_on(kim: User) -> None:
    client = signed_in(kim)
    set_up(client, kim)
    before = TOTPDevice.objects.get().key
    act(client, "begin")
    assert TOTPDevice.objects.get().key == before


def test_it_is_turned_off_and_codes_are_renewed_by_who_has_a_code(kim: User) -> None:
    client = signed_in(kim)
    codes = set_up(client, kim)
    assert "not right" in act(client, "off", code="wrong").text
    StaticDevice.objects.update(throttling_failure_count=0)  # a wrong code has to be waited for
    renewed = re.findall(r"<code>(\w+)</code>", act(client, "renew", code=codes[0]).text)
    assert len(renewed) == 10
    assert "not right" in act(client, "renew", code=codes[1]).text
    StaticDevice.objects.update(throttling_failure_count=0)
    act(client, "off", code=renewed[0])
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()


def test_the_page_shows_a_secret_to_its_owner_alone_and_is_not_kept(kim: User) -> None:
    client = signed_in(kim)
    act(client, "begin")
    assert "no-store" in client.get(PAGE)["Cache-Control"]
    other = signed_in(User.objects.create_user("lee", is_staff=True))
    assert "data:image" not in other.get(PAGE).text
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize("name", ["", "x", "begin' --"])
def test_an_unknown_act_is_refused(kim: User, name: str) -> None:
    assert signed_in(kim).post(PAGE, {"act": name}).status_code == 400


def test_sessions_are_listed_and_one_is_ended(kim: User) -> None:
    here, elsewhere = knock()[0], knock()[0]
    page = here.get(PAGE).text
    assert page.count("Firefox · Windows") == 2
    assert elsewhere.session.session_key not in page
    [handle] = re.findall(r'name="session" value="(\w+)"', page)
    act(here, "end", session="0" * 32)
    assert elsewhere.get(PAGE).status_code == 200
    act(here, "end", session=handle)
    assert elsewhere.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_signing_out_everywhere_else_leaves_this_session(kim: User) -> None:
    here, *others = (knock()[0] for _number in range(3))
    lee = signed_in(User.objects.create_user("lee", is_staff=True))
    act(here, "end")
    assert [client.get(PAGE).status_code for client in (here, lee, *others)] == [200, 200, 302, 302]


def test_nobody_ends_the_session_of_another_by_their_own_page(kim: User) -> None:
    there = knock()[0]
    handle = re.findall(r'value="(\w{32})"', knock()[0].get(PAGE).text)[0]
    lee = signed_in(User.objects.create_user("lee", is_staff=True))
    act(lee, "end", session=handle)
    assert there.get(PAGE).status_code == 200


def test_an_administrator_signs_somebody_out_and_takes_a_lost_second_factor_off(kim: User) -> None:
    lee = User.objects.create_user("lee", is_staff=True, password=PASSWORD)
    theirs = signed_in(lee)
    set_up(theirs, lee)
    boss = signed_in(kim)
    page = f"/en/admin/auth/user/{lee.pk}/"
    assert "Take it off" in boss.get(f"{page}change/").text
    boss.post(f"{page}factor/")
    assert not TOTPDevice.objects.exists()
    boss.post(f"{page}sessions/")
    assert theirs.get(PAGE).status_code == 302
    assert boss.get(PAGE).status_code == 200


@pytest.mark.parametrize("name", ["factor", "sessions"])
def test_only_administrators_do_so_and_by_a_form(kim: User, name: str) -> None:
    page = f"/en/admin/auth/user/{kim.pk}/{name}/"
    assert signed_in(User.objects.create_user("lee", is_staff=True)).post(page).status_code == 403
    boss = signed_in(kim)
    assert boss.get(page).status_code == 405
    assert boss.post(f"/en/admin/auth/user/99999/{name}/").status_code == 302


def test_the_library_shows_no_page_of_its_own(kim: User) -> None:
    assert signed_in(kim).get("/en/admin/otp_totp/totpdevice/").status_code == 404
