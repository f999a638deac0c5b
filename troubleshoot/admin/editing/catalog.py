"""Owns the administration of what stands around the entries: documents, sections, operations and synonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import MARKDOWN, ContentAdmin, LacksEnglish, LinkedForm, OrderedForm
from troubleshoot.admin.editing.rehearsal import synonym_rehearsal_urls
from troubleshoot.admin.editing.saving import EditedAdmin
from troubleshoot.admin.exchange import ExchangeAdmin
from troubleshoot.exchange.kinds import Synonyms
from troubleshoot.models import Document, Operation, Section, SynonymGroup

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Document)
class DocumentAdmin(ContentAdmin[Document]):
    list_display = ("title", "key", "section_count", "published", "translation_state")
    list_filter = (LacksEnglish,)
    search_fields = ("key", "title_ko", "title_en")
    search_help_text = _("Searches keys and titles, in Korean and English.")
    fieldsets = (
        (
            None,
            {
                "description": _("The document that the entries come from, as shown on the document page."),
                "fields": (("title_ko", "title_en"), ("description_ko", "description_en"), ("lead_ko", "lead_en")),
            },
        ),
        (_("Source"), {"fields": ("key", "source_name", "publisher", "published", "article_url")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        documents: QuerySet[Document] = super().get_queryset(request)
        return documents.annotate(section_total=Count("sections"))

    def view_on_site(self, document: Document) -> str:  # noqa: ARG002 - one page shows all
        return reverse("document")

    @admin.display(description=_("sections"), ordering="section_total")
    def section_count(self, document: Any) -> int:
        return int(document.section_total)


class SectionForm(LinkedForm, OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[Section] | None:
        document = cleaned.get("document")
        return Section.objects.filter(document=document) if document else None


@admin.register(Section)
class SectionAdmin(ContentAdmin[Section]):
    form = SectionForm
    list_display = ("title", "key", "document", "level", "order", "translation_state")
    list_filter = (("document", admin.RelatedOnlyFieldListFilter), LacksEnglish)
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
        return f"{reverse('document')}#{section.key}"


class OperationForm(OrderedForm):
    def siblings(self, cleaned: dict[str, Any]) -> QuerySet[Operation]:  # noqa: ARG002 - one numbering for all
        return Operation.objects.all()


@admin.register(Operation)
class OperationAdmin(ContentAdmin[Operation]):
    form = OperationForm
    list_display = ("title", "key", "section", "order", "entry_count", "translation_state")
    ordering = ("order",)
    list_filter = (LacksEnglish,)
    list_select_related = ("section",)
    search_fields = ("key", "title_ko", "title_en")
    search_help_text = _("Searches keys and titles, in Korean and English.")
    autocomplete_fields = ("section",)
    fieldsets = (
        (
            None,
            {
                "description": _("What a reader was doing when the error appeared, such as 백업 (backup)."),
                "fields": (("title_ko", "title_en"), "key", "section", "order"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operation]:
        return Operation.objects.with_entry_counts().order_by(*self.get_ordering(request))

    def view_on_site(self, operation: Operation) -> str:
        return operation.get_absolute_url()

    @admin.display(description=_("entries"), ordering="entry_count")
    def entry_count(self, operation: Operation) -> int:
        return operation.entry_count


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ExchangeAdmin, EditedAdmin[SynonymGroup]):
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

    @admin.display(description=_("words"), ordering="terms")
    def words(self, group: SynonymGroup) -> str:
        return str(group)
