"""Owns the rows of the wizards: flows, their steps, and the choices of each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot import kinds
from troubleshoot.models.document import Section, changed
from troubleshoot.models.proposed import Proposable, State
from troubleshoot.models.stamps import SearchedManager, SearchedQuerySet
from troubleshoot.models.translated import Translated, address_of
from troubleshoot.wizard.graph import DONE

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models.fields.related_descriptors import RelatedManager


SYMPTOMS = _(
    "What customers say when they need this, in their own words: one symptom per line. Search finds every line. The "
    "first line is also offered on the home page and in the list of wizards."
)


class FlowQuerySet(SearchedQuerySet["Flow"]):
    def published(self) -> Self:
        return self.filter(published=True)

    def in_state(self, state: str) -> Self:
        """Those that stand so, as ``Flow.state`` tells of one."""
        is_published = state == Flow.State.PUBLISHED
        return self.filter(published=is_published, **({} if is_published else {"stage": state}))

    def but_archived(self) -> Self:
        return self.exclude(published=False, stage=Flow.State.ARCHIVED)

    def with_source(self) -> Self:
        """Fetch the section and the document that the steps are taken from, with what it is about."""
        return self.select_related("section__document__product")

    def with_steps(self) -> Self:
        """Fetch the steps and their choices: three queries, whatever their number."""
        steps = Step.objects.select_related("hand_over").prefetch_related("choices").order_by("order")
        return self.prefetch_related(Prefetch("steps", steps))


FlowManager = MultilingualManager.from_queryset(FlowQuerySet)


class OwnFlowManager(FlowManager["Flow"]):
    """Wizards in their own right, in any state."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(proposal_for=None)


