"""Owns the administration of entries: the list, and one page that holds an entry with its aliases and resolutions."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.urls import path
from django.utils.html import format_html
from django.utils.text import Truncator, format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from troubleshoot.admin.account import form_view
from troubleshoot.admin.editing.bulk import BULK_ACTIONS, replace_view
from troubleshoot.admin.editing.content import (
    MARKDOWN,
    KeyedForm,
    LacksEnglish,
    LinkedForm,
    MarkdownFields,
    OrderedForm,
    OrderedFormSet,
    OrderedInlineForm,
)
from troubleshoot.admin.editing.entry_list import (
    FixFilter,
    LookFilter,
    OperationsOfProduct,
    StaffOnlyFilter,
    StateFilter,
    number_of,
    with_words,
)
from troubleshoot.admin.editing.page_preview import page_preview_urls
from troubleshoot.admin.editing.proposals import ProposedAdmin
from troubleshoot.admin.editing.rehearsal import entry_rehearsal_urls
from troubleshoot.admin.exchange import ExchangeAdmin
from troubleshoot.admin.guards import PagesByKey
from troubleshoot.editing import advice, keys, links
from troubleshoot.editing.revisions.contents import RESOLUTIONS, fields_of
from troubleshoot.editing.revisions.difference import matched
from troubleshoot.exchange.kinds import Aliases, Entries, Resolutions
from troubleshoot.filters import PRODUCT
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.models.translated import Translated


class EntryForm(KeyedForm, LinkedForm, OrderedForm):
    named_by = ("message_en", "message_ko")

    def make_key(self, title: str) -> str:
        return keys.entry_key(title)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key:
            keys.refuse(key, self.instance if self.instance.pk else None)
        return key

    def clean_successor(self) -> ErrorEntry | None:
        """Readers are led on to what they can read."""
        successor: ErrorEntry | None = self.cleaned_data["successor"]
        itself = self.instance.proposal_for_id or self.instance.pk
        if successor is not None and (successor.pk == itself or not successor.is_seen_by_readers):
            raise ValidationError(_("Choose another entry that is published and not for staff only."))
        return successor

    def _get_validation_exclusions(self) -> set[str]:
        """Whether a number is taken depends on a field that the form does not show."""
        return super()._get_validation_exclusions() - {"proposal_for"}  # type: ignore[misc,no-any-return]  # no stub for it


class AliasFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Aliases, of which an entry has each once."""

    def get_unique_error_message(self, unique_check: Any) -> str:  # noqa: ARG002 - Django's signature
        return gettext("The same alias stands here twice. Delete one of them.")

    def get_form_error(self) -> str:
        return gettext("This alias stands here twice.")


class AliasInline(TranslationTabularInline[ErrorAlias, ErrorEntry]):
    model = ErrorAlias
    formset = AliasFormSet
    extra = 0
    fields = ("kind", "text_ko", "text_en")
    verbose_name_plural = _("aliases: other messages, error codes and symptoms for this error")


class ResolutionForm(LinkedForm, OrderedInlineForm):
    """A resolution: numbered among those of the page, its links checked by the formset, which knows the entry."""

    checks_links = False


