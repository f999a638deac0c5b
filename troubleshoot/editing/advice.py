"""Owns what an entry could do better, such as not being nearly another one: said beside its form, never in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext
from rapidfuzz import fuzz

from troubleshoot.document.rendering import plain_text, split_steps
from troubleshoot.editing import links, revisions
from troubleshoot.editing.revisions.contents import is_rows
from troubleshoot.models import ErrorEntry, Resolution, Revision, SearchChange
from troubleshoot.models.translated import digest
from troubleshoot.search.core.analysis import compact
from troubleshoot.search.core.finder import SearchRequest, find
from troubleshoot.search.index import freshness
from troubleshoot.search.index.store import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model

    from troubleshoot.editing.revisions import Content, Piece
    from troubleshoot.models.translated import Translated

NEARLY = 0.9
# Of each text so many entries are compared, and of an entry so many texts are looked up.
_CANDIDATES = 5
_MOST_TEXTS = 30
# Shorter texts are like one another by chance: they count where they are the same.
SHORTEST_COMPARED = 8
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


def of_entry(entry: ErrorEntry, *, once_published: bool = False) -> list[Advice]:
    """All advice about an entry as it is saved, or will be for readers ``once_published``, but of its languages.

    Best of one with its parts fetched.
    """
    return [
        *_of_resolutions(entry, for_readers=once_published or links.is_for_readers(entry)),
        *_of_likenesses(entry),
        *_of_links(entry),
    ]


def _of_resolutions(entry: ErrorEntry, *, for_readers: bool) -> Iterator[Advice]:
    resolutions = list(entry.resolutions.all())
    if for_readers and all(resolution.staff_only for resolution in resolutions):
        yield Advice(Kind.NO_RESOLUTION, gettext("There is no fix that readers see."))
    for resolution in resolutions:
        if not has_steps(resolution.body_ko or resolution.body_en):
            yield Advice(Kind.NO_STEPS, gettext("Resolution %(number)d has no steps.") % {"number": resolution.order})


def has_steps(markdown: str | None) -> bool:
    """Whether a resolution tells anything to do."""
    steps = [plain_text(step).strip().lower() for step in split_steps(markdown or "")]
    return any(step not in _NO_STEPS for step in steps)


def _of_likenesses(entry: ErrorEntry) -> Iterator[Advice]:
    for found in alike(entry):
        sentence = gettext("“%(text)s” also belongs to another entry, so a search for it is ambiguous.")
        if found.share < 1:
            sentence = gettext("“%(text)s” is nearly the same (%(share)d %%) as “%(other)s” of another entry.")
        values = {"text": found.text, "other": found.other, "share": round(found.share * 100)}
        yield Advice(Kind.SIMILAR, sentence % values, found.entry)


def _of_links(entry: ErrorEntry) -> Iterator[Advice]:
    found = links.of_page(entry, for_readers=links.is_for_readers(entry))
    for sentence in dict.fromkeys(finding.sentence for _row, _text, finding in found):
        yield Advice(Kind.LINK, sentence)


def of_translations(page: Model, rows: Iterable[Translated]) -> list[Advice]:
    """What is missing, or older than the Korean, among the texts of a page: those of its ``rows``, in their order."""
    rows = list(rows)
    before = _old_texts(page) if any(row.outdated_translations() for row in rows) else {}
    places = [(_place(row, page), row) for row in rows]
    missing = (advice for place, row in places for advice in _missing(place, row))
    return [*missing, *(advice for place, row in places for advice in _older(place, row, before))]


def _missing(place: str, row: Translated) -> Iterator[Advice]:
    for language, sentence in (
        ("en", gettext("%(place)s: English missing (%(field)s).")),
        ("ko", gettext("%(place)s: Korean missing (%(field)s).")),
    ):
        for name in row.missing_translations(language):
            yield Advice(Kind.MISSING, sentence % {"place": place, "field": _label(row, name)})


def _older(place: str, row: Translated, before: dict[str, str]) -> Iterator[Advice]:
    for name in row.outdated_translations():
        sentence = gettext("%(place)s: English older than the Korean (%(field)s).")
        old = before.get(row.translated_from.get(name, ""))
        pieces = revisions.difference(old, getattr(row, f"{name}_ko") or "") if old else []
        yield Advice(Kind.OUTDATED, sentence % {"place": place, "field": _label(row, name)}, pieces=pieces)


def _place(row: Translated, page: Model) -> str:
    """What a row is on its page: of what stands there several times, which."""
    kind = capfirst(str(row._meta.verbose_name))
    if row == page:
        return kind
    return str(row) if isinstance(row, Resolution) else gettext("%(kind)s “%(text)s”") % {"kind": kind, "text": row}


def _label(row: Translated, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _old_texts(page: Model) -> dict[str, str]:
    """Every Korean text that the history of a page has, by its digest; a proposal shares that of what it is for."""
    subject = revisions.subject_of(page)
    live = getattr(subject, "proposal_for", None)
    subjects = [subject] if live is None else [subject, live]
    known = (Revision.objects.of(subject).values_list("content", flat=True)[:_LOOKED_THROUGH] for subject in subjects)
    return {digest(text): text for contents in known for text in _korean(list(contents))}


def _korean(rows: Iterable[Content]) -> Iterator[str]:
    for row in rows:
        for name, value in row.items():
            if is_rows(value):
                yield from _korean(value)
            elif name.endswith("_ko") and value:
                yield value


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text of an entry that another one has as well, or nearly (``share`` below 1)."""

    text: str
    other: str
    entry: ErrorEntry
    share: float


