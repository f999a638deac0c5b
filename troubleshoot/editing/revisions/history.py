"""Owns the history: writing it, what changed between two contents, and what of an old one is hidden by now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from troubleshoot.editing.revisions.contents import (
    KEY,
    LINKS,
    MODEL,
    ROW,
    STEPS,
    TARGET,
    Content,
    Shape,
    content_of,
    digest,
    shape_named,
    text_of,
)
from troubleshoot.editing.revisions.difference import Piece, difference, leftover, matched, with_alike
from troubleshoot.models import ErrorEntry, Revision, Step
from troubleshoot.models.stamps import in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import Field, Model

    User = AbstractBaseUser | AnonymousUser


_BELOW = " › "
OF = " · "
"""Between what a row is called and its field, in the title of a change."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that says something else than before: what it is called, where it is, and what it said and says.

    ``path`` names it for programs, such as ``resolutions/2/body_ko``.
    """

    label: str
    path: str
    before: str
    after: str
    group: str = ""

    @property
    def pieces(self) -> list[Piece]:
        """The difference. A list of changes that shows their titles alone never asks for it."""
        return difference(self.before, self.after)

    @property
    def part(self) -> str:
        """The row below the page, such as “Step Which system?”; blank for the page itself."""
        return self.group.partition(_BELOW)[0]

    @property
    def title(self) -> str:
        return f"{self.group}{OF}{self.label}" if self.group else self.label


def changes(before: Content, after: Content) -> list[Change]:
    """What changed from one content to another of the same model, in the order of the form."""
    shape = shape_named(after.get(MODEL) or before[MODEL])
    return [_with_answers_said(change, before, after) for change in _changes(shape, before, after)]


def _with_answers_said(change: Change, before: Content, after: Content) -> Change:
    """A change with answers that a link gives (``os=linux``) as the wizard words them."""
    part, _slash, field = change.path.partition("/")
    if part != LINKS.name or not field.endswith("/answers"):
        return change
    return replace(change, before=_said(change.before, before, after), after=_said(change.after, after, before))


def _said(answers: str, *contents: Content) -> str:
    """Each answer as “question: choice”, by the first of the ``contents`` that has the question."""
    steps = {
        step["answer"] or step[KEY]: step for content in reversed(contents) for step in content.get(STEPS.name, [])
    }
    lines = []
    for name, value in parse_qsl(answers):
        step = steps.get(name, {})
        labels = {choice[KEY]: _in_language(choice, "label") for choice in step.get("choices", [])}
        lines.append(f"{_in_language(step, 'title') or name}: {labels.get(value) or value}")
    return "\n".join(lines)


def _in_language(row: Content, name: str) -> str:
    return str(next((text for each in (get_language() or "ko", "ko", "en") if (text := row.get(f"{name}_{each}"))), ""))


def _changes(shape: Shape, before: Content, after: Content) -> Iterator[Change]:
    if not shape.owner and KEY in before and KEY in after:
        yield from _of_field(gettext("key"), KEY, before[KEY], after[KEY])
    for column in shape.columns:
        if _is_same(column, before, after) or (shape.owner and not before and column in _PLACES):
            continue  # to say what a step leads to asks the database
        field = shape.field(column)
        old, new = _told(field, before.get(column), after.get(column))
        yield from _of_field(str(field.verbose_name), column, old, new)
    for part in shape.parts:
        yield from _of_rows(part, before.get(part.name, []), after.get(part.name, []))


def _is_same(column: str, before: Content, after: Content) -> bool:
    """Whether a column says the same. A step is the same in a wizard and in what is proposed for it."""
    old, new = before.get(column), after.get(column)
    return old[-1] == new[-1] if column == TARGET and old and new else old == new


def _told(field: Field[Any, Any], before: Any, after: Any) -> tuple[str, str]:
    """Both values as a reader of the form knows them; two steps of one title with their keys."""
    old, new = text_of(field, before), text_of(field, after)
    if old == new and isinstance(before, list) and isinstance(after, list) and before[-1] != after[-1]:
        return f"{old} ({before[-1]})", f"{new} ({after[-1]})"
    return old, new


def _of_field(label: str, path: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(capfirst(label), path, before, after)


def _of_rows(shape: Shape, before: list[Content], after: list[Content]) -> Iterator[Change]:
    pairs = matched(before, after, shape.identity)
    if shape.identity.endswith("_ko"):  # a text, which may have been corrected
        pairs = with_alike(pairs, before, after)
    for number, (place, new) in enumerate(zip(pairs, after, strict=True), 1):
        yield from _of_row(shape, _name(shape, new, number), number, {} if place is None else before[place], new)
    for place in leftover(before, pairs):
        yield from _of_row(shape, _name(shape, before[place], place + 1), place + 1, before[place], {})


def _of_row(shape: Shape, name: str, number: int, before: Content, after: Content) -> Iterator[Change]:
    for change in _changes(shape, before, after):
        group = f"{name}{_BELOW}{change.group}" if change.group else name
        yield replace(change, group=group, path=f"{shape.name}/{number}/{change.path}")


def _name(shape: Shape, row: Content, number: int) -> str:
    """A row below the page, as “Resolution 2” or “Step Which system?”."""
    said = (_in_language(row, "title") or _in_language(row, "label")) if shape.identity == KEY else ""
    told_by = said or (row.get(shape.identity, number) if shape.identity else number)
    return f"{capfirst(str(shape.model._meta.verbose_name))} {told_by}"


def named_rows(content: Content) -> dict[tuple[str, int], str]:
    """What changes call each row below a page, by its part and primary key, of a numbered content."""
    return dict(_named_rows(shape_named(content[MODEL]), content, ""))


def _named_rows(shape: Shape, content: Content, above: str) -> Iterator[tuple[tuple[str, int], str]]:
    for part in shape.parts:
        for number, row in enumerate(content[part.name], 1):
            name = above + _name(part, row, number)
            yield (part.name, row[ROW]), name
            yield from _named_rows(part, row, name + _BELOW)


# What the portal itself gives a new row; where it stands, its name tells.
_PLACES = (KEY, "order")
LONGEST_REASON = 500
_LONGEST_TITLE = 200
_AT_ONCE = 500
_HIDDEN = "staff_only"
# Of a draft nothing is told to readers; once it is published, that is noted last.
_CHANGES = frozenset(
    {
        Revision.Action.CREATED,
        Revision.Action.EDITED,
        Revision.Action.PUBLISHED,
        Revision.Action.RESTORED,
    }
)


def subject_of(row: Model) -> Model:
    """Whose history a row belongs to: a step is a part of its wizard's."""
    return row.flow if isinstance(row, Step) else row


