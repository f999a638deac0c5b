"""Owns the three groups of administrators, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

AUTHOR = "author"
EDITOR = "editor"
ANALYST = "analyst"

_CONTENT = (
    "operation",
    "section",
    "document",
    "product",
    "errorentry",
    "erroralias",
    "resolution",
    "synonymgroup",
    "flow",
    "step",
)
_FLOWS = ("flow", "step", "choice", "flowlink")

_VIEW_CONTENT = {f"view_{model}" for model in (*_CONTENT, "choice", "flowlink", "formerkey", "revision")}
_WRITE_ENTRIES = {
    f"{verb}_{model}" for verb in ("add", "change") for model in ("errorentry", "erroralias", "resolution")
}
_WRITE_ENTRIES |= {"delete_erroralias", "delete_resolution"}
_WRITE_FLOWS = {f"{verb}_{model}" for verb in ("add", "change") for model in _FLOWS}
_WRITE_FLOWS |= {"delete_step", "delete_choice", "delete_flowlink"}
_READ_REPORTS = {"view_reports", "view_querylog", "view_verdict", "view_stepcount"}

PERMISSIONS: dict[str, frozenset[str]] = {
    AUTHOR: frozenset(_VIEW_CONTENT | _WRITE_ENTRIES | _WRITE_FLOWS),
    EDITOR: frozenset(
        _VIEW_CONTENT
        | _WRITE_ENTRIES
        | _WRITE_FLOWS
        | _READ_REPORTS
        | {"publish_errorentry", "publish_flow", "delete_flow"}
        | {f"{verb}_synonymgroup" for verb in ("add", "change", "delete")}
        | {f"{verb}_{model}" for verb in ("add", "change") for model in ("operation", "section", "product")}
        | {"change_document", "change_querylog"}
    ),
    ANALYST: frozenset(_VIEW_CONTENT | _READ_REPORTS),
}
"""Code names of permissions of this app, by group."""


def establish(**_kwargs: Any) -> None:
    """Make each group where it is missing and give it what its role may do; what else it was given stays."""
    known = dict(_known(PERMISSIONS))
    for name, codenames in PERMISSIONS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[codename] for codename in codenames if codename in known))


def _known(roles: dict[str, frozenset[str]]) -> Iterable[tuple[str, int]]:
    wanted = frozenset().union(*roles.values())
    rows = Permission.objects.filter(content_type__app_label="troubleshoot", codename__in=wanted)
    return rows.values_list("codename", "pk")