class ResolutionFormSet(OrderedFormSet):
    """Resolutions that know their entry as it stands in its form, where the database may have it otherwise."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.instance.entry = self.instance

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form not in self.deleted_forms and hasattr(form, "cleaned_data"):
                form.check_links(has_new_readers=self._entry_has_new_readers)

    @cached_property
    def _entry_has_new_readers(self) -> bool:
        before = ErrorEntry._default_manager.filter(pk=self.instance.pk).first()
        return before is None or links.is_for_readers(before) != links.is_for_readers(self.instance)


class ResolutionInline(MarkdownFields, TranslationStackedInline[Resolution, ErrorEntry]):  # type: ignore[misc]  # its bases differ among themselves
    model = Resolution
    form = ResolutionForm
    formset = ResolutionFormSet
    extra = 0
    verbose_name_plural = _("resolutions: ways to fix it, in the order to try them")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("order", "origin", "staff_only"),
                    ("condition_ko", "condition_en"),
                    ("body_ko", "body_en"),
                    ("note_ko", "note_en"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        """With the entry, which each row names in its heading."""
        return super().get_queryset(request).select_related("entry")


State = ErrorEntry.State
_POSITION, _CAUSE, _OUTDATED = _("Position"), _("Why it happens"), _("Outdated")


@admin.register(ErrorEntry)
class ErrorEntryAdmin(ExchangeAdmin, ProposedAdmin[ErrorEntry]):
    kinds = (Entries, Aliases, Resolutions)
    change_list_template = "admin/troubleshoot/errorentry/change_list.html"
    form = EntryForm
    inlines = (AliasInline, ResolutionInline)
    autocomplete_fields = ("operation", "successor")
    fieldsets = (
        (
            None,
            {
                "description": _("The exact text on the screen: Korean on the left, English on the right."),
                "fields": (("message_ko", "message_en"),),
            },
        ),
        (
            _POSITION,
            {
                "description": _(
                    "The key becomes part of the page address. Choose short English words that name "
                    "the error, such as vm-agent-missing. After publication, it can only be changed "
                    "with Rename."
                ),
                "fields": ("key", "operation", "order", "staff_only"),
            },
        ),
        (
            _CAUSE,
            {"description": MARKDOWN, "fields": (("cause_ko", "cause_en"), ("lead_ko", "lead_en"))},
        ),
        (
            _OUTDATED,
            {
                "description": _(
                    "A notice above the entry says that it no longer applies, what applies instead, and which entry "
                    "replaces it. Search results and lists mark it as outdated."
                ),
                "fields": (("is_outdated", "successor"), ("outdated_note_ko", "outdated_note_en")),
            },
        ),
        (
            _("History"),
            {"classes": ("collapse",), "fields": ("source_line", "created", "updated", "edited", "reviewed")},
        ),
    )
    readonly_fields = ("source_line", "created", "updated", "edited", "reviewed")
    actions = BULK_ACTIONS
    list_display = (
        "named",
        "standing",
        "operation",
        "resolution_count",
        "translation_state",
        "updated_on",
    )
    list_filter = (
        StateFilter,
        LookFilter,
        (PRODUCT, admin.RelatedOnlyFieldListFilter),
        ("operation__section__document", admin.RelatedOnlyFieldListFilter),
        ("operation", OperationsOfProduct),
        FixFilter,
        LacksEnglish,
        StaffOnlyFilter,
        "is_outdated",
    )
    list_select_related = ("operation", "proposal")
    show_full_result_count = False
    paginator = PagesByKey
    search_fields = ("key", "message_ko", "message_en", "aliases__text_ko", "aliases__text_en")
    search_help_text = _(
        "Searches all texts, codes and keys, in Korean and English. Put words in quotes to find them together."
    )

    def get_urls(self) -> list[Any]:
        replace = form_view(self.admin_site, partial(replace_view, self))
        own = [path("replace/", replace, name="troubleshoot_errorentry_replace")]
        return [*own, *page_preview_urls(self), *entry_rehearsal_urls(self), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: ErrorEntry | None = None) -> Any:
        """Of an entry that is there, parts that are seldom edited fold and say what they hold.

        A proposed change has no key of its own: it takes that of the entry when it is published.
        """
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets[:-1]  # what is new has no history
        left_out = {"key"} if obj.proposal_for_id is not None else set()
        held = held_by(obj)
        return [
            (
                f"{name}: {held[name]}" if held.get(name) else name,
                {
                    **options,
                    "fields": [field for field in options["fields"] if field not in left_out],
                    "classes": ("collapse",) if name in held else options.get("classes", ()),
                },
            )
            for name, options in fieldsets
        ]

    def get_inline_instances(self, request: HttpRequest, obj: ErrorEntry | None = None) -> list[Any]:
        """The aliases of an entry fold as well."""
        inlines: list[Any] = super().get_inline_instances(request, obj)
        texts = Truncator(", ".join(alias.text_ko for alias in obj.aliases.all()) if obj else "").chars(_HELD)
        for inline in inlines:
            if isinstance(inline, AliasInline) and texts:
                inline.classes = ("collapse",)
                inline.verbose_name_plural = format_lazy("{}: {}", _("aliases"), texts)
        return inlines

    def get_prepopulated_fields(self, request: HttpRequest, obj: ErrorEntry | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        return {} if obj else {"key": ("message_en",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorEntry]:
        return super().get_queryset(request).prefetch_related("aliases", "resolutions")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ErrorEntry], search_term: str
    ) -> tuple[QuerySet[ErrorEntry], bool]:
        """A field that refers to an entry never means a proposed change; only a published one can replace another."""
        found, has_duplicates = with_words(queryset, search_term), False
        if request.resolver_match is None or request.resolver_match.url_name != "autocomplete":
            return found, has_duplicates
        found = found.filter(proposal_for=None)
        if request.GET.get("field_name") == "successor":
            found = found.filter(state=ErrorEntry.State.PUBLISHED)
        return found, has_duplicates

    def get_deleted_objects(self, objs: Iterable[ErrorEntry], request: HttpRequest) -> Any:
        """What others lead to is archived, which can name a replacement; deleting it would leave them dead ends."""
        to_delete, counts, permissions, protected = super().get_deleted_objects(objs, request)  # type: ignore[arg-type]
        kept = [f"{entry}: {said}: {page}" for entry in objs for said, page in links.leading_to(entry)]
        return to_delete, counts, permissions, [*protected, *kept]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Who comes from a part of the page that readers see begins in its text."""
        focus_on(request.GET.get("part", ""), context)
        return super().render_change_form(request, context, *args, **kwargs)

    def part_in(self, proposal: ErrorEntry, live: ErrorEntry, part: str) -> str:
        """A change has resolutions of its own: that which says what the published one says, or almost."""
        kind, _hyphen, number = part.partition("-")
        before, after = (sorted(row.resolutions.all(), key=lambda one: one.order) for row in (live, proposal))
        place = next((place for place, row in enumerate(before) if kind and number == str(row.pk)), None)
        if place is None:
            return part
        old, new = ([fields_of(row, RESOLUTIONS) for row in rows] for rows in (before, after))
        now = dict(zip(matched(old, new), after, strict=True)).get(place)
        return f"{kind}-{now.pk}" if now else ""

    def advice_of(self, row: ErrorEntry) -> list[advice.Advice]:
        return [*advice.of_entry(row), *super().advice_of(row)]

    def rows_to_translate(self, row: ErrorEntry) -> Iterable[Translated]:
        return [row, *row.aliases.all(), *row.resolutions.all()]

    @admin.display(description=_("message"))
    def named(self, entry: ErrorEntry) -> SafeString:
        """The message, and what else an entry is known by: its key and its codes."""
        codes = [alias.text_ko for alias in entry.aliases.all() if alias.kind == ErrorAlias.Kind.CODE]
        known_by = " · ".join([*codes, *([] if entry.proposal_for_id else [entry.key])])
        return format_html(
            '<span title="{}">{}</span><small class="quiet" title="{}">{}</small>',
            entry.message,
            str(entry),
            known_by,
            known_by,
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, entry: ErrorEntry) -> str:
        return super().standing(entry)

    def words_of(self, entry: ErrorEntry) -> list[str]:
        words = super().words_of(entry)
        words += [gettext("for staff only")] if entry.staff_only else []
        return [*words, gettext("outdated")] if entry.is_outdated else words

    @admin.display(description=_("resolutions"), ordering=number_of(Resolution.objects.all()))
    def resolution_count(self, entry: Any) -> int:
        return len(entry.resolutions.all())


