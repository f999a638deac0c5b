"""Owns the way from sources to datasets: which documents can be read, which key each has, and why some are refused."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_noop

from troubleshoot.document.articles.article import LONGEST_KEY, document_key, read_article
from troubleshoot.document.articles.source import Refused
from troubleshoot.document.problems import DocumentError
from troubleshoot.exchange.documents.editions import Told, same
from troubleshoot.models import Document, ErrorAlias, ErrorEntry, Section
from troubleshoot.search.core.analysis import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshoot.document.articles.source import Source
    from troubleshoot.document.dataset import Dataset

_MOST_OF_A_NAME = 20
# What the reader says of documents that it refuses, for translation: %(…)s is a number, a path or the system's word.
_REFUSALS = (
    gettext_noop("expected text"),
    gettext_noop("expected text in UTF-8"),
    gettext_noop("expected text in UTF-8, not in UTF-16"),
    gettext_noop("expected text in UTF-8, not a binary file"),
    gettext_noop("expected text in UTF-8, not in CP949 (EUC-KR)"),
    gettext_noop("expected at most %(size)s MB"),
    gettext_noop("expected at most %(size)s MB of text"),
    gettext_noop("expected at most %(size)s MB of documents at once"),
    gettext_noop("expected at most %(size)s MB in a ZIP file"),
    gettext_noop("expected at most %(count)s files in a ZIP file"),
    gettext_noop("expected at most %(count)s files"),
    gettext_noop("expected at most %(count)s files inside this one, and at most %(depth)s one inside the other"),
    gettext_noop("expected a Markdown file (.md), a folder or a ZIP file"),
    gettext_noop("expected a readable file: %(error)s"),
    gettext_noop("expected a ZIP file: %(error)s"),
    gettext_noop("expected a path inside the ZIP file"),
    gettext_noop("expected a file, not a symbolic link"),
    gettext_noop("expected a file without a password"),
    gettext_noop("expected a file that is packed at most %(times)s times"),
    gettext_noop("expected each path once"),
    gettext_noop("expected files that do not show each other in a circle: %(path)s"),
    gettext_noop("expected a table of at most %(count)s columns"),
    gettext_noop("expected %(count)s cells in the row, found %(found)s"),
    gettext_noop("expected a shorter cell, with fewer open brackets"),
    gettext_noop("expected lists and quotations to nest less deeply"),
    gettext_noop("expected HTML without a script"),
)
_LANGUAGES = frozenset({"ko", "ko-kr", "en", "en-us", "en-gb"})


def read(
    sources: Iterable[Source | Refused],
    language: str | None = None,
    *,
    edition_of: str = "",
    corrections: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[list[Dataset], list[Refused]]:
    """The documents that can be read, in any case as ``language`` where that is given, and those that can't.

    ``corrections`` are what is said of a document as a whole, by its path; without a path, of each.
    """
    read_: list[tuple[Source, Dataset]] = []
    refused: list[Refused] = []
    for source in sources:
        if isinstance(source, Refused):
            refused.append(source)
            continue
        said = {**(corrections or {}).get("", {}), **(corrections or {}).get(source.path, {})}
        given = source if edition_of or not said.get("edition_of") else replace(source, key=said["edition_of"])
        try:
            read_.append((given, _read(given, said.get("language") or language)))
        except DocumentError as error:
            refused.append(Refused(source.path, error.line, error.expected))
    datasets = [dataset for _source, dataset in read_] if edition_of else list(_told_apart(read_))
    return [_corrected(dataset, (corrections or {}).get(dataset.path, {})) for dataset in datasets], refused


def sent_as(source: Source | Refused, folder: str) -> Source | Refused:
    """A source under the name that was sent: it was kept in ``folder``, in a numbered one, while it was read."""
    is_kept = source.path.startswith(f"{folder}/")
    return replace(source, path=source.path.removeprefix(f"{folder}/").partition("/")[2]) if is_kept else source


def in_words(reason: str) -> str:
    """Why a document is refused, in the active language."""
    for sentence in _REFUSALS:
        pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence))
        if match := re.fullmatch(pattern, reason):
            return gettext(sentence) % match.groupdict()
    return reason


def _read(source: Source, language: str | None) -> Dataset:
    dataset = read_article(source, language)
    return replace(dataset, path=source.path, twin=dataset.twin and replace(dataset.twin, path=source.path))


def _corrected(dataset: Dataset, said: Mapping[str, str]) -> Dataset:
    given = {name: said[name] for name in ("title", "product", "edition") if said.get(name)}
    return replace(dataset, **given, corrected=frozenset(given)) if given else dataset  # type: ignore[arg-type]  # text


def _told_apart(read_: list[tuple[Source, Dataset]]) -> Iterator[Dataset]:
    """Files of one name in different folders are documents of their own, and so is a file that has nothing in common
    with the document that is known by its name: its folder, or a number, tells its key then.
    """
    of_name: dict[str, list[Dataset]] = defaultdict(list)
    for source, dataset in read_:
        if not (source.plan or source.key):
            of_name[dataset.key].append(dataset)
    names = {key for each in of_name.values() for dataset in each for key in _keys(dataset)}
    known = {row.key: row for row in Document.objects.filter(key__in=names)}
    taken: dict[str, list[Dataset]] = defaultdict(list)
    for source, dataset in read_:
        if source.plan or source.key:
            yield dataset
            continue
        key = _key_of(dataset, of_name, known, taken)
        found = dataset if key == dataset.key else _read(replace(source, key=key), dataset.language)
        taken[key].append(found)
        yield found


def _key_of(
    dataset: Dataset,
    of_name: Mapping[str, list[Dataset]],
    known: Mapping[str, Document],
    taken: Mapping[str, list[Dataset]],
) -> str:
    others = [each for each in of_name[dataset.key] if each is not dataset]
    if any((each.path, each.language) == (dataset.path, dataset.language) for each in others):
        return dataset.key  # one file twice: refused with both names
    keys = _keys(dataset)
    for key in keys:
        if key in known and _fits(dataset, taken.get(key, ())) and _is_edition(dataset, known[key]):
            return key
    if dataset.key not in known and _fits(dataset, others):
        return dataset.key
    free = (key for key in keys if key not in known and key not in of_name and _fits(dataset, taken.get(key, ())))
    return next(free, dataset.key)


def _keys(dataset: Dataset) -> list[str]:
    """The keys that a document can have: by its folders, by its name alone, and by a number."""
    numbered = (f"{dataset.key[: LONGEST_KEY - 3]}-{number}" for number in range(2, _MOST_OF_A_NAME))
    return [*_longer_keys(dataset.path), dataset.key, *numbered]


def _longer_keys(path: str) -> Iterator[str]:
    """The keys of a file by its name and more and more of its folders, without those that name a language."""
    *folders, name = PurePosixPath(path.replace("\\", "/")).parts
    told = [folder for folder in folders if folder.strip("/.") and folder.lower() not in _LANGUAGES]
    return (document_key("-".join((*told[-count:], name))) for count in range(1, len(told) + 1))


def _fits(dataset: Dataset, others: Iterable[Dataset]) -> bool:
    """Whether a file can be the same document as others: in another language, and alike in their make."""
    return all(each.language != dataset.language and _is_twin(dataset, each) for each in others)


def _is_twin(one: Dataset, other: Dataset) -> bool:
    return _folder(one) == _folder(other) or _can_translate(one, _codes(other), _levels(other))


def _folder(dataset: Dataset) -> str:
    return max(_longer_keys(dataset.path), key=len, default="")


def _can_translate(dataset: Dataset, codes: set[str], levels: list[int]) -> bool:
    """Whether a file can say in another language what has these codes, and headings of these levels."""
    mine = _codes(dataset)
    return not (mine and codes) or bool(mine & codes) or _levels(dataset) == levels


def _codes(dataset: Dataset) -> set[str]:
    return {code for entry in dataset.entries for code in entry.codes}


def _levels(dataset: Dataset) -> list[int]:
    return [section.level for section in dataset.sections]


def _is_edition(dataset: Dataset, document: Document) -> bool:
    """Whether a file has anything of a document that is here: its title, a code, a message, or what is nearly one."""
    entries = ErrorEntry.objects.filter(operation__section__document=document)
    if compact(dataset.title) == compact(getattr(document, f"title_{dataset.language}") or ""):
        return True
    if not dataset.entries or not entries.exists():
        return True
    codes = ErrorAlias.objects.filter(entry__in=entries, kind=ErrorAlias.Kind.CODE).values_list("text_ko", flat=True)
    known = [text for text in entries.values_list(f"message_{dataset.language}", flat=True) if text]
    if not known:
        rows = Section.objects.filter(document=document).order_by("order")
        return _can_translate(dataset, set(codes), list(rows.values_list("level", flat=True)))
    read = [entry.message for entry in dataset.entries]
    if _codes(dataset).intersection(codes) or set(map(compact, read)).intersection(map(compact, known)):
        return True
    sides = ([Told("", text, frozenset(), "") for text in texts] for texts in (known, read))
    return any(place is not None for place in same(*sides))
