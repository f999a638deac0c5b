"""Owns the way from a flow's rows to its graph, what keeps a flow from being published, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot import keeping, models
from troubleshoot.models import ContentVersion, Flow
from troubleshoot.reading.sources import Added, added_to_steps, of_flow
from troubleshoot.wizard import checks, paths
from troubleshoot.wizard.answers import assuming, write
from troubleshoot.wizard.checks import Rule
from troubleshoot.wizard.graph import Check, Choice, Graph, Kind, Result, Step, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from troubleshoot.models import Choice as ChoiceRow
    from troubleshoot.models import Step as StepRow
    from troubleshoot.models.translated import Translated
    from troubleshoot.reading.sources import Source


# Some hundred kilobytes each, where they are large.
_MOST_SEEN = 64


def published() -> list[Flow]:
    """The flows that readers see, in their order, without steps: one query."""
    return list(Flow.objects.published().order_by("order"))


@dataclass(frozen=True, slots=True)
class Symptom:
    """What customers say, in the active language, and the address of the step that goes on from there."""

    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A wizard as lists offer it: its row, and the symptoms that lead into it, in the order of its steps."""

    flow: Flow
    symptoms: tuple[Symptom, ...]


def offered() -> list[Offered]:
    """The flows that readers see with their symptoms, in their order. Three queries, whatever the number of steps."""
    rows = Flow.objects.published().with_steps().order_by("order")
    return [Offered(flow, tuple(_symptoms(flow))) for flow in rows]


def in_turn(wizards: Iterable[Offered], most: int) -> list[Symptom]:
    """So many symptoms, those of each wizard in turn, so that each of them shows some; in the order of the wizards.

    A wizard that nobody wrote symptoms for yet is offered by its title.
    """
    groups = [each.symptoms or (Symptom(each.flow.title, each.flow.get_absolute_url()),) for each in wizards]
    rounds = zip_longest(*([(place, symptom) for symptom in group] for place, group in enumerate(groups)))
    taken = [placed for turn in rounds for placed in turn if placed][:most]
    return [symptom for _place, symptom in sorted(taken, key=itemgetter(0))]


def _symptoms(flow: Flow) -> Iterator[Symptom]:
    graph, language = graph_of(flow), get_language() or "ko"
    ways = paths.ways(graph)
    for step in graph.steps:
        if step.is_outcome or step.key not in ways:
            continue
        answers = paths.answers_of(ways[step.key])
        for told, then in (
            (step.symptoms, ()),
            *((choice.symptoms, ((step.name, choice.key),)) for choice in step.choices),
        ):
            if lines := told.of(language).strip().splitlines():
                query = write(assuming((*answers, *then), (name for name, _answer in answers)))
                # The first question stands below what a wizard says of itself, out of sight on phones.
                yield Symptom(lines[0].strip(), flow.get_absolute_url() + (f"?{query}" if query else "#question"))


