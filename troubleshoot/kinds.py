"""Owns the kinds of things, by the names that addresses, the API, the index and the database use. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """An error entry; or a wizard, of which the steps are found as well."""

    ERROR = "error"
    WIZARD = "wizard"


class State(StrEnum):
    """How far an entry is on its way to readers."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class StepKind(StrEnum):
    """What a step of a wizard asks of its reader."""

    QUESTION = "question"
    VALUE = "value"
    INSTRUCTION = "instruction"
    OUTCOME = "outcome"


class Asks(StrEnum):
    """What an outcome asks of its reader: did it solve the problem, to confirm that it did, or nothing."""

    WHETHER = "whether"
    CONFIRM = "confirm"
    NOTHING = "nothing"


class Result(StrEnum):
    """What the outcome of a wizard means."""

    SOLVED = "solved"
    NEXT = "next"
    SUPPORT = "support"

    @property
    def asks(self) -> Asks:
        """Who said that it worked only confirms it, who is sent to support has no answer yet, all others are asked."""
        return {Result.SOLVED: Asks.CONFIRM, Result.SUPPORT: Asks.NOTHING}.get(self, Asks.WHETHER)
