"""Owns the administration of entries: the list, and one page that holds an entry with its aliases and resolutions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline, TranslationTabularInline

from troubleshoot.admin.editing.content import (
    MARKDOWN,
    ContentAdmin,
    LacksEnglish,
    LinkedForm,
    MarkdownFields,
    OrderedForm,
    OrderedFormSet,
    OrderedInlineForm,
)
from troubleshoot.admin.editing.rehearsal import entry_rehearsal_urls
from troubleshoot.admin.editing.transitions import BULK_ACTIONS, address_of, transition_urls, transitions_for
from troubleshoot.admin.exchange import ExchangeAdmin
from troubleshoot.admin.guards import ConditionFilter, PagesByKey, is_number
from troubleshoot.editing import advice, keys, links, publishing
from troubleshoot.editing.publishing import UNPUBLISHED
from troubleshoot.editing.translations import of_entry
from troubleshoot.exchange.kinds import Aliases, Entries, Resolutions
from troubleshoot.filters import PRODUCT, Fix, fix_is
from troubleshoot.models import ErrorAlias, ErrorEntry, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from troubleshoot.editing.edits import Outcome
    from troubleshoot.editing.translations import Condition
    from troubleshoot.models.translated import Translated


class EntryForm(LinkedForm, OrderedForm):
    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
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


class AliasInline(TranslationTabularInline[ErrorAlias, ErrorEntry]):
    model = ErrorAlias
    extra = 0
    fields = ("kind", "text_ko", "text_en")
    verbose_name_plural = _("aliases: other messages and error codes for this error")


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


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an entry has, for sorting by it: counted an entry at a time, and only when asked for."""
    own = rows.filter(entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(own.annotate(total=Count("pk")).values("total")), 0)


class FixFilter(ConditionFilter):
    title = _("fix")
    parameter_name = "fix"
    conditions = tuple((value, label, fix_is(value)) for value, label in Fix.choices)


class EntryLacksEnglish(LacksEnglish):
    """Counts the entry's aliases and resolutions in, since they are edited on its page."""

    def rows_with(self, model: type[Translated], condition: Condition) -> Q:  # noqa: ARG002 - it is of entries only
        return of_entry(condition)


