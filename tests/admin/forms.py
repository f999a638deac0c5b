"""Owns what a browser would do with a form of the administration: send back what it shows, with some changes."""

from typing import Any
from unittest import mock

from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.people import signed_in, staff


def page_of(row: Any, page: str = "change") -> str:
    with override("ko"):
        return reverse(f"admin:troubleshoot_{row._meta.model_name}_{page}", args=(row.pk,))


def opened(client: Client, address: str) -> dict[str, Any]:
    """What a page has to show. It is not written out here: that takes twice as long as all the rest of the request."""
    with mock.patch.object(SimpleTemplateResponse, "rendered_content", ""):
        context: dict[str, Any] = client.get(address).context_data
    return context


def shown(client: Client, address: str) -> dict[str, str]:
    """Everything that a browser would send if nothing was changed."""
    return filled(opened(client, address))


def filled(context: Any) -> dict[str, str]:
    """Everything that a browser would send of a form as it stands on a page."""
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {
        form.add_prefix(name): "on" if value is True else form.fields[name].widget.format_value(value)
        for form in forms
        for name in form.fields
        if (value := form[name].value()) is not False
    }
    plain = {
        name: str(value[0] if isinstance(value, list) else value) for name, value in values.items() if value is not None
    }
    return plain | {"content_token": context.get("content_token") or ""}


def send(client: Client, address: str, data: dict[str, str], **changes: str | None) -> Any:
    """Send a form with some changes; ``__`` in a name is a dash, and None is a box that is not ticked."""
    changed = data | {name.replace("__", "-"): text for name, text in changes.items()}
    return client.post(address, {name: text for name, text in changed.items() if text is not None})


def save(client: Client, row: Any, **changes: str | None) -> Any:
    """Open the page of a row, change something, and save."""
    return send(client, page_of(row), shown(client, page_of(row)), **changes)


def publish(client: Client, entry: Any, **fields: str) -> Any:
    """Look at what is to be published, and publish it."""
    page = opened(client, page_of(entry, "publish"))
    return client.post(page_of(entry, "publish"), {"shown": page["shown"]} | fields)


def member(group: str, name: str = "") -> Client:
    """Somebody of a group, signed in."""
    return signed_in(staff(group, name=name))
