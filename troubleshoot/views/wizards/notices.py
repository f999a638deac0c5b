"""Owns the words about answers that were not followed: a notice for the page, an error for the field of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from troubleshoot.wizard.graph import DONE, Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from troubleshoot.wizard.answers import Dropped
    from troubleshoot.wizard.graph import Check, Graph
    from troubleshoot.wizard.resolver import State

MOST_NAMES = 5
LONGEST_NAME = 60

_SENTENCES = {
    Reason.UNKNOWN: gettext_lazy(
        "The address contains something that this wizard does not ask for. It was ignored: %(names)s"
    ),
    Reason.STALE: gettext_lazy("These answers no longer apply and were dropped: %(names)s"),
    Reason.IMPOSSIBLE: gettext_lazy("These questions have no such answer. Please answer again: %(names)s"),
    Reason.INVALID: gettext_lazy("What was entered here can't be used. Please enter it again: %(names)s"),
    Reason.EMPTY: gettext_lazy("No answer was given here: %(names)s"),
    Reason.CONTRADICTORY: gettext_lazy(
        "The address answers these questions in two ways. Please answer again: %(names)s"
    ),
    Reason.OVERLONG: gettext_lazy("These answers are too long and were dropped: %(names)s"),
    Reason.NOWHERE: gettext_lazy("This answer has no next step yet: %(names)s"),
}
_ERRORS = {
    Reason.EMPTY: gettext_lazy("Enter the version, for example %(example)s."),
    Reason.CONTRADICTORY: gettext_lazy(
        "The address contains two different versions. Enter the right one, for example %(example)s."
    ),
    Reason.OVERLONG: gettext_lazy(
        "This is too long for a version. Enter numbers separated by dots, for example %(example)s."
    ),
    Reason.NOWHERE: gettext_lazy("For this version the wizard has no next step yet."),
}
_NO_VERSION = gettext_lazy("This is not a version. Enter numbers separated by dots, for example %(example)s.")


def notices(state: State, earlier: Collection[State] = ()) -> list[str]:
    """A sentence for each reason why answers of the address were not followed.

    An answer that was followed once, though given twice, needs no word; one that was meant for the field of this very
    step is that field's error; and what was answered in ``earlier`` wizards, or that they were gone through, was handed
    over in case it is asked, and is not.
    """
    handed_over = {(passed.step.name, passed.value) for before in earlier for passed in before.path}
    handed_over |= {(before.graph.key, DONE) for before in earlier}
    grouped: dict[Reason, dict[str, None]] = {}
    for drop in state.dropped:
        is_unasked = drop.reason is Reason.STALE and (drop.name, drop.value) in handed_over
        is_silent = drop.reason is Reason.REPEATED or is_unasked
        if not is_silent and not _is_error_of_field(state, drop):
            grouped.setdefault(drop.reason, {})[_called(state.graph, drop.name)] = None
    return [str(_SENTENCES[reason]) % {"names": _listed(names)} for reason, names in grouped.items()]


def field_error(state: State) -> str:
    """What is wrong with the value typed at this step; empty where nothing is."""
    if state.rejected is None or state.step.kind is not Kind.VALUE:
        return ""
    sentence = _ERRORS.get(state.rejected.reason, _NO_VERSION)
    return str(sentence) % {"example": example(state.step.check)}


def example(check: Check | None) -> str:
    return (check.example or check.minimum) if check else ""


def _is_error_of_field(state: State, drop: Dropped) -> bool:
    return state.step.kind is Kind.VALUE and drop.name == state.step.name


def _called(graph: Graph, name: str) -> str:
    """The question that a name of the query string stands for, or the name itself."""
    steps = graph.by_name.get(name, ())
    title = steps[0].title.of(get_language() or "") if steps else ""
    return Truncator(title or name).chars(LONGEST_NAME)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(_("“%(name)s”") % {"name": name} for name in names[:MOST_NAMES])
    return f"{shown} …" if len(names) > MOST_NAMES else shown
