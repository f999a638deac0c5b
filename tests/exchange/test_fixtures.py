"""Exporting the content: what is written as fixtures is read back to the same content, whatever is in it."""

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows import make_flow
from troubleshoot.editing import keys
from troubleshoot.exchange.fixtures import FixtureError, export
from troubleshoot.exchange.loading import load
from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    FixtureRecord,
    Flow,
    FlowLink,
    FormerKey,
    Image,
    Operation,
    Resolution,
    Revision,
    Section,
    Step,
    SynonymGroup,
    Verdict,
)

pytestmark = pytest.mark.django_db

SHIPPED = Path(__file__).parent.parent.parent / "fixtures"
# Those that others point to last, for deleting.
CONTENT = (
    FlowLink,
    Choice,
    Step,
    Flow,
    SynonymGroup,
    Resolution,
    ErrorAlias,
    FormerKey,
    ErrorEntry,
    Operation,
    Section,
    Document,
)
LONG_AGO = datetime(2020, 2, 29, 3, 0, 0, 123456, tzinfo=UTC)
HOSTILE = (
    "'single' \"double\" `back` \\n \\",
    "각 decomposed: \u1100\u1161\u11a8",
    "🧨👩‍👩‍👧‍👦 emoji",
    "Windows\r\nline ends\rand\u2028others\u0085",
    "<script>alert(1)</script> {{ template }} %(percent)s",
    "=cmd|' /C calc'!A1",
    "\t tabs and   spaces \u00a0",
    "\ufeffmark, \u202e turned, \u0001 control",
)


def everything() -> dict[str, Any]:
    """Everything that is content, by model; row numbers and the time of the last write here are not."""
    return {model._meta.model_name: rows(model) for model in CONTENT}