def alike(entry: ErrorEntry) -> list[Likeness]:
    """What other entries share with this one, the most alike first: one for each text and entry. Not with those that
    somebody told apart from it.

    Two queries and a search for each text, whatever the number of entries.
    """
    texts = texts_of(entry)
    own = [pk for pk in (entry.pk, entry.proposal_for_id) if pk is not None]
    known = entry.proposal_for or entry
    own += known.told_apart.values_list("pk", flat=True) if known.pk else []
    others = ErrorEntry.objects.exclude(pk__in=own).prefetch_related("aliases")
    found = [
        likeness
        for other in others.filter(key__in=_proposed(texts))
        for text in texts
        if (likeness := _closest(text, other))
    ]
    return sorted(found, key=lambda likeness: -likeness.share)


def texts_of(entry: ErrorEntry) -> list[str]:
    """The strings by which an entry is recognised, each once."""
    texts = [entry.message_ko, entry.message_en]
    for alias in entry.aliases.all():
        texts += [alias.text_ko, alias.text_en]
    return list(dict.fromkeys(text for text in texts if text))


def _closest(text: str, other: ErrorEntry) -> Likeness | None:
    compared = [(likeness(text, known), known) for known in texts_of(other)]
    share, known = max(compared, default=(0.0, ""))
    return Likeness(text, known, other, share) if share >= NEARLY else None


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1; case, spaces and punctuation do not count."""
    one, other = compact(one), compact(other)
    if one == other:
        return 1.0 if one else 0.0
    if min(len(one), len(other)) < SHORTEST_COMPARED:
        return 0.0
    # Digits tell errors apart: 0x80070005 and 0x80070006 are two.
    if _digits(one) != _digits(other):
        return 0.0
    return min(fuzz.ratio(one, other) / 100, 0.99)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _proposed(texts: Sequence[str]) -> set[str]:
    """The keys of the entries that search finds for these texts; none while there is no index."""
    requests = (
        SearchRequest(text, kind=SearchChange.Kind.ERROR.value, limit=_CANDIDATES, exact=True, is_marked=False)
        for text in texts[:_MOST_TEXTS]
    )
    try:
        snapshot, lexicon = freshness.view().current()
        return {hit.key for request in requests for hit in find(snapshot, lexicon, request).hits}
    except IndexUnavailableError:
        return set()
