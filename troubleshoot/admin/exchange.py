"""Owns the pages of import and export: choose a file, see what it would change, confirm; or choose what to take out."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.guards import GuardedList
from troubleshoot.exchange import files, importing
from troubleshoot.exchange.files import UnreadableError, UnwritableError
from troubleshoot.models import ApiToken, PendingImport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest
    from django.urls import URLPattern

    from troubleshoot.exchange.importing import Plan
    from troubleshoot.exchange.kinds import Kind


_LONGEST_NAME = 200


class KindForm(forms.Form):
    """Which of the kinds of rows that a list offers."""

    kind = forms.ChoiceField(label=_("What"))

    def __init__(self, kinds: Sequence[type[Kind]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if len(kinds) == 1:
            field.initial, field.widget = kinds[0].__name__, forms.HiddenInput()
        field.choices = [(kind.__name__, capfirst(str(kind.title))) for kind in kinds]  # type: ignore[attr-defined]


class ImportForm(KindForm):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(files.READERS)}),
        help_text=_("CSV, Excel (.xlsx) or JSON. The first line must contain the column names."),
    )


class ExportForm(KindForm):
    file = forms.ChoiceField(
        label=_("File"),
        choices=(("xlsx", _("Excel (.xlsx)")), ("csv", "CSV"), ("json", "JSON")),
        initial="xlsx",
    )


@admin.register(ApiToken)
class ApiTokenAdmin(GuardedList):
    """Made and taken away by superusers alone, since a token acts for anybody; its secret is shown once."""

    list_display = ("name", "user", "created", "used")
    list_select_related = ("user",)
    fields = ("name", "user")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, _row: Any = None) -> bool:
        return self.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, _row: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, _form: Any, _change: bool) -> None:  # noqa: FBT001 - Django's signature
        secret = ApiToken.objects.issue(obj)
        sentence = gettext("Copy the token now. It is not shown again: %s")
        messages.warning(request, sentence % secret)


class ExchangeAdmin(admin.ModelAdmin[Any]):
    """Import and export of the rows that a list stands for; ``kinds`` are what there is to choose from."""

    kinds: ClassVar[Sequence[type[Kind]]] = ()
    change_list_template = "admin/transfer/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        pages = (("import", self.import_view), ("process_import", self.confirm_view), ("export", self.export_view))
        own = [path(f"{name}/", self.admin_site.admin_view(view), name=self._name(name)) for name, view in pages]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        offered = {"may_import": self.may_import(request), "may_export": self.has_view_permission(request)}
        return super().changelist_view(request, offered | (extra_context or {}))

    def may_import(self, request: HttpRequest) -> bool:
        """Who may write any row by a file: all that the kinds ask for, and adding rows."""
        return all(kind(request.user).may_import() for kind in self.kinds) and self.has_add_permission(request)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; then see what it would change, or what keeps it from being imported."""
        _require(self.may_import(request))
        form = ImportForm(self.kinds, *((request.POST, request.FILES) if request.method == "POST" else ()))
        if not form.is_valid():
            return self._page(request, form=form)
        file, name = form.cleaned_data["file"], form.cleaned_data["kind"]
        data = file.read()
        try:
            plan = importing.plan(files.read(file.name, data), self._kind(request, name))
        except UnreadableError as error:
            form.add_error("file", str(error))
            return self._page(request, form=form)
        if plan.problems or not plan.changes:
            return self._page(request, form=form, preview=plan)
        pending = PendingImport.objects.keep(
            user=request.user, kind=name, name=_shortened(file.name), data=data, shown=plan.digest
        )
        return self._page(request, pending=pending, preview=plan)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Import the file as it was shown; what would change something else by now is shown again."""
        _require(self.may_import(request))
        pending = self._pending(request)
        if request.method != "POST" or pending is None:
            messages.warning(request, gettext("The file is no longer available. Choose it again."))
            return self._redirect("import")
        try:
            table = files.read(pending.name, bytes(pending.data))
            kind = self._kind(request, pending.kind)
            plan = importing.apply(table, kind, shown=pending.shown, reason=pending.name)
        except UnreadableError as error:
            messages.error(request, str(error))
            return self._redirect("import")
        if plan.problems:
            return self._page(request, form=ImportForm(self.kinds), preview=plan)
        if plan.digest != pending.shown:
            pending.shown = plan.digest
            pending.save()
            messages.warning(
                request, gettext("The content has changed in the meantime. Check again what the file changes.")
            )
            return self._page(request, pending=pending, preview=plan)
        pending.delete()
        messages.success(request, _summary(plan))
        return self._redirect("changelist")

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The rows that the list shows, as a file."""
        _require(self.has_view_permission(request))
        form = ExportForm(self.kinds, *((request.POST,) if request.method == "POST" else ()))
        try:
            if form.is_valid():
                return self._file(request, form.cleaned_data["kind"], form.cleaned_data["file"])
        except UnwritableError as error:
            form.add_error("file", str(error))
        except IncorrectLookupParameters:
            return self._redirect("changelist", "?e=1")
        return self._rendered(request, "export", gettext("Export"), form=form)

    def _file(self, request: HttpRequest, name: str, ending: str) -> HttpResponse:
        kind = self._kind(request, name)
        rows = kind.listed(self.get_changelist_instance(request).queryset)
        written = [[column.written(row) for column in kind.columns] for row in rows]
        content_type, write = files.WRITERS[ending]
        filename = f"{name.lower()}-{timezone.localdate().isoformat()}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
        content = write([column.name for column in kind.columns], written)
        return HttpResponse(content, content_type=content_type, headers=headers)

    def _kind(self, request: HttpRequest, name: str) -> Kind:
        return next(kind(request.user) for kind in self.kinds if kind.__name__ == name)

    def _pending(self, request: HttpRequest) -> PendingImport | None:
        """The file that this person brought here; nobody else's."""
        own = PendingImport.objects.filter(user=request.user.pk, kind__in=[kind.__name__ for kind in self.kinds])
        try:
            return own.filter(pk=request.POST.get("file", "")).first()
        except (ValidationError, ValueError):
            return None

    def _page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        return self._rendered(request, "import", gettext("Import"), **context)

    def _rendered(self, request: HttpRequest, page: str, title: str, **context: Any) -> HttpResponse:
        columns = [(kind.title, [column.name for column in kind.columns]) for kind in self.kinds]
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "columns": columns}
        return TemplateResponse(request, f"admin/transfer/{page}.html", context)

    def _redirect(self, page: str, query: str = "") -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:{self._name(page)}") + query)

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _require(may: bool) -> None:  # noqa: FBT001 - an answer, not a switch
    if not may:
        raise PermissionDenied


def _shortened(name: str) -> str:
    """The name, no longer than it can be kept: how it ends tells how the file is read."""
    path = PurePath(name)
    return f"{path.stem[: _LONGEST_NAME - len(path.suffix)]}{path.suffix}"


def _summary(plan: Plan) -> str:
    parts = (
        ngettext("%(count)d row is new", "%(count)d rows are new", plan.created) % {"count": plan.created},
        ngettext("%(count)d row changed", "%(count)d rows changed", plan.updated) % {"count": plan.updated},
    )
    return gettext("Imported: %s.") % ", ".join(parts)
