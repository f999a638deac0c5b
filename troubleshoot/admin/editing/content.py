"""Owns what the pages of all content share: links are checked, rows numbered, Markdown previewed, English abreast."""

from __future__ import annotations

import unicodedata
from collections import Counter
from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm, Script
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from modeltranslation.admin import TranslationAdmin
from modeltranslation.fields import TranslationField

from troubleshoot.admin.account import form_view
from troubleshoot.admin.editing.saving import EditedAdmin, intent_of
from troubleshoot.admin.guards import PartOfAdmin, not_found
from troubleshoot.document.reading import is_too_heavy
from troubleshoot.editing import edits, links, planning, revisions
from troubleshoot.editing.advice import Kind, of_translations
from troubleshoot.editing.edits import Intent
from troubleshoot.editing.links import MARKDOWN_FIELDS
from troubleshoot.editing.ordering import LARGEST_ORDER
from troubleshoot.editing.translations import (
    confirm_english,
    has_outdated_english,
    lacks_translation,
    on_page,
    with_commands,
)
from troubleshoot.models import ErrorEntry, Flow, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.admin import ModelAdmin
    from django.db.models import Field, QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern

    from troubleshoot.admin.editing.page_form import PageForm
    from troubleshoot.editing.advice import Advice
    from troubleshoot.editing.edits import Edit
    from troubleshoot.models.translated import Translated


# The one text that pages number by steps.
STEPS = (Resolution, "body")
MOST_CHARACTERS = 200_000
_TOO_LONG = 413


