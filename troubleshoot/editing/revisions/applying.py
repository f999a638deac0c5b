"""Owns giving a row a content again, with all the rows below it: which become which, in what order, and what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from troubleshoot.editing.ordering import next_order, save_in_order
from troubleshoot.editing.revisions.contents import (
    KEY,
    ROW,
    TARGET,
    TRANSLATED_FROM,
    fields_of,
    python_of,
    shape_of,
)
from troubleshoot.editing.revisions.difference import leftover, matched
from troubleshoot.models import Choice, FlowLink

if TYPE_CHECKING:
    from troubleshoot.editing.revisions.contents import Content, Shape


def apply(row: Any, content: Content) -> None:
    """Give a row this content, with all the rows below it, and save it, in one transaction.

    A saved row keeps its key, and rows below it that are still there keep their primary keys. A place in the order that
    another row has by now becomes the last one. What the content does not name stays as it is. Raises
    ObjectDoesNotExist where a row that it needs is gone.
    """
    shape = shape_of(type(row))
    with transaction.atomic():
        if row.pk is None and KEY in content and not row.key:
            row.key = content[KEY]
        _assign(row, shape, content)
        _find_place(row, shape)
        row.save()
        _keep_translated_from(row, shape, content)
        _apply_parts(row, shape, content)


def _apply_parts(row: Any, shape: Shape, content: Content) -> None:
    for part in shape.parts:
        if part.name in content:
            _apply_rows(row, part, content[part.name])


def _assign(row: Any, shape: Shape, content: Content) -> None:
    for column in shape.columns:
        if column not in content:
            continue
        value = content[column]
        if isinstance(row, Choice) and column == TARGET:
            # Whatever wizard the content was read from, the step that follows is one of this wizard.
            row.target = row.step.flow.steps.filter(key=value[-1]).first() if value else None
        else:
            setattr(row, column, python_of(shape.field(column), value))


def _find_place(row: Any, shape: Shape) -> None:
    if shape.scope is None:
        return
    model: Any = shape.model
    siblings = model.objects.filter(**{name: getattr(row, name) for name in shape.scope}).exclude(pk=row.pk)
    is_proposal = getattr(row, "proposal_for_id", None) is not None  # which may have the number of its entry
    if row.order is None or (not is_proposal and siblings.filter(order=row.order).exists()):
        row.order = next_order(siblings)


def _keep_translated_from(row: Any, shape: Shape, content: Content) -> None:
    """Saving takes a changed English text for a new translation; here it is one that was made before.

    What no content holds, the document's own words, stays as it is, and so does what its English was written from.
    """
    if content.get(TRANSLATED_FROM) is None:
        return
    own = {name: mark for name, mark in row.translated_from.items() if name not in shape.fields}
    known = own | {name: mark for name, mark in content[TRANSLATED_FROM].items() if name in shape.fields}
    if row.translated_from != known:
        type(row)._default_manager.filter(pk=row.pk).update(translated_from=known)
        row.translated_from = known


def _apply_rows(owner: Any, shape: Shape, wanted: list[Content]) -> None:
    present = list(shape.rows(owner))
    before = [fields_of(row, shape) for row in present]
    pairs = _numbered(present, wanted) or matched(before, wanted, shape.identity)
    for place in leftover(before, pairs):
        present[place].delete()
    kept: list[tuple[Any, Content]] = []
    changed: list[Any] = []
    for pair, content in zip(pairs, wanted, strict=True):
        row: Any = shape.model() if pair is None else present[pair]
        setattr(row, shape.owner, owner)
        if pair is None or _differs(before[pair], content):
            if not _can_assign(row, shape, content):
                continue
            if pair is not None and KEY in shape.fields and row.key != before[pair][KEY]:
                # Steps aside: another row may have this key until it is saved, too.
                shape.model._default_manager.filter(pk=row.pk).update(**{KEY: f"-{row.pk}"})
            changed.append(row)
        kept.append((row, content))
    _save(owner, shape, changed)
    for row, content in kept:
        _keep_translated_from(row, shape, content)
        _apply_parts(row, shape, content)


def _numbered(present: list[Any], wanted: list[Content]) -> list[int | None]:
    """As ``matched``, by primary key, where the content was read with these."""
    places = {str(row.pk): place for place, row in enumerate(present)}
    return [places.get(str(row[ROW])) for row in wanted] if all(ROW in row for row in wanted) else []


def _differs(before: Content, wanted: Content) -> bool:
    return any(name in wanted and wanted[name] != value for name, value in before.items() if name != TRANSLATED_FROM)


def _can_assign(row: Any, shape: Shape, content: Content) -> bool:
    """Assign; a link to an entry that is gone by now is left out."""
    try:
        _assign(row, shape, content)
    except ObjectDoesNotExist:
        if shape.model is FlowLink:
            return False
        raise
    return True


def _save(owner: Any, shape: Shape, rows: list[Any]) -> None:
    if shape.is_numbered:
        save_in_order(shape.model._default_manager.filter(**{shape.owner: owner}), rows)
        return
    for row in rows:
        if isinstance(row, FlowLink) and row.pk is None:
            row.order = next_order(FlowLink.objects.filter(entry_id=row.entry_id))
        row.save()
