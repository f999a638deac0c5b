"""Backups on SQLite: consistent while others write, verified, put back whole or not at all, and then a history anew.

Those on PostgreSQL are tried with a portal that serves, in tests/portal/test_postgresql.py.
"""

import shutil
import sqlite3
import stat
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from troubleshoot.exchange import backups
from troubleshoot.management.commands import restore


@pytest.fixture
def database(prepared, tmp_path, monkeypatch) -> Path:
    """The database of a portal that is ready to serve."""
    path = tmp_path / "portal.sqlite3"
    for name in ("portal.sqlite3", "portal.sqlite3-wal"):
        if (prepared / name).exists():
            shutil.copy(prepared / name, tmp_path / name)
    monkeypatch.setattr(backups, "_database", lambda: path)
    monkeypatch.setattr(restore, "call_command", lambda *_a, **_k: None)  # the suite's database is another
    return path


def told(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def sql(path: Path, command: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(command).fetchall()


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def made(database: Path) -> Path:
    told("backup", database.parent / "backups")
    return files(database.parent / "backups")[-1]


ENTRIES = "SELECT key, message_ko FROM troubleshoot_errorentry ORDER BY key"
HISTORY = "SELECT lineage, edition FROM troubleshoot_contentversion"


def test_a_backup_is_the_database_verified_and_for_its_owner_alone(database):
    said = told("backup", database.parent / "backups")
    (path,) = files(database.parent / "backups")
    assert said.startswith(f"Written and verified: {path} (")
    assert sql(path, ENTRIES) == sql(database, ENTRIES) != []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(database, monkeypatch):
    monkeypatch.setattr(backups, "_PAGES", 30)
    entries = sql(database, ENTRIES)

    def somebody_writes(done: int, _total: int) -> None:
        sql(database, f"UPDATE troubleshoot_errorentry SET message_ko = 'written {done}'")

    backup = backups.write(database.parent / "backups", somebody_writes)
    assert sql(backup.path, ENTRIES) == entries
    assert sql(database, ENTRIES)[0][1].startswith("written")


def test_old_backups_go_and_nothing_else(database):
    folder = database.parent / "backups"
    folder.mkdir()
    (folder / "notes.sqlite3").touch()
    for _ in range(2):
        told("backup", folder)
    first, second = sorted(folder.glob("portal-*"))
    assert f"Deleted: {first}." in told("backup", folder, "--keep", "2")
    assert not first.exists()
    assert second.exists()
    assert len(files(folder)) == 3


@pytest.mark.parametrize("keep", ["0", "-1", "x"])
def test_no_number_of_backups_is_refused(database, keep):
    with pytest.raises(CommandError, match="no number of backups"):
        told("backup", database.parent, f"--keep={keep}")


def test_what_can_not_be_written_is_said_and_leaves_nothing_behind(database, tmp_path):
    (tmp_path / "a file").touch()
    with pytest.raises(CommandError, match="could not be written"):
        told("backup", tmp_path / "a file")


def test_what_is_put_back_is_what_was_and_a_history_anew(database):
    entries, history = sql(database, ENTRIES), sql(database, HISTORY)
    path = made(database)
    sql(database, "UPDATE troubleshoot_errorentry SET message_ko = 'lost'")
    said = told("restore", path, "--noinput")
    assert "Restored." in said
    assert sql(database, ENTRIES) == entries
    ((lineage, edition),) = sql(database, HISTORY)
    assert lineage != history[0][0]
    assert edition != history[0][1]
    assert [name.name for name in files(database.parent) if "restore" in name.name] == []
    assert sql(path, HISTORY) == history, "the backup itself stays as it is"


def test_who_has_the_database_open_sees_what_was_put_back(database):
    path = made(database)
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("PRAGMA journal_mode=WAL")
        before = reader.execute(ENTRIES).fetchall()
        sql(database, "UPDATE troubleshoot_errorentry SET message_ko = 'x'")
        assert reader.execute(ENTRIES).fetchall() != before
        told("restore", path, "--noinput")
        assert reader.execute(ENTRIES).fetchall() == before


@pytest.mark.parametrize("answer", ["", "no", "y"])
def test_without_a_yes_nothing_changes(database, monkeypatch, answer):
    path = made(database)
    sql(database, "UPDATE troubleshoot_errorentry SET message_ko = 'kept'")
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    with pytest.raises(CommandError, match="Nothing was changed"):
        told("restore", path)
    assert sql(database, ENTRIES)[0][1] == "kept"


def test_with_a_yes_it_is_put_back(database, monkeypatch):
    path = made(database)
    sql(database, "UPDATE troubleshoot_errorentry SET message_ko = 'lost'")
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    told("restore", path)
    assert sql(database, ENTRIES)[0][1] != "lost"


@pytest.fixture
def broken(database, tmp_path):
    """Files that are no backup of this portal, by what is wrong with each."""
    path = made(database)
    other = tmp_path / "other"
    sql(other, "CREATE TABLE t (x)")
    cut = tmp_path / "cut"
    cut.write_bytes(path.read_bytes()[:100_000])
    newer = tmp_path / "newer"
    shutil.copy(path, newer)
    sql(newer, "INSERT INTO django_migrations (app, name, applied) VALUES ('troubleshoot', '9999_x', '2030-01-01')")
    text = tmp_path / "text"
    text.write_text("no database " * 1_000)
    return {
        "no file": tmp_path / "none",
        "no table": other,
        "damaged|malformed": cut,
        "newer version": newer,
        "can be read": text,
    }


@pytest.mark.parametrize("reason", ["no file", "no table", "damaged|malformed", "newer version", "can be read"])
def test_what_is_no_backup_of_this_portal_is_refused_and_nothing_changes(database, broken, reason):
    entries = sql(database, ENTRIES)
    with pytest.raises(CommandError, match=reason):
        told("restore", broken[reason], "--noinput")
    assert sql(database, ENTRIES) == entries


def test_a_database_that_is_in_use_for_writing_stays_as_it_is(database, monkeypatch):
    path = made(database)
    entries = sql(database, ENTRIES)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **options | {"timeout": 0}))
    with closing(connect(database)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match="could not be put back"):
            told("restore", path, "--noinput")
        writer.rollback()
    assert sql(database, ENTRIES) == entries