def record(row: Model, action: str, *, user: Any = None, reason: str = "") -> Revision:
    """Note the content of a row as it is now. Saving the same again, without a reason, leaves no trace.

    Call ``note_found`` before the change, so that what was there first is known, too.
    """
    with transaction.atomic():
        subject = _fresh(subject_of(row))
        content = content_of(subject)
        last = Revision.objects.of(subject).first()
        if last and action == Revision.Action.EDITED and not reason and digest(last.content) == digest(content):
            return last
        revision = _note(subject, content, last, action, user=user, reason=reason)
        if action in _CHANGES and hasattr(subject, "edited"):
            type(subject)._default_manager.filter(pk=subject.pk).update(edited=revision.time)
            subject_of(row).edited = revision.time  # type: ignore[attr-defined]  # as above
        return revision


def record_read(
    rows: Sequence[tuple[Model, Content]],
    *,
    found: Mapping[int, Content] | None = None,
    action: str = Revision.Action.IMPORTED,
    user: Any = None,
    reason: str = "",
) -> None:
    """Note what documents or tables gave rows of one model, all at once, with the content of each as it is now.

    It does not count as edited: nobody worked here on what a document gave. What a row said before, by its number, is
    noted as ``found`` where the history does not end with it.
    """
    if not rows:
        return
    label = rows[0][0]._meta.label_lower
    last: dict[int, tuple[int, str]] = {}
    for some in in_chunks([row.pk for row, _content in rows]):
        own = Revision.objects.filter(model=label, object_id__in=some).order_by("number")
        last |= {pk: (number, digest_) for pk, number, digest_ in own.values_list("object_id", "number", "digest")}
    new: list[Revision] = []
    for row, content in rows:
        number, known = last.get(row.pk, (0, ""))
        before = (found or {}).get(row.pk)
        if before is not None and digest(before) != known:
            number += 1
            new.append(_revision(row, before, number, Revision.Action.FOUND, user=None, reason=""))
        new.append(_revision(row, content, number + 1, action, user=user, reason=reason))
    Revision.objects.bulk_create(new, batch_size=_AT_ONCE)


def note_found(row: Model) -> None:
    """Note the content as it is where the history does not end with it: programs write content without history."""
    with transaction.atomic():
        subject = _fresh(subject_of(row))
        content = content_of(subject)
        last = Revision.objects.of(subject).first()
        if last is None or digest(last.content) != digest(content):
            _note(subject, content, last, Revision.Action.FOUND, user=None, reason="")


def _fresh(row: Any) -> Any:
    """The row as the database has it, locked, so that revisions are numbered one after the other."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def _note(row: Any, content: Content, last: Revision | None, action: str, *, user: Any, reason: str) -> Revision:
    revision = _revision(row, content, last.number + 1 if last else 1, action, user=user, reason=reason)
    revision.save()
    return revision


def _revision(row: Any, content: Content, number: int, action: str, *, user: Any, reason: str) -> Revision:
    return Revision(
        model=row._meta.label_lower,
        object_id=row.pk,
        number=number,
        title=str(row)[:_LONGEST_TITLE],
        action=action,
        reason=reason[:LONGEST_REASON],
        user=user,
        content=content,
        digest=digest(content),
    )


def hidden_as_now(row: Any, content: Content) -> Content:
    """The content with who sees it left as it is now: an old text never shows readers what was hidden since."""
    if row._state.adding:
        return content
    if isinstance(row, ErrorEntry):
        now = content_of(row)
        kept = {_HIDDEN, "successor"} if row.state == ErrorEntry.State.ARCHIVED else {_HIDDEN}
        return content | {name: now[name] for name in kept} | {"resolutions": _resolutions_as_now(now, content)}
    return content


def _resolutions_as_now(now: Content, content: Content) -> list[Content]:
    """The resolutions of an earlier content; what is for staff now stays for staff."""
    before, after = now["resolutions"], content.get("resolutions", [])
    pairs = matched(before, after)
    texts = [_body(old) for old in before if old[_HIDDEN]]
    return [
        new | {_HIDDEN: new.get(_HIDDEN, False) or _body(new) in texts or (pair is not None and before[pair][_HIDDEN])}
        for pair, new in zip(pairs, after, strict=True)
    ]


def _body(resolution: Content) -> str:
    return str(resolution.get("body_ko") or resolution.get("body_en") or "").strip()
