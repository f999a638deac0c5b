import json
import shutil
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from troubleshoot.exchange.fixtures import next_release, replace_all

SOURCE = Path(settings.BASE_DIR) / "fixtures"
NAME = "backup-azure-vms-troubleshoot"
FILES = ("documents", "sections", "operations", "errors", "aliases", "resolutions")


@pytest.fixture
def document(tmp_path):
    for suffix in (".md", ".toml", ".en.po"):
        shutil.copy(SOURCE / "document" / f"{NAME}{suffix}", tmp_path)
    return tmp_path / f"{NAME}.md"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "fixtures"
    folder.mkdir()
    return folder


def build(document, folder, *options):
    out, err = StringIO(), StringIO()
    call_command("build_fixtures", document, *options, fixtures=folder, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_document_becomes_the_fixtures_that_are_kept(document, folder):
    out, err = build(document, folder)
    assert out == f"{NAME}.md: 10 sections, 4 operations, 28 errors.\n"
    assert err == ""
    assert contents(folder) == {f"{name}.json": (SOURCE / f"{name}.json").read_bytes() for name in FILES}


def test_the_second_time_gives_the_same_bytes(document, folder):
    build(document, folder)
    first = contents(folder)
    build(document, folder)
    assert contents(folder) == first


def test_korean_is_readable_in_the_files(document, folder):
    build(document, folder)
    assert "가상 컴퓨터" in (folder / "errors.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("|백업 |가상 컴퓨터가 존재하지", "|청소 |가상 컴퓨터가 존재하지", f"{NAME}.md:35: expected a key for 청소"),
        ("| 없음 |", "", ": expected 3 cells in the row, found 2"),
        ("(#vm-agent)", "(#elsewhere)", f"{NAME}.md:44: expected #elsewhere to be a section"),
    ],
)
def test_a_malformed_document_says_where_and_leaves_the_fixtures_untouched(document, folder, old, new, problem):
    build(document, folder)
    before = contents(folder)
    source = document.read_text(encoding="utf-8")
    assert old in source
    document.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        build(document, folder)
    assert problem in str(caught.value)
    assert str(caught.value).endswith("The fixtures are as they were.")
    assert contents(folder) == before


@pytest.mark.parametrize("suffix", [".md", ".toml"])
def test_a_missing_file_is_named(document, folder, suffix):
    document.with_suffix(suffix).unlink()
    with pytest.raises(CommandError, match=rf"{NAME}\{suffix}:1: expected a readable file"):
        build(document, folder)


def test_a_document_that_is_a_folder_is_refused(tmp_path, folder):
    with pytest.raises(CommandError, match="expected a readable file"):
        build(tmp_path, folder)


def test_a_fixture_folder_that_is_not_there_is_refused(document, tmp_path):
    with pytest.raises(CommandError, match="The fixtures are as they were"):
        build(document, tmp_path / "nowhere")


def test_a_changed_sentence_loses_its_twin_and_says_so(document, folder):
    source = document.read_text(encoding="utf-8")
    document.write_text(source.replace("서브넷이 존재하지", "서브넷은 존재하지"), encoding="utf-8")
    toml = document.with_suffix(".toml")
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("서브넷이 존재하지", "서브넷은 존재하지"), encoding="utf-8"
    )
    _, err = build(document, folder)
    assert err == "English twin outdated: errors/subnet-does-not-exist/message (line 68)\n"
    rows = json.loads((folder / "errors.json").read_text(encoding="utf-8"))
    (row,) = [row["fields"] for row in rows if row["fields"]["key"] == "subnet-does-not-exist"]
    assert row["message_en"] == ""


def test_updating_translations_brings_the_po_file_level(document, folder):
    po = document.with_suffix(".en.po")
    before = po.read_bytes()
    build(document, folder, "--update-translations")
    assert po.read_bytes() == before
    po.unlink()
    _, err = build(document, folder, "--update-translations")
    assert err.count("English twin missing") == before.count(b"msgctxt")
    assert po.read_bytes().count(b"msgctxt") == before.count(b"msgctxt")


def test_files_take_their_places_together_or_not_at_all(tmp_path):
    (tmp_path / "a.json").write_text("old")
    with pytest.raises(OSError, match="nowhere"):
        replace_all({tmp_path / "a.json": "new", tmp_path / "nowhere" / "c.json": "new"})
    assert (tmp_path / "a.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json"]


def released(folder):
    return tomllib.loads((folder / "release.toml").read_text(encoding="utf-8"))["number"]


def test_the_release_counts_on_where_a_fixture_changed_and_nowhere_else(document, folder):
    (folder / "release.toml").write_text('number = 6\ndigest = ""\n')
    build(document, folder)
    assert released(folder) == 7
    before = contents(folder)
    build(document, folder)
    assert contents(folder) == before
    (folder / "codes.json").write_text("[]")
    build(document, folder)
    assert released(folder) == 8


def test_a_broken_release_file_leaves_everything_as_it_was(document, folder):
    (folder / "release.toml").write_text("number")
    with pytest.raises(CommandError, match=r"release\.toml.*as they were"):
        build(document, folder)
    assert contents(folder) == {"release.toml": b"number"}


def test_the_shipped_release_is_that_of_the_shipped_fixtures():
    """Whoever changed a fixture by hand: ``manage.py build_fixtures`` counts the release on."""
    assert next_release(SOURCE, {}) == (SOURCE / "release.toml").read_text(encoding="utf-8")


def test_every_row_loads_with_both_languages(content):
    for name in FILES:
        rows = json.loads((SOURCE / f"{name}.json").read_text(encoding="utf-8"))
        model = apps.get_model(rows[0]["model"])
        objects = list(model._default_manager.all())
        assert len(objects) >= len(rows)
        for row in objects:
            assert row.missing_translations() == row.outdated_translations() == []


def test_the_document_of_the_fixtures_is_imported_as_any_other_and_changes_nothing(content) -> None:
    out = StringIO()
    call_command("import_document", SOURCE / "document" / f"{NAME}.md", dry_run=True, format="json", stdout=out)
    counts = json.loads(out.getvalue())["counts"]
    assert counts == {"new": 0, "changed": 0, "unchanged": 28, "conflict": 0, "gone": 0, "documents": 1, "unread": 0}
