"""Owns the pages on which documents come in: choose files, see how far reading is, correct the preview, approve."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.document.articles.source import MOST_BYTES
from troubleshoot.editing.publishing import may_publish
from troubleshoot.exchange.documents import uploads
from troubleshoot.exchange.documents.plan import Prefer, Status
from troubleshoot.exchange.documents.sources import in_words
from troubleshoot.models import Document, DocumentUpload, ErrorEntry, Operation, Product, UploadedRow
from troubleshoot.models.document import LANGUAGES
from troubleshoot.reading.redirects import document_address

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern

ENDINGS = (".md", ".markdown", ".zip")
ROWS_A_PAGE = 50
_ALL, _CORRECTED = "all", "corrected"
_DIGITS = 9
_AS_READ = {"is_error": True, "operation": "", "message": "", "prefer": ""}
STATUSES = {
    Status.CONFLICT.value: _("In conflict"),
    Status.NEW.value: _("New"),
    Status.CHANGED.value: _("Changed"),
    Status.UNCHANGED.value: _("Unchanged"),
    Status.GONE.value: _("Gone"),
    UploadedRow.UNREAD: _("Left out"),
}
REASONS = {
    "no_errors": _("The document has neither a table nor a heading of an error."),
    "no_message": _("There is no message and no code."),
    "no_error": _("It says that nothing went wrong."),
    "too_many_cells": _("The row has more cells than the table has columns."),
    "twice": _("The same message and codes are in the document before."),
    "include": _("Another file is shown here that was not uploaded."),
    "not_wanted": _("It was said before to be no error, or its entry was deleted."),
}


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    widget = _FilesInput(attrs={"accept": ",".join(ENDINGS)})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(_FilesField, self).clean(file, initial) for file in data or [None]]
        for file in files:
            if PurePath(file.name).suffix.lower() not in ENDINGS:
                sentence = gettext("%(name)s: choose Markdown files (.md) or a ZIP file of them.")
                raise forms.ValidationError(sentence % {"name": file.name})
        return files


class UploadForm(forms.Form):
    documents = _FilesField(
        label=_("Files"),
        help_text=format_lazy(
            _("Markdown files (.md), or a ZIP file of them. At most {together} MB together, and {each} MB each."),
            together=settings.DOCUMENTS_LIMIT // 1_048_576,
            each=MOST_BYTES // 1_000_000,
        ),
    )


class RowForm(forms.ModelForm[UploadedRow]):
    """What an administrator says of one error as it was read."""

    operation = forms.ChoiceField(label=_("Operation"), required=False)
    prefer = forms.ChoiceField(
        label=_("Where both differ"),
        required=False,
        choices=(
            ("", _("Undecided: the portal's text stays")),
            (Prefer.DOCUMENT.value, _("Take the document's text")),
            (Prefer.PORTAL.value, _("Keep the portal's text")),
        ),
    )

    class Meta:
        model = UploadedRow
        fields = ("is_error", "operation", "message", "prefer")
        widgets = {"message": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}
        help_texts = {"message": _("Leave it blank to take the message above.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operation: Any = self.fields["operation"]
        operation.choices = operations(gettext("As in the document: %s") % self.instance.shown["operation"])
        if self.instance.status != Status.CONFLICT:
            del self.fields["prefer"]


class DocumentForm(forms.Form):
    """What an administrator says of a document as a whole."""

    title = forms.CharField(label=_("Title"), max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"}))
    product = forms.ChoiceField(label=_("Product"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    edition = forms.CharField(
        label=_("Edition"),
        max_length=100,
        required=False,
        help_text=_("The date that the source gives itself, or else a digest of its text."),
    )
    edition_of = forms.ChoiceField(
        label=_("Edition of"),
        required=False,
        help_text=_("Choose the document here that this is a newer or translated edition of."),
    )

    def __init__(self, read: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        products = [(product.key, str(product)) for product in Product.objects.all()]
        if read["product"] not in dict(products):
            products.insert(0, (read["product"], read["product"] or gettext("No product")))
        fields["product"].choices = products
        documents = [(row.key, f"{row} ({row.key})") for row in Document.objects.order_by("key")]
        fields["edition_of"].choices = [("", gettext("The document “%s”, as its name says") % read["key"]), *documents]


def operations(blank: str) -> list[tuple[str, Any]]:
    """The operations of the portal to choose from, by their documents."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = Operation.objects.select_related("section__document").order_by("section__document__key", "order")
    for row in rows:
        found.setdefault(str(row.section.document) if row.section else "", []).append((row.key, str(row)))
    return [("", blank), *found.items()]