_HELD = 80


def held_by(entry: ErrorEntry) -> dict[Any, str]:
    """What the parts hold that fold, by name; an empty cause is not worth its room either."""
    no = gettext("no")
    held = {_POSITION: f"{entry.operation} · {entry.order}", _OUTDATED: gettext("yes") if entry.is_outdated else no}
    if entry.staff_only:
        held[_POSITION] += " · " + gettext("for staff only")
    if not (entry.cause_ko or entry.cause_en or entry.lead_ko or entry.lead_en):
        held[_CAUSE] = gettext("nothing yet")
    return held


def focus_on(part: str, context: dict[str, Any]) -> None:
    """Begin the page in the text of a part: the way from where readers see it."""
    language = get_language()
    forms = {"": context["adminform"].form}
    for inline in context["inline_admin_formsets"]:
        rows = inline.formset.forms
        forms |= {f"{inline.opts.model._meta.model_name}-{form.instance.pk}": form for form in rows}
        if inline.opts.model is ErrorAlias and rows:
            forms["aliases"] = rows[0]
    name = {"aliases": "text"}.get(part, "body" if part in forms else part)
    field = forms.get(part, forms[""]).fields.get(f"{name}_{language}")
    if part and field is not None:
        field.widget.attrs["autofocus"] = True
