"""Holds products, documents and operations: which one a name means, their order, and what tells search of a change."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from tests.products import add_product
from troubleshoot.models import ContentVersion, Document, ErrorEntry, Operation, Product, SearchChange, Section
from troubleshoot.models.document import key_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["backup", "Backup", " backup ", "azure-backup", "Azure Backup", "recovery services"])
def test_a_document_names_a_product_by_its_key_or_by_another_name_of_it(name):
    backup = Product.objects.create(key="backup", names="azure-backup\nRecovery Services", title_ko="백업", order=1)

    assert Product.objects.known_as(name) == backup
    assert Product.objects.named(name) == backup


def test_a_key_counts_before_another_product_s_name():
    Product.objects.create(key="vault", names="backup", title_ko="금고", order=1)
    backup = Product.objects.create(key="backup", title_ko="백업", order=2)

    assert Product.objects.named("backup") == backup


@pytest.mark.parametrize(
    ("name", "key", "title"),
    [
        ("sql-database", "sql-database", "SQL Database"),
        ("Azure Marketplace", "azure-marketplace", "Azure Marketplace"),
        ("vpn-gateway", "vpn-gateway", "VPN Gateway"),
    ],
)
def test_an_unknown_name_makes_a_product_at_the_end(name, key, title):
    Product.objects.create(key="backup", title_ko="백업", order=7)
    assert Product.objects.known_as(name) is None

    made = Product.objects.named(name)

    assert (made.key, made.title_ko, made.title_en, made.order) == (key, title, title, 8)
    assert Product.objects.named(name) == made


@pytest.mark.parametrize("name", ["", "  ", "백업", "!?", "--"])
def test_a_name_that_can_be_no_key_is_no_product(name):
    Product.objects.create(key="backup", names="\n\n", title_ko="백업", order=1)

    assert Product.objects.named(name) is None


@given(st.text())
def test_the_key_of_a_name_is_its_own_key(name):
    assert key_of(key_of(name)) == key_of(name)
    assert len(key_of(name)) <= 80


def test_a_product_counts_what_readers_see_of_its_documents():
    add_product("sql", entries=3)
    ErrorEntry.objects.filter(key="sql-1-1").update(staff_only=True)
    add_product("empty", operations=0)

    assert {row.key: row.entry_count for row in Product.objects.with_entry_counts()} == {"sql": 2, "empty": 0}
    assert {row.key: row.entry_count for row in Document.objects.with_entry_counts()} == {
        "sql-guide": 2,
        "empty-guide": 0,
    }


def test_a_product_with_documents_is_not_deleted():
    product = add_product()

    with pytest.raises(ProtectedError):
        product.delete()


def test_operations_are_numbered_in_their_section():
    add_product("sql")
    section = Section.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.create(key="same", section=section, order=1, title_ko="같은 번호")

    Operation.objects.create(key="none", order=1, title_ko="문서에 없는 작업")
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.create(key="same", order=1, title_ko="같은 번호")


def test_products_documents_and_their_operations_stand_in_order_and_what_belongs_to_none_at_the_end():
    Operation.objects.create(key="of-none", order=1, title_ko="문서에 없는 작업")
    unsorted = Document.objects.create(key="a-document", title_ko="제품이 없는 문서")
    section = Section.objects.create(key="unsorted", document=unsorted, order=1, title_ko="절")
    Operation.objects.create(key="of-no-product", section=section, order=1, title_ko="작업")
    add_product("z", operations=2)
    add_product("a")

    in_order = ["z-1", "z-2", "a-1", "of-no-product", "of-none"]
    assert [operation.key for operation in Operation.objects.all()] == in_order
    assert [document.key for document in Document.objects.all()] == ["z-guide", "a-guide", "a-document"]
    entries = ["z-1-1", "z-2-1", "a-1-1"]
    assert [entry.key for entry in ErrorEntry.objects.in_document_order()] == entries
    assert [entry.key for entry in ErrorEntry.objects.all()] == entries


def moved() -> set[str]:
    return set(
        SearchChange.objects.filter(version=ContentVersion.objects.current().value).values_list("key", flat=True)
    )


@pytest.mark.parametrize("by", ["save", "update", "product", "key"])
def test_a_document_of_another_product_tells_search_of_its_entries(by):
    add_product("sql", entries=2)
    other = add_product("vm")
    before = ContentVersion.objects.current().value
    guide = Document.objects.get(key="sql-guide")
    if by == "save":
        guide.product = other
        guide.save()
    elif by == "key":
        guide.key = "sql-server"
        guide.save()
    elif by == "update":
        Document.objects.filter(key="sql-guide").update(product=other)
    else:
        guide.product.key = "sql-server"
        guide.product.save()

    assert ContentVersion.objects.current().value > before
    assert moved() == {"sql-1-1", "sql-1-2"}


def test_a_section_that_goes_to_another_document_tells_search_of_its_entries():
    add_product("sql")
    add_product("vm")
    before = ContentVersion.objects.current().value
    section = Section.objects.get(key="sql-section")
    section.document, section.order = Document.objects.get(key="vm-guide"), 2
    section.save()

    assert ContentVersion.objects.current().value > before
    assert moved() == {"sql-1-1"}


def test_what_no_search_finds_of_a_document_tells_search_of_nothing():
    product = add_product()
    before = ContentVersion.objects.current().value
    guide, section = Document.objects.get(), Section.objects.get()
    guide.title_ko = section.title_ko = product.title_ko = "다른 제목"
    for row in (guide, section, product):
        row.save()
    Document.objects.update(publisher="Microsoft")

    assert ContentVersion.objects.current().value == before
