"""Owns what tests of the project ask for."""

from collections.abc import Iterator

import pytest

from tests.portal.server import Server, served


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """A real gunicorn with nothing prepared, and nothing of the environment set."""
    with served(tmp_path_factory.mktemp("var")) as running:
        yield running
