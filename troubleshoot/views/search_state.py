"""Owns what a search address says: read leniently from a query string, written back without its defaults."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from troubleshoot.kinds import Kind
from troubleshoot.search.core.finder import FACETS
from troubleshoot.search.core.redaction import without_noise
from troubleshoot.views.lists import address, page_parameter, query_string, read_page

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = tuple(map(str, Kind))


@dataclass(frozen=True, slots=True)
class Titles:
    """What a search can be narrowed to: the titles of products, documents and operations by the keys that exist."""

    products: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchState:
    """One search as an address holds it. ``page`` is None when the address names something that is no page."""

    text: str = ""
    operation: str = ""
    kind: str = ""
    page: int | None = 1
    exact: bool = False
    product: str = ""
    document: str = ""

    def but(self, **changes: Any) -> SearchState:
        """The same search with these changes, from its first page."""
        return replace(self, **{"page": 1, **changes})

    @property
    def unfiltered(self) -> SearchState:
        return self.but(product="", document="", operation="", kind="")

    def choosing(self, facet: str, value: str) -> str:
        """The address of the same search with a facet set to a value, or without it where the value is empty."""
        return self.but(**{facet: value}).url

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(self.product or self.document or self.operation or self.kind)

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "q": self.text,
            "product": self.product,
            "document": self.document,
            "operation": self.operation,
            "kind": self.kind,
            "exact": "1" if self.exact else "",
            "page": page_parameter(self.page or 1),
        }

    @property
    def query(self) -> str:
        return query_string(**self.parameters)

    @property
    def url(self) -> str:
        return address("search", **self.parameters)


def read_search(parameters: Mapping[str, str], titles: Titles) -> tuple[SearchState, list[str]]:
    """The search of a query string, and a sentence for each thing in it that could not be used."""
    text, notices = read_text(parameters.get("q", ""))
    product, document, operation, kind = (parameters.get(name, "") for name in FACETS)
    if product and product not in titles.products:
        product = ""
        notices.append(_("The product in this address does not exist, so results for all products are shown."))
    if document and document not in titles.documents:
        document = ""
        notices.append(_("The document in this address does not exist, so results from all documents are shown."))
    if operation and operation not in titles.operations:
        operation = ""
        notices.append(_("The operation in this address does not exist, so results for all operations are shown."))
    if kind and kind not in KINDS:
        kind = ""
        notices.append(_("The kind of result in this address does not exist, so all kinds are shown."))
    page = read_page(parameters.get("page", ""))
    return SearchState(text, operation, kind, page, parameters.get("exact") == "1", product, document), notices


def is_too_long(parameters: Mapping[str, str]) -> bool:
    """Whether the query is more than the portal reads at all; what is merely long is cut (``read_text``)."""
    most: int = settings.SEARCH_QUERY_BYTES
    return len(parameters.get("q", "").encode("utf-8", "surrogatepass")) > most


def read_text(raw: str) -> tuple[str, list[str]]:
    """What is searched for, and a sentence where that differs from what was typed."""
    notices, readable = [], raw
    if not raw.isprintable():
        readable = "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in raw)
        if any(unicodedata.category(char) == "Cc" and not char.isspace() for char in raw):
            notices.append(_("The query contained control characters. They were left out."))
    text = " ".join(readable.split())
    limit: int = settings.SEARCH_QUERY_LIMIT
    if len(text) > limit:
        text = shortened(text, limit)
        notices.append(
            _(
                "The query was longer than %(limit)s characters. Timestamps, addresses and names were left out, "
                "and only its beginning was used."
            )
            % {"limit": f"{limit:,}"}
        )
    return text, notices


def shortened(text: str, limit: int) -> str:
    """A long text without what search drops anyway, cut to ``limit`` characters; never empty."""
    return (without_noise(text) or text)[:limit].rstrip()
