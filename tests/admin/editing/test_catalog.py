"""Holds the administration of products: an editor makes them, says which one a document is about, and narrows lists."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.forms import save
from tests.products import add_product
from troubleshoot.models import Document, ErrorEntry, Product, SearchChange

pytestmark = pytest.mark.django_db

ENTRIES = reverse("admin:troubleshoot_errorentry_changelist")
OF_PRODUCT = "operation__section__document__product__id__exact"


def test_a_product_is_made_and_listed_with_its_documents_and_entries(editor: Client) -> None:
    new = {"key": "vm", "title_ko": "가상 머신", "title_en": "Virtual Machines", "names": "virtual-machines"}
    assert editor.post(reverse("admin:troubleshoot_product_add"), new).status_code == 302
    made = Product.objects.get()
    assert (made.order, Product.objects.named("virtual-machines")) == (1, made)

    add_product("sql", entries=3)
    page = editor.get(reverse("admin:troubleshoot_product_changelist")).content.decode()
    assert '<td class="field-document_count">1</td><td class="field-entry_count">3</td>' in page


def test_a_document_is_given_another_product_and_its_entries_are_found_by_it(editor: Client) -> None:
    add_product("sql", entries=2)
    other = Product.objects.create(key="vm", title_ko="가상 머신", order=9)
    SearchChange.objects.all().delete()

    assert save(editor, Document.objects.get(), product=str(other.pk)).status_code == 302

    assert Document.objects.get().product == other
    assert set(SearchChange.objects.values_list("key", flat=True)) == {"sql-1-1", "sql-1-2"}


def test_a_product_that_documents_are_about_is_not_deleted(editor: Client) -> None:
    product = add_product("sql")

    editor.post(reverse("admin:troubleshoot_product_delete", args=(product.pk,)), {"post": "yes"})

    assert Product.objects.filter(pk=product.pk).exists()


def test_entries_are_listed_by_product_with_its_operations_alone_beside_them(editor: Client, entry: ErrorEntry) -> None:
    product, other = add_product("sql", operations=2), add_product("vm")

    listed = editor.get(ENTRIES, {OF_PRODUCT: str(product.pk)}).context["cl"]
    assert {row.key for row in listed.result_list} == {"sql-1-1", "sql-2-1"}
    by_path = {getattr(spec, "field_path", ""): spec for spec in listed.filter_specs}
    products, operations = by_path[OF_PRODUCT.removesuffix("__id__exact")], by_path["operation"]
    assert {number for number, _title in products.lookup_choices} == {product.pk, other.pk}
    assert len(operations.lookup_choices) == 2


@pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 40, "%00"])
def test_a_product_that_can_be_none_lists_no_fault_of_ours(editor: Client, entry: ErrorEntry, nonsense: str) -> None:
    add_product("sql")
    add_product("vm")

    assert editor.get(ENTRIES, {OF_PRODUCT: nonsense}).status_code in {200, 302, 400}


def test_a_document_and_its_sections_are_looked_at_where_they_stand(editor: Client, entry: ErrorEntry) -> None:
    document, section = entry.operation.section.document, entry.operation.section
    page = reverse("admin:troubleshoot_section_change", args=(section.pk,))
    assert 'href="/document/#backup"' in editor.get(page).content.decode()

    add_product("sql")
    assert 'href="/document/backup-vms/#backup"' in editor.get(page).content.decode()
    page = reverse("admin:troubleshoot_document_change", args=(document.pk,))
    assert 'href="/document/backup-vms/"' in editor.get(page).content.decode()
