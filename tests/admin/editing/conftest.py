"""Owns what tests of editing pages begin with: a change in review, and the language that its pages are in."""

import pytest
from django.contrib.auth.models import User
from django.utils.translation import override

from troubleshoot.editing import publishing
from troubleshoot.models import ErrorEntry


@pytest.fixture
def in_korean():
    with override("ko"):
        yield


@pytest.fixture
def proposal(entry, author) -> ErrorEntry:
    """The author's change of a message, in review."""
    user = User.objects.get(username="author")
    proposal = publishing.propose(entry, user=user)
    proposal.message_ko = "에이전트가 응답하지 않음"
    proposal.save()
    return publishing.submit(proposal, user=user)
