"""A start that can't be: it ends with a sentence, and a database file is its owner's alone."""

import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from troubleshoot.management.commands import prepare


def test_a_database_that_can_not_be_used_ends_the_start_with_a_sentence(monkeypatch):
    def locked(_command: prepare.Command) -> None:
        raise OperationalError("database is locked\n")

    monkeypatch.setattr(prepare.Command, "prepare", locked)
    with pytest.raises(
        CommandError, match=r"^The portal can't start. Its database can't be used: database is locked.$"
    ):
        call_command("prepare")


@pytest.mark.parametrize("mode", [None, 0o644])
def test_the_database_file_is_its_owners_alone(tmp_path, monkeypatch, mode):
    path = tmp_path / "portal.sqlite3"
    if mode:
        path.touch()
        path.chmod(mode)
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setattr(connection, "is_in_memory_db", lambda: False, raising=False)
    prepare.keep_to_its_owner({"NAME": path})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_database_is_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    prepare.keep_to_its_owner({"NAME": tmp_path / "portal"})
    assert list(tmp_path.iterdir()) == []
