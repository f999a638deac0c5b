"""Owns what the tests of the wizards' pages start from: a small flow, a long one, and an editor."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client

from tests.flows import make_flow, put, step_of
from tests.people import signed_in, staff
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
        keys = [f"s{number}" for number in range(steps)]
        made = [
            step_of(flow, order, key, kind="instruction", body_ko="합니다.", body_en="Do it.")
            for order, key in enumerate(keys, 1)
        ]
        end = step_of(flow, steps + 1, "end", kind="outcome", result="solved")
        put(flow, [*made, end], {at: {"done": to, "skip": to} for at, to in pairwise([*keys, "end"])})
        return flow

    return make


@pytest.fixture
def editor(db) -> Client:
    """The browser of an administrator who may see wizards, and nothing else."""
    return signed_in(staff(permissions=("view_flow",)))
