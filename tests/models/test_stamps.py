"""Stamps: a transaction counts once, and no write to content passes search by."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.flows import make_flow
from tests.products import add_product
from tests.search.cast import entry, operation
from troubleshoot.models import (
    Choice,
    ContentVersion,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    Operation,
    Product,
    Resolution,
    SearchChange,
    Section,
    Step,
    SynonymGroup,
)
from troubleshoot.models.stamps import SearchedQuerySet
from troubleshoot.search.engine import SearchRequest, search

pytestmark = pytest.mark.django_db


def keys(text: str) -> list[str]:
    return [hit.key for hit in search(SearchRequest(text)).hits]


def version() -> int:
    return ContentVersion.objects.current().value


def test_a_transaction_counts_once_whatever_it_writes():
    before = version()
    with transaction.atomic():
        first, second = entry("extension", "확장 설치"), entry("subnet", "서브넷")
        Resolution.objects.create(entry=first, order=1, body_ko="다시 시도합니다.")
        second.delete()
    assert version() == before + 1
    changes = SearchChange.objects.filter(version=before + 1).values_list("key", flat=True)
    assert set(changes) == {"extension", "subnet"}


def test_what_is_written_after_a_search_of_the_same_transaction_is_found_by_the_next():
    with transaction.atomic():
        row = entry("extension", "확장 설치")
        assert keys("확장 설치") == ["extension"]
        row.message_ko = "서브넷"
        row.save()
        assert keys("서브넷") == ["extension"]
        assert keys("확장 설치") == []


def test_a_write_in_a_savepoint_that_is_rolled_back_leaves_later_ones_counted():
    entry("extension", "확장 설치")
    assert keys("서브넷") == []
    with transaction.atomic():
        with transaction.atomic():
            entry("network", "네트워크")
            transaction.set_rollback(True)
        entry("subnet", "서브넷")
    assert keys("서브넷") == ["subnet"]
    assert keys("네트워크") == []


def test_a_search_inside_a_savepoint_that_is_rolled_back_leaves_nothing_in_the_index():
    row = entry("extension", "확장 설치")
    with transaction.atomic():
        row.cause_ko = "프록시"
        row.save()
        with transaction.atomic():
            entry("network", "네트워크")
            assert keys("네트워크") == ["network"]
            transaction.set_rollback(True)
    assert keys("네트워크") == []
    assert keys("프록시") == ["extension"]


@pytest.mark.django_db(transaction=True)
def test_each_transaction_has_its_own_count():
    before = version()
    first = entry("extension", "확장 설치")
    entry("subnet", "서브넷")
    assert version() == before + 2
    with transaction.atomic():
        first.save()
        transaction.set_rollback(True)
    assert version() == before + 2
    first.save()
    assert version() == before + 3


UPDATES = {
    "an entry": (ErrorEntry, {"message_ko": "용량 초과"}, "agent"),
    "an entry's key": (ErrorEntry, {"key": "renamed", "message_ko": "용량 초과"}, "renamed"),
    "an alias": (ErrorAlias, {"text_ko": "용량 초과"}, "agent"),
    "a resolution": (Resolution, {"body_ko": "용량 초과"}, "agent"),
    "an operation": (Operation, {"title_ko": "용량 초과"}, "agent"),
    "a wizard": (Flow, {"title_ko": "용량 초과"}, "wizard"),
    "a step": (Step, {"body_ko": "용량 초과"}, "wizard/os"),
    "a choice": (Choice, {"label_ko": "용량 초과"}, "wizard/os"),
    "synonyms": (SynonymGroup, {"terms": "에이전트\n용량 초과"}, "agent"),
}


@pytest.mark.parametrize("changed", UPDATES)
def test_what_is_updated_in_one_statement_is_found_by_the_next_search(changed):
    row = entry("agent", "에이전트 없음")
    ErrorAlias.objects.create(entry=row, text_ko="다른 말")
    Resolution.objects.create(entry=row, order=1, body_ko="켭니다.")
    SynonymGroup.objects.create(key="agent", terms="에이전트\n요원")
    make_flow("wizard")
    model, values, found = UPDATES[changed]
    assert keys("용량 초과") == []
    model.objects.filter(pk=model.objects.earliest("pk").pk).update(**values)
    assert found in keys("용량 초과")
    assert "agent" not in keys("에이전트 없음") or found != "renamed"


@pytest.mark.parametrize("name", ["product", "product_id"])
def test_so_is_the_product_to_which_a_document_is_given_however_its_column_is_named(name):
    add_product("sql")
    other = Product.objects.create(key="vm", title_ko="VM", order=9)
    assert not search(SearchRequest("BitLocker", product="vm")).hits
    Document.objects.update(**{name: other if name == "product" else other.pk})
    assert search(SearchRequest("BitLocker", product="vm")).hits


SEARCHED = {changed[0] for changed in UPDATES.values()} | {Document, Product, Section}


@pytest.mark.parametrize("model", sorted(SEARCHED, key=str), ids=str)
def test_no_manager_of_content_hands_out_rows_whose_update_passes_search_by(model):
    assert model._meta.managers
    for manager in (*model._meta.managers, model._default_manager):
        assert isinstance(manager.all(), SearchedQuerySet), manager.name


def test_nothing_writes_past_the_managers_but_the_import_of_documents(settings):
    """``exchange/documents/bulk.py`` says why, and who stamps what it writes; backups put back the counter, too."""
    past = re.compile(r"_base_manager|_raw_delete|\.raw\(|\b(?:INSERT INTO|UPDATE|DELETE FROM) [\"{]")
    files = [path for app in ("troubleshoot", "portal") for path in (settings.BASE_DIR / app).rglob("*.py")]
    found = [path for path in files if path.parent.name != "migrations" and past.search(path.read_text())]
    assert found == [settings.BASE_DIR / "troubleshoot/exchange/documents/bulk.py"]


def test_rows_that_are_created_at_once_are_found_by_the_next_search():
    place = operation()
    assert keys("서브넷") == []
    ErrorEntry.objects.bulk_create([ErrorEntry(key="subnet", operation=place, order=1, message_ko="서브넷")])
    assert keys("서브넷") == ["subnet"]


def test_an_update_of_what_is_not_searched_counts_nothing_and_is_another_edition():
    entry("agent", "에이전트")
    before, edition = version(), ContentVersion.objects.edition()
    ErrorEntry.objects.filter(key="agent").update(order=7)
    assert version() == before
    assert ContentVersion.objects.edition() != edition


def test_an_operation_is_a_part_of_its_entries_but_not_of_their_proposals():
    row = entry("agent", "에이전트")
    entry_of_proposal = ErrorEntry.objects.create(
        key="proposal-of-1", operation=row.operation, order=2, message_ko="x", proposal_for=row, state="draft"
    )
    row.operation.save()
    assert not SearchChange.objects.filter(key=entry_of_proposal.key).exists()
    assert SearchChange.objects.get(key="agent").version == version()


def test_what_rows_are_parts_of_is_found_without_reading_all_entries():
    row = entry("agent", "에이전트")
    with CaptureQueriesContext(connection) as asked:
        ErrorAlias.objects.bulk_create([ErrorAlias(entry=row, kind="code", text_ko="Code1")])
    assert SearchChange.objects.get(key="agent").version == version()
    # SQLite begins with what it takes for a few rows: those without a proposal, which are nearly all.
    assert not [each["sql"] for each in asked if '"proposal_for_id" IS NULL' in each["sql"]]


def statements(work) -> int:
    """How many statements ``work`` takes in a transaction of its own: whoever reads the counter ends the last one."""
    version()
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [ErrorEntry, Operation, SynonymGroup])
def test_a_row_whose_write_can_not_be_counted_is_not_written_either(monkeypatch, model):
    def fails(*_args, **_options):
        raise RuntimeError

    entry("extension", "확장 설치")
    SynonymGroup.objects.create(key="extension", terms="확장, 익스텐션")
    row = model.objects.get()
    row.key = "renamed"
    monkeypatch.setattr(type(ContentVersion.objects), "stamp", fails)

    with pytest.raises(RuntimeError):
        row.save()

    assert not model.objects.filter(key="renamed").exists()


def test_telling_search_costs_few_statements():
    flow = make_flow("wizard")
    row = entry("agent", "에이전트")
    for order in range(1, 6):
        Resolution.objects.create(entry=row, order=order, body_ko="켭니다.")
    assert statements(lambda: Flow.objects.create(key="new", order=9, title_ko="새", title_en="New")) <= 6
    step = Step(flow=flow, key="more", order=9, kind="instruction", title_ko="더", title_en="More")
    assert statements(step.save) <= 5
    assert statements(flow.save) <= 9
    assert statements(row.delete) <= 19
    assert SearchChange.objects.get(key="agent").version == version()
