"""A start that can't be: it ends with a sentence, and a database file is its owner's alone."""

import os
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import FileSystemFinder
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from tests.search.cast import entry
from troubleshoot.management.commands import prepare
from troubleshoot.models import ErrorEntry


@pytest.mark.parametrize("said", ["database is locked\n", "database is locked."])
def test_a_database_that_can_not_be_used_ends_the_start_with_a_sentence(monkeypatch, said):
    def locked(_command: prepare.Command) -> None:
        raise OperationalError(said)

    monkeypatch.setattr(prepare.Command, "prepare", locked)
    with pytest.raises(
        CommandError, match=r"^The portal can't start. Its database can't be used: database is locked\.$"
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


def test_files_of_the_release_before_stay_for_a_while_and_those_that_are_the_same_are_left_alone(
    tmp_path, settings, monkeypatch
):
    source, root = tmp_path / "source", tmp_path / "static"
    source.mkdir()
    settings.VAR_DIR, settings.STATICFILES_DIRS = tmp_path, [source]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "portal.stylesheets.BundlingStorage"}}
    monkeypatch.setattr(collectstatic, "get_finders", lambda: [FileSystemFinder()])

    def collected(**texts: str) -> set[str]:
        for name, text in texts.items():
            (source / f"{name}.css").write_text(text * 100)
        prepare.collect_beside(root)
        return {path.name.split(".")[0] + path.name[-4:] for path in root.glob("*.*.css*")}

    def only(pattern: str) -> Path:
        (found,) = root.glob(pattern)
        return found

    assert collected(changed="a {}\n", same="b {}\n") >= {"changed.css", "same.css"}
    old, same = only("changed.*.css"), only("same.*.css")
    number = same.stat().st_ino
    collected(changed="c {}\n")
    assert len(list(root.glob("changed.*.css"))) == 2
    assert same.stat().st_ino == number
    assert "changed.css" in only("staticfiles.json").read_text()
    for path in root.glob(f"{old.stem}.*"):
        os.utime(path, (0, 0))
    collected()
    assert not old.exists()
    assert same.exists()


@pytest.mark.django_db
def test_a_secret_that_is_not_that_of_the_other_machines_is_told(client, settings):
    assert not prepare.another_secret_signs(), "nobody is signed in"
    client.force_login(User.objects.create_user("administrator"))
    assert not prepare.another_secret_signs()
    settings.SECRET_KEY = "that of another machine"
    assert prepare.another_secret_signs()
    assert "SECRET_KEY" in prepare.KEYS_DIFFER


@pytest.mark.django_db
def test_a_portal_whose_stock_is_taken_reads_the_entries_of_an_operation_and_no_others():
    rows = [entry(f"entry-{number}", f"오류 {number}", of=f"operation-{number % 10}") for number in range(50)]
    prepare.take_stock()
    # What SQLite would begin with, if it took those that are no proposal for a few.
    assert "autoindex" not in ErrorEntry.objects.filter(operation=rows[0].operation).explain()
