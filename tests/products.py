"""Owns a portal of several products: one document more, of a product of its own, beside whatever a test has."""

from troubleshoot.models import Document, ErrorEntry, Operation, Product, Section


def add_product(key: str = "sql", *, entries: int = 1, operations: int = 1, **document: object) -> Product:
    """A product with a document ``KEY-guide`` of operations ``KEY-1``…, each with entries ``KEY-1-1``…"""
    order = Product.objects.count() + 1
    product = Product.objects.create(key=key, title_ko=f"{key} 제품", title_en=f"{key} product", order=order)
    titles = {"title_ko": f"{key} 문제 해결", "title_en": f"Troubleshoot {key}", "source_name": f"{key}.md"}
    guide = Document.objects.create(key=f"{key}-guide", product=product, **(titles | document))
    section = Section.objects.create(key=f"{key}-section", document=guide, order=1, title_ko=f"{key} 절")
    for number in range(1, operations + 1):
        operation = Operation.objects.create(
            key=f"{key}-{number}", section=section, order=number, title_ko="백업", title_en="Backup"
        )
        ErrorEntry.objects.bulk_create(
            ErrorEntry(
                key=f"{key}-{number}-{place}",
                operation=operation,
                order=place,
                source_line=place,
                message_ko=f"BitLocker 오류 {key} {number} {place}",
            )
            for place in range(1, entries + 1)
        )
    return product


def give_product(key: str = "vm") -> Product:
    """The documents that a test has are about one product."""
    product = Product.objects.create(key=key, title_ko=f"{key} 제품", title_en=f"{key} product", order=1)
    Document.objects.update(product=product)
    return product