class OperationsOfProduct(admin.RelatedOnlyFieldListFilter):
    """The operations that have entries: those of the product that is chosen beside it, or all."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        chosen, entries = request.GET.get(f"{PRODUCT}__id__exact", ""), ErrorEntry.with_proposals.order_by()
        if is_number(chosen):
            entries = entries.filter(**{PRODUCT: chosen})
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(
            include_blank=False, limit_choices_to={"pk__in": entries.values("operation")}, ordering=ordering
        )


class StateFilter(admin.SimpleListFilter):
    """By state. Archived entries are listed only where they are asked or searched for."""

    title = _("state")
    parameter_name = "state"
    EVERYTHING = "all"
    PROPOSALS = "proposals"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            *ErrorEntry.State.choices,
            (self.PROPOSALS, _("proposed changes")),
            (self.EVERYTHING, _("including archived")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorEntry]) -> QuerySet[ErrorEntry]:
        chosen = self.value()
        if chosen in ErrorEntry.State.values:
            return queryset.filter(state=chosen)
        if chosen == self.PROPOSALS:
            return queryset.exclude(proposal_for=None)
        if chosen == self.EVERYTHING or request.GET.get(SEARCH_VAR):
            return queryset
        return queryset.exclude(state=ErrorEntry.State.ARCHIVED)


class StaffOnlyFilter(ConditionFilter):
    """Entries that readers never see, as a whole or in part."""

    title = _("for staff only")
    parameter_name = "staff"
    conditions = (
        ("entry", _("the entry"), Q(staff_only=True)),
        ("resolution", _("a resolution"), Q(Exists(Resolution.objects.filter(entry=OuterRef("pk"), staff_only=True)))),
    )


State = ErrorEntry.State


@admin.register(ErrorEntry)
class ErrorEntryAdmin(ExchangeAdmin, ContentAdmin[ErrorEntry]):
    kinds = (Entries, Aliases, Resolutions)
    form = EntryForm
    inlines = (AliasInline, ResolutionInline)
    autocomplete_fields = ("operation", "successor")
    save_on_top = True
    fieldsets = (
        (
            None,
            {
                "description": _("The exact text on the screen: Korean on the left, English on the right."),
                "fields": (("message_ko", "message_en"),),
            },
        ),
        (
            _("Position"),
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
            _("Why it happens"),
            {"description": MARKDOWN, "fields": (("cause_ko", "cause_en"), ("lead_ko", "lead_en"))},
        ),
        (
            _("Outdated"),
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
        "__str__",
        "standing",
        "operation",
        "resolution_count",
        "translation_state",
        "updated",
    )
    list_filter = (
        StateFilter,
        (PRODUCT, admin.RelatedOnlyFieldListFilter),
        ("operation", OperationsOfProduct),
        FixFilter,
        EntryLacksEnglish,
        StaffOnlyFilter,
        "is_outdated",
    )
    list_select_related = ("operation", "proposal")
    show_full_result_count = False
    paginator = PagesByKey
    search_fields = ("key", "message_ko", "message_en", "aliases__text_ko", "aliases__text_en")
    search_help_text = _("Searches keys, messages and aliases, in Korean and English.")

    def get_urls(self) -> list[Any]:
        return [*entry_rehearsal_urls(self), *transition_urls(self), *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Who may do what the actions of the list do."""
        return publishing.may_publish(request.user)

    def has_change_permission(self, request: HttpRequest, obj: ErrorEntry | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.state in UNPUBLISHED or publishing.may_publish(request.user):
            return True
        # What was typed meanwhile comes back with the form, so a saving is let in and refused there.
        return obj.state == State.PUBLISHED and (request.method == "POST" or not hasattr(obj, "proposal"))

    def get_fieldsets(self, request: HttpRequest, obj: ErrorEntry | None = None) -> Any:
        """A proposed change has no key of its own: it takes that of the entry when it is published."""
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None or obj.proposal_for_id is None:
            return fieldsets
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != "key"]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: ErrorEntry | None = None) -> tuple[Any, ...]:
        """The key of what was never published can still be chosen; later it is changed by renaming."""
        readonly = super().get_readonly_fields(request, obj)
        is_own_draft = obj is not None and obj.state in UNPUBLISHED and obj.proposal_for_id is None
        return tuple(name for name in readonly if name != "key") if is_own_draft else readonly

    def get_prepopulated_fields(self, request: HttpRequest, obj: ErrorEntry | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        return {} if obj else {"key": ("message_en",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorEntry]:
        return super().get_queryset(request).prefetch_related("aliases", "resolutions")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ErrorEntry], search_term: str
    ) -> tuple[QuerySet[ErrorEntry], bool]:
        """A field that refers to an entry never means a proposed change; only a published one can replace another."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if request.resolver_match is None or request.resolver_match.url_name != "autocomplete":
            return found, has_duplicates
        found = found.filter(proposal_for=None)
        if request.GET.get("field_name") == "successor":
            found = found.filter(state=ErrorEntry.State.PUBLISHED)
        return found, has_duplicates

    def refusal(self, outcome: Outcome) -> str:
        """An edit of what has a proposal is refused: it belongs in there."""
        sentence = gettext("A change to this entry is already proposed. Open it and add your text there: %s")
        return format_html(sentence, address_of(outcome.row))

    def instead_of_gone(self, request: HttpRequest) -> tuple[ErrorEntry | None, str]:
        """What was typed into a proposed change that was published or discarded meanwhile can be proposed again."""
        number = request.POST.get("proposal_for", "")
        live = ErrorEntry.objects.filter(pk=int(number) if is_number(number) else 0, state=State.PUBLISHED).first()
        if live is None or not self.has_change_permission(request, live):
            return super().instead_of_gone(request)
        return live, gettext(
            "This change has been published or discarded in the meantime. Your text is below, "
            "applied to what readers see now."
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Where the entry stands is told above the form, and what could be better of what is saved."""
        entry = context.get("original")
        context["buttons"] = buttons(request.user, entry)
        if entry is not None:
            context |= standing(entry, request.user)
            context["advice"] = advice.of_entry(entry) if request.method == "GET" else []
        return super().render_change_form(request, context, *args, **kwargs)

    def rows_to_translate(self, row: ErrorEntry) -> Iterable[Translated]:
        return [row, *row.aliases.all(), *row.resolutions.all()]

    def view_on_site(self, entry: ErrorEntry) -> str:
        """Its page; what readers do not see is shown to staff as a preview."""
        return entry.get_absolute_url() + ("" if entry.is_seen_by_readers else "?preview=1")

    @admin.display(description=_("state"), ordering="state")
    def standing(self, entry: ErrorEntry) -> str:
        """The state, and what is special: a change of another entry, a change that waits, for staff only."""
        words = [entry.get_state_display()]
        if entry.proposal_for_id is not None:
            words = [gettext("proposed change: %s") % entry.get_state_display()]
        elif waiting := getattr(entry, "proposal", None):
            words.append(gettext("change proposed (%s)") % waiting.get_state_display())
        if entry.staff_only:
            words.append(gettext("for staff only"))
        if entry.is_outdated:
            words.append(gettext("outdated"))
        return " · ".join(str(word) for word in words)

    @admin.display(description=_("resolutions"), ordering=number_of(Resolution.objects.all()))
    def resolution_count(self, entry: Any) -> int:
        return len(entry.resolutions.all())


def standing(entry: ErrorEntry, user: Any) -> dict[str, Any]:
    """Where an entry stands, for the top of its page."""
    live = entry.proposal_for
    return {
        "entry": entry,
        "live": live,
        "proposal": getattr(entry, "proposal", None),
        "moves": transitions_for(user, entry),
        "sent_back": publishing.sent_back(entry),
        "changes_to_live": publishing.changes_to_live(entry) if live else None,
        "is_outdated": publishing.is_outdated(entry),
        "seen_by_readers": entry.is_seen_by_readers,
    }


def buttons(user: Any, entry: ErrorEntry | None) -> list[tuple[str, str]]:
    """Names and labels of the buttons below the form of an entry, or of a new one, the usual one first."""
    publishes = publishing.may_publish(user)
    if entry is None and publishes:
        return [("_save", gettext("Save and publish")), ("_draft", gettext("Save as draft"))]
    if entry is None:
        return [("_save", gettext("Save as draft")), ("_submit", gettext("Save and submit for review"))]
    if entry.state == State.PUBLISHED and not publishes:
        return [("_save", gettext("Save as a proposal")), ("_submit", gettext("Propose and submit for review"))]
    if entry.state == State.PUBLISHED:
        shown = [("_save", gettext("Save and publish")), ("_continue", gettext("Save, publish and continue editing"))]
        return shown if hasattr(entry, "proposal") else [*shown, ("_propose", gettext("Save as a proposal"))]
    shown = [("_save", gettext("Save")), ("_continue", gettext("Save and continue editing"))]
    if entry.state == State.DRAFT:
        shown.append(("_submit", gettext("Save and submit for review")))
    if entry.state in UNPUBLISHED and publishes:
        shown.append(("_publish", gettext("Save and publish")))
    return shown
