"""Owns that nobody's text is lost where two people edit one thing: who saves second sees both texts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from troubleshoot.admin.editing.merging import Merge, brought_over
from troubleshoot.admin.editing.sheets import Sheet, read_token, with_plain_lines
from troubleshoot.editing import revisions
from troubleshoot.models import Revision

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

RowT = TypeVar("RowT", bound=Model)

_LATELY = timedelta(hours=1)
TOKEN = "content_token"  # noqa: S105 - no secret: it tells which text somebody began from


class RefusedForm:
    """A form that is shown again with what was typed, because of something that it does not know itself."""

    refusals: tuple[str, ...] = ()

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]  # of the form that this is mixed into
        for sentence in self.refusals:
            self.add_error(None, sentence)  # type: ignore[attr-defined]
        return cleaned


class TogetherAdmin(ModelAdmin[RowT]):
    """Saves what somebody typed only if they saw what it replaces."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        request.POST = with_plain_lines(request.POST)  # type: ignore[assignment]  # a copy, which nobody changes
        with transaction.atomic():
            if object_id is not None and not self._bring_together(request, object_id):
                return self.gone_meanwhile(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _bring_together(self, request: HttpRequest, object_id: str) -> bool:
        """Refuse the saving where somebody else saved since. Returns whether the row is still there."""
        row = self._locked(request, object_id)
        if row is None:
            return False
        if self.has_change_permission(request, row):
            self.check_before_saving(request, row)
            self._merge(request, row)
        return True

    def _merge(self, request: HttpRequest, row: RowT) -> None:
        base = read_token(request.POST.get(TOKEN, ""))
        last = Revision.objects.of(revisions.subject_of(row)).select_related("user").first()
        if base is None and not _is_recent(last):
            return
        sheet = self.sheet(request, row)
        merge = Merge(sheet, sheet.nothing_known if base is None else base, request.POST)
        if merge.is_clean:
            return
        merge.collision.last = last
        request.POST = merge.data  # type: ignore[assignment]  # a copy
        request.collision = merge.collision  # type: ignore[attr-defined]
        self.refuse(request, _sentence(is_known=base is not None))

    def gone_meanwhile(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was typed into the form of a row that somebody deleted meanwhile comes back as a new one."""
        if TOKEN not in request.POST or not self.has_add_permission(request):
            return super().changeform_view(request, object_id)
        self.refuse(
            request, gettext("Someone deleted this in the meantime. Saving creates it again with what you typed.")
        )
        self.bring_over(request, None)
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add", current_app=self.admin_site.name)
        return super().changeform_view(request, None, address)

    def bring_over(self, request: HttpRequest, row: RowT | None) -> None:
        """Make what was typed fit the form of another row, or of a new one."""
        sheet = self.sheet(request, row)
        data = brought_over(request.POST, sheet)
        data[TOKEN] = sheet.token
        request.POST = data  # type: ignore[assignment]  # a copy

    def check_before_saving(self, request: HttpRequest, row: RowT) -> None:
        """Refuse the saving here where something else stands against it; the row is locked."""

    def _locked(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is not None:
            list(self.model._default_manager.select_for_update().filter(pk=row.pk).order_by("pk"))
            row = self.get_object(request, unquote(object_id))
        return row

    def refuse(self, request: HttpRequest, sentence: str) -> None:
        """Show the form again with this sentence, and save nothing."""
        request.refusals = (*getattr(request, "refusals", ()), sentence)  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: RowT | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        refusals = getattr(request, "refusals", ())
        meta: Any = type(form)
        return meta(form.__name__, (RefusedForm, form), {"refusals": refusals}) if refusals else form

    def sheet(self, request: HttpRequest, row: RowT | None) -> Sheet:
        """The forms of a row's page as they would be shown now; without one those of the page for a new row."""
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form_class: Any = self.get_form(request, row, change=row is not None, fields=fields)
        form = form_class(instance=row)
        formsets = [
            formset(instance=form.instance, prefix=formset.get_default_prefix(), queryset=inline.get_queryset(request))
            for formset, inline in self.get_formsets_with_inlines(request, row)
            if inline.has_change_permission(request, row)
        ]
        return Sheet(form, formsets)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        collision = getattr(request, "collision", None)
        row = context.get("original")
        if collision is not None:
            context["collision"] = collision
            context[TOKEN] = collision.token
        elif request.method == "POST":
            context[TOKEN] = request.POST.get(TOKEN, "")
        elif row is not None and self.has_change_permission(request, row):
            inlines = [inline for inline in context["inline_admin_formsets"] if inline.has_change_permission]
            context[TOKEN] = Sheet(context["adminform"].form, [inline.formset for inline in inlines]).token
        return super().render_change_form(request, context, *args, **kwargs)


def _is_recent(last: Revision | None) -> bool:
    """Whether somebody saved so lately that a form which does not say when it was opened may be older."""
    return last is not None and last.user_id is not None and last.time > timezone.now() - _LATELY


def _sentence(*, is_known: bool) -> str:
    if is_known:
        return gettext(
            "Someone else saved this while you were editing. Nothing you typed is lost. Compare both versions, "
            "then save."
        )
    return gettext("This was saved recently, possibly after you opened it. Compare both versions, then save.")
