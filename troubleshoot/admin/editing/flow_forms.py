"""Owns the forms of wizards: keys made from titles, fields by kind, steps chosen by title and place, answers picked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.editing.content import (
    MADE,
    KeyedForm,
    LinkedForm,
    OrderedForm,
    OrderedFormSet,
    OrderedInlineForm,
)
from troubleshoot.admin.guards import is_number
from troubleshoot.editing import keys
from troubleshoot.editing.edits import NEW_STEP
from troubleshoot.models import Flow, Step
from troubleshoot.reading import flows
from troubleshoot.wizard.answers import read, write
from troubleshoot.wizard.graph import Check, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from troubleshoot.wizard.graph import Graph
    from troubleshoot.wizard.graph import Step as Question

    Options = Sequence[tuple[Any, Any]]


class FlowForm(KeyedForm, LinkedForm, OrderedForm):
    """A wizard: its links are checked, it is numbered among the others, and its key is made where none is given."""

    def make_key(self, title: str) -> str:
        taken = Flow.with_proposals.exclude(pk=self.instance.pk).values_list("key", flat=True)
        return self.instance.key or keys.new_key(title, taken, "wizard")

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key.startswith(keys.PROPOSAL):
            raise ValidationError(gettext("Choose a shorter key that does not begin with proposal-of-."))
        return key

    def _get_validation_exclusions(self) -> set[str]:
        """Whether a number is taken depends on a field that the form does not show."""
        return super()._get_validation_exclusions() - {"proposal_for"}  # type: ignore[misc,no-any-return]  # no stub for it


# What a step of another kind has no use for, and what the database then holds.
_OF_KIND: dict[str, dict[str, Any]] = {
    Step.Kind.VALUE: {"minimum": "", "example": ""},
    Step.Kind.OUTCOME: {"result": "", "hand_over": None},
}


class StepForm(KeyedForm, LinkedForm):
    """A step: what belongs to another kind is not kept, and its key is made where none is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.flow_id is None:
            self.instance.flow = self._flow_named()
        if "key" in self.fields:
            self.fields["key"].help_text = MADE
        if "hand_over" in self.fields:
            wizards: Any = self.fields["hand_over"]
            wizards.queryset = Flow.objects.order_by("order")
        if "answer" in self.fields:
            self.fields["answer"] = forms.ChoiceField(
                label=capfirst(_("same answer as")),
                required=False,
                choices=self._answers(),
                help_text=_("Usually empty. The answer to the other question then counts here too."),
            )

    def _flow_named(self) -> Any:
        """The wizard that a new step is for, which the address of its page names."""
        named = str((self.data.get("flow") if self.is_bound else self.initial.get("flow")) or "")
        return Flow.with_proposals.filter(pk=int(named)).first() if is_number(named) else None

    def _answers(self) -> Options:
        """The other questions of the wizard, and the other wizards: who comes from there has answered “yes”."""
        now, graph = self.instance.answer, _graph_of(self.instance.flow_id)
        others = [step for step in (graph.steps if graph else ()) if step.key != self.instance.key]
        # What is done counts for what is done, and what is asked for what is asked.
        kinds = (Kind.INSTRUCTION,) if self.instance.kind == Kind.INSTRUCTION else (Kind.QUESTION, Kind.VALUE)
        steps = [(step.key, flows.place_of(graph, step.key)) for step in others if graph and step.kind in kinds]
        wizards = [
            (flow.key, gettext("“%(wizard)s” was gone through before") % {"wizard": flow})
            for flow in Flow.objects.order_by("order")
        ]
        known = {"", *dict(steps), *dict(wizards)}
        return [
            ("", gettext("no other question")),
            *([] if now in known else [(now, now)]),
            (gettext("Questions of this wizard"), steps),
            (gettext("Other wizards"), wizards),
        ]

    def _taken(self) -> set[str]:
        """The keys of the other steps of its wizard."""
        flow = self.cleaned_data.get("flow") or (self.instance.flow if self.instance.flow_id else None)
        return set(flow.steps.exclude(pk=self.instance.pk).values_list("key", flat=True)) if flow else set()

    def make_key(self, title: str) -> str:
        return keys.new_key(title, self._taken(), "step")

    def clean(self) -> Any:
        cleaned = super().clean()
        for kind, blank in _OF_KIND.items():
            if cleaned.get("kind") != kind:
                cleaned |= {name: value for name, value in blank.items() if name in self.fields}
        if "key" in self.fields and cleaned.get("key") in self._taken():
            self.add_error("key", _("Another step of this wizard has this key."))
        return cleaned


def _graph_of(flow_id: Any) -> Graph | None:
    flow = Flow.with_proposals.with_steps().filter(pk=flow_id).first() if flow_id else None
    return flows.graph_of(flow) if flow else None


_VERDICTS = (
    ("", _("the reader picks it")),
    (Check.AT_LEAST, _("the version entered is sufficient")),
    (Check.BELOW, _("the version entered is too old")),
)


