"""Owns the proof that a killed process loses nothing: real servers, a real writer, real kills."""

import sys

import pytest

from benchmarks.crash import trial


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds a server's worker under /proc")
def test_kills_during_writes_and_commits_lose_nothing_and_show_no_error(prepared):
    counts = trial(kills=10, servers=2, ready=prepared)
    assert counts.passed, str(counts)
    assert counts.kills.total() >= 10
    assert counts.changes > 0
