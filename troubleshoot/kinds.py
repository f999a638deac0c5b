"""Owns the kinds of things that a reader finds, by the names that addresses, the API and the index use. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """An error entry; or a wizard, of which the steps are found as well."""

    ERROR = "error"
    WIZARD = "wizard"
