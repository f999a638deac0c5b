"""Owns the administration of what stands around the entries: products, documents, sections, operations, synonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import (
    MARKDOWN,
    ContentAdmin,
    KeyedForm,
    LacksEnglish,
    LinkedForm,
    OrderedForm,
)
from troubleshoot.admin.editing.entry_list import LookFilter
from troubleshoot.admin.editing.rehearsal import synonym_rehearsal_urls
from troubleshoot.admin.editing.saving import EditedAdmin
from troubleshoot.admin.exchange import ExchangeAdmin
from troubleshoot.admin.uploads import DocumentUploadPages
from troubleshoot.editing import keys
from troubleshoot.exchange.kinds import Synonyms
from troubleshoot.models import Document, Operation, Product, Section, SynonymGroup
from troubleshoot.reading.redirects import document_address
from troubleshoot.reports import waiting
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class LinksFilter(admin.SimpleListFilter):
    """Documents and sections of which a link leads nowhere by now."""

    title = _("finding")
    parameter_name = LookFilter.parameter_name

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("links", _("a link leads nowhere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        return queryset.filter(pk__in=waiting.wrong_links(queryset.model)) if self.value() == "links" else queryset


@admin.register(Product)
class ProductAdmin(ContentAdmin[Product]):
    form = OrderedForm
    list_display = ("title", "key", "order", "document_count", "entry_count", "translation_state")
    list_filter = (LacksEnglish,)
    search_fields = ("key", "title_ko", "title_en", "names")
    search_help_text = _("Searches keys and names, in Korean and English.")
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "What documents are about. An import makes a product where a document names one that is not here. "
                    "Readers choose among products once several have entries."
                ),
                "fields": (("title_ko", "title_en"), "key", "names", "order"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products: Any = super().get_queryset(request)
        return products.with_entry_counts().annotate(document_total=Count("documents", distinct=True))  # type: ignore[no-any-return]

    def view_on_site(self, product: Product) -> str:
        return product.get_absolute_url()

    @admin.display(description=_("documents"), ordering="document_total")
    def document_count(self, product: Any) -> int:
        return int(product.document_total)

    @admin.display(description=_("entries"), ordering="entry_count")
    def entry_count(self, product: Product) -> int:
        return product.entry_count


@admin.register(Document)
class DocumentAdmin(DocumentUploadPages, ContentAdmin[Document]):
    list_display = ("title", "key", "product", "section_count", "published", "translation_state")
    list_filter = (("product", admin.RelatedOnlyFieldListFilter), "is_draft", LinksFilter, LacksEnglish)
    list_select_related = ("product",)
    autocomplete_fields = ("product",)
    search_fields = ("key", "title_ko", "title_en")
    search_help_text = _("Searches keys and titles, in Korean and English.")
    fieldsets = (
        (
            None,
            {
                "description": _("The document that the entries come from, as shown on the document page."),
                "fields": (
                    ("title_ko", "title_en"),
                    ("description_ko", "description_en"),
                    ("lead_ko", "lead_en"),
                    "is_draft",
                ),
            },
        ),
        (_("Source"), {"fields": ("key", "product", "source_name", "publisher", "published", "article_url")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        documents: QuerySet[Document] = super().get_queryset(request)
        return documents.annotate(section_total=Count("sections"))

    def view_on_site(self, document: Document) -> str:
        return document_address(document.key)

    @admin.display(description=_("sections"), ordering="section_total")
    def section_count(self, document: Any) -> int:
        return int(document.section_total)


class SectionForm(LinkedForm, OrderedForm):
    """A section: its links are checked, and it is numbered among those of its document."""


@admin.register(Section)
class SectionAdmin(ContentAdmin[Section]):
    form = SectionForm
    list_display = ("title", "key", "document", "level", "order", "translation_state")
    list_filter = (("document", admin.RelatedOnlyFieldListFilter), LinksFilter, LacksEnglish)
    list_select_related = ("document",)
    search_fields = ("key", "title_ko", "title_en", "body_ko", "body_en")
    search_help_text = _("Searches keys, titles and texts, in Korean and English.")
    autocomplete_fields = ("document",)
    fieldsets = (
        (None, {"description": MARKDOWN, "fields": (("title_ko", "title_en"), ("body_ko", "body_en"))}),
        (
            _("Position"),
            {
                "description": _(
                    "Use heading level 2 for a main heading and 3 to 6 for subheadings. Links within the portal "
                    "use the key, so it can't be changed once saved."
                ),
                "fields": ("key", "document", "level", "order"),
            },
        ),
        (_("History"), {"classes": ("collapse",), "fields": ("source_line",)}),
    )
    readonly_fields = ("source_line",)

    def view_on_site(self, section: Section) -> str:
        return document_address(section.document.key, section.key)


@admin.register(Operation)
class OperationAdmin(ContentAdmin[Operation]):
    form = OrderedForm
    list_display = ("title", "key", "section", "order", "entry_count", "translation_state")
    list_filter = (("section__document", admin.RelatedOnlyFieldListFilter), LacksEnglish)
    list_select_related = ("section",)
    search_fields = ("key", "title_ko", "title_en")
    search_help_text = _("Searches keys and titles, in Korean and English.")
    autocomplete_fields = ("section",)
    fieldsets = (
        (
            None,
            {
                "description": _("What a reader was doing when the error appeared."),
                "fields": (("title_ko", "title_en"), "key", "section", "order"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operation]:
        operations: Any = super().get_queryset(request)
        return operations.with_entry_counts()  # type: ignore[no-any-return]

    def view_on_site(self, operation: Operation) -> str:
        return operation.get_absolute_url()

    @admin.display(description=_("entries"), ordering="entry_count")
    def entry_count(self, operation: Operation) -> int:
        return operation.entry_count


class SynonymForm(KeyedForm):
    """A group of words; its key is made from the first where none is given."""

    named_by = ("terms",)

    def make_key(self, title: str) -> str:
        return keys.new_key(title.partition("\n")[0], SynonymGroup.objects.values_list("key", flat=True), "synonyms")


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ExchangeAdmin, EditedAdmin[SynonymGroup]):
    form = SynonymForm
    kinds = (Synonyms,)
    list_display = ("words", "key", "note")
    search_fields = ("key", "terms", "note")
    fieldsets = (
        (
            None,
            {
                "description": _(
                    "A search for any of these words also finds text that uses the others. Changes "
                    "take effect with the next search."
                ),
                "fields": ("terms", "key", "note"),
            },
        ),
    )

    def get_urls(self) -> list[Any]:
        return [*synonym_rehearsal_urls(self), *super().get_urls()]

    def after_saving(self, request: HttpRequest, row: SynonymGroup) -> None:
        """A word of two groups makes all their words mean the same, which is seldom meant."""
        own = {compact(term): term for term in row.term_list}
        for other in SynonymGroup.objects.exclude(pk=row.pk):
            if shared := [own[word] for word in map(compact, other.term_list) if word in own]:
                values = {"words": ", ".join(dict.fromkeys(shared)), "group": other.key}
                said = gettext("Also in another group, so that both mean the same: %(words)s (group: %(group)s)")
                self.message_user(request, said % values, messages.WARNING)

    @admin.display(description=_("words"), ordering="terms")
    def words(self, group: SynonymGroup) -> str:
        return str(group)
