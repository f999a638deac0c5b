"""Writing many rows at once: they are what saving one by one would have made, under numbers that nothing had."""

import pytest
from django.forms.models import model_to_dict

from tests.search.cast import operation
from troubleshoot.exchange.documents.bulk import Table
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation

pytestmark = pytest.mark.django_db


def test_rows_are_as_saving_them_makes_them() -> None:
    backup = operation()
    values = {"message_ko": "오류", "message_en": "Error", "order": 1, "translated_from": {"message": "abc"}}
    table = Table(ErrorEntry, state="draft")
    place = table.add(key="bulk", message="오류", operation_id="backup", **values)
    numbers = table.write(operation_id={"backup": backup.pk})
    written = ErrorEntry.objects.get(pk=numbers[place])
    saved = ErrorEntry.objects.create(key="saved", operation=backup, state="draft", **values | {"order": 2})
    differ = {"id", "key", "order", "message"}
    told = ({k: v for k, v in model_to_dict(row).items() if k not in differ} for row in (written, saved))
    assert next(told) == next(told)
    assert (written.state, written.created.tzinfo is not None, written.staff_only) == ("draft", True, False)
    assert written.translated_from == {"message": "abc"}


def test_a_number_that_a_row_had_is_not_given_again() -> None:
    backup = operation()
    gone = ErrorEntry.objects.create(key="gone", operation=backup, order=1, message_ko="오류")
    last = gone.pk
    gone.delete()
    table = Table(ErrorEntry)
    for order in (1, 2):
        table.add(key=f"e{order}", message="오류", message_ko="오류", operation_id=backup.pk, order=order)
    numbers = table.write()
    assert min(numbers.values()) > last
    later = ErrorEntry.objects.create(key="later", operation=backup, order=3, message_ko="오류")
    assert later.pk > max(numbers.values())


def test_rows_refer_to_rows_that_are_written_before_them() -> None:
    operation()
    entries, aliases = Table(ErrorEntry), Table(ErrorAlias, kind="code")
    for order in (1, 2):
        place = entries.add(key=f"e{order}", message="x", message_ko="x", operation_id="backup", order=order)
        aliases.add(entry_id=place, text=f"E{order}", text_ko=f"E{order}")
    numbers = entries.write(operation_id=dict(Operation.objects.values_list("key", "pk")))
    aliases.write(entry_id=numbers)
    assert list(ErrorAlias.objects.values_list("entry__key", "text_ko").order_by("pk")) == [("e1", "E1"), ("e2", "E2")]


def test_nothing_is_written_of_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert Table(ErrorEntry).write() == {}
