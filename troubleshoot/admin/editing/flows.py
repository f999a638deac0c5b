"""Owns the administration of the wizards: a flow with all its steps on one page, and a step with its choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from troubleshoot.admin.editing.content import (
    MARKDOWN,
    ContentAdmin,
    LacksEnglish,
    OrderedFormSet,
    OrderedInlineForm,
)
from troubleshoot.admin.editing.entry_list import LookFilter, StateFilter
from troubleshoot.admin.editing.flow_forms import ChoiceForm, ChoicesFormSet, FlowForm, StepForm, answers_field
from troubleshoot.admin.editing.proposals import ProposedAdmin, led_to_own, may_edit, own_change, refusal
from troubleshoot.admin.editing.saving import intent_of
from troubleshoot.admin.editing.transitions import address_of, step_buttons
from troubleshoot.admin.guards import GuardedSelects
from troubleshoot.editing import publishing
from troubleshoot.editing.edits import Intent
from troubleshoot.editing.publishing import UNPUBLISHED
from troubleshoot.models import Choice, Flow, FlowLink, Step
from troubleshoot.reading import flows
from troubleshoot.reports import waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from troubleshoot.editing.edits import Outcome
    from troubleshoot.models.translated import Translated

NOTHING = "–"


class StepInline(admin.TabularInline[Step, Flow]):
    """One line a step: where it stands, what it says and where it leads. Its own page edits it."""

    model = Step
    fk_name = "flow"
    form = OrderedInlineForm
    formset = OrderedFormSet
    extra = 0
    fields = ("order", "page", "leads_to")
    readonly_fields = ("page", "leads_to")
    verbose_name_plural = _("steps: readers start at the first one")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        steps = super().get_queryset(request).select_related("hand_over", "flow")
        return steps.prefetch_related("choices__target").order_by("order")

    def has_add_permission(self, request: HttpRequest, obj: Flow | None = None) -> bool:  # noqa: ARG002 - a step is added on a page of its own
        return False

    @admin.display(description=_("step"))
    def page(self, step: Step) -> SafeString:
        return format_html(
            '<a id="step-{}" href="{}">{}</a><br>{}',
            step.key,
            address_of(step),
            step.title,
            step.get_kind_display().partition(":")[0],
        )

    @admin.display(description=_("next step"))
    def leads_to(self, step: Step) -> SafeString | str:
        if step.kind == Step.Kind.OUTCOME:
            further = f" → {step.hand_over.title}" if step.hand_over else ""
            return f"{step.get_result_display()}{further}" or NOTHING
        lines = [
            (choice.label, f"{choice.target.order}. {choice.target}" if choice.target else "?")
            for choice in step.choices.all()
        ]
        return listed(format_html_join("", "<li>{} → {}</li>", lines)) if lines else NOTHING


class EntryInline(GuardedSelects, admin.TabularInline[FlowLink, Flow]):
    model = FlowLink
    extra = 0
    fields = ("entry", "answers")
    autocomplete_fields = ("entry",)
    verbose_name_plural = _("errors whose pages offer this wizard")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlowLink]:
        return super().get_queryset(request).select_related("entry", "flow")

    def get_formset(self, request: HttpRequest, obj: Flow | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.base_fields["answers"] = answers_field(obj)
        return formset


class FlowLookFilter(admin.SimpleListFilter):
    """What somebody should look at in wizards, their steps included."""

    title = _("finding")
    parameter_name = LookFilter.parameter_name

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("links", _("a link leads nowhere")), ("problems", _("published, with problems"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Flow]) -> QuerySet[Flow]:  # noqa: ARG002 - Django's signature
        if self.value() == "links":
            return queryset.filter(pk__in=waiting.wrong_links(Flow))
        return queryset.filter(pk__in=waiting.wizards_with_problems()) if self.value() == "problems" else queryset


@admin.register(Flow)
class FlowAdmin(ProposedAdmin[Flow]):
    form = FlowForm
    inlines = (StepInline, EntryInline)
    list_display = ("title", "standing", "step_count", "problem_count", "translation_state", "updated_on")
    list_filter = (StateFilter, FlowLookFilter, LacksEnglish)
    list_select_related = ("proposal", "proposal_for")
    search_fields = ("key", "title_ko", "title_en", "steps__title_ko", "steps__title_en")
    search_help_text = _("Searches keys, titles, and the titles of the steps, in Korean and English.")
    readonly_fields = ("findings", "picture", "new_step", "updated", "edited", "reviewed")
    autocomplete_fields = ("section",)
    actions = ("mark_reviewed",)

    def get_fieldsets(self, request: HttpRequest, obj: Flow | None = None) -> Any:
        of_live = obj is not None and obj.proposal_for_id is not None  # which has the key
        place = ("order", "minutes") if of_live else ("order", "minutes", "key")
        about = (None, {"description": MARKDOWN, "fields": (*_ABREAST, place, "section")})
        if obj is None:
            return [about]
        times = (_("History"), {"classes": ("collapse",), "fields": ("updated", "edited", "reviewed")})
        found = (
            ("findings", "picture", "new_step")
            if publishing.may_change(request.user, Flow)
            else ("findings", "picture")
        )
        return [(_("Check"), {"fields": found}), about, times]

    def get_inlines(self, request: HttpRequest, obj: Flow | None) -> Any:  # noqa: ARG002 - Django's signature
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        rows = Flow.with_proposals.with_steps().annotate(step_total=Count("steps"))
        return rows.order_by(*self.get_ordering(request))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Flow | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        return {} if obj else {"key": ("title_en",)}

    def rows_to_translate(self, row: Flow) -> Iterable[Translated]:
        yield row
        for step in row.steps.all():
            yield from (step, *step.choices.all())

    def has_delete_permission(self, request: HttpRequest, obj: Flow | None = None) -> bool:
        """What readers see is archived; a change that is proposed is discarded."""
        is_own_draft = obj is None or (not obj.published and obj.proposal_for_id is None)
        return is_own_draft and super().has_delete_permission(request, obj)

    @admin.action(description=_("Mark the selected wizards as reviewed"), permissions=["publish"])
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet[Flow]) -> None:
        """Note that they were read again and are still right."""
        with transaction.atomic():
            published = [flow for flow in queryset if flow.published]
            for flow in published:
                publishing.mark_reviewed(flow, user=request.user)
        count = len(published)
        text = ngettext("%(count)d marked as reviewed.", "%(count)d marked as reviewed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.display(description=_("steps"), ordering="step_total")
    def step_count(self, flow: Any) -> int:
        return int(flow.step_total)

    @admin.display(description=_("problems"))
    def problem_count(self, flow: Flow) -> str:
        return str(len(flows.problems(flow)) or NOTHING)

    @admin.display(description=_("problems"))
    def findings(self, flow: Flow) -> SafeString | str:
        """What keeps it from being published, each with a link to its step."""
        found = publishing.hindrances(flow)
        if not found:
            return gettext("None. The wizard can be published.")
        lines = [("#id_title_ko" if one.row == flow else address_of(one.row), str(one)) for one in found]
        return listed(format_html_join("", '<li><a href="{}">{}</a></li>', lines))

    @admin.display(description=_("diagram"))
    def picture(self, flow: Flow) -> SafeString:
        """The flow as it is saved; of a proposal, beside what readers see, with the steps marked that differ."""
        return render_to_string("admin/troubleshoot/parts/pictures.html", {"flow": flow, "live": flow.proposal_for})

    @admin.display(description=_("new step"))
    def new_step(self, flow: Flow) -> SafeString:
        if waiting := getattr(flow, "proposal", None):
            return format_html('<a href="{}">{}</a>', address_of(waiting), _("Add steps to the proposed change"))
        page = reverse("admin:troubleshoot_step_add")
        return format_html('<a href="{}?flow={}">{}</a>', page, flow.pk, _("Add a step at the end"))


_HELP = (("help_ko", "help_en"), ("symptoms_ko", "symptoms_en"))
_ABREAST = (("title_ko", "title_en"), ("summary_ko", "summary_en"), ("needs_ko", "needs_en"))


class ChoiceInline(TranslationStackedInline[Choice, Step]):
    model = Choice
    fk_name = "step"
    form = ChoiceForm
    formset = ChoicesFormSet
    extra = 0
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("label_ko", "label_en"),
                    ("target", "new_step"),
                    "verdict",
                    *_HELP,
                    ("order", "key"),
                )
            },
        ),
    )
    verbose_name_plural = _("choices: possible answers and the step that follows each")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads is shown what is in the row, and not what a form asks beside it."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": (("label_ko", "label_en"), "target", *_HELP, ("order", "key"))})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Choice]:
        # A snapshot names the target by its natural key, which holds that of its wizard.
        return super().get_queryset(request).select_related("target__flow")

    def get_formset(self, request: HttpRequest, obj: Step | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        # A step is made and deleted on the page of its flow, which keeps the order and sees what becomes unsound.
        widget = formset.form.base_fields["target"].widget
        widget.can_add_related = widget.can_delete_related = widget.can_change_related = widget.can_view_related = False
        return formset


@admin.register(Step)
class StepAdmin(ContentAdmin[Step]):
    form = StepForm
    inlines = (ChoiceInline,)
    list_display = ("title", "flow", "key", "kind", "translation_state")
    list_filter = ("flow", "kind", LacksEnglish)
    list_select_related = ("flow",)
    search_fields = ("key", "title_ko", "title_en", "body_ko", "body_en")
    search_help_text = _("Searches keys, titles and texts, in Korean and English.")
    fieldsets = (
        (
            None,
            {
                "description": MARKDOWN,
                "fields": (("flow", "kind"), ("title_ko", "title_en"), ("body_ko", "body_en"), *_HELP),
            },
        ),
        (
            _("Answer in the address"),
            {
                "classes": ("collapse",),
                "description": _("The key names the answer in the address, as os does in ?os=windows."),
                "fields": ("answer", "key"),
            },
        ),
        (_("For value steps only"), {"classes": ("only-value",), "fields": (("minimum", "example"),)}),
        (_("For outcomes only"), {"classes": ("only-outcome",), "fields": (("result", "hand_over"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        return super().get_queryset(request).select_related("flow__proposal_for").prefetch_related("choices")

    def get_readonly_fields(self, request: HttpRequest, obj: Step | None = None) -> tuple[Any, ...]:
        """The key of a step that readers never had can still be chosen."""
        readonly = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return readonly
        live = obj.flow.proposal_for or obj.flow
        is_new = obj.flow.state in UNPUBLISHED and not (live.published and live.steps.filter(key=obj.key).exists())
        return (*(name for name in readonly if not (is_new and name == "key")), "flow")

    def has_module_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the way here is the page of the flow
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "flow" and (request.GET.get("flow") or request.POST.get("flow")):
            kwargs["widget"] = forms.HiddenInput()  # the address says it, and two may have the same title
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Step | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_edit(request, obj.flow if obj else None)

    def has_delete_permission(self, request: HttpRequest, obj: Step | None = None) -> bool:
        """A step of a published flow is deleted on the flow's page, which can propose it."""
        if obj is not None and (obj.flow.published or not may_edit(request, obj.flow)):
            return False
        return super().has_delete_permission(request, obj)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who proposed a change of the wizard edits the step there."""
        step = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        if step is not None and (mine := own_change(request, step.flow)) is not None:
            same = mine.steps.filter(key=step.key).first()
            return led_to_own(request, address_of(same or mine))
        return super().change_view(request, object_id, *args, **kwargs)

    def refusal(self, outcome: Outcome) -> str:
        return refusal(outcome)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The wizard that the step is of is told above the form, with its proposal where it has one."""
        step = context["adminform"].form.instance
        flow = step.flow if step.flow_id else None
        context |= {"flow": flow, "proposal": getattr(flow, "proposal", None)}
        context["buttons"] = step_buttons(request.user, flow, is_new=context.get("original") is None)
        return super().render_change_form(request, context, *args, **kwargs)

    def told(self, request: HttpRequest, outcome: Outcome) -> str:
        """Who asked to publish is told why it became a proposal."""
        live = outcome.row.flow.proposal_for
        asked = (
            intent_of(request.POST) is Intent.SAVE and live is not None and publishing.may_publish(request.user, live)
        )
        return (
            gettext(
                "Saved as a proposed change, since it adds a step: readers get a new step once the whole wizard is "
                "checked. Complete the steps, then publish the proposal here."
            )
            if asked
            else ""
        )

    def address_after(self, page: str, row: Step) -> str:  # noqa: ARG002 - a step is proposed with its wizard
        return back_to_flow(row).url

    def rows_to_translate(self, row: Step) -> Iterable[Translated]:
        return [row, *row.choices.all()]

    def response_post_save_add(self, request: HttpRequest, obj: Step) -> HttpResponseRedirect:  # noqa: ARG002 - Django's signature
        return back_to_flow(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Step) -> HttpResponseRedirect:  # noqa: ARG002 - Django's signature
        return back_to_flow(obj)


def back_to_flow(step: Step) -> HttpResponseRedirect:
    page = reverse("admin:troubleshoot_flow_change", args=(step.flow_id,))
    return HttpResponseRedirect(f"{page}#step-{step.key}")


def listed(items: SafeString) -> SafeString:
    return format_html("<ul>{}</ul>", items)