class PreviewForm(forms.Form):
    """What the script of the page sends of a text."""

    text = forms.CharField(required=False, strip=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    steps = forms.BooleanField(required=False)


class MarkdownFields(PartOfAdmin):
    """A form, or a part of one, whose Markdown texts say where their preview is to be had."""

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        if formfield and isinstance(db_field, TranslationField):
            formfield.widget.attrs |= self._preview_of(db_field)
        return formfield

    def _preview_of(self, db_field: TranslationField) -> dict[str, str]:
        name = db_field.translated_field.name
        if name not in MARKDOWN_FIELDS.get(self.model, ()):
            return {}
        attributes = {"data-preview": self._preview_address(), "data-language": db_field.language}
        return attributes | ({"data-steps": "on"} if (self.model, name) == STEPS else {})

    def _preview_address(self) -> str:
        page: type[Model] = getattr(self, "parent_model", self.model)
        return reverse(f"{self.admin_site.name}:{name_of(page)}")


def preview_urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The address that answers what a text of this model looks like; none where it has no Markdown."""
    if model_admin.model not in MARKDOWN_FIELDS:
        return []
    view = model_admin.admin_site.admin_view(require_POST(partial(preview_view, model_admin)))
    return [path("preview/", view, name=name_of(model_admin.model))]


def preview_view(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """The HTML of a text, as the page of the row would have it. Nothing is saved."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        raise PermissionDenied
    form = PreviewForm(request.POST)
    if len(request.POST.get("text", "")) > MOST_CHARACTERS:
        return HttpResponse(gettext("The text is too long to display."), status=_TOO_LONG)
    if not form.is_valid():
        return HttpResponseBadRequest(gettext("This can't be displayed."))
    return answer(request, **form.cleaned_data)


def answer(request: HttpRequest, *, text: str, language: str, steps: bool) -> HttpResponse:
    text = text.replace("\r\n", "\n")
    note = gettext("The text is too long to format. Readers see it as typed.")
    context = {"text": text, "steps": steps, "note": note if is_too_heavy(text) else ""}
    with override(language):
        return TemplateResponse(request, "admin/troubleshoot/preview/text.html", context).render()


def name_of(model: type[Model]) -> str:
    """The name of the address of a model's preview."""
    return f"{model._meta.app_label}_{model._meta.model_name}_preview"


def is_unseen(text: str) -> bool:
    """Whether a text has nothing that anybody could see, such as characters of no width alone."""
    return bool(text) and all(unicodedata.category(character)[0] in "CZ" for character in text)


# What is saved so is for nobody but staff.
_UNPUBLISHED = {Intent.DRAFT, Intent.SUBMIT}
_VISIBILITY = {"staff_only"}


class LinkedForm(forms.ModelForm[Any]):
    """A form of texts in two languages; its Markdown is refused where a link in it is wrong.

    What was not changed is left alone, unless others than before get to see it.
    """

    checks_links = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.required and name.endswith("_ko") and self._stands_in_english(name):
                field.required = False

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        for name in [name for name, value in cleaned.items() if isinstance(value, str) and is_unseen(value)]:
            cleaned[name] = ""
            if self.fields[name].required:
                self.add_error(name, self.fields[name].error_messages["required"])
        if self.checks_links:
            self.check_links(has_new_readers=False)
        return cleaned

    def _stands_in_english(self, name: str) -> bool:
        """Whether what has no Korean text yet, and may be without one, has its English: of a document in English."""
        english = f"{name.removesuffix('_ko')}_en"
        may_be = self.instance._meta.get_field(name).blank and not getattr(self.instance, name)
        return bool(may_be and english in self.fields and self[english].value())

    def check_links(self, *, has_new_readers: bool) -> None:
        """Refuse texts with wrong links; all of them where this is seen by others than before."""
        cleaned = self.cleaned_data
        columns = [name for name in self._markdown_columns() if cleaned.get(name)]
        if not (has_new_readers or _VISIBILITY & set(self.changed_data)):
            columns = [name for name in columns if name in self.changed_data]
        texts = [cleaned[name] for name in columns]
        found = links.findings(texts, for_readers=self._is_for_readers(cleaned)) if texts else []
        for name, findings in zip(columns, found, strict=True):
            for finding in findings:
                self.add_error(name, finding.in_line)

    def _markdown_columns(self) -> list[str]:
        names = MARKDOWN_FIELDS.get(type(self.instance), ())
        return [f"{name}_{language}" for name in names for language in ("ko", "en")]

    def _is_for_readers(self, cleaned: dict[str, Any]) -> bool:
        if intent_of(self.data) in _UNPUBLISHED:
            return False
        row = copy(self.instance)
        for name in _VISIBILITY & cleaned.keys():
            setattr(row, name, cleaned[name])
        try:
            return links.is_for_readers(row)
        except ObjectDoesNotExist:  # a part of what is not saved yet, so that nobody can tell yet
            return False


class KeyedForm(forms.ModelForm[Any]):
    """A row that is known by a key: where none is given, one is made from what the row is called."""

    named_by: tuple[str, ...] = ("title_en", "title_ko")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = self.fields["key"].help_text or MADE

    def make_key(self, title: str) -> str:
        raise NotImplementedError

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if "key" in self.fields and "key" not in self.errors and not cleaned.get("key"):
            cleaned["key"] = self.make_key(next(filter(None, map(cleaned.get, self.named_by)), ""))
        return cleaned


class OrderedForm(forms.ModelForm[Any]):
    """A row that is numbered among its siblings. What has no number gets the next one when it is saved."""

    order = forms.IntegerField(
        label=_("Order"),
        required=False,
        min_value=1,
        max_value=LARGEST_ORDER,
        help_text=_("1 comes first. Leave empty to add at the end."),
    )


class OrderedInlineForm(OrderedForm):
    """A row of an ordered inline. Its number is compared with the other rows of the page, not with the database."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"order"}  # type: ignore[misc,no-any-return]  # no stub for it


class OrderedFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Ordered rows: no two of those that stay may have the same number."""

    def clean(self) -> None:
        super().clean()
        staying = [form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        times = Counter(form.cleaned_data.get("order") for form in staying)
        for form in staying:
            number = form.cleaned_data.get("order")
            if number is not None and times[number] > 1:
                form.add_error("order", _("This number is already in use."))


RowT = TypeVar("RowT", bound=Model)

MADE = _("Leave it empty and it is made for you. It can't be changed after saving: addresses and files depend on it.")

MARKDOWN = _(
    "Markdown: an empty line starts a new paragraph, “1.” starts a numbered step, and three backticks above and "
    "below a command keep it as typed. Write a link to another entry as [text](portal:error/key-of-the-entry)."
)


class ContentAdmin(MarkdownFields, EditedAdmin[RowT], TranslationAdmin[RowT]):
    """Content in Korean and English: its links are checked, and its Markdown is previewed."""

    form: type[ModelForm[Any]] = LinkedForm
    list_per_page = 50

    class Media:
        js = tuple(
            Script(f"troubleshoot/js/{name}.js", type="module")
            for name in (
                "admin-preview",
                "admin-toolbar",
                "admin-page",
                "admin-order",
                "admin-parts",
                "copy",
            )
        )

    def get_urls(self) -> list[Any]:
        confirm = form_view(self.admin_site, require_POST(self.english_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_english"
        return [*preview_urls(self), path("<path:object_id>/english/", confirm, name=name), *super().get_urls()]

    def english_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that the English of a page is still right, unless the page says something else than was seen."""
        with transaction.atomic():
            row: Any = self.get_object(request, unquote(object_id))
            if row is None:
                return not_found(self, request, object_id)
            if not self.has_change_permission(request, row) or not edits.may_write(request.user, self.model, row):
                raise PermissionDenied
            if request.POST.get("seen") != revisions.digest_of(row):
                sentence = gettext("This text has changed since you opened the page. Check it again first.")
                self.message_user(request, sentence, messages.ERROR)
            else:
                confirm_english(row, self.rows_to_translate(row), user=request.user)
                self.message_user(request, gettext("Noted: the English is still right."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", row.pk))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What could be better of what is saved is told above the form; an English text that is older may be right."""
        row = context.get("original")
        found = self.advice_of(row) if row is not None and request.method == "GET" else []
        context |= {"advice": found, "may_change_both": row is not None}
        if row is not None and edits.may_write(request.user, self.model, row):
            is_older = any(advice.kind is Kind.OUTDATED for advice in found)
            context |= {"seen": revisions.digest_of(row) if is_older else "", "may_confirm_english": True}
        return super().render_change_form(request, context, *args, **kwargs)

    def _edit(self, request: HttpRequest, page: PageForm) -> Edit:
        """Where it is asked for, a command that was changed in one language is changed in the other."""
        edit = super()._edit(request, page)
        if "both_languages" not in request.POST or edit.row.pk is None:
            return edit
        live = type(edit.row)._default_manager.get(pk=edit.row.pk)
        return replace(edit, content=with_commands(revisions.content_of(live, numbered=True), edit.content))

    def after_saving(self, request: HttpRequest, row: Any) -> None:
        """Who changes a Korean text says in the same step that its English is still right, and reads of a planned one
        whether it stays planned.
        """
        if "english_is_right" in request.POST and edits.may_write(request.user, self.model, row):
            saved: Any = self.get_object(request, str(row.pk))
            confirm_english(saved, self.rows_to_translate(saved), user=request.user)
        page = revisions.subject_of(row)
        if isinstance(page, ErrorEntry | Flow) and (agreed := planning.plan_of(page)):
            when = {"time": date_format(localtime(agreed.time), "DATETIME_FORMAT"), "zone": agreed.zone}
            said = gettext("It will be published at %(time)s (%(zone)s).") % when
            if obstacle := planning.obstacle(agreed, page):
                again = gettext("It is published as planned once an editor approves it again.")
                self.message_user(request, f"{obstacle} {again}", messages.WARNING)
            else:
                self.message_user(request, said, messages.INFO)

    def advice_of(self, row: Any) -> list[Advice]:
        """What could be better of what is saved; override it where there is more than that of the languages."""
        return of_translations(row, self.rows_to_translate(row))

    def rows_to_translate(self, row: Any) -> Iterable[Translated]:
        """The row itself; override it where the row's page holds more rows."""
        return [row]

    @admin.display(description=_("modified"), ordering="updated")
    def updated_on(self, row: Any) -> str:
        return date_format(localtime(row.updated), "SHORT_DATE_FORMAT")

    @admin.display(description=_("translation"))
    def translation_state(self, row: Any) -> str:
        """What is to do for the two languages of a row and of those on its page, as advice words it."""
        rows = list(self.rows_to_translate(row))
        counted = {
            gettext("English missing"): sum(len(row.missing_translations("en")) for row in rows),
            gettext("Korean missing"): sum(len(row.missing_translations("ko")) for row in rows),
            gettext("English older than the Korean"): sum(len(row.outdated_translations()) for row in rows),
        }
        return ", ".join(f"{said}: {count}" for said, count in counted.items() if count) or gettext("complete")


class LacksEnglish(admin.SimpleListFilter):
    """Rows with a text that is there in one language alone, or in English from an older text than the Korean."""

    title = _("translation")
    parameter_name = "english"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [
            ("missing", _("English or Korean missing")),
            ("outdated", _("English older than the Korean")),
            ("present", _("complete")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        model = queryset.model
        conditions = {
            "missing": lambda: on_page(model, lacks_translation),
            "outdated": lambda: on_page(model, has_outdated_english),
            "present": lambda: ~on_page(model, lacks_translation) & ~on_page(model, has_outdated_english),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition()) if condition else queryset