def rows(model) -> list[Any]:
    serialised = serializers.serialize(
        "python", model.objects.order_by("pk"), use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    found = [{name: value for name, value in row["fields"].items() if name != "updated"} for row in serialised]
    if model is ErrorAlias:  # pages show the aliases of an entry in the order in which they were made
        return sorted(found, key=lambda fields: (fields["entry"], fields["kind"]))
    return sorted(found, key=lambda fields: json.dumps(fields, default=str, sort_keys=True))


def write(folder: Path) -> Path:
    for name, text in export().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def empty() -> None:
    for model in (*CONTENT, FixtureRecord):
        model.objects.all().delete()


def there_and_back(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    before = everything()
    write(folder)
    empty()
    load(folder)
    return before, everything()


def make_operation() -> Operation:
    document = Document.objects.create(key="guide", title_ko="안내", source_name="guide.md", published=date(2017, 5, 3))
    section = Section.objects.create(key="backup", document=document, order=1, title_ko="백업", level=3, body_ko="글")
    return Operation.objects.create(key="backup", section=section, order=1, title_ko="백업", title_en="Backup")


def make_entry(key: str, order: int = 1, **fields: Any) -> ErrorEntry:
    operation = Operation.objects.first() or make_operation()
    return ErrorEntry.objects.create(operation=operation, key=key, order=order, **{"message_ko": "오류"} | fields)


def test_the_shipped_content_is_exported_as_it_was_shipped(content) -> None:
    written = export()
    paths = list(SHIPPED.glob("*.json"))
    assert {path.name for path in paths} <= written.keys()
    assert paths
    for path in paths:
        shipped, exported = by_key(path.read_text("utf-8")), by_key(written[path.name])
        assert shipped.keys() == exported.keys(), path.name
        assert all(fields.items() <= exported[key].items() for key, fields in shipped.items()), path.name


def by_key(fixture: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The fields of each row by what names it."""
    names = ("flow", "step", "entry", "key", "order", "text_ko")
    rows = [{"model": row["model"]} | row["fields"] for row in json.loads(fixture)]
    return {tuple(str(fields.get(name)) for name in names): fields for fields in rows}


def test_the_shipped_content_comes_back_as_it_was(content, tmp_path) -> None:
    before, after = there_and_back(tmp_path)
    assert after == before


@pytest.mark.parametrize("state", ErrorEntry.State.values)
def test_an_entry_keeps_its_state_and_when_it_was_reviewed(tmp_path, state) -> None:
    make_entry("agent", state=state, staff_only=True, reviewed=LONG_AGO, created=LONG_AGO)
    make_entry("never", 2, reviewed=None)
    before, after = there_and_back(tmp_path)
    assert after == before
    assert ErrorEntry.objects.get(key="agent").reviewed == LONG_AGO


def test_a_note_for_staff_stays_one(tmp_path) -> None:
    Resolution.objects.create(entry=make_entry("agent"), order=4, body_ko="내부", staff_only=True)
    there_and_back(tmp_path)
    assert Resolution.objects.get().staff_only


def test_images_come_back_with_the_texts_that_show_them(tmp_path) -> None:
    image = Image.objects.create(key="0a-40x20", description="화면", media_type="image/png", content=b"\x89PNG\0\xff")
    Resolution.objects.create(entry=make_entry("agent"), order=1, body_ko=f"![화면]({image.target})")
    write(tmp_path)
    empty()
    Image.objects.all().delete()
    load(tmp_path)
    came_back = Image.objects.get()
    assert bytes(came_back.content) == b"\x89PNG\0\xff"
    assert (came_back.key, came_back.description, came_back.media_type) == ("0a-40x20", "화면", "image/png")


def test_former_keys_and_successors_come_back_even_in_a_circle(tmp_path) -> None:
    first, second = (make_entry(key, order, state="archived") for order, key in enumerate(("a", "b"), 1))
    ErrorEntry.objects.filter(pk=first.pk).update(successor=second)
    ErrorEntry.objects.filter(pk=second.pk).update(successor=first)
    FormerKey.objects.create(key="older", entry=first)
    before, after = there_and_back(tmp_path)
    assert after == before
    assert ErrorEntry.objects.get(key="a").successor.key == "b"


def test_an_outdated_translation_is_still_known_as_one(tmp_path) -> None:
    entry = make_entry("agent", message_en="Agent", cause_ko="까닭", cause_en="Cause")
    entry.message_ko = "다른 글"
    entry.save()
    there_and_back(tmp_path)
    assert ErrorEntry.objects.get().outdated_translations() == ["message"]


def test_a_current_translation_is_not_outdated_afterwards(tmp_path) -> None:
    make_entry("agent", message_en="Agent")
    assert "translated_from" not in write(tmp_path).joinpath("errors.json").read_text("utf-8")
    there_and_back(tmp_path)
    assert ErrorEntry.objects.get().outdated_translations() == []


def test_aliases_stay_in_their_order_and_a_wizard_whole(tmp_path) -> None:
    entry = make_entry("agent")
    for kind, text in (("code", "9"), ("message", "나"), ("code", "1"), ("message", "가")):
        ErrorAlias.objects.create(entry=entry, kind=kind, text_ko=text)
    FlowLink.objects.create(entry=entry, flow=make_flow("wizard"), answers="os=windows")
    before, after = there_and_back(tmp_path)
    del before["erroralias"], after["erroralias"]
    assert after == before
    assert [alias.text_ko for alias in ErrorAlias.objects.order_by("kind", "pk")] == ["9", "1", "나", "가"]


def test_proposals_and_what_is_not_content_are_left_out(tmp_path) -> None:
    entry = make_entry("agent")
    proposal = make_entry("proposal-of-1", proposal_for=entry, state="draft", message_ko="비밀 초안")
    Resolution.objects.create(entry=proposal, order=1, body_ko="비밀 초안")
    ErrorAlias.objects.create(entry=proposal, text_ko="비밀 초안")
    Verdict.objects.create(kind="error", key="agent", solved=True, comment="비밀 의견")
    Revision.objects.create(model="x", object_id=1, number=1, title="비밀", action="edited", content={}, digest="")
    assert "비밀" not in "".join(export().values())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_letter_by_letter(tmp_path, text) -> None:
    entry = make_entry("agent", message_ko=text, cause_ko=text, message_en=text)
    Resolution.objects.create(entry=entry, order=1, body_ko=text, condition_en=text)
    ErrorAlias.objects.create(entry=entry, text_ko=text)
    SynonymGroup.objects.create(key="vm", terms=f"가상 머신\n{text}", note=text)
    before, after = there_and_back(tmp_path)
    assert after == before


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
MOMENTS = st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds + 0.123457, tz=UTC))
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "message_ko": TEXT.filter(str.strip),
            "message_en": st.none() | st.just("") | TEXT,
            "cause_ko": st.none() | TEXT,
            "state": st.sampled_from(ErrorEntry.State.values),
            "staff_only": st.booleans(),
            "reviewed": st.none() | MOMENTS,
        }
    ),
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, terms=st.lists(TEXT.filter(str.strip), min_size=2, max_size=3))
def test_any_content_comes_back(tmp_path, entries, terms) -> None:
    with transaction.atomic():
        made = [make_entry(f"entry-{order}", order, **fields) for order, fields in enumerate(entries, 1)]
        for entry, successor in pairwise(made):
            ErrorEntry.objects.filter(pk=entry.pk).update(successor=successor)
            Resolution.objects.create(entry=entry, order=3, body_ko=entry.message_ko, condition_en=entry.message_en)
        group = SynonymGroup(key="terms", terms="\n".join(terms))
        if len(group.term_list) > 1:
            group.save()
        before, after = there_and_back(tmp_path)
        transaction.set_rollback(True)
    assert after == before


def test_the_same_content_gives_the_same_bytes(tmp_path) -> None:
    make_entry("agent", reviewed=LONG_AGO, translated_from={"z": "1", "a": "2"})
    first = export()
    there_and_back(tmp_path)
    assert export() == first


def test_a_second_load_of_an_export_changes_nothing(tmp_path) -> None:
    make_entry("agent", reviewed=LONG_AGO, successor=make_entry("other", 2))
    there_and_back(tmp_path)
    assert load(tmp_path).changed == 0


def test_a_successor_that_is_nowhere_is_named_and_nothing_is_loaded(tmp_path) -> None:
    make_entry("agent")
    path = write(tmp_path) / "errors.json"
    path.write_text(path.read_text("utf-8").replace('"successor": null', '"successor": ["nowhere"]'), "utf-8")
    empty()
    with pytest.raises(FixtureError, match=r"errors\.json, row 1: successor"):
        load(tmp_path)
    assert not Operation.objects.exists()


def test_it_takes_as_many_queries_for_twenty_rows_as_for_ten(count_queries) -> None:
    def add(start: int) -> None:
        for order in range(start, start + 10):
            entry = make_entry(f"entry-{order}", order)
            ErrorAlias.objects.create(entry=entry, text_ko="별칭")
            Resolution.objects.create(entry=entry, order=1, body_ko="고칩니다.")

    add(1)
    ten = count_queries(export)
    add(11)
    assert count_queries(export) == ten


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite locks the whole database for who writes")
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_an_export() -> None:
    make_entry("agent")
    with CaptureQueriesContext(connection) as asked:
        export()
    begun = [query["sql"] for query in asked if query["sql"].startswith(("BEGIN", "ROLLBACK"))]
    assert begun == ["BEGIN DEFERRED", "ROLLBACK"]
    assert not connection.in_atomic_block


def test_entries_that_were_renamed_arrive_once_where_the_shipped_ones_are(content, tmp_path) -> None:
    with transaction.atomic():
        for entry in ErrorEntry.objects.in_document_order()[:2]:
            keys.give(entry, f"{entry.key}-renamed")
        before = everything()
        write(tmp_path)
        transaction.set_rollback(True)
    load(tmp_path)
    assert everything()["errorentry"] == before["errorentry"]
    assert everything()["resolution"] == before["resolution"]
    assert load(tmp_path).changed == 0
