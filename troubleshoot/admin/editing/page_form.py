"""Owns the form of a page with those of its rows as one thing: read as a content, and filled in from one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.forms import all_valid
from django.utils.text import capfirst

from troubleshoot.editing import lost_update
from troubleshoot.editing.revisions.contents import KEY, MODEL, ROW, Content, fields_of, python_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse, QueryDict

    from troubleshoot.editing.revisions.contents import Shape

_DELETE = "DELETE"

# What is typed is kept in the browser under a name of its own, and forgotten there once a cookie says that it is saved.
_DRAFT = "draft"
_SAVED_COOKIE = "saved_draft_"
_DRAFT_NAME = re.compile(r"[a-z0-9]{8,40}")
_AN_HOUR = 60 * 60


def settled(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer to a form that was carried out, by which the browser forgets what was typed into it."""
    if _DRAFT_NAME.fullmatch(draft := request.POST.get(_DRAFT, "")):
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(_SAVED_COOKIE + draft, "1", max_age=_AN_HOUR, secure=secure, samesite="Lax")
    return answer


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form and its formsets, each with its inline. Only the ``editable`` ones are read and filled in."""

    form: Any
    formsets: list[Any]
    inlines: list[Any]
    editable: list[Any]

    def is_valid(self) -> bool:
        """Whether all of it can be saved; the form comes first, since the rows look at it."""
        sound = self.form.is_valid()
        return bool(all_valid(self.editable) and sound)

    @property
    def content(self) -> Content:
        """What the forms say, whether they are valid or not: the fields that they show, and the rows by number."""
        shape = shape_of(type(self.form.instance))
        said = {MODEL: self.form.instance._meta.label_lower, **_values(self.form, shape)}
        return said | {part.name: _rows(formset, part) for part, formset in self._parts(shape)}

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Each error: the id of its field or part, what that is called, and the sentence."""
        found = list(_errors_of(self.form))
        for formset in self.editable:
            title = capfirst(str(formset.model._meta.verbose_name))
            found += [(f"{formset.prefix}-group", title, str(error)) for error in formset.non_form_errors()]
            for number, form in enumerate(formset.forms, 1):
                found += _errors_of(form, f"{title} {number}", f"{formset.prefix}-{number - 1}")
        return found

    @property
    def token(self) -> str:
        """What tells later which of its fields were changed since, for a hidden field."""
        return json.dumps(lost_update.snapshot(self.content), separators=(",", ":"))

    def _parts(self, shape: Shape) -> list[tuple[Shape, Any]]:
        formsets = {formset.model: formset for formset in self.editable}
        return [(part, formsets[part.model]) for part in shape.parts if part.model in formsets]

    def data(self, content: Content, posted: QueryDict) -> QueryDict:
        """What a browser would send if this form, which is not bound, was filled in with a content."""
        data, shape = posted.copy(), shape_of(type(self.form.instance))
        _write(data, self.form, shape, content)
        for part, formset in self._parts(shape):
            _write_rows(data, formset, part, content.get(part.name, []))
        return data


def _errors_of(form: Any, row: str = "", row_id: str = "") -> Iterator[tuple[str, str, str]]:
    """The errors of one form; those of a row that are of no field only where there is a row."""
    for name, sentences in form.errors.items():
        if name in form.fields:
            place, label = form[name].id_for_label, str(form[name].label)
        elif row:
            place, label = row_id, ""
        else:
            continue  # which Django shows above the form
        title = " · ".join(part for part in (row, capfirst(label)) if part)
        yield from ((place, title, str(sentence)) for sentence in sentences)


def _values(form: Any, shape: Shape) -> Content:
    instance, errors = form.instance, form.errors  # which has the form give the row what it says
    fields = fields_of(instance, shape) | {KEY: getattr(instance, KEY, "")}
    shown = [name for name in dict.fromkeys((KEY, *shape.columns)) if name in form.fields]
    said = {name: form[name].data if name in errors else fields[name] for name in shown}
    return said | {name: form.cleaned_data.get(name, "") for name in _extra(form) if form.is_bound}


def _extra(form: Any) -> tuple[str, ...]:
    """The fields of a form that are of no column, and yet say something of the content."""
    return getattr(form, "extra_content", ())


def _rows(formset: Any, shape: Shape) -> list[Content]:
    """The rows that stay. What a form that was sent does not mention stays as it is saved."""
    listed, mentioned = [], set()
    for form in formset.forms:
        number = _number(form)
        if not number and not (formset.is_bound and form.has_changed()):
            continue
        mentioned.add(number)
        if not (_DELETE in form.fields and form[_DELETE].data):
            listed.append(_values(form, shape) | {ROW: number or None})
    unmentioned = [row for row in formset.get_queryset() if str(row.pk) not in mentioned]
    return listed + [fields_of(row, shape) | {ROW: str(row.pk)} for row in unmentioned]


def _number(form: Any) -> str:
    """The primary key of the row that a form is of, even if that row is gone; blank for a new one."""
    sent = form.data.get(form.add_prefix(form.instance._meta.pk.name), "") if form.is_bound else ""
    return str(form.instance.pk or sent or "")


def _write_rows(data: QueryDict, formset: Any, shape: Shape, rows: list[Content]) -> None:
    prefix, form = formset.prefix, formset.empty_form
    for name in [name for name in data if re.match(rf"{re.escape(prefix)}-\d+-", name)]:
        del data[name]
    now = {row[ROW]: row for row in _rows(formset, shape)}
    kept = {str(row[ROW]): row for row in rows if str(row[ROW]) in now}
    deleted = [row | {_DELETE: "on"} for number, row in now.items() if number not in kept]
    saved = [*kept.values(), *deleted]
    written = [*saved, *(row for row in rows if str(row[ROW]) not in now)]
    data[f"{prefix}-INITIAL_FORMS"], data[f"{prefix}-TOTAL_FORMS"] = str(len(saved)), str(len(written))
    for place, row in enumerate(written):
        at = f"{prefix}-{place}-"
        _write(data, form, shape, row, at)
        own = row[ROW] if place < len(saved) else None
        fixed = {form.instance._meta.pk.name: own, formset.fk.name: formset.instance.pk, _DELETE: row.get(_DELETE)}
        for name, value in fixed.items():
            _put(data, f"{at}{name}", value)


def _write(data: QueryDict, form: Any, shape: Shape, content: Content, at: str = "") -> None:
    for name in (name for name in dict.fromkeys((KEY, *shape.columns)) if name in form.fields and name in content):
        _put(data, f"{at}{name}", content[name] if name == KEY else _python(shape, name, content[name]))
    for name in _extra(form):
        _put(data, f"{at}{name}", content.get(name))


def _python(shape: Shape, name: str, value: Any) -> Any:
    """What the form field is filled in with; what was typed and is no value stays as it was typed."""
    field = shape.field(name)
    try:
        return python_of(field, value) if field.is_relation else value
    except (ObjectDoesNotExist, TypeError, ValueError):
        return value


def _put(data: QueryDict, at: str, value: Any) -> None:
    """Write a value as a browser sends it: a box that is not ticked not at all."""
    if isinstance(value, Model):
        value = value.pk
    if value is None or value is False or value == "":
        data.pop(at, None)
    else:
        data[at] = "on" if value is True else str(value)


def plain_lines(data: QueryDict) -> QueryDict:
    """The data as typed: browsers send each line break as two characters, which are no change of a text."""
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") if isinstance(value, str) else value for value in values])
    return plain
