"""The command that exports the content: files of the fixtures' names, all of them or none."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from troubleshoot.exchange.fixtures import rows
from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db


def export(folder: Path) -> str:
    out = StringIO()
    call_command("export_content", str(folder), stdout=out)
    return out.getvalue()


def test_every_file_that_a_load_reads_is_written(tmp_path, content) -> None:
    folder = tmp_path / "new" / "folder"
    assert f"{len(rows())} files" in export(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.json" for name in rows())


def test_what_it_writes_is_what_load_content_reads(tmp_path, content) -> None:
    export(tmp_path)
    out = StringIO()
    call_command("load_content", fixtures=tmp_path, stdout=out)
    assert "0 new, 0 updated, 0 removed" in out.getvalue()


def test_an_empty_database_gives_empty_files(tmp_path) -> None:
    export(tmp_path)
    assert {json.loads(path.read_text("utf-8")) == [] for path in tmp_path.glob("*.json")} == {True}


def test_a_path_that_is_a_file_is_refused_with_a_sentence(tmp_path) -> None:
    path = tmp_path / "file"
    path.write_text("kept")
    with pytest.raises(CommandError, match="Nothing was written"):
        export(path)
    assert path.read_text() == "kept"


def test_files_that_were_there_stay_whole_where_one_can_not_be_written(tmp_path) -> None:
    export(tmp_path)
    before = (tmp_path / "errors.json").read_bytes()
    (tmp_path / ".steps.json.part").mkdir()
    with pytest.raises(CommandError, match="Nothing was written"):
        export(tmp_path)
    assert (tmp_path / "errors.json").read_bytes() == before


def test_it_says_how_many_proposals_are_left_out(tmp_path, content) -> None:
    assert "not exported" not in export(tmp_path)
    first, second = ErrorEntry.objects.in_document_order()[:2]
    for number, entry in enumerate((first, second), 1):
        ErrorEntry.objects.create(
            key=f"proposal-of-{entry.pk}",
            proposal_for=entry,
            operation=entry.operation,
            order=entry.order,
            message_ko="오류",
            state="draft",
        )
        noun = "proposal" if number == 1 else "proposals"
        assert f"{number} {noun} not exported: " in export(tmp_path)


def test_a_path_is_needed() -> None:
    with pytest.raises(CommandError):
        call_command("export_content")
