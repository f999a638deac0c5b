"""Owns the pages of import and export: choose a file, see what it would change, confirm; or choose what to take out."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from import_export.admin import ImportExportMixin
from tablib import Dataset

from troubleshoot.admin.exchange.files import WRITERS, UnwritableError
from troubleshoot.admin.exchange.forms import ExportForm, ImportForm
from troubleshoot.admin.exchange.preview import Preview, preview_of
from troubleshoot.exchange import tables
from troubleshoot.models import PendingImport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from troubleshoot.admin.exchange.rows import Rows


_LONGEST_NAME = 200


class TransferMixin(ImportExportMixin):  # type: ignore[misc]  # the library has no types
    """Import and export of the rows that a list stands for. ``kinds`` are the resources to choose from."""

    kinds: ClassVar[Sequence[type[Rows]]] = ()

    def has_import_permission(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def import_action(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Choose a file; then see what it would change, or what keeps it from being imported."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ImportForm(self.kinds, *((request.POST, request.FILES) if request.method == "POST" else ()))
        if not form.is_valid():
            return self._page(request, form=form)
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            data = file.read()
            preview = self._imported(request, kind, file.name, data, is_rehearsal=True)
        except tables.UnreadableError as error:
            form.add_error("file", str(error))
            return self._page(request, form=form)
        if preview.problems or not preview.changed:
            return self._page(request, form=form, preview=preview)
        pending = PendingImport.objects.keep(
            user=request.user, kind=kind, name=_shortened(file.name), data=data, shown=preview.digest
        )
        return self._page(request, pending=pending, preview=preview)

    def process_import(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Import the file as it was shown; what would change something else by now is shown again."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        pending = self._pending(request)
        if request.method != "POST" or pending is None:
            messages.warning(request, gettext("The file is no longer available. Choose it again."))
            return HttpResponseRedirect(self._transfer_address("import"))
        try:
            preview = self._confirmed(request, pending)
        except tables.UnreadableError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._transfer_address("import"))
        if preview.problems:
            return self._page(request, form=ImportForm(self.kinds), preview=preview)
        if preview.digest != pending.shown:
            pending.shown = preview.digest
            pending.save()
            messages.warning(
                request, gettext("The content has changed in the meantime. Check again what the file changes.")
            )
            return self._page(request, pending=pending, preview=preview)
        pending.delete()
        messages.success(request, _summary(preview))
        return HttpResponseRedirect(self._transfer_address("changelist"))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The rows that the list shows, as a file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        form = ExportForm(self.kinds, *((request.POST,) if request.method == "POST" else ()))
        try:
            if form.is_valid():
                return self._file(request, form.cleaned_data["kind"], form.cleaned_data["file"])
        except UnwritableError as error:
            form.add_error("file", str(error))
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{self._transfer_address('changelist')}?e=1")
        return TemplateResponse(request, "admin/transfer/export.html", self._context(request, form=form))

    def _imported(
        self, request: HttpRequest, kind: str, name: str, data: bytes, *, is_rehearsal: bool = False
    ) -> Preview:
        table = tables.read(name, data)
        resource = self._kind(kind)(request.user, table)
        resource.refuse_columns(table.headers)
        dataset = Dataset(*table.rows, headers=table.headers)
        result = resource.import_data(dataset, dry_run=is_rehearsal, rollback_on_validation_errors=True, file_name=name)
        return preview_of(result, resource, table)

    def _confirmed(self, request: HttpRequest, pending: PendingImport) -> Preview:
        """Import a file, unless that is not what was shown."""
        with transaction.atomic():
            preview = self._imported(request, pending.kind, pending.name, bytes(pending.data))
            if preview.problems or preview.digest != pending.shown:
                transaction.set_rollback(True)
        return preview

    def _file(self, request: HttpRequest, kind: str, ending: str) -> HttpResponse:
        resource = self._kind(kind)(request.user)
        dataset = resource.export(self.get_export_queryset(request))
        content_type, write = WRITERS[ending]
        name = f"{kind.lower()}-{timezone.localdate().isoformat()}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(write(dataset.headers, dataset), content_type=content_type, headers=headers)

    def _kind(self, name: str) -> type[Rows]:
        return next(kind for kind in self.kinds if kind.__name__ == name)

    def _pending(self, request: HttpRequest) -> PendingImport | None:
        """The file that this person brought here; nobody else's."""
        own = PendingImport.objects.filter(user=request.user.pk, kind__in=[kind.__name__ for kind in self.kinds])
        try:
            return own.filter(pk=request.POST.get("file", "")).first()
        except (ValidationError, ValueError):
            return None

    def _page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        return TemplateResponse(request, "admin/transfer/import.html", self._context(request, **context))

    def _context(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        columns = [(kind.get_display_name(), kind().get_diff_headers()) for kind in self.kinds]
        shared: dict[str, Any] = self.admin_site.each_context(request)
        return shared | {"opts": self.opts, "columns": columns} | context

    def _transfer_address(self, page: str) -> str:
        app, model = self.get_model_info()
        return reverse(f"admin:{app}_{model}_{page}")


def _shortened(name: str) -> str:
    """The name, no longer than it can be kept: how it ends tells how the file is read."""
    path = PurePath(name)
    return f"{path.stem[: _LONGEST_NAME - len(path.suffix)]}{path.suffix}"


def _summary(preview: Preview) -> str:
    parts = (
        ngettext("%(count)d row is new", "%(count)d rows are new", preview.created) % {"count": preview.created},
        ngettext("%(count)d row changed", "%(count)d rows changed", preview.updated) % {"count": preview.updated},
    )
    return gettext("Imported: %s.") % ", ".join(parts)
