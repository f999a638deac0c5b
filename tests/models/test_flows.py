"""Tests of the rows of the wizards: what the database refuses, natural keys, and what search is told of a write."""

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.flows import add_choice, add_step, make_flow
from troubleshoot.models import Choice, ContentVersion, ErrorEntry, Flow, FlowLink, Operation, SearchChange, Step
from troubleshoot.search.index import documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def flow() -> Flow:
    return make_flow()


@pytest.fixture
def entry() -> ErrorEntry:
    operation = Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)
    return ErrorEntry.objects.create(key="agent", operation=operation, order=1, message_ko="오류")


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "version"},
        {"order": 2},
        {"kind": "nonsense"},
        {"result": "solved"},
        {"minimum": "2.6"},
        {"kind": "outcome", "result": "nonsense"},
    ],
)
def test_the_database_refuses_a_step_that_can_not_be(flow: Flow, changes: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        flow.steps.filter(key="os").update(**changes)


@pytest.mark.parametrize("changes", [{"key": "linux"}, {"order": 2}])
def test_the_database_refuses_two_choices_with_one_key_or_order(flow: Flow, changes: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.filter(step__key="os", key="windows").update(**changes)


def test_a_choice_can_not_lead_back_to_its_own_step(flow: Flow) -> None:
    choice = Choice.objects.get(step__key="os", key="windows")
    choice.target = choice.step
    with pytest.raises(ValidationError):
        choice.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        choice.save()


def test_a_choice_can_not_lead_into_another_flow(flow: Flow) -> None:
    choice = Choice.objects.get(step__key="os", key="windows")
    choice.target = make_flow("other", order=2).steps.get(key="version")
    with pytest.raises(ValidationError) as refused:
        choice.full_clean()
    assert set(refused.value.message_dict) == {"target"}


def test_a_deleted_step_leaves_choices_that_lead_nowhere(flow: Flow) -> None:
    flow.steps.get(key="install").delete()
    assert Choice.objects.get(step__key="os", key="linux").target is None


def test_rows_are_named_by_their_keys_in_fixtures(flow: Flow, entry: ErrorEntry) -> None:
    link = FlowLink.objects.create(entry=entry, flow=flow, answers="os=linux")
    for row in (flow, flow.steps.get(key="os"), Choice.objects.get(step__key="os", key="linux"), link):
        assert type(row)._default_manager.get_by_natural_key(*row.natural_key()) == row
        written = serializers.serialize("json", [row], use_natural_foreign_keys=True, use_natural_primary_keys=True)
        assert '"pk"' not in written
        assert next(iter(serializers.deserialize("json", written))).object.pk == row.pk


@pytest.mark.parametrize(
    ("answers", "kept"), [("", ""), ("?os=linux", "os=linux"), ("os=a b", "os=a+b"), ("a=1&b=2", "a=1&b=2")]
)
def test_the_answers_of_a_link_are_kept_as_a_query_string(flow, entry, answers, kept) -> None:
    link = FlowLink(entry=entry, flow=flow, answers=answers)
    link.full_clean()
    assert link.answers == kept


@pytest.mark.parametrize("answers", ["os=a&os=b", "os=" + "x" * 200])
def test_a_link_refuses_answers_that_can_not_be_used(flow, entry, answers) -> None:
    with pytest.raises(ValidationError) as refused:
        FlowLink(entry=entry, flow=flow, answers=answers).full_clean()
    assert set(refused.value.message_dict) == {"answers"}


def test_links_to_unpublished_flows_are_not_shown(flow: Flow, entry: ErrorEntry) -> None:
    FlowLink.objects.create(entry=entry, flow=flow)
    FlowLink.objects.create(entry=entry, flow=make_flow("draft", published=False, order=2), order=2)
    assert [link.flow.key for link in entry.flow_links.published()] == ["agent"]


def test_a_flow_with_its_steps_takes_three_queries_whatever_their_number(flow: Flow, count_queries) -> None:
    def read() -> None:
        for one in Flow.objects.with_steps():
            for step in one.steps.all():
                list(step.choices.all())

    three = count_queries(read)
    for number in range(20):
        add_step(flow, f"more-{number}")
        add_choice(flow, f"more-{number}", "done", "done")
    assert count_queries(read) == three == 3


# What search is told


def changed(action) -> set[str]:
    """The wizard keys that a write stamps."""
    version = ContentVersion.objects.current().value
    action()
    stamped = SearchChange.objects.filter(version__gt=version, kind="wizard")
    return set(stamped.values_list("key", flat=True))


def identities() -> set[str]:
    return {document.identity for document in documents.every() if document.kind == "wizard"}


ALL = {"agent", "agent/os", "agent/version", "agent/install"}


def test_search_has_a_document_for_the_flow_and_for_each_step_that_is_no_outcome(flow: Flow) -> None:
    assert identities() == {f"wizard:{key}" for key in ALL}
    assert documents.count() == len(ALL)


def test_search_does_not_have_an_unpublished_flow() -> None:
    make_flow(published=False)
    assert identities() == set()
    assert documents.count() == 0


def test_the_document_of_a_step_has_both_languages_and_its_choices(flow: Flow) -> None:
    step = documents.of_step(flow.steps.get(key="os"))
    assert step.titles == ("os 제목", "os title")
    assert {"windows 답", "windows answer", "도움말 [항목]"} <= set(step.body.splitlines())


def save(row, **changes: object) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def test_every_write_is_stamped(flow: Flow) -> None:
    step = flow.steps.get(key="os")
    choice = step.choices.get(key="linux")
    assert changed(lambda: save(step, title_ko="새 제목")) == {"agent/os"}
    assert changed(lambda: save(choice, label_ko="리눅스")) == {"agent/os"}
    assert changed(lambda: save(step, key="system")) == {"agent/os", "agent/system"}
    assert changed(choice.delete) == {"agent/system"}
    everything = {"agent", "agent/system", "agent/version", "agent/install", "agent/done", "agent/support"}
    assert changed(lambda: save(flow, published=False)) == everything
    renamed = everything | {key.replace("agent", "renamed") for key in everything}
    assert changed(lambda: save(flow, key="renamed")) == renamed
    assert changed(lambda: Flow.objects.get().delete()) == renamed - everything


def test_what_changed_is_told_apart_from_what_is_gone(flow: Flow) -> None:
    version = ContentVersion.objects.current().value
    save(flow.steps.get(key="os"), title_ko="새 제목")
    flow.steps.get(key="install").delete()
    Step.objects.filter(key="done").get().delete()
    present, gone = documents.changed_since(version)
    assert [document.key for document in present] == ["agent/os"]
    assert {"wizard:agent/install", "wizard:agent/done"} <= set(gone)
    save(flow, published=False)
    present, gone = documents.changed_since(version)
    assert present == []
    assert "wizard:agent" in gone
