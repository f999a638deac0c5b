"""Owns the administration of the wizards: a flow with all its steps on one page, and a step with its choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from troubleshoot.admin.editing.content import (
    MARKDOWN,
    ContentAdmin,
    LacksEnglish,
    LinkedForm,
    OrderedForm,
    OrderedFormSet,
    OrderedInlineForm,
)
from troubleshoot.admin.guards import GuardedSelects, is_number
from troubleshoot.editing import revisions
from troubleshoot.editing.ordering import LARGEST_ORDER
from troubleshoot.models import Choice, Flow, FlowLink, Revision, Step
from troubleshoot.reading import flows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from troubleshoot.models.translated import Translated
    from troubleshoot.reading.flows import Problem

NOTHING = "–"
_NUMBER_DIGITS = 9


def refuse_unsound(problems: list[Problem]) -> None:
    """Raise ValidationError with a sentence for each problem and, first, what they keep from happening."""
    if problems:
        first = gettext("A published wizard must be free of problems. Correct these, or unpublish it first.")
        raise ValidationError([first, *map(flows.sentence_of, problems)])


class StepsFormSet(OrderedFormSet):
    """The steps of a flow: what is left of them, in their new order, must be sound if readers are to see it."""

    def clean(self) -> None:
        super().clean()
        if self.instance.published and not any(self.errors):
            staying = [form.instance for form in self.forms if form not in self.deleted_forms]
            staying.sort(key=lambda step: step.order or LARGEST_ORDER)
            steps = [(step, list(step.choices.all())) for step in staying]
            refuse_unsound(flows.problems_of(flows.graph_with(self.instance, steps)))


class StepInline(admin.TabularInline[Step, Flow]):
    """One line a step: where it stands, what it says and where it leads. Its own page edits it."""

    model = Step
    fk_name = "flow"
    form = OrderedInlineForm
    formset = StepsFormSet
    extra = 0
    fields = ("order", "page", "leads_to")
    readonly_fields = ("page", "leads_to")
    verbose_name_plural = _("steps: readers start at the first one")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        steps = super().get_queryset(request).select_related("hand_over")
        return steps.prefetch_related("choices__target").order_by("order")

    def has_add_permission(self, request: HttpRequest, obj: Flow | None = None) -> bool:  # noqa: ARG002 - a step is added on a page of its own
        return False

    @admin.display(description=_("step"))
    def page(self, step: Step) -> SafeString:
        return format_html(
            '<a id="step-{}" href="{}">{}</a><br>{} · {}',
            step.key,
            address_of(step),
            step.title,
            step.key,
            step.get_kind_display(),
        )

    @admin.display(description=_("next step"))
    def leads_to(self, step: Step) -> SafeString | str:
        if step.kind == Step.Kind.OUTCOME:
            further = f" → {step.hand_over.title}" if step.hand_over else ""
            return f"{step.get_result_display()}{further}" or NOTHING
        lines = [(choice.label, choice.target.title if choice.target else "?") for choice in step.choices.all()]
        return listed(format_html_join("", "<li>{} → {}</li>", lines)) if lines else NOTHING


class EntryInline(GuardedSelects, admin.TabularInline[FlowLink, Flow]):
    model = FlowLink
    extra = 0
    fields = ("entry", "answers")
    autocomplete_fields = ("entry",)
    verbose_name_plural = _("errors whose pages offer this wizard")


class FlowForm(LinkedForm, OrderedForm):
    """A wizard: its links are checked, and it is numbered among the others."""


@admin.register(Flow)
class FlowAdmin(ContentAdmin[Flow]):
    form = FlowForm
    inlines = (StepInline, EntryInline)
    list_display = ("title", "key", "published", "step_count", "problem_count", "translation_state", "updated")
    list_filter = ("published", LacksEnglish)
    search_fields = ("key", "title_ko", "title_en", "steps__title_ko", "steps__title_en")
    search_help_text = _("Searches keys, titles, and the titles of the steps, in Korean and English.")
    readonly_fields = ("findings", "preview", "picture", "new_step", "updated", "edited", "reviewed")
    autocomplete_fields = ("section",)
    actions = ("mark_reviewed",)

    def get_fieldsets(self, request: HttpRequest, obj: Flow | None = None) -> Any:  # noqa: ARG002 - Django's signature
        about = (None, {"description": MARKDOWN, "fields": (*_ABREAST, ("key", "order", "minutes"), "section")})
        if obj is None:
            return [about]
        state = (
            _("State"),
            {"fields": ("published", "findings", "preview", "picture", "new_step", "updated", "edited", "reviewed")},
        )
        return [about, state]

    def get_inlines(self, request: HttpRequest, obj: Flow | None) -> Any:  # noqa: ARG002 - Django's signature
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        return Flow.objects.with_steps().annotate(step_total=Count("steps")).order_by(*self.get_ordering(request))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Flow | None = None) -> dict[str, Any]:  # noqa: ARG002 - Django's signature
        return {} if obj else {"key": ("title_en",)}

    def rows_to_translate(self, row: Flow) -> Iterable[Translated]:
        yield row
        for step in row.steps.all():
            yield from (step, *step.choices.all())

    def view_on_site(self, flow: Flow) -> str:
        return flow.get_absolute_url()

    @admin.action(description=_("Mark the selected wizards as reviewed"), permissions=["change"])
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet[Flow]) -> None:
        """Note that they were read again and are still right."""
        with transaction.atomic():
            for flow in queryset:
                revisions.note_found(flow)
                Flow.objects.filter(pk=flow.pk).update(reviewed=timezone.now())
                revisions.record(flow, Revision.Action.REVIEWED, user=request.user)
        count = len(queryset)
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
        """What the checks find, each with a link to its step."""
        found = flows.problems(flow)
        if not found:
            return gettext("None. The wizard can be published.")
        pages = {step.key: address_of(step) for step in flow.steps.all()}
        lines = [(pages.get(problem.step, "#id_title_ko"), flows.sentence_of(problem)) for problem in found]
        return listed(format_html_join("", '<li><a href="{}">{}</a></li>', lines))

    @admin.display(description=_("preview"))
    def preview(self, flow: Flow) -> SafeString:
        text = (
            _("What readers see")
            if flow.published
            else _("What readers will see once published; for now, only staff see it")
        )
        return format_html('<a href="{}?preview=1">{}</a>', flow.get_absolute_url(), text)

    @admin.display(description=_("diagram"))
    def picture(self, flow: Flow) -> SafeString:
        """The flow as it is saved; its own page has it with links and in words."""
        page, drawing = (reverse(name, args=(flow.key,)) for name in ("wizard_map", "wizard_picture"))
        return format_html(
            '<a href="{0}?preview=1"><img class="flow-picture" src="{1}?preview=1" alt="{2}" loading="lazy"></a>',
            page,
            drawing,
            gettext("View the wizard as a diagram"),
        )

    @admin.display(description=_("new step"))
    def new_step(self, flow: Flow) -> SafeString:
        page = reverse("admin:troubleshoot_step_add")
        return format_html('<a href="{}?flow={}">{}</a>', page, flow.pk, _("Add a step at the end"))


_HELP = (("help_ko", "help_en"), ("symptoms_ko", "symptoms_en"))
_ABREAST = (("title_ko", "title_en"), ("summary_ko", "summary_en"), ("needs_ko", "needs_en"))


class ChoicesFormSet(OrderedFormSet):
    """The choices of a step: with them, the flow must be sound if readers see it."""

    def clean(self) -> None:
        super().clean()
        step: Step = self.instance
        if step.flow_id is None or not step.flow.published or any(self.errors):
            return
        staying = [
            form for form in self.forms if form not in self.deleted_forms and (form.has_changed() or form.instance.pk)
        ]
        refuse_unsound(flows.problems_of(flows.graph_after(step, [form.instance for form in staying])))


class ChoiceInline(TranslationStackedInline[Choice, Step]):
    model = Choice
    fk_name = "step"
    form = OrderedInlineForm
    formset = ChoicesFormSet
    extra = 0
    fieldsets = ((None, {"fields": (("order", "key", "target"), ("label_ko", "label_en"), *_HELP)}),)
    verbose_name_plural = _("choices: possible answers and the step that follows each")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Choice]:
        # A snapshot names the target by its natural key, which holds that of its wizard.
        return super().get_queryset(request).select_related("target__flow")

    def get_formset(self, request: HttpRequest, obj: Step | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        target = formset.form.base_fields["target"]
        target.queryset = following_steps(request, obj)
        # Fetched once, not once for each choice of the step.
        target.choices = [("", target.empty_label), *((step.pk, str(step)) for step in target.queryset)]
        # A step is made and deleted on the page of its flow, which keeps the order and sees what becomes unsound.
        target.widget.can_add_related = target.widget.can_delete_related = False
        return formset


def following_steps(request: HttpRequest, step: Step | None) -> QuerySet[Step]:
    """The steps that a choice of ``step`` can lead to: the others of its flow, which for a new step the page names."""
    if step is not None:
        return Step.objects.filter(flow_id=step.flow_id).exclude(pk=step.pk).order_by("order")
    flow = request.POST.get("flow") or request.GET.get("flow") or ""
    steps = Step.objects.filter(flow_id=int(flow)) if is_number(flow, _NUMBER_DIGITS) else Step.objects.none()
    return steps.order_by("order")


@admin.register(Step)
class StepAdmin(ContentAdmin[Step]):
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
                "description": _(
                    "The key names the answer in the address, as os does in ?os=windows. It can't be changed "
                    "once saved because saved links depend on it."
                ),
                "fields": ("key", "answer"),
            },
        ),
        (_("For value steps only"), {"fields": (("minimum", "example"),)}),
        (_("For outcomes only"), {"fields": (("result", "hand_over"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        return super().get_queryset(request).select_related("flow").prefetch_related("choices")

    def get_readonly_fields(self, request: HttpRequest, obj: Step | None = None) -> tuple[Any, ...]:
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, "flow") if obj else readonly

    def has_module_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the way here is the page of the flow
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Step | None = None) -> bool:
        """A step of a published flow is deleted on the flow's page, which sees whether the rest is sound."""
        return super().has_delete_permission(request, obj) and not (obj and obj.flow.published)

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


def address_of(step: Step) -> str:
    return reverse("admin:troubleshoot_step_change", args=(step.pk,))
