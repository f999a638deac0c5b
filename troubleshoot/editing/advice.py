"""Owns what an entry could do better: said beside its form, and never in the way of saving."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from troubleshoot.document.steps import plain_text, split_steps
from troubleshoot.editing import links, revisions
from troubleshoot.editing.likeness import Likeness, alike
from troubleshoot.models import ErrorAlias, ErrorEntry, Revision
from troubleshoot.models.translated import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshoot.editing.revisions import Content, Piece
    from troubleshoot.models.translated import Translated

# An old Korean text is looked for in so many revisions.
_LOOKED_THROUGH = 50
# What people write where there is nothing to do.
_NO_STEPS = {"", "없음", "없음.", "-", "–", "none", "none.", "n/a", "tbd", "todo"}


class Kind(StrEnum):
    MISSING = "missing"
    OUTDATED = "outdated"
    SIMILAR = "similar"
    NO_STEPS = "no_steps"
    NO_RESOLUTION = "no_resolution"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice; ``entry`` is another entry that it is about, ``pieces`` what changed since a translation."""

    kind: Kind
    sentence: str
    entry: ErrorEntry | None = None
    pieces: list[Piece] = field(default_factory=list)


def of_entry(entry: ErrorEntry) -> list[Advice]:
    """All advice about an entry as it is saved, in the active language; best of one with its parts fetched."""
    return [*_of_resolutions(entry), *_of_likenesses(entry), *_of_links(entry), *_of_translations(entry)]


def _of_resolutions(entry: ErrorEntry) -> Iterator[Advice]:
    ways = list(entry.resolutions.all())
    is_read = links.is_for_readers(entry)
    if is_read and not any(not way.staff_only for way in ways):
        yield Advice(Kind.NO_RESOLUTION, gettext("Readers see this entry, but it has no fix."))
    for way in ways:
        if not has_steps(way.body_ko):
            yield Advice(Kind.NO_STEPS, gettext("Resolution %(number)d has no steps.") % {"number": way.order})


def has_steps(markdown: str | None) -> bool:
    """Whether a resolution tells anything to do."""
    steps = [plain_text(step).strip().lower() for step in split_steps(markdown or "")]
    return any(step not in _NO_STEPS for step in steps)


def _of_likenesses(entry: ErrorEntry) -> Iterator[Advice]:
    for found in alike(entry):
        yield Advice(Kind.SIMILAR, _said(found), found.entry)


def _said(found: Likeness) -> str:
    values = {"text": found.text, "other": found.other, "share": round(found.share * 100)}
    if found.share < 1:
        return gettext("“%(text)s” is nearly the same (%(share)d %%) as “%(other)s” of another entry.") % values
    return gettext("“%(text)s” also belongs to another entry, so a search for it is ambiguous.") % values


def _of_links(entry: ErrorEntry) -> Iterator[Advice]:
    found = links.of_entry(entry, for_readers=links.is_for_readers(entry))
    for sentence in dict.fromkeys(finding.sentence for finding in found):
        yield Advice(Kind.LINK, sentence)


def _of_translations(entry: ErrorEntry) -> Iterator[Advice]:
    rows: list[tuple[str, Translated]] = [(gettext("Entry"), entry)]
    rows += [(gettext("Alias “%(text)s”") % {"text": alias.text_ko}, alias) for alias in _spoken(entry)]
    rows += [(gettext("Resolution %(number)d") % {"number": way.order}, way) for way in entry.resolutions.all()]
    for place, row in rows:
        for name in row.missing_translations():
            sentence = gettext("%(place)s: the English text is missing (%(field)s).")
            yield Advice(Kind.MISSING, sentence % {"place": place, "field": _label(row, name)})
    before = _old_texts(entry) if any(row.outdated_translations() for _place, row in rows) else {}
    for place, row in rows:
        yield from _outdated(place, row, before)


def _spoken(entry: ErrorEntry) -> Iterator[ErrorAlias]:
    """The aliases that differ by language; a code does not."""
    return (alias for alias in entry.aliases.all() if alias.kind == ErrorAlias.Kind.MESSAGE)


def _outdated(place: str, row: Translated, before: dict[str, str]) -> Iterator[Advice]:
    for name in row.outdated_translations():
        sentence = gettext("%(place)s: the Korean text has changed since the English was written (%(field)s).")
        old = before.get(row.translated_from.get(name, ""))
        pieces = revisions.difference(old, getattr(row, f"{name}_ko") or "") if old else []
        yield Advice(Kind.OUTDATED, sentence % {"place": place, "field": _label(row, name)}, pieces=pieces)


def _label(row: Translated, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _old_texts(entry: ErrorEntry) -> dict[str, str]:
    """Every Korean text that the history of an entry has, by its digest; a proposal shares that of its entry."""
    subjects = [entry] if entry.proposal_for is None else [entry, entry.proposal_for]
    contents = [
        content
        for subject in subjects
        for content in Revision.objects.of(subject).values_list("content", flat=True)[:_LOOKED_THROUGH]
    ]
    return {digest(text): text for content in contents for text in _korean(content)}


def _korean(content: Content) -> Iterator[str]:
    for name, value in content.items():
        if isinstance(value, list):
            yield from _korean_of(value)
        elif name.endswith("_ko") and isinstance(value, str):
            yield value


def _korean_of(rows: Iterable[Any]) -> Iterator[str]:
    for row in rows:
        if isinstance(row, dict):
            yield from _korean(row)
