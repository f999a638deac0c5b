"""Questions that are worded once: they ask what their queryset asks, of any value, in any language."""

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from troubleshoot import keeping
from troubleshoot.models import ErrorEntry, Operation, Section
from troubleshoot.models.worded import Worded

pytestmark = pytest.mark.django_db


def by_title(title: str, order: int):
    return Operation.objects.filter(title=title, order__gte=order, section=None).order_by("key")


@pytest.fixture(autouse=True)
def operations() -> None:
    for order in (1, 2, 3):
        Operation.objects.create(key=f"job-{order}", title_ko="작업", title_en="Job", order=order + 40)


@pytest.mark.parametrize("values", [("작업", 0), ("작업", 42), ("Job", 43), ("?0", 31_091), ("' OR 1=1 --", 0)])
def test_it_asks_what_its_queryset_asks_and_reads_the_rows_as_it_does(values, language):
    worded = Worded(by_title)
    with translation.override(language):
        worded("another", 7)
        with CaptureQueriesContext(connection) as asked:
            rows = [worded(*values), list(by_title(*values))]
        assert asked[0]["sql"] == asked[1]["sql"]
        assert list(map(vars_of, rows[0])) == list(map(vars_of, rows[1]))


def vars_of(row: Operation) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_related_rows_come_along():
    operation = Operation.objects.get(key="job-1")
    ErrorEntry.objects.create(key="one", operation=operation, order=1, message_ko="오류")
    worded = Worded(lambda key: ErrorEntry.objects.with_operation().filter(key=key))
    for _again in range(2):
        with CaptureQueriesContext(connection) as asked:
            (entry,) = worded("one")
            assert entry.operation.key == "job-1"
        assert len(asked) == 1


def test_values_and_no_value_at_all_will_do():
    assert Worded(lambda: Operation.objects.order_by("order").values_list("key", flat=True)[:2])() == ["job-1", "job-2"]


def test_a_value_that_stands_twice_is_refused_when_it_is_worded():
    worded = Worded(lambda key: Section.objects.filter(key=key) | Section.objects.filter(document__key=key))
    with pytest.raises(ValueError, match="once"):
        worded("one")


@pytest.mark.parametrize("columns", [("title",), ("title_ko", "order")])
def test_columns_that_a_manager_of_translated_rows_would_exchange_are_asked_for_of_a_plain_queryset(columns):
    with pytest.raises(ValueError, match="plain queryset"):
        Worded(lambda: Operation.objects.values_list(*columns))()


def test_columns_come_in_their_order():
    plain = QuerySet(Operation).filter(section=None).order_by("order").values_list("title_ko", "order")
    assert Worded(lambda: plain)() == [("작업", order + 40) for order in (1, 2, 3)]


@pytest.mark.parametrize(
    "added",
    [lambda: Operation.objects.annotate(more=Value(1)), lambda: Operation.objects.prefetch_related("entries")],
    ids=["annotated", "prefetched"],
)
def test_what_is_added_to_rows_is_refused_and_not_left_out(added):
    with pytest.raises(ValueError, match="on its own"):
        Worded(added)()


def test_what_it_asked_is_noted_with_what_was_said_and_not_asked_again():
    worded = Worded(by_title)
    with keeping.making() as made:
        worded("작업", 0)
    with CaptureQueriesContext(connection) as asked:
        trace = made.trace()
    assert len(asked) == 0
    assert keeping.holds(trace)
    Operation.objects.filter(key="job-1").update(title_en="Task")
    assert not keeping.holds(trace)


def test_what_fails_is_an_error_of_the_database_as_ever():
    with pytest.raises(DatabaseError):
        keeping.rows_of(connection, "SELECT nothing FROM nowhere")
