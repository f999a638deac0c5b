"""Planning an import: what a table would change is told from reading alone, and made only as it was shown."""

import json

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from troubleshoot.exchange import importing
from troubleshoot.exchange.files import Table, UnreadableError, read
from troubleshoot.exchange.kinds import Entries, Resolutions, Synonyms
from troubleshoot.models import ErrorEntry, Operation, Resolution, Revision, SynonymGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("importer")


@pytest.fixture
def operation() -> Operation:
    return Operation.objects.create(key="backup", order=1, title_ko="백업", title_en="Backup")


def table(*rows: dict[str, object]) -> Table:
    return read("a.json", json.dumps(rows).encode())


def make(operation: Operation, key: str, order: int, **fields: object) -> ErrorEntry:
    return ErrorEntry.objects.create(key=key, operation=operation, order=order, **{"message_ko": "오류"} | fields)


def bring(rows: Table, kind: type, user: User) -> importing.Plan:
    shown = importing.plan(rows, kind(user))
    assert shown.problems == ()
    return importing.apply(rows, kind(user), shown=shown.digest, reason="a.json")


def test_a_plan_only_reads(operation, user) -> None:
    make(operation, "a", 1, cause_ko="[가](portal:error/b)")
    make(operation, "b", 2, state="draft")
    rows = table(
        {"key": "a", "order": 2, "cause_ko": "[가](portal:error/new)"},
        {"key": "b", "order": 1, "state": "published"},
        {"key": "new", "operation": "backup", "message_ko": "새 오류", "state": "published"},
        {"key": "broken", "operation": "nowhere", "message_ko": "오류"},
    )
    with CaptureQueriesContext(connection) as asked:
        plan = importing.plan(rows, Entries(user))
    assert {query["sql"].split(maxsplit=1)[0] for query in asked} == {"SELECT"}
    assert [(change.title, change.is_new) for change in plan.changes] == [("a", False), ("b", False), ("new", True)]
    assert [(found.place, found.column) for found in plan.problems] == [("4번째 개체", "operation")]


def test_a_plan_of_many_rows_asks_no_more_than_one_of_few(operation, user, count_queries) -> None:
    for order in range(1, 21):
        make(operation, f"e{order}", order, state="draft")

    def plan(number: int) -> int:
        says = {"operation": "backup", "message_ko": "오류", "cause_ko": "[가](portal:error/e1)", "state": "published"}
        rows = table(*({"key": f"{kind}{order}"} | says for order in range(1, number + 1) for kind in ("e", "new")))
        return count_queries(lambda: importing.plan(rows, Entries(user)))

    assert plan(20) == plan(10)


def test_a_row_is_saved_in_few_statements_and_the_history_of_all_is_written_at_once(
    operation, user, count_queries
) -> None:
    def brought(number: int, message: str) -> int:
        rows = table(*({"key": f"e{row}", "operation": "backup", "message_ko": message} for row in range(number)))
        return count_queries(lambda: bring(rows, Entries, user))

    brought(20, "오류")  # all of them are there
    few, many = brought(10, "다른 오류"), brought(20, "또 다른 오류")
    assert many - few <= 10 * 6
    entry = ErrorEntry.objects.get(key="e1")
    said = [(row.action, row.content["message_ko"]) for row in Revision.objects.of(entry)]
    assert said == [("imported", "또 다른 오류"), ("imported", "다른 오류"), ("imported", "오류")]
    assert entry.edited >= Revision.objects.of(entry).first().time


def test_three_entries_exchange_their_places_and_one_moves_to_another_operation(operation, user) -> None:
    there = Operation.objects.create(key="restore", order=2, title_ko="복원")
    for order, key in enumerate("abcd", 1):
        make(operation, key, order)
    make(there, "e", 1)
    rows = [("a", "backup", 2), ("b", "backup", 3), ("c", "restore", 1), ("d", "backup", 1), ("e", "backup", 4)]
    bring(table(*({"key": key, "operation": name, "order": order} for key, name, order in rows)), Entries, user)
    assert set(ErrorEntry.objects.values_list("key", "operation__key", "order")) == set(rows)


