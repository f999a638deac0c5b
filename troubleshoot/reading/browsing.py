"""Owns how readers browse who type nothing: where they begin, and what tells operations of the same name apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from troubleshoot.models import Document, Operation, Product
from troubleshoot.reading.parts import parts
from troubleshoot.reading.redirects import has_several_documents, note_several_documents

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Starts:
    """Either products or operations, each with ``entry_count``, the number of its entries that readers see."""

    products: Collection[Product] = ()
    operations: Collection[Operation] = ()

    @property
    def rows(self) -> Collection[Product | Operation]:
        return self.products or self.operations


def starts() -> Starts:
    """The products where several have entries, or else the operations."""
    if has_several_documents():
        products = [product for product in Product.objects.with_entry_counts() if product.entry_count]
        if len(products) > 1:
            return Starts(products=products)
    return Starts(operations=Operation.objects.with_entry_counts())


class Titles(NamedTuple):
    """The products, documents and operations that there are, as pairs of key and title."""

    has_several_documents: bool
    products: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, str], ...]
    operations: tuple[tuple[str, str], ...]


def titles() -> Titles:
    """Those of the content, asked for once by each process."""

    def make(places: list[str]) -> dict[str, Titles]:
        products = tuple((product.key, product.title) for product in Product.objects.all())
        documents = tuple((document.key, document.title) for document in Document.objects.for_readers().defer("lead"))
        every = Titles(has_several_documents(), products, documents, tuple(operation_titles().items()))
        return dict.fromkeys(places, every)

    found = parts("titles", [""], make)[""]
    note_several_documents(has_several=found.has_several_documents)
    return found


def operation_titles() -> dict[str, str]:
    """The titles by key, in document order; one that several documents have is followed by that of the document."""
    operations = list(Operation.objects.select_related("section__document"))
    times = Counter(operation.title for operation in operations)
    return {
        operation.key: f"{operation.title} ({operation.section.document.title})"
        if operation.section and times[operation.title] > 1
        else operation.title
        for operation in operations
    }
