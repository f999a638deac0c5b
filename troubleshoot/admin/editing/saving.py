"""Owns what pressing Save does on every page of content: the form becomes an edit, and its outcome an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms import Script
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.account import signs_in_first
from troubleshoot.admin.editing.history import HistoryPages, reason_of
from troubleshoot.admin.editing.page_form import PageForm, plain_lines, settled
from troubleshoot.admin.editing.presence import presence_of, presence_urls
from troubleshoot.admin.guards import GuardedList, GuardedSelects, not_found
from troubleshoot.editing import edits, lost_update, revisions
from troubleshoot.editing.edits import Edit, Intent, Outcome, Result
from troubleshoot.editing.revisions.contents import content_of
from troubleshoot.models import Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse, QueryDict

    from troubleshoot.editing.revisions import Content

RowT = TypeVar("RowT", bound=Model)

TOKEN = "content_token"  # noqa: S105 - no secret: it tells which text somebody began from

BRING_BACK = "_bring_back"

_AFTER = {
    Result.PROPOSED: (
        "change",
        messages.SUCCESS,
        _("Saved as a proposed change. Until it is published, readers see the published text."),
    ),
    Result.SUBMITTED: ("change", messages.SUCCESS, _("Saved and submitted for review.")),
    Result.PUBLISHED: ("change", messages.SUCCESS, _("Published.")),
    Result.OUTDATED: (
        "publish",
        messages.WARNING,
        _("Saved, but not published: the published text has changed in the meantime. Compare both first."),
    ),
}
"""The page to go to after each outcome that is more than saved, and what is said there."""


def intent_of(data: Mapping[str, Any]) -> Intent:
    """What the button that was pressed asks for."""
    return next((intent for intent in Intent if f"_{intent}" in data and intent is not Intent.SAVE), Intent.SAVE)


class EditedAdmin(GuardedSelects, GuardedList, ModelAdmin[RowT]):
    """Pages whose edits have a history, and are never lost: not to somebody else's saving, nor to being signed out."""

    class Media:
        js = tuple(Script(f"troubleshoot/js/admin-{name}.js", type="module") for name in ("drafts", "presence"))

    def get_urls(self) -> list[Any]:
        pages: list[Any] = [*HistoryPages(self).urls(), *super().get_urls()]
        for page in pages:
            page.callback = signs_in_first(self.admin_site, page.callback)
        return [*presence_urls(self), *pages]

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        return HistoryPages(self).history_view(request, object_id)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            return self._submitted(request, object_id)

    def _submitted(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        row = None if object_id is None else self._locked(request, object_id)
        self._check_permission(request, row, is_new=object_id is None)
        if object_id is not None and row is None:
            return self._gone(request, object_id)
        page = self.page_form(request, row, plain_lines(request.POST))
        if BRING_BACK in request.POST:
            self.message_user(request, gettext("Your text is back in the form. It is not saved yet."), messages.WARNING)
        outcome = edits.carry_out(self._edit(request, page), user=request.user)
        if outcome.collision:
            return self._collided(request, outcome)
        if outcome.result is Result.REFUSED:
            if outcome.sentence:
                page.form.add_error(None, self.refusal(outcome))
            return self._shown_again(request, page, row)
        return self._answer(request, page, outcome, is_new=row is None)

    def _locked(self, request: HttpRequest, object_id: str) -> RowT | None:
        row: RowT | None = self.get_object(request, unquote(object_id))
        if row is not None:
            list(self.model._default_manager.select_for_update().filter(pk=row.pk).order_by("pk"))
            row = self.get_object(request, unquote(object_id))
        return row

    def _check_permission(self, request: HttpRequest, row: RowT | None, *, is_new: bool) -> None:
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            raise DisallowedModelAdminToField
        if not (self.has_add_permission(request) if is_new else self.has_change_permission(request, row)):
            raise PermissionDenied

    def _edit(self, request: HttpRequest, page: PageForm) -> Edit:
        is_valid = page.is_valid() and BRING_BACK not in request.POST
        base = lost_update.read_snapshot(request.POST.get(TOKEN, ""))
        return Edit(page.form.instance, page.content, base, reason_of(request), intent_of(request.POST), valid=is_valid)

    def refusal(self, outcome: Outcome) -> str:
        """The sentence that a refused edit is shown again with."""
        return outcome.sentence

    def page_form(self, request: HttpRequest, row: RowT | None, data: QueryDict | None = None) -> PageForm:
        """The form of a row's page, or of that for a new one, filled in with ``data`` where there is any."""
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form_class: Any = self.get_form(request, row, change=row is not None, fields=fields)
        form = form_class(data, None if data is None else request.FILES, instance=row)
        formsets, inlines, editable = [], [], []
        for formset_class, inline in self.get_formsets_with_inlines(request, row):
            is_editable = inline.has_change_permission(request, row)
            options = {"data": data} if is_editable else {}
            formset: Any = formset_class(
                instance=form.instance,
                prefix=formset_class.get_default_prefix(),
                queryset=inline.get_queryset(request),
                **options,
            )
            formsets.append(formset)
            inlines.append(inline)
            editable += [formset] * is_editable
        return PageForm(form, formsets, inlines, editable)

    def _collided(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        """Show the form again, with what somebody else saved brought in."""
        collision: Any = outcome.collision
        row = self.get_object(request, str(outcome.row.pk))
        sentence = gettext("This was saved recently, possibly after you opened it. Compare both versions, then save.")
        if collision.is_certain:
            sentence = gettext(
                "Someone else saved this while you were editing. Nothing you typed is lost. "
                "Compare both versions, then save."
            )
        return self._filled(request, row, collision.merge.content, sentence, collision=collision)

    def _gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was typed into the form of a row that was deleted meanwhile comes back, as a new one or a change."""
        row, sentence = self.instead_of_gone(request)
        if TOKEN not in request.POST or (row is None and not self.has_add_permission(request)):
            return not_found(self, request, object_id)
        lost = self.page_form(request, None, plain_lines(request.POST))
        theirs = content_of(row, numbered=True) if row else {}
        form_url = self.address("change", row.pk) if row else self.address("add")
        content = lost_update.brought_over(theirs, lost.content)
        return self._filled(request, row, content, sentence, form_url=form_url)

    def instead_of_gone(self, request: HttpRequest) -> tuple[RowT | None, str]:  # noqa: ARG002 - for those that ask it
        """The row that takes what was typed into one that is gone, None for a new one; and what is said about it."""
        return None, gettext("Someone deleted this in the meantime. Saving creates it again with what you typed.")

    def _filled(
        self, request: HttpRequest, row: RowT | None, content: Content, sentence: str, **extra: Any
    ) -> HttpResponse:
        """Show the form of a row, or of a new one, filled in with a content, as what it begins from now."""
        blank = self.page_form(request, row)
        token, data = blank.token, blank.data(content, plain_lines(request.POST))
        page = self.page_form(request, row, data)  # which gives the row what it says
        page.is_valid()
        page.form.add_error(None, sentence)
        return self._shown_again(request, page, row, **{TOKEN: token}, **extra)

    def _shown_again(
        self, request: HttpRequest, page: PageForm, row: RowT | None, *, form_url: str = "", **extra: Any
    ) -> HttpResponse:
        """The page with a form that was not saved, as Django shows it."""
        prepopulated = self.get_prepopulated_fields(request, row)
        fieldsets: Any = list(self.get_fieldsets(request, row))
        readonly = self.get_readonly_fields(request, row)
        form = AdminForm(page.form, fieldsets, prepopulated, readonly, model_admin=self)
        inlines = self.get_inline_formsets(request, page.formsets, page.inlines, row)
        title = gettext("Add %s") if row is None else gettext("Change %s")
        context = {
            **self.admin_site.each_context(request),
            "title": title % self.opts.verbose_name,
            "subtitle": str(row) if row else None,
            "adminform": form,
            "object_id": str(row.pk) if row else None,
            "original": row,
            "is_popup": IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET,
            "to_field": request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR)),
            "media": sum((inline.media for inline in inlines), self.media + form.media),
            "inline_admin_formsets": inlines,
            "errors": AdminErrorList(page.form, page.formsets),
            "named_errors": page.errors,
            "preserved_filters": self.get_preserved_filters(request),
            TOKEN: request.POST.get(TOKEN, ""),
            **extra,
        }
        is_new = row is None
        shown: HttpResponse = self.render_change_form(
            request, context, add=is_new, change=not is_new, obj=row, form_url=form_url
        )
        return shown

    def _answer(self, request: HttpRequest, page: PageForm, outcome: Outcome, *, is_new: bool) -> HttpResponse:
        for formset in page.editable:
            formset.save(commit=False)  # which tells what the log is to say
        message = self.construct_change_message(request, page.form, page.editable, is_new)
        (self.log_addition if is_new else self.log_change)(request, outcome.row, message)
        if outcome.sentence:
            said = gettext("Saved, but not published: %s")
            if intent_of(request.POST) is Intent.SUBMIT:
                said = gettext("Saved, but not submitted: %s")
            self.message_user(request, said % outcome.sentence, messages.ERROR)
        self.after_saving(request, outcome.row)
        answer = self._answer_to(request, outcome, is_new=is_new)
        if callable(self.view_on_site):
            seen = format_html('<a href="{}">{}</a>', self.view_on_site(outcome.row), gettext("View the page"))
            self.message_user(request, seen)
        return settled(request, answer)

    def after_saving(self, request: HttpRequest, row: RowT) -> None:
        """What else is asked for when a row was saved."""

    def _answer_to(self, request: HttpRequest, outcome: Outcome, *, is_new: bool) -> HttpResponse:
        if outcome.sentence:
            return HttpResponseRedirect(self.address_after("change", outcome.row))
        if outcome.result in _AFTER:
            name, level, sentence = _AFTER[outcome.result]
            self.message_user(request, self.told(request, outcome) or str(sentence), level)
            return HttpResponseRedirect(self.address_after(name, outcome.row))
        return self.response_add(request, outcome.row) if is_new else self.response_change(request, outcome.row)

    def told(self, request: HttpRequest, outcome: Outcome) -> str:  # noqa: ARG002 - for those that say more
        """What is said of an outcome instead of the usual."""
        return ""

    def address_after(self, page: str, row: Any) -> str:
        """Where it goes on after saving more than a row itself."""
        return self.address(page, row.pk)

    def address(self, page: str, *args: Any) -> str:
        """The address of a page of this administration, such as ``change`` of a row by number."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args, current_app=self.admin_site.name)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None and self.has_change_permission(request, row):
            context |= presence_of(request, row)
        if TOKEN not in context and row is not None and self.has_change_permission(request, row):
            formsets = [inline.formset for inline in context["inline_admin_formsets"] if inline.has_change_permission]
            context[TOKEN] = PageForm(context["adminform"].form, formsets, [], formsets).token
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: RowT | None = None) -> tuple[Any, ...]:
        """A key names a row in addresses and fixtures for good: it can be written once only."""
        readonly = tuple(super().get_readonly_fields(request, obj))
        return (*readonly, "key") if obj else readonly

    def delete_model(self, request: HttpRequest, obj: RowT) -> None:
        with transaction.atomic():
            self._note_deletion(request, obj)
            subject = revisions.subject_of(obj)
            super().delete_model(request, obj)
            if subject is not obj:
                revisions.record(subject, Revision.Action.EDITED, user=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RowT]) -> None:
        with transaction.atomic():
            for row in queryset:
                self._note_deletion(request, row)
            super().delete_queryset(request, queryset)

    def _note_deletion(self, request: HttpRequest, row: RowT) -> None:
        if (subject := revisions.subject_of(row)) is not row:
            revisions.note_found(subject)
        else:
            revisions.record(row, Revision.Action.DELETED, user=request.user, reason=reason_of(request))
