"""Owns the page on which a text in review is talked about, field by field, by who reviews it and who wrote it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from troubleshoot.admin.account import form_view
from troubleshoot.admin.editing.page_form import plain_lines, settled
from troubleshoot.admin.guards import is_number, not_found
from troubleshoot.editing import comments, revisions
from troubleshoot.editing.publishing import TransitionError
from troubleshoot.editing.revisions.contents import ROW
from troubleshoot.models import ReviewComment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from troubleshoot.editing.revisions import Content


class CommentForm(forms.Form):
    """What is said, of which field, or in answer to what; a button may end the conversation or open it again."""

    text = forms.CharField(label=_("Comment"), max_length=ReviewComment.LONGEST, required=False)
    about = forms.CharField(required=False)
    answer_to = forms.CharField(required=False)
    resolve = forms.CharField(required=False)
    reopen = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("answer_to", "resolve", "reopen"):
            cleaned[name] = int(cleaned[name]) if is_number(cleaned.get(name, "")) else None
        return cleaned


def comment_urls(model_admin: Any) -> list[URLPattern]:
    view = require_http_methods(["GET", "HEAD", "POST"])(partial(_comments_view, model_admin))
    wrapped = form_view(model_admin.admin_site, view)
    return [path("<path:object_id>/talk/", wrapped, name=f"troubleshoot_{model_admin.opts.model_name}_talk")]


def _comments_view(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """What is said of a text beside what it changes; on POST one word more."""
    page = model_admin.get_object(request, unquote(object_id))
    if page is None:
        return not_found(model_admin, request, object_id)
    if not model_admin.has_view_or_change_permission(request, page):
        raise PermissionDenied
    if request.method == "POST":
        return _said(model_admin, request, page)
    fields, others = comments.by_field(page)
    rows = revisions.content_of(page, numbered=True) if model_admin.has_change_permission(request, page) else {}
    # What a change takes away has no place on a form.
    places = {
        one.about: _place_of(model_admin, page, rows, one.change.path) for one in fields if rows and one.change.after
    }
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Review comments"),
        "opts": model_admin.opts,
        "original": page,
        "fields": [(field, places.get(field.about)) for field in fields],
        "others": others,
        "may_comment": comments.may_comment(request.user, page),
        "longest": ReviewComment.LONGEST,
    }
    return TemplateResponse(request, "admin/troubleshoot/errorentry/talk.html", context)


def _said(model_admin: Any, request: HttpRequest, page: Any) -> HttpResponse:
    form, anchor = CommentForm(plain_lines(request.POST)), ""
    said = form.cleaned_data if form.is_valid() else {}
    ended = said.get("resolve") or said.get("reopen")
    try:
        if said.get("text"):
            about = {"about": said["about"], "answer_to": said["answer_to"]}
            comment = comments.say(page, said["text"], user=request.user, **about)
            anchor = f"#comment-{comment.answer_to_id or comment.pk}"
        if ended:
            comments.resolve(page, ended, user=request.user, again=bool(said["reopen"]))
            anchor = f"#comment-{ended}"
        elif not said.get("text"):
            longest = gettext("Write a comment of at most %(number)d characters.") % {"number": ReviewComment.LONGEST}
            model_admin.message_user(request, longest, messages.ERROR)
    except TransitionError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
        anchor = ""
    answer = HttpResponseRedirect(f"{model_admin.address('talk', page.pk)}{anchor}")
    return settled(request, answer) if anchor else answer


def _place_of(model_admin: Any, page: Any, rows: Content, path: str) -> str:
    """The address of a field, by its path in a content: on the form of the page, or on that of a step of it."""
    address, inside = model_admin.address("change", page.pk), path
    if path.startswith("steps/"):
        _steps, number, inside = path.split("/", 2)
        address = reverse("admin:troubleshoot_step_change", args=(rows["steps"][int(number) - 1][ROW],))
    *row, field = inside.split("/")
    name = f"{row[0]}-{int(row[1]) - 1}-{field}" if row else field
    return f"{address}#id_{name}"
