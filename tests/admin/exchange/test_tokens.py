"""Tokens of the API: superusers make them, see their secret once, and take them away."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.admin.forms import member
from troubleshoot.models import ApiToken

pytestmark = pytest.mark.django_db


def address(page: str, *args: object) -> str:
    return reverse(f"admin:troubleshoot_apitoken_{page}", args=args)


def test_a_token_is_shown_once_and_stands_for_its_user(admin_client: Client) -> None:
    user = User.objects.get(username="admin")
    answer = admin_client.post(address("add"), {"name": "pipeline", "user": user.pk}, follow=True)
    (secret,) = re.findall(r"다시 표시되지 않습니다: ([\w-]{43})", answer.content.decode())
    assert ApiToken.objects.holder_of(secret) == user
    assert secret not in admin_client.get(address("changelist")).content.decode()


def test_a_token_that_is_taken_away_stands_for_nobody(admin_client: Client) -> None:
    token = ApiToken(name="pipeline", user=User.objects.get(username="admin"))
    secret = ApiToken.objects.issue(token)
    assert admin_client.post(address("delete", token.pk), {"post": "yes"}).status_code == 302
    assert ApiToken.objects.holder_of(secret) is None


def test_nobody_but_a_superuser_sees_tokens(db) -> None:
    editor = member("editor", "editor")
    token = ApiToken(name="pipeline", user=User.objects.get(username="editor"))
    ApiToken.objects.issue(token)
    pages = [address("changelist"), address("add"), address("change", token.pk), address("delete", token.pk)]
    assert {editor.get(page).status_code for page in pages} == {403}


def test_a_token_can_not_be_changed(admin_client: Client) -> None:
    token = ApiToken(name="pipeline", user=User.objects.get(username="admin"))
    ApiToken.objects.issue(token)
    assert admin_client.post(address("change", token.pk), {"name": "other", "user": token.user_id}).status_code == 403
