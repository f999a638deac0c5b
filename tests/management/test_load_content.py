"""The command that loads the fixtures: what it says, and that an older release says why it loads nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from troubleshoot.models import Operation

pytestmark = pytest.mark.django_db


def load(folder, number: int, title: str, **options) -> str:
    fields = {"key": "backup", "title_ko": title, "title_en": "Backup", "order": 1}
    (folder / "operations.json").write_text(json.dumps([{"model": "troubleshoot.operation", "fields": fields}]))
    (folder / "release.toml").write_text(f'number = {number}\ndigest = ""\n')
    out = StringIO()
    call_command("load_content", fixtures=folder, stdout=out, **options)
    return out.getvalue()


def test_it_counts_what_it_did(tmp_path) -> None:
    assert "1 new, 0 updated, 0 removed, 0 kept as edited here, 0 unchanged" in load(tmp_path, 1, "백업")
    assert "0 new, 1 updated" in load(tmp_path, 2, "새 이름")


def test_an_older_release_loads_nothing_and_says_so(tmp_path) -> None:
    load(tmp_path, 12, "새 이름")
    said = load(tmp_path, 9, "백업")
    assert "release 9, but release 12 was loaded here. Nothing was loaded" in said
    assert Operation.objects.get().title_ko == "새 이름"
    assert "1 updated" in load(tmp_path, 9, "백업", force=True)


def test_a_broken_fixture_is_named_and_nothing_is_loaded(tmp_path) -> None:
    with pytest.raises(CommandError, match=r"operations\.json, row 1.*Nothing was loaded"):
        load(tmp_path, 1, "긴" * 201)
    assert not Operation.objects.exists()
