"""Owns the navigation of the administration: its tasks, what belongs to each and who may, and which one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

register = template.Library()

# By what one wants to do, and in the order in which that is usual; what is named nowhere comes last.
_TASKS = (
    (_("Content"), ("ErrorEntry", "Flow", "SynonymGroup")),
    (_("Around the entries"), ("Product", "Document", "Section", "Operation", "Image")),
    (_("What readers did"), ("Verdict", "QueryLog", "StepCount")),
    (_("History"), ("Revision",)),
    (_("People"), ("User", "ApiToken")),
)
# Pages that list no rows, each after the list that it is about: the name of its address, and who may.
_PAGES = {
    "ErrorEntry": (_("Find and replace"), "admin:troubleshoot_errorentry_replace", "change_errorentry"),
    "Document": (_("Import documents"), "admin:troubleshoot_document_import", "publish_errorentry"),
    "Verdict": (_("Reports"), "reports:overview", "view_reports"),
}


class Way(NamedTuple):
    """A page that one works on; ``add`` is where a new row of it is made, and ``model`` what it lists, in small."""

    name: Any
    address: str
    add: str = ""
    model: str = ""
    is_open: bool = False


class Task(NamedTuple):
    """What one wants to do, and the ways to it."""

    name: Any
    ways: list[Way]


@register.simple_tag(takes_context=True)
def tasks(context: dict[str, Any], apps: Iterable[dict[str, Any]]) -> list[Task]:
    """The models that Django lists by app and name, by task; the one way that is nearest to the page is open."""
    if (request := context.get("request")) is None:
        return []  # of a page that Django makes without one: what it says where a list's filter is refused
    models = {model["object_name"]: model for app in apps for model in app["models"]}
    named = [(title, [models.pop(name) for name in names if name in models]) for title, names in _TASKS]
    named.append((_("Other"), list(models.values())))
    found = [Task(title, [way for model in own for way in _ways(request.user, model)]) for title, own in named if own]
    addresses = [way.address for task in found for way in task.ways]
    nearest = max((one for one in addresses if one and request.path.startswith(one)), key=len, default=None)
    return [Task(name, [way._replace(is_open=way.address == nearest) for way in ways]) for name, ways in found]


def _ways(user: Any, model: dict[str, Any]) -> Iterator[Way]:
    name = model["object_name"]
    yield Way(model["name"], model.get("admin_url") or "", model.get("add_url") or "", name.lower())
    if name in _PAGES:
        label, page, permission = _PAGES[name]
        if user.has_perm(f"troubleshoot.{permission}"):
            yield Way(label, reverse(page))
