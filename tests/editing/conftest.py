"""Owns who edits in these tests."""

import pytest
from django.contrib.auth.models import User

from tests.people import staff


@pytest.fixture
def author(db) -> User:
    return staff("author")


@pytest.fixture
def editor(db) -> User:
    """Somebody who publishes."""
    return staff("editor")
