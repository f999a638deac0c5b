"""What an answer rests on: noted while it is made, and asked about once the content has another name."""

import pytest
from django.db import connection

from troubleshoot import keeping
from troubleshoot.models import ContentVersion, Operation

pytestmark = pytest.mark.django_db


def titles() -> list[str]:
    return list(Operation.objects.values_list("title_ko", flat=True))


def trace_of(*work) -> keeping.Trace | None:
    with keeping.making() as made:
        for each in work:
            each()
    return made.trace()


def write() -> None:
    number = Operation.objects.count()
    Operation.objects.create(key=f"operation-{number}", title_ko="작업", order=number)


def test_it_holds_until_the_database_says_something_else():
    trace = trace_of(titles)
    assert keeping.holds(trace)
    write()
    assert not keeping.holds(trace)


def test_what_was_not_asked_changes_nothing():
    trace = trace_of(lambda: Operation.objects.filter(key="first").exists())
    write()
    assert keeping.holds(trace)


def test_a_question_that_is_repeated_is_noted_once():
    assert len(trace_of(titles, titles) or ()) == 1


def test_the_wording_of_a_question_is_held_once_for_all_answers():
    ((first, *_rest),), ((second, *_more),) = trace_of(titles) or (), trace_of(titles) or ()
    assert first is second


@pytest.mark.parametrize(
    "work",
    [
        write,
        ContentVersion.objects.current,
        lambda: keeping.rests_on(None),
        lambda: [Operation.objects.filter(key=str(n)).exists() for n in range(keeping.MOST_QUESTIONS + 1)],
    ],
    ids=["writes", "asks for the number of the content", "says that there is more", "asks very much"],
)
def test_what_rests_on_more_than_some_questions_is_never_said_to_hold(work):
    assert trace_of(titles, work) is None
    assert trace_of(work, titles) is None
    assert not keeping.holds(None)


def test_to_ask_for_the_name_of_the_content_is_no_part_of_it():
    trace = trace_of(ContentVersion.objects.edition, titles)
    ContentVersion.objects.touch()
    assert keeping.holds(trace)


def test_what_is_asked_for_a_part_is_asked_for_the_whole():
    def part() -> None:
        with keeping.making():
            titles()

    trace = trace_of(part)
    write()
    assert not keeping.holds(trace)


def test_what_a_part_says_of_itself_is_true_of_the_whole():
    with keeping.making() as whole, keeping.making():
        keeping.not_now()
        keeping.rests_on(None)
    assert (whole.is_for_now, whole.asked) == (True, None)


def test_a_part_that_was_made_before_brings_its_questions_along():
    with keeping.making() as part:
        titles()
    trace = trace_of(lambda: keeping.rests_on(part.asked))
    write()
    assert not keeping.holds(trace)


def test_nothing_is_noted_where_no_answer_is_made():
    keeping.not_now()
    keeping.rests_on(None)
    with keeping.aside():
        titles()
    assert connection.execute_wrappers == []