def test_a_place_that_another_entry_keeps_is_refused_and_one_that_it_gives_up_is_not(operation, user) -> None:
    make(operation, "a", 1)
    make(operation, "b", 2)
    moved = {"key": "b", "order": 1}
    plan = importing.plan(table(moved), Entries(user))
    assert [found.place for found in plan.problems] == ["1번째 개체"]
    assert plan.changes == ()
    assert importing.plan(table(moved, {"key": "a", "order": 2}), Entries(user)).problems == ()


def test_a_link_to_what_the_same_file_hides_is_refused(operation, user) -> None:
    make(operation, "a", 1)
    make(operation, "b", 2)
    rows = table({"key": "a", "cause_ko": "[가](portal:error/b)"}, {"key": "b", "staff_only": True})
    assert [found.column for found in importing.plan(rows, Entries(user)).problems] == ["cause_ko"]


def test_a_plan_that_is_not_what_was_shown_is_not_made(operation, user) -> None:
    make(operation, "a", 1)
    rows = table({"key": "a", "message_ko": "다른 오류"})
    plan = importing.apply(rows, Entries(user), shown="of another plan", reason="")
    assert plan.digest != "of another plan"
    assert ErrorEntry.objects.get().message_ko == "오류"
    assert not Revision.objects.exists()


def test_what_the_database_refuses_in_the_last_moment_is_a_problem_and_changes_nothing(
    operation, user, monkeypatch
) -> None:
    rows = table({"key": "one", "terms": "a\nb"}, {"key": "two", "terms": "c\nd"})
    shown = importing.plan(rows, Synonyms(user)).digest
    save = SynonymGroup.save

    def race(self, **kwargs) -> None:
        if self.key == "two":
            raise IntegrityError
        save(self, **kwargs)

    monkeypatch.setattr(SynonymGroup, "save", race)
    assert importing.apply(rows, Synonyms(user), shown=shown, reason="").problems
    assert not SynonymGroup.objects.exists()


def test_what_is_wrong_with_a_row_that_changes_nothing_does_not_keep_the_others(operation, user) -> None:
    SynonymGroup.objects.create(key="alone", terms="하나")
    rows = table({"key": "alone", "terms": "하나"}, {"key": "two", "terms": "c\nd"})
    plan = bring(rows, Synonyms, user)
    assert (plan.created, plan.updated, plan.unchanged) == (1, 0, 1)


def test_a_row_is_the_same_however_its_number_is_written(operation, user) -> None:
    entry = make(operation, "a", 1)
    Resolution.objects.create(entry=entry, order=1, body_ko="고칩니다.")
    rows = table({"entry": "a", "order": "01", "body_ko": "글"}, {"entry": "a", "order": 1, "body_ko": "글"})
    assert [found.place for found in importing.plan(rows, Resolutions(user)).problems] == ["2번째 개체"]


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(f"- [가{number}](portal:error/e{number})" for number in range(40)),
        "[가](b)" * 100,
        "[가](b)\n\n" + ("- " * 15 + "a\n") * 20,
        "[가](b)\n\n|a|b|\n|-|-|\n" + "|1|2|\n" * 80,
        "<b>" * 200,
    ],
)
def test_texts_that_would_take_long_to_look_through_are_refused_before(operation, user, monkeypatch, body) -> None:
    """A thousand such rows took up to a minute of processor."""
    make(operation, "a", 1)
    few, many = (
        table(*({"entry": "a", "order": order, "body_ko": body} for order in range(1, rows + 1))) for rows in (1, 200)
    )
    assert len(importing.plan(few, Resolutions(user)).changes) == 1
    monkeypatch.setattr(importing.links, "findings", lambda *_args, **_kwargs: pytest.fail("looked through"))
    with pytest.raises(UnreadableError, match="나누어"):
        importing.plan(many, Resolutions(user))


@pytest.mark.parametrize(("rows", "said"), [([{"key": "a", "colour": "red"}], "colour"), ([{"terms": "a"}], "key")])
def test_columns_that_are_not_known_or_missing_are_named(user, rows, said) -> None:
    with pytest.raises(UnreadableError, match=said):
        importing.plan(table(*rows), Synonyms(user))