class ChoiceForm(OrderedInlineForm):
    """A choice: where it leads is chosen by title and place, or is a step that is made by its title."""

    verdict = forms.ChoiceField(
        label=_("Applies when"),
        required=False,
        choices=_VERDICTS,
        help_text=_("For a value: what the comparison gave."),
    )
    new_step = forms.CharField(
        label=_("or to a new step with this title"),
        required=False,
        max_length=200,
        help_text=_(
            "When you save, the step is made at the end of the wizard, and this choice leads there instead. Its text "
            "is then yours to write."
        ),
    )
    extra_content = (NEW_STEP,)

    class Meta:
        # It is made from the label, and then stands in addresses that readers keep.
        widgets = {"key": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["verdict"].initial = self.instance.key if self.instance.key in Check.VERDICTS else ""

    def make_key(self, taken: set[str], *, is_value: bool) -> None:
        """A key of its own among those of the step; of what is told by a comparison, that verdict."""
        key, verdict = self.cleaned_data.get("key") or "", self.cleaned_data.get("verdict")
        if is_value and "verdict" in self.changed_data:
            key = verdict or ("" if key in Check.VERDICTS else key)
        if not key:
            title = self.cleaned_data.get("label_en") or self.cleaned_data.get("label_ko") or ""
            key = keys.new_key(title, taken, "choice")
        self.cleaned_data["key"] = self.instance.key = key
        taken.add(key)


class ChoicesFormSet(OrderedFormSet):
    """The choices of a step, each with a key of its own."""

    def clean(self) -> None:
        staying = [form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        staying = [form for form in staying if form.has_changed() or form.instance.pk]
        taken = {form.cleaned_data["key"] for form in staying if form.cleaned_data.get("key")}
        for form in staying:
            form.make_key(taken, is_value=self.instance.kind == Step.Kind.VALUE)
        super().clean()

    @cached_property
    def targets(self) -> Options:
        """The other steps of the wizard, told by place, title and kind: two may have the same title."""
        steps = Step.objects.filter(flow_id=self.instance.flow_id).order_by("order")
        listed = [
            (step.pk, f"{number}. {step} ({step.get_kind_display().partition(':')[0]})")
            for number, step in enumerate(steps, 1)
            if step.pk != self.instance.pk
        ]
        return [("", "–"), *listed]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["target"].queryset = Step.objects.filter(flow_id=self.instance.flow_id).exclude(pk=self.instance.pk)
        # Fetched once, not once for each choice of the step.
        form.fields["target"].choices = self.targets


def _answers_to(graph: Graph, step: Question) -> forms.Select:
    """A list of the answers to one question, each with the question and its place: it stands there without a label."""
    language = get_language() or "ko"
    title = flows.place_of(graph, step.key)
    answers = [(choice.key, f"{title}: {choice.label.of(language)}") for choice in step.choices]
    return forms.Select({"aria-label": title}, [("", f"{title}: –"), *answers])


class AnswersWidget(forms.MultiWidget):
    """A list for each question of a wizard, of the answers that it takes; what it does not ask is kept as it is."""

    def __init__(self, graph: Graph | None) -> None:
        named = graph.by_name.items() if graph else ()
        asking = {
            name: [step for step in steps if step.choices and step.kind != Kind.INSTRUCTION] for name, steps in named
        }
        self.names = [name for name, steps in asking.items() if steps]
        lists = [_answers_to(graph, asking[name][0]) for name in self.names] if graph else []
        super().__init__([*lists, forms.HiddenInput()])

    def decompress(self, value: str | None) -> list[str]:
        given = dict(read(value or "").given)
        picked = []
        for name, one in zip(self.names, self.widgets, strict=False):
            is_listed = given.get(name) in dict(one.choices)  # type: ignore[attr-defined]  # each of them is a list
            picked.append(given.pop(name) if is_listed else "")
        return [*picked, write(given.items())]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:  # as a whole, as it is stored
            return data[name]
        *picked, rest = super().value_from_datadict(data, files, name)
        pairs = [(key, value) for key, value in zip(self.names, picked, strict=True) if value]
        return "&".join(part for part in (write(pairs), rest) if part)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and bool(super().value_omitted_from_data(data, files, name))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The lists fold, and say how many answers are given."""
        number = len(read(value if isinstance(value, str) else "").given)
        said = ngettext("%(count)d answer given", "%(count)d answers given", number) % {"count": number}
        lists = super().render(name, value, attrs, renderer)
        return format_html('<details class="answers"><summary>{}</summary>{}</details>', said, lists)


def answers_field(flow: Flow | None) -> forms.CharField:
    """The field for what an entry already answers of a wizard."""
    return forms.CharField(
        label=capfirst(_("prefilled answers")),
        required=False,
        max_length=500,
        widget=AnswersWidget(flows.graph_of(flow) if flow else None),
    )
