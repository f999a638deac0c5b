"""Owns the administration of the source documents and their sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import MARKDOWN, ContentAdmin
from troubleshoot.admin.editing.forms import LinkedForm, OrderedForm
from troubleshoot.admin.editing.translations import LacksEnglish
from troubleshoot.models import Document, Section

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
        (_("Source"), {"fields": ("key", "source_name", "published")}),
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
