"""Tests of people: roles in words, nobody shut out by accident, and passwords chosen by a link that works once."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client

from tests.admin.forms import member
from tests.people import signed_in
from troubleshoot.editing import notices
from troubleshoot.reading import limits

pytestmark = pytest.mark.django_db

LIST = "/en/admin/auth/user/"
PASSWORD = "a password for tests only"
BAD = (("a", "b"), ("12345678", "12345678"))


@pytest.fixture
def boss(db) -> Client:
    return signed_in(User.objects.create_superuser("boss"))


def page_of(person: User, page: str = "change") -> str:
    return f"{LIST}{person.pk}/{page}/"


def add(client: Client, name: str = "new", **fields: object) -> User:
    editor = Group.objects.get(name="editor")
    client.post(f"{LIST}add/", {"username": name, "groups": [editor.pk], "is_active": "on"} | fields)
    return User.objects.get(username=name)


def link_for(client: Client, person: User) -> str:
    return re.search(r'value="http://testserver([^"]+)"', client.post(page_of(person, "link")).text)[1]


def test_a_new_person_has_a_role_and_no_password_and_chooses_one_by_a_link_that_works_once(boss: Client) -> None:
    person = add(boss)
    assert (person.is_staff, person.has_usable_password()) == (True, False)
    assert "no password yet" in boss.get(page_of(person)).text
    link, guest = link_for(boss, person), Client()
    assert guest.get(link).status_code == 200
    assert not User.objects.get(pk=person.pk).has_usable_password()
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert guest.post(link, chosen).url == "/en/admin/login/"
    assert guest.login(username="new", password=PASSWORD)
    assert "does not work any more" in Client().get(link).text
    Client().post(link, {"new_password1": "another long one", "new_password2": "another long one"})
    assert Client().login(username="new", password=PASSWORD)


def test_a_forgotten_password_goes_on_working_until_another_is_chosen(boss: Client) -> None:
    person = User.objects.create_user("old", password=PASSWORD, is_staff=True)
    link_for(boss, person)
    assert Client().login(username="old", password=PASSWORD)


@pytest.mark.parametrize(
    "chosen", [{}, *({f"new_password{n}": text for n, text in enumerate(texts, 1)} for texts in BAD)]
)
def test_a_bad_password_is_refused_and_the_link_stays(boss: Client, chosen: dict[str, str]) -> None:
    link = link_for(boss, add(boss))
    assert Client().post(link, chosen).status_code == 200
    assert "Save the password" in Client().get(link).text


@pytest.mark.parametrize("place", ["MQ", "x", "%F0", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "_", "A" * 300])
@pytest.mark.parametrize("token", ["x", "c1-" + "0" * 32])
def test_a_link_that_nobody_was_given_leads_nowhere(boss: Client, place: str, token: str) -> None:
    answer = Client().get(f"/en/admin/password/{place}/{token}/")
    assert answer.status_code in (200, 404)
    assert "new_password1" not in answer.text


def test_who_is_not_active_any_more_gets_no_link_and_uses_none(boss: Client) -> None:
    person = add(boss)
    link = link_for(boss, person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "new_password1" not in Client().get(link).text
    assert boss.post(page_of(person, "link")).url == page_of(person)


def test_who_is_saved_without_a_role_is_told_of(boss: Client) -> None:
    said = "No role: new can sign in"
    without = {"username": "new", "is_active": "on"}
    assert said in boss.post(f"{LIST}add/", without, follow=True).text
    person = User.objects.get(username="new")
    assert said in boss.post(page_of(person), without, follow=True).text
    role = {"groups": [Group.objects.get(name="analyst").pk]}
    for enough in (role, {"is_superuser": "on"}, {"is_active": ""}):
        assert said not in boss.post(page_of(person), without | enough, follow=True).text


class TestForgotten:
    """The way back in from the page on which one signs in."""

    FORGOTTEN = "/en/admin/password/"

    @pytest.fixture
    def mailing(self, settings) -> None:
        settings.EMAIL_HOST, settings.PORTAL_ADDRESS = "mail.example", "https://backup.example/"
        limits.forget()

    def ask(self, name: str) -> str:
        return Client().post(self.FORGOTTEN, {"name": name}).text

    @pytest.mark.usefixtures("mailing")
    @pytest.mark.parametrize("name", ["kim", "Kim@corp.example"])
    def test_a_link_that_works_once_comes_by_mail(self, db, name: str) -> None:
        assert f'href="{self.FORGOTTEN}"' in Client().get("/en/admin/login/").text
        person = User.objects.create_user("kim", email="kim@corp.example", is_staff=True)
        assert "is on its way" in self.ask(name)
        notices._waiting.join()
        [message] = mail.outbox
        assert message.to == ["kim@corp.example"]
        link = re.search(r"https://backup\.example(/\S+)", message.body)[1]
        Client().post(link, {"new_password1": PASSWORD, "new_password2": PASSWORD})
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        assert "does not work any more" in Client().get(link).text

    @pytest.mark.usefixtures("mailing")
    @pytest.mark.parametrize("name", ["nobody", "no-mail", "gone@corp.example", "\0", "x" * 254])
    def test_nobody_learns_who_has_an_account(self, db, name: str) -> None:
        User.objects.create_user("no-mail")
        User.objects.create_user("gone", email="gone@corp.example", is_active=False)
        if name != "\0":  # which is no name at all
            assert "is on its way" in self.ask(name)
        notices._waiting.join()
        assert mail.outbox == []

    @pytest.mark.usefixtures("mailing")
    def test_a_flood_is_refused_with_a_sentence(self, db) -> None:
        User.objects.create_user("kim", email="kim@corp.example")
        answers = [self.ask("kim") for _ in range(limits.PASSWORDS.amount + 1)]
        assert "Too many links" in answers[-1]
        assert "Too many links" not in answers[-2]
        notices._waiting.join()
        assert len(mail.outbox) == limits.PASSWORDS.amount

    @pytest.mark.usefixtures("mailing")
    def test_no_link_is_made_of_the_host_that_a_request_names(self, db, settings) -> None:
        settings.PORTAL_ADDRESS = ""
        User.objects.create_user("kim", email="kim@corp.example")
        assert "Ask an administrator" in self.ask("kim")
        notices._waiting.join()
        assert mail.outbox == []

    def test_without_mail_it_says_who_makes_a_link_and_sends_none(self, db) -> None:
        User.objects.create_user("kim", email="kim@corp.example")
        assert "Ask an administrator" in self.ask("kim")
        assert "<form" not in Client().get(self.FORGOTTEN).text.partition("<main")[2]
        assert mail.outbox == []


def test_roles_stand_in_words(boss: Client) -> None:
    add(boss)
    page = boss.get(LIST).text
    assert "editor: reviews and publishes" in page
    assert "administrator: may do everything" in page
    form = boss.get(f"{LIST}add/").text
    for words in ("author: drafts", "analyst: reads"):
        assert words in form
    assert "user_permissions" not in form


@pytest.mark.parametrize("field", ["is_superuser", "is_active"])
def test_administrators_do_not_shut_themselves_out(boss: Client, field: str) -> None:
    me = User.objects.get(username="boss")
    sent = {"username": "boss", "is_superuser": "on", "is_active": "on"}
    answer = boss.post(page_of(me), {name: value for name, value in sent.items() if name != field})
    assert "take this from yourself" in answer.text
    assert boss.post(page_of(me, "delete"), {"post": "yes"}).status_code == 403
    assert boss.post(page_of(me), sent | {"last_name": "홍"}).status_code == 302


@pytest.mark.parametrize("group", ["author", "editor", "analyst"])
def test_people_are_for_administrators_alone(boss: Client, group: str) -> None:
    person, client = add(boss), member(group)
    for page in (LIST, f"{LIST}add/", page_of(person)):
        assert client.get(page).status_code == 403
    assert client.post(page_of(person, "link")).status_code == 403
    assert boss.get(page_of(person, "link")).status_code == 405
    assert "login" in Client().post(page_of(person, "link")).url
    assert LIST not in client.get("/en/admin/").text


@pytest.mark.parametrize("number", ["999", "x", "%00", "9" * 400])
def test_a_link_for_nobody_leads_to_the_start(boss: Client, number: str) -> None:
    assert boss.post(f"{LIST}{number}/link/").status_code == 302
