"""Owns what the tests of the wizards' pages start from: a small flow, a long one, and an editor."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.flows import add_choice, add_step, make_flow
from troubleshoot.models import Flow


@pytest.fixture
def agent(db) -> Flow:
    """A question, a value, an instruction and two ends."""
    return make_flow()


@pytest.fixture
def make_long(db) -> Callable[[int], Flow]:
    """Make a flow of so many instructions, one after the other, and an end."""

    def make(steps: int, key: str = "long", order: int = 9) -> Flow:
        flow = Flow.objects.create(key=key, order=order, title_ko="긴 마법사", title_en="Long", published=True)
        for number in range(steps):
            add_step(flow, f"s{number}", kind="instruction", body_ko="합니다.", body_en="Do it.")
        add_step(flow, "end", kind="outcome", result="solved")
        for number in range(steps):
            target = f"s{number + 1}" if number + 1 < steps else "end"
            add_choice(flow, f"s{number}", "done", target)
            add_choice(flow, f"s{number}", "skip", target)
        return flow

    return make


@pytest.fixture
def editor(db) -> Client:
    """The browser of an administrator who may see wizards, and nothing else."""
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_flow"))
    client = Client()
    client.force_login(user)
    return client
