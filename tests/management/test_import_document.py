"""The command that imports documents: what it answers, what it refuses, and that it leaves nothing half done."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import PROJECT
from tests.exchange.documents.cast import document, error
from troubleshoot.document.articles.source import Refused, Source
from troubleshoot.document.dataset import Reason, Unread
from troubleshoot.document.problems import DocumentError
from troubleshoot.exchange.documents import sources
from troubleshoot.management.commands import import_document
from troubleshoot.models import Document, ErrorEntry

pytestmark = pytest.mark.django_db

AGENT = error("agent", "에이전트가 없습니다.", codes=("E1",), line=7, cause="없습니다.", title="에이전트")
KEYS = ["document", "key", "status", "operation", "message", "title", "codes", "aliases", "cause", "resolutions"]


@pytest.fixture(autouse=True)
def reader(monkeypatch) -> dict[str, object]:
    """What the reader gives for each path, in place of the file: a dataset, or why there is none."""
    found: dict[str, object] = {}

    def read(source: Source, _language: str | None) -> object:
        if isinstance(given := found[source.path], DocumentError):
            raise given
        return given

    def collect(paths: list[Path]) -> list[Source | Refused]:
        return [given if isinstance(given := found[str(path)], Refused) else Source(str(path), "") for path in paths]

    monkeypatch.setattr(sources, "read_article", read)
    monkeypatch.setattr(import_document, "collect", collect)
    return found


def run(*paths: str, **options: object) -> str:
    out = StringIO()
    call_command("import_document", *paths, stdout=out, **options)
    return out.getvalue()


def test_the_answer_as_json_has_every_key(reader) -> None:
    reader["guide.md"] = document(AGENT, product="backup", unread=(Unread(9, "| 0 |", Reason.NO_ERROR),))
    told = json.loads(run("guide.md", format="json", dry_run=True))
    assert list(told) == ["documents", "entries", "unread", "counts"]
    assert told["documents"] == [
        {
            "path": "guide.md",
            "key": "guide",
            "title": "안내서",
            "language": "ko",
            "product": "backup",
            "edition": "2026-01-01",
        }
    ]
    (entry,) = told["entries"]
    assert list(entry) == [*KEYS, "line"]
    assert entry == {
        "document": "guide",
        "key": "guide--agent",
        "status": "new",
        "operation": "백업",
        "message": "에이전트가 없습니다.",
        "title": "에이전트",
        "codes": ["E1"],
        "aliases": ["에이전트"],
        "cause": "없습니다.",
        "resolutions": ["다시 시도합니다."],
        "line": 7,
    }
    assert told["unread"] == [{"document": "guide", "line": 9, "text": "| 0 |", "reason": "no_error"}]
    assert told["counts"] == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "conflict": 0,
        "gone": 0,
        "documents": 1,
        "unread": 1,
    }
    assert not Document.objects.exists()


def test_without_publish_drafts_are_made_and_with_it_readers_see_them(reader) -> None:
    reader |= {"guide.md": document(AGENT), "other.md": document(error("x", "다른 오류"), key="other")}
    assert "Written: 1 made, 0 changed" in run("guide.md")
    assert "Written: 1 made" in run("other.md", publish=True)
    assert dict(ErrorEntry.objects.values_list("key", "state")) == {"guide--agent": "draft", "guide--x": "published"}


def test_the_text_says_what_is_new_with_its_line_and_where_two_texts_conflict(reader) -> None:
    reader["guide.md"] = document(AGENT)
    assert "new       line 7  백업 › 에이전트가 없습니다.  [E1]  (guide--agent)" in run("guide.md", publish=True)
    ErrorEntry.objects.update(message_ko="우리 글")
    reader["guide.md"] = document(error("agent", "에이전트를 설치하십시오.", codes=("E1",)))
    told = run("guide.md", dry_run=True)
    assert "the document: 에이전트를 설치하십시오." in told
    assert "the portal:   우리 글" in told
    assert "1 conflict, 0 gone. Left out: 0. Nothing was written." in told


def test_a_document_without_errors_is_told_to_have_none(reader) -> None:
    reader["guide.md"] = document(unread=(Unread(1, "", Reason.NO_ERRORS),))
    assert "It documents no error." in run("guide.md")
    assert Document.objects.get().sections.exists()


@pytest.mark.parametrize("refusal", [Refused("b.md", 3, "expected UTF-8"), DocumentError("b.md", 3, "expected UTF-8")])
def test_one_that_is_refused_keeps_all_from_being_written_and_a_dry_run_tells_the_others(reader, refusal) -> None:
    reader |= {"guide.md": document(AGENT), "b.md": refusal}
    with pytest.raises(CommandError, match=r"b\.md, line 3: expected UTF-8\. Nothing was imported\."):
        run("guide.md", "b.md")
    assert not Document.objects.exists()
    out = StringIO()
    with pytest.raises(CommandError, match=r"b\.md, line 3"):
        call_command("import_document", "guide.md", "b.md", dry_run=True, format="json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["unread"] == [{"document": "b.md", "line": 3, "text": "", "reason": "expected UTF-8"}]
    assert (told["counts"]["new"], told["counts"]["unread"]) == (1, 1)


def test_what_can_not_be_imported_together_is_said_in_a_sentence(reader) -> None:
    reader["guide.md"] = document(AGENT)
    with pytest.raises(CommandError, match=r"nowhere.*Nothing was imported"):
        run("guide.md", edition_of="nowhere")
    with pytest.raises(CommandError, match="Nothing was imported"):
        run("guide.md", "guide.md")
    with pytest.raises(CommandError, match="required"):
        run()


KILLED = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this may ignore it
import django
django.setup()
from tests.exchange.documents.cast import document, error
from troubleshoot.exchange.documents import sources
from troubleshoot.management.commands import import_document
from troubleshoot.document.articles.source import Source
from troubleshoot.editing import revisions

def stop(*rows, **told):
    print("writing", flush=True)
    time.sleep(60)

revisions.record_read = stop
sources.read_article = lambda source, language: document(error("agent", "오류"))
import_document.collect = lambda paths: [Source("guide.md", "")]
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "import_document", "guide.md"])
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_import_leaves_nothing_behind(prepared, tmp_path, how) -> None:
    variables = tmp_path / "var"
    subprocess.run(["cp", "-r", prepared, variables], check=True)
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(variables), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as importing:
        assert importing.stdout.readline() == "writing\n", importing.stderr.read()
        importing.send_signal(how)
        said = importing.stderr.read()
    assert importing.returncode != 0
    assert how == signal.SIGKILL or "Interrupted. Nothing was imported." in said
    script = (
        "import django; django.setup(); from troubleshoot.models import *; "
        "print(Document.objects.count(), ErrorEntry.objects.filter(key='guide--agent').count())"
    )
    left = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=environment, check=True, capture_output=True, text=True
    )
    assert left.stdout == "1 0\n"