def find_all(keys: Iterable[str]) -> dict[str, Graph]:
    """The graphs of these flows, as far as readers see them, by key. Three queries; none where there are no keys."""
    wanted = list(keys)
    rows = Flow.objects.published().with_steps().filter(key__in=wanted) if wanted else ()
    return {row.key: graph_of(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Seen:
    """A flow that readers see, where it comes from, and what editors added to its steps."""

    graph: Graph
    source: Source
    added: frozenset[Added] = frozenset()


_seen: LRUCache[tuple[str, str], tuple[Seen, dict[keeping.Question, bytes | None] | None]] = LRUCache(_MOST_SEEN)
_seeing = Lock()


def find(key: str) -> Seen | None:
    """A flow that readers see, or None; read by each process once for the content, however many steps are shown."""
    edition = ContentVersion.objects.edition() if settings.PAGES_MIB else ""
    with _seeing:
        known, asked = _seen.get((edition, key), (None, None))
    if known is not None:
        keeping.rests_on(asked)
        return known
    with keeping.making() as made:
        row = find_row(key)
        found = Seen(graph_of(row), of_flow(row), added_to_steps(row)) if row else None
    # What was written meanwhile may be in it, and would come back with a restored backup.
    if found and edition and ContentVersion.objects.edition() == edition:
        with _seeing:
            _seen[edition, key] = found, made.asked
    return found


def changed_steps(flow: Flow) -> frozenset[str]:
    """The steps, by key, in which a proposed change and what readers see differ, of whichever of the two this is."""
    other = flow.proposal_for or getattr(flow, "proposal", None)
    row = find_row(other.key, unpublished=True) if other else None
    there = graph_of(row).by_key if row else {}
    return frozenset(step.key for step in graph_of(flow).steps if there.get(step.key) != step) if row else frozenset()


def find_row(key: str, *, unpublished: bool = False) -> Flow | None:
    """A flow with its steps and its source, or None where there is none to show. Three queries, however many steps.

    ``unpublished`` is for a preview: it finds a flow that readers do not see yet, which may be unsound.
    """
    flows = Flow.with_proposals.all() if unpublished else Flow.objects.published()
    return flows.with_steps().with_source().filter(key=key).first()


def graph_of(flow: Flow) -> Graph:
    """The graph of a flow's rows; best of a flow fetched with ``with_steps``."""
    steps = flow.steps.all()
    keys = {step.pk: step.key for step in steps}
    return Graph(
        key=flow.key,
        steps=tuple(_step(step, keys) for step in steps),
        title=_text(flow, "title"),
        summary=_text(flow, "summary"),
        needs=_text(flow, "needs"),
        minutes=flow.minutes,
        published=flow.published,
    )


def _step(row: StepRow, keys: dict[int, str]) -> Step:
    kind = Kind(row.kind)
    return Step(
        key=row.key,
        kind=kind,
        title=_text(row, "title"),
        body=_text(row, "body"),
        help=_text(row, "help"),
        choices=tuple(_choice(choice, keys) for choice in row.choices.all()),
        answer=row.answer,
        check=Check(row.minimum, row.example) if kind is Kind.VALUE and row.minimum else None,
        result=Result(row.result) if row.result else None,
        hand_over=row.hand_over.key if row.hand_over else "",
        symptoms=_text(row, "symptoms"),
    )


def _choice(row: ChoiceRow, keys: dict[int, str]) -> Choice:
    target = keys.get(row.target_id, "") if row.target_id else ""
    return Choice(row.key, _text(row, "label"), target, _text(row, "help"), _text(row, "symptoms"))


def _text(row: Translated, name: str) -> Text:
    return Text(getattr(row, f"{name}_ko") or "", getattr(row, f"{name}_en") or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a flow from being published: a sentence, the keys of the rows that it is about, and their names.

    It may be no more than a text that is there in one language alone.
    """

    sentence: str
    step: str = ""
    choice: str = ""
    place: str = ""
    is_untranslated: bool = False


def problems(flow: Flow) -> list[Problem]:
    """All that keeps ``flow`` from being published, in the active language; nothing where it is sound.

    A proposal is looked at as the wizard that it is for.
    """
    live = flow.proposal_for
    graph = replace(graph_of(flow), key=live.key if live else flow.key)
    found = [
        Problem(explain(finding, graph), finding.step, finding.choice, is_untranslated=finding.rule is Rule.NO_TEXT)
        for finding in checks.findings(graph)
    ]
    found += [*_lost_hand_overs(graph), *_circles(graph)]
    return [replace(problem, place=place_of(graph, problem.step, problem.choice)) for problem in found]


def place_of(graph: Graph, key: str, choice_key: str = "") -> str:
    """A step as its author knows it, by its number and title, and one of its choices by what it says."""
    step, language = graph.step(key), get_language() or "ko"
    if step is None:
        return key
    title = f"{graph.steps.index(step) + 1}. {step.title.of(language) or step.title.en or step.key}"
    choice = step.choice(choice_key) if choice_key else None
    said = (choice.label.of(language) or choice.label.en) if choice else choice_key
    return f"{title} › {said or choice_key}" if choice_key else title


def _lost_hand_overs(graph: Graph) -> list[Problem]:
    """Outcomes that go on with a flow which readers do not see."""
    wanted = {step.hand_over for step in graph.steps if step.hand_over} - {graph.key}
    seen = set(Flow.objects.published().filter(key__in=wanted).values_list("key", flat=True)) if wanted else set()
    sentence = gettext("It continues with the wizard “%(flow)s”, which is not published.")
    titles = _titles(wanted - seen)
    return [
        Problem(sentence % {"flow": titles.get(step.hand_over, step.hand_over)}, step.key)
        for step in graph.steps
        if step.hand_over in wanted - seen
    ]


def _titles(keys: Collection[str]) -> dict[str, str]:
    """What the wizards with these keys are called."""
    return {flow.key: str(flow) for flow in Flow.objects.filter(key__in=keys)} if keys else {}


def _circles(graph: Graph) -> list[Problem]:
    """Outcomes that go on with a flow which leads back to this one."""
    handing = [step for step in graph.steps if step.hand_over and not checks.is_for_newcomers(graph, step)]
    following: dict[str, set[str]] = {graph.key: {step.hand_over for step in handing} - {graph.key}}
    if not following[graph.key]:
        return []
    for flow, onward in models.Step.objects.hand_overs(except_of=graph.key):
        following.setdefault(flow, set()).add(onward)
    found = {}
    for onward in sorted(following[graph.key]):
        if way := checks.circle(graph.key, following | {graph.key: {onward}}):
            found[onward] = gettext("The wizards form a loop: %(about)s. Let this outcome be the end.") % {
                "about": _listed(_titles(way).get(key, key) for key in way)
            }
    return [Problem(found[step.hand_over], step.key) for step in handing if step.hand_over in found]


def sentence_of(problem: Problem) -> str:
    """The problem with the place where it is."""
    return f"{problem.place}: {problem.sentence}" if problem.place else problem.sentence


def explain(finding: checks.Finding, graph: Graph) -> str:
    """What is wrong and what to do, in the active language."""
    if finding.rule is Rule.NO_TEXT:
        return gettext("The %(language)s text is missing: %(field)s.") % {
            "language": _LANGUAGES[finding.language],
            "field": _FIELDS[finding.field],
        }
    return str(_SENTENCES[finding.rule]) % {"about": _listed(place_of(graph, key) for key in finding.about)}


def _listed(keys: Iterable[str]) -> str:
    return " → ".join(keys)


_LANGUAGES = {"ko": _("Korean"), "en": _("English")}
_FIELDS = {
    "title": _("title"),
    "summary": _("description"),
    "needs": _("what you need"),
    "body": _("text"),
    "help": _("help"),
    "label": _("label"),
    "symptoms": _("symptoms"),
}
_SENTENCES = {
    Rule.NO_STEPS: _("The wizard has no steps yet."),
    Rule.UNREACHABLE: _("No choice leads to this step. Connect one, or delete the step."),
    Rule.DEAD_END: _("The step has no choices, so the reader can't continue. Add a choice, or make it an outcome."),
    Rule.NO_TARGET: _("The choice leads nowhere. Choose the step that follows."),
    Rule.CYCLE: _("The choices form a loop: %(about)s. Connect one of them elsewhere."),
    Rule.ENDLESS: _("From here no choice leads to an outcome."),
    Rule.OUTCOME_GOES_ON: _("An outcome ends the wizard, but this one has choices. Delete them."),
    Rule.NO_RESULT: _("The outcome does not say what it means: solved, what to try next, or what to send to support."),
    Rule.SINGLE_CHOICE: _("A question needs at least two choices."),
    Rule.NO_CHECK: _("A value needs a minimum version to compare with."),
    Rule.BAD_MINIMUM: _("The minimum version is not a version. Use numbers separated by dots, such as 2.6.1198.718."),
    Rule.NO_VERDICT: _(
        "A value needs a choice for a version that is sufficient and one for a version that is too old; one is missing."
    ),
    Rule.ANSWERS_DIFFER: _(
        "Steps that share an answer need the same kind and choices: %(about)s. Change both alike, or let one have an "
        "answer of its own."
    ),
    Rule.SELF_HAND_OVER: _("The outcome continues with this same wizard."),
}