class Flow(Proposable):
    """A wizard. Its first step is where a reader begins. Its proposal has steps of its own."""

    key = models.SlugField(
        _("key"),
        max_length=80,
        unique=True,
        help_text=_("The name in the wizard's address. It can't be changed after publication."),
    )
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("description"), help_text=_("Markdown. What it helps with, in a sentence or two."))
    needs = models.TextField(
        _("what you need"), blank=True, help_text=_("Markdown. What a reader needs before the first step.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes needed"), default=5, help_text=_("Approximate time needed. Shown before the first step.")
    )
    published = models.BooleanField(_("publication status"), default=False, editable=False)
    stage = models.CharField(
        _("state"),
        max_length=10,
        choices=State.choices,
        default=State.DRAFT,
        db_default=State.DRAFT,
        editable=False,
        help_text=_("Of a wizard that is not published."),
    )
    proposal_for = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        related_name="proposal",
        verbose_name=_("change to"),
        null=True,
        editable=False,
    )
    section = models.ForeignKey(
        Section,
        on_delete=models.SET_NULL,
        related_name="flows",
        verbose_name=_("section"),
        null=True,
        blank=True,
        help_text=_("The section of the document that its steps are taken from."),
    )
    updated = models.DateTimeField(_("updated"), auto_now=True)

    # The first one is Django's default, as with entries: whoever asks for ``objects`` means no proposal.
    with_proposals = FlowManager()
    objects = OwnFlowManager()

    if TYPE_CHECKING:
        pk: int
        proposal_for_id: int | None
        proposed_by_id: int | None
        title_ko: str
        title_en: str
        summary_ko: str
        summary_en: str
        needs_ko: str
        needs_en: str
        steps: RelatedManager[Step]
        entry_links: RelatedManager[Any]  # of FlowLink
        handed_over_from: RelatedManager[Step]

    class Meta:
        verbose_name = _("wizard")
        verbose_name_plural = _("wizards")
        ordering = ("order",)
        permissions = (("publish_flow", _("Can publish and archive wizards")),)
        constraints = (
            models.UniqueConstraint(fields=("order",), condition=Q(proposal_for=None), name="flow_order_is_unique"),
            models.CheckConstraint(condition=~Q(title_ko=""), name="flow_has_a_title"),
            models.CheckConstraint(
                condition=Q(stage__in=(kinds.State.DRAFT, kinds.State.REVIEW, kinds.State.ARCHIVED)),
                name="flow_stage_is_known",
            ),
            models.CheckConstraint(
                condition=Q(proposal_for=None) | Q(published=False), name="flow_proposal_is_unpublished"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """Where it stands, as an entry does."""
        return self.State.PUBLISHED if self.published else self.stage

    @state.setter
    def state(self, state: str) -> None:
        self.published = state == self.State.PUBLISHED
        self.stage = self.State.DRAFT if self.published else state

    def get_state_display(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_seen_by_readers(self) -> bool:
        return self.published

    def get_absolute_url(self) -> str:
        return address_of("wizard", self.key)

    @property
    def changed(self) -> datetime | None:
        """When what readers are told changed last: an edit, or else the date of the document, never a loading."""
        return changed(self.edited, self.section)


class StepQuerySet(SearchedQuerySet["Step"]):
    def searchable(self) -> Self:
        """Steps that a search may find: those of published flows. An outcome means nothing without its way there."""
        return self.filter(flow__published=True).exclude(kind=Step.Kind.OUTCOME)

    def hand_overs(self, *, except_of: str) -> list[tuple[str, str]]:
        """Which published flow goes on with which other, by their keys; without those of one flow.

        Left out is what ``checks.is_for_newcomers``.
        """
        newcomers = Q(step__answer=OuterRef("hand_over__key")) & ~Q(key=DONE)
        others = Choice.objects.filter(target=OuterRef("pk")).exclude(newcomers)
        found = self.filter(flow__published=True, hand_over__isnull=False).exclude(flow__key=except_of)
        rows = found.filter(Exists(others))
        return list(rows.values_list("flow__key", "hand_over__key").distinct().order_by("flow__key", "hand_over__key"))


StepManager = MultilingualManager.from_queryset(StepQuerySet)


class Step(Translated):
    """One page of a flow."""

    NATURAL_KEY = ("flow__key", "key")

    class Kind(models.TextChoices):
        QUESTION = kinds.StepKind.QUESTION.value, _("question: the reader picks an answer")
        VALUE = kinds.StepKind.VALUE.value, _("value: the reader enters a version, which is compared")
        INSTRUCTION = kinds.StepKind.INSTRUCTION.value, _("instruction: the reader does something")
        OUTCOME = kinds.StepKind.OUTCOME.value, _("outcome: the wizard ends here")

    class Result(models.TextChoices):
        SOLVED = kinds.Result.SOLVED.value, _("solved")
        NEXT = kinds.Result.NEXT.value, _("what to try next")
        SUPPORT = kinds.Result.SUPPORT.value, _("what to send to support")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="steps", verbose_name=_("wizard"))
    key = models.SlugField(
        _("key"), max_length=80, help_text=_("The name of its answer in the address, such as os in ?os=windows.")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=200, help_text=_("The question, or the heading of the page."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    help = models.TextField(
        _("help"), blank=True, help_text=_("Markdown. How to find the answer; shown below the question.")
    )
    symptoms = models.TextField(_("symptoms"), blank=True, default="", db_default="", help_text=SYMPTOMS)
    answer = models.SlugField(
        _("same answer as"),
        max_length=80,
        blank=True,
        help_text=_(
            "Usually empty. If another step asks the same question with the same choices, enter its key: its "
            "answer then counts here too. If the step asks whether another wizard was gone through, enter that "
            "wizard's key: who comes from there has answered “yes”."
        ),
    )
    minimum = models.CharField(
        _("minimum version"),
        max_length=60,
        blank=True,
        help_text=_("For a value: the lowest version that is sufficient."),
    )
    example = models.CharField(
        _("example"), max_length=60, blank=True, help_text=_("For a value: shown when the input is not a version.")
    )
    result = models.CharField(
        _("meaning"), max_length=10, blank=True, choices=Result.choices, help_text=_("For an outcome.")
    )
    hand_over = models.ForeignKey(
        Flow,
        on_delete=models.SET_NULL,
        related_name="handed_over_from",
        verbose_name=_("continues with"),
        null=True,
        blank=True,
        help_text=_("For an outcome: the wizard to continue with. Answers that both wizards ask for carry over."),
    )

    objects = StepManager()

    if TYPE_CHECKING:
        pk: int
        flow_id: int
        hand_over_id: int | None
        title_ko: str
        title_en: str
        body_ko: str
        body_en: str
        help_ko: str
        help_en: str
        symptoms_ko: str | None
        symptoms_en: str | None
        choices: RelatedManager[Choice]

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("flow", "order")
        constraints = (
            models.UniqueConstraint(fields=("flow", "key"), name="step_key_unique_in_flow"),
            models.UniqueConstraint(fields=("flow", "order"), name="step_order_unique"),
            models.CheckConstraint(condition=Q(kind__in=tuple(kinds.StepKind)), name="step_kind_is_known"),
            models.CheckConstraint(condition=Q(result__in=("", *kinds.Result)), name="step_result_is_known"),
            models.CheckConstraint(
                condition=Q(kind=kinds.StepKind.OUTCOME) | (Q(result="") & Q(hand_over__isnull=True)),
                name="step_only_an_outcome_has_a_meaning",
                violation_error_message=_("Only an outcome has a meaning or continues with another wizard."),
            ),
            models.CheckConstraint(
                condition=Q(kind=kinds.StepKind.VALUE) | Q(minimum=""),
                name="step_only_a_value_has_a_minimum",
                violation_error_message=_("Only a value is compared with a minimum version."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Choice(Translated):
    """One answer to a step, and the step that follows it."""

    NATURAL_KEY = ("step__flow__key", "step__key", "key")

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="choices", verbose_name=_("step"))
    key = models.SlugField(
        _("key"),
        max_length=80,
        help_text=_("The answer in the address, such as windows in ?os=windows. For a value: at-least and below."),
    )
    order = models.PositiveSmallIntegerField(_("order"))
    label = models.CharField(_("label"), max_length=200)
    help = models.CharField(_("help"), max_length=300, blank=True, help_text=_("A sentence below the label."))
    symptoms = models.TextField(_("symptoms"), blank=True, default="", db_default="", help_text=SYMPTOMS)
    target = models.ForeignKey(
        Step,
        on_delete=models.SET_NULL,
        related_name="coming_from",
        verbose_name=_("leads to"),
        null=True,
        blank=True,
    )

    objects: ClassVar[MultilingualManager[Choice]] = SearchedManager()

    if TYPE_CHECKING:
        pk: int
        step_id: int
        target_id: int | None
        label_ko: str
        label_en: str
        help_ko: str
        help_en: str
        symptoms_ko: str | None
        symptoms_en: str | None

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("step", "order")
        constraints = (
            models.UniqueConstraint(fields=("step", "key"), name="choice_key_unique_in_step"),
            models.UniqueConstraint(fields=("step", "order"), name="choice_order_unique"),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("step")),
                name="choice_leads_elsewhere",
                violation_error_message=_("A choice can't lead back to its own step."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.target is not None and self.step_id is not None and self.target.flow_id != self.step.flow_id:
            raise ValidationError({"target": _("The step that follows must belong to the same wizard.")})