class DocumentUploadPages(admin.ModelAdmin[Any]):
    """The list of documents leads here. Who publishes imports; each sees their own uploads alone."""

    change_list_template = "admin/transfer/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        own = "import/<uuid:upload>/"
        pages = (
            ("import/", self.choose_view, "import"),
            (own, self.preview_view, "import_preview"),
            (f"{own}approve/", self.approve_view, "import_approve"),
            (f"{own}again/", self.again_view, "import_again"),
            (f"{own}row/<int:number>/", self.row_view, "import_row"),
            (f"{own}document/<int:number>/", self.document_view, "import_document"),
        )
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"troubleshoot_document_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        offered = {"may_import": may_publish(request.user), "import_label": gettext("Import documents")}
        return super().changelist_view(request, offered | (extra_context or {}))

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Choose files; reading them begins, and its page says how far it is."""
        if not may_publish(request.user):
            raise PermissionDenied
        form = UploadForm()
        if request.method == "POST":
            form = UploadForm(request.POST, {"documents": request.FILES.getlist("documents")})  # type: ignore[arg-type]
            if form.is_valid():
                upload = uploads.receive(form.cleaned_data["documents"], request.user)
                return _to(upload)
        own = DocumentUpload.objects.filter(user=request.user.pk).defer("data").order_by("-time")[:10]
        return self._page(request, "choose", gettext("Import documents"), form=form, uploads=own)

    def preview_view(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        """How far it is; then the rows by what becomes of them. A form says what is wrong with some of them."""
        found = self._upload(request, upload)
        if getattr(request, "htmx", False) and not found.works:
            return HttpResponse(headers={"HX-Refresh": "true"})
        if found.works or found.may_start_again:
            return self._page(request, "work", gettext("Import documents"), upload=found)
        if request.method == "POST" and found.state == found.State.READY:
            return self._correct(request, found)
        return self._preview(request, found)

    def _preview(self, request: HttpRequest, upload: DocumentUpload) -> HttpResponse:
        rows = upload.rows.order_by("number")
        counts = dict(rows.order_by().values_list("status").annotate(times=Count("pk")))
        corrected = rows.corrected()
        tabs = [(_ALL, gettext("All"), sum(counts.values()))]
        tabs += [(status, str(label), counts[status]) for status, label in STATUSES.items() if counts.get(status)]
        if times := corrected.count():
            tabs.append((_CORRECTED, gettext("Corrected"), times))
        chosen = request.GET.get("show") or tabs[min(1, len(tabs) - 1)][0]  # what asks for a decision comes first
        chosen = chosen if chosen in {name for name, _label, _times in tabs} else _ALL
        if chosen == _CORRECTED:
            rows = corrected
        elif chosen != _ALL:
            rows = rows.filter(status=chosen)
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        listed: list[Any] = list(page.object_list)
        is_done = upload.state == upload.State.DONE
        entries = dict(
            ErrorEntry.objects.filter(key__in=[row.key for row in listed if row.key]).values_list("key", "pk")
        )
        titles = dict(Operation.objects.values_list("key", "title_ko"))
        for row in listed:
            row.label = STATUSES[row.status]
            row.reason = REASONS.get(row.shown.get("reason", ""), "")
            row.entry = entries.get(row.key)
            row.may_be_corrected = not is_done and bool(row.key) and row.status != Status.GONE
            row.operation_title = titles.get(row.operation, row.operation)
        documents: dict[str, Any] = {
            row.key: row for row in Document.objects.filter(key__in=[each["key"] for each in upload.documents])
        }
        for document in documents.values():
            document.address = document_address(document.key)
        return self._page(
            request,
            "preview",
            gettext("Imported documents") if is_done else gettext("What the documents change"),
            upload=upload,
            documents=[(each, documents.get(each["key"])) for each in upload.documents],
            refused=[each | {"reason": in_words(each["reason"])} for each in upload.refused],
            tabs=tabs,
            chosen=chosen,
            page=page,
            rows=listed,
            conflicts=upload.rows.filter(status=Status.CONFLICT, prefer="", is_error=True).count(),
            operations=operations(gettext("Choose an operation")),
            is_done=is_done,
            corrected=times,
        )

    def _correct(self, request: HttpRequest, upload: DocumentUpload) -> HttpResponse:
        """What was chosen for the marked rows, or by the button of one of them."""
        action, _colon, number = request.POST.get("one", "").partition(":")
        marked = [number] if action else request.POST.getlist("row")
        action = action or request.POST.get("action", "")
        numbers = [int(each) for each in marked if each.isdecimal() and len(each) < _DIGITS]
        rows: QuerySet[UploadedRow] = _correctable(upload.rows.filter(number__in=numbers))
        if action == "all_as_read":
            rows = upload.rows.corrected()
        if action in {Prefer.DOCUMENT.value, Prefer.PORTAL.value}:
            rows = rows.filter(status__in=(Status.CONFLICT, Status.CHANGED))
        operation = request.POST.get("operation", "")
        changes: dict[str, dict[str, Any]] = {
            "none": {"is_error": False},
            "as_read": _AS_READ,
            "all_as_read": _AS_READ,
            "document": {"prefer": Prefer.DOCUMENT.value},
            "portal": {"prefer": Prefer.PORTAL.value},
            "operation": {"operation": operation},
        }
        if action not in changes or (
            action == "operation" and operation not in Operation.objects.values_list("key", flat=True)
        ):
            messages.warning(request, gettext("Choose what to do with the marked rows."))
        elif not rows.update(**changes[action]):
            messages.warning(request, gettext("Mark the rows first."))
        upload.touch()
        return HttpResponseRedirect(request.get_full_path())

    def approve_view(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        found = self._upload(request, upload)
        if request.method == "POST" and found.state == found.State.READY and found.shown:
            uploads.approve(found, publish=request.POST.get("publish") == "1")
        return _to(found)

    def again_view(self, request: HttpRequest, upload: UUID) -> HttpResponse:
        """Begin anew what did not finish: nothing of it was imported."""
        found = self._upload(request, upload)
        if request.method == "POST" and found.may_start_again:
            uploads.read_again(found)
        return _to(found)

    def row_view(self, request: HttpRequest, upload: UUID, number: int) -> HttpResponse:
        found = self._upload(request, upload)
        row = _correctable(found.rows.filter(number=number)).first()
        if row is None or found.state != found.State.READY:
            raise Http404
        form = RowForm(*((request.POST,) if request.method == "POST" else ()), instance=row)
        if form.is_valid():
            form.save()
            found.touch()
            return _to(found, f"?show={_ALL}&page={1 + number // ROWS_A_PAGE}#row-{number}")
        return self._page(request, "correct", gettext("Correct a row"), upload=found, form=form, row=row)

    def document_view(self, request: HttpRequest, upload: UUID, number: int) -> HttpResponse:
        """What is said of a document as a whole; it is read again then."""
        found = self._upload(request, upload)
        if number >= len(found.documents) or found.state != found.State.READY:
            raise Http404
        read = found.documents[number]
        said = found.corrections.get(read["path"], {})
        form = DocumentForm(read, *((request.POST,) if request.method == "POST" else ()), initial=read | said)
        if request.method == "POST" and "as_read" in request.POST:
            found.corrections.pop(read["path"], None)
        elif form.is_valid():
            new = {name: form.cleaned_data[name] for name in form.changed_data}
            found.corrections[read["path"]] = said | new
        else:
            title, shown = gettext("Correct a document"), {"form": form, "document": read, "said": said}
            return self._page(request, "correct", title, upload=found, **shown)
        if found.corrections.get(read["path"], {}) != said:
            found.save(update_fields=["corrections"])
            uploads.read_again(found)
        return _to(found)

    def _upload(self, request: HttpRequest, upload: UUID) -> DocumentUpload:
        """The upload of this person; nobody else's."""
        if not may_publish(request.user):
            raise PermissionDenied
        found = DocumentUpload.objects.filter(pk=upload, user=request.user.pk).defer("data").first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        crumb = {"title": gettext("Import documents"), "heading": title}
        context |= {**self.admin_site.each_context(request), "opts": self.opts, **crumb}
        return TemplateResponse(request, f"admin/transfer/documents/{template}.html", context)


def _correctable(rows: QuerySet[UploadedRow]) -> QuerySet[UploadedRow]:
    """The errors that documents have, those that were said to be none included."""
    return rows.exclude(key="").exclude(status=Status.GONE)


def _to(upload: DocumentUpload, place: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:troubleshoot_document_import_preview", args=[upload.pk]) + place)
