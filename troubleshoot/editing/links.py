"""Owns the Markdown texts of the content and the check of their links: there, open to readers, well-formed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import reduce
from ipaddress import IPv6Address
from operator import or_
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.document.reading import broken_links, targets_of
from troubleshoot.models import Choice, Document, ErrorEntry, Flow, FormerKey, Image, Resolution, Section, Step
from troubleshoot.models.document import seen_by_readers
from troubleshoot.models.stamps import in_chunks
from troubleshoot.reading import redirects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshoot.document.reading import Target
    from troubleshoot.models.translated import Translated


Page = ErrorEntry | Flow | Section | Document
"""What is edited on a page of its own and has Markdown texts."""

MARKDOWN_FIELDS: dict[type[Translated], tuple[str, ...]] = {
    Document: ("lead",),
    ErrorEntry: ("cause", "lead", "outdated_note"),
    Flow: ("summary", "needs"),
    Resolution: ("condition", "body", "note"),
    Section: ("body",),
    Step: ("body", "help"),
}
"""What pages render, by model; nothing else is Markdown."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A Markdown text, and where it is stored: field and language."""

    field: str
    language: str
    markdown: str

    @property
    def column(self) -> str:
        return f"{self.field}_{self.language}"


def markdown_of(row: Translated) -> Iterator[StoredText]:
    """The Markdown texts of a row that are not empty."""
    for name in MARKDOWN_FIELDS.get(type(row), ()):
        for language in ("ko", "en"):
            if markdown := getattr(row, f"{name}_{language}") or "":
                yield StoredText(name, language, markdown)


_KEY = "[A-Za-z0-9_-]{1,100}"
_PORTAL = re.compile(rf"portal:(?:(section|error|flow|image)/({_KEY})|(step)/({_KEY}/{_KEY}))")
_HOST = re.compile(r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,126}\.?")
_MAIL = re.compile(r"mailto:[^\s@]+@[^\s@]+")
_WEB = {"http", "https"}
_KINDS = {
    "section": _("section"),
    "error": _("error entry"),
    "flow": _("wizard"),
    "image": _("image"),
    "step": _("step of a wizard"),
}


def _of_portal(address: str) -> tuple[str, str] | None:
    """The kind and the key that a target within the portal names."""
    found = _PORTAL.fullmatch(address)
    return (found[1] or found[3], found[2] or found[4]) if found else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A link that is wrong: its address, the line of the text it stands in, and what is wrong with it."""

    address: str
    line: int
    sentence: str

    @property
    def in_line(self) -> str:
        """The sentence with the line, for a text that stands before its reader."""
        return gettext("Line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


@dataclass(slots=True)
class KnownKeys:
    """Which keys exist, and which of them readers can open, by kind of target; what the others are called."""

    existing: dict[str, set[str]] = field(default_factory=dict)
    open: dict[str, set[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def findings(
    texts: Iterable[str], *, for_readers: bool, entries: Mapping[str, bool] | None = None
) -> list[list[Finding]]:
    """What is wrong with the links of each text, in the active language: four queries, whatever their number,
    and one for the titles of entries, or of wizards, that readers can't open.

    ``for_readers``: the texts are what readers see, so that their links must lead to what readers can open.
    ``entries`` are about to be written: whether readers will see each, by key.
    """
    texts = list(texts)
    targets = [list(targets_of(text)) for text in texts]
    known = known_keys(target.address for found in targets for target in found)
    for key, is_open in (entries or {}).items():
        known.existing["error"].add(key)
        (known.open["error"].add if is_open else known.open["error"].discard)(key)
    return [
        sorted(_findings(text, found, known, for_readers=for_readers), key=lambda finding: finding.line)
        for text, found in zip(texts, targets, strict=True)
    ]


def _findings(text: str, targets: list[Target], known: KnownKeys, *, for_readers: bool) -> Iterator[Finding]:
    for target in targets:
        if sentence := sentence_of(target.address, known, for_readers=for_readers):
            yield Finding(target.address, target.line, sentence)
        if target.is_mute:
            sentence = gettext("Describe the image in the square brackets: what it shows that matters here.")
            yield Finding(target.address, target.line, sentence)
    for target in broken_links(text):
        sentence = gettext("%(link)s is not a valid address, so it is shown as text.")
        yield Finding(target.address, target.line, sentence % {"link": target.address})


def sentence_of(address: str, known: KnownKeys, *, for_readers: bool) -> str:
    """What is wrong with an address, in the active language; empty where nothing is."""
    portal = _of_portal(address)
    if portal is None:
        return _web_sentence(address)
    kind, key = portal
    values = {"link": address, "kind": _KINDS[kind]}
    if key not in known.existing[kind]:
        return gettext("%(link)s leads nowhere: there is no %(kind)s with this key.") % values
    if for_readers and key not in known.open[kind]:
        values["link"] = known.titles.get(address, address)
        return (
            gettext("%(link)s leads to a page that readers can't open: it is not published, or for staff only.")
            % values
        )
    return ""


def _web_sentence(address: str) -> str:
    if is_web_address(address) or _MAIL.fullmatch(address):
        return ""
    if address.lower().startswith(("http:", "https:")):
        return gettext("%(link)s is not a valid web address.") % {"link": address}
    return gettext(
        "%(link)s is neither a link within the portal nor a web address. Write portal:error/key-of-the-entry or "
        "https://…"
    ) % {"link": address}


def is_web_address(address: str) -> bool:
    """Whether this is a well-formed http or https address with a host, and without a password."""
    try:
        parts = urlsplit(address)
        is_port = parts.port != 0
    except ValueError:
        return False
    return parts.scheme in _WEB and is_port and "@" not in parts.netloc and _is_host(parts.hostname or "")


def _is_host(host: str) -> bool:
    if ":" not in host:
        return bool(_HOST.fullmatch(host))
    try:
        return bool(IPv6Address(host))
    except ValueError:
        return False


def known_keys(addresses: Iterable[str]) -> KnownKeys:
    """What there is of the portal's keys in these addresses."""
    wanted: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for address in addresses:
        if portal := _of_portal(address):
            wanted[portal[0]].add(portal[1])
    sections = _keys(Section.objects, wanted["section"])
    flows = _keys(Flow.objects, wanted["flow"])
    entries = _keys(ErrorEntry.objects, wanted["error"])
    entries |= _keys(FormerKey.objects, wanted["error"] - entries)
    published = _keys(Flow.objects.published(), flows)
    open_entries = entries - {key for chunk in in_chunks(entries) for key in redirects.closed(chunk)}
    images = _keys(Image.objects, wanted["image"])
    steps = _steps(wanted["step"], Step.objects.filter(flow__proposal_for=None))
    open_steps = _steps(steps, Step.objects.filter(flow__published=True))
    return KnownKeys(
        {"section": sections, "error": entries, "flow": flows, "image": images, "step": steps},
        {"section": sections, "error": open_entries, "flow": published, "image": images, "step": open_steps},
        {
            f"portal:{kind}/{row.key}": f"“{row}” (portal:{kind}/{row.key})"
            for kind, model, closed in (
                ("error", ErrorEntry, entries - open_entries),
                ("flow", Flow, flows - published),
            )
            for chunk in in_chunks(closed)
            for row in model.objects.filter(key__in=chunk)
        },
    )


def _steps(wanted: set[str], rows: Any) -> set[str]:
    """Those of the steps, named by their wizard and their own key, that are among the rows."""
    found: set[tuple[str, str]] = set()
    for chunk in in_chunks({key.partition("/")[0] for key in wanted}):
        found.update(rows.filter(flow__key__in=chunk).order_by().values_list("flow__key", "key"))
    return wanted & {"/".join(names) for names in found}


def _keys(rows: Any, wanted: set[str]) -> set[str]:
    found: set[str] = set()
    for chunk in in_chunks(wanted):
        found.update(rows.filter(key__in=chunk).order_by().values_list("key", flat=True))
    return found


def of_page(page: ErrorEntry | Flow, *, for_readers: bool) -> list[tuple[Translated, StoredText, Finding]]:
    """What is wrong with the links of an entry or of a wizard, with all that is edited with it, and where each is."""
    below: Iterable[Translated]
    if isinstance(page, Flow):
        below = page.steps.order_by("order")
    else:
        below = [row for row in page.resolutions.all() if not (for_readers and row.staff_only)]
    texts = [(row, text) for row in (page, *below) for text in markdown_of(row)]
    found = findings([text.markdown for _row, text in texts], for_readers=for_readers)
    return [(*place, finding) for place, own in zip(texts, found, strict=True) for finding in own]


def dependents(page: ErrorEntry | Flow) -> list[tuple[str, Any]]:
    """What depends on an entry or a wizard, each said with its page, such as links in texts."""
    return _dependents_of_flow(page) if isinstance(page, Flow) else _dependents_of_entry(page)


def _dependents_of_flow(flow: Flow) -> list[tuple[str, Any]]:
    found = [(gettext("Links here"), page) for page in _pages_that_link_to({flow.key}, "flow")]
    found += [(gettext("Offers this wizard"), link.entry) for link in flow.entry_links.select_related("entry")]
    steps = flow.handed_over_from.filter(flow__proposal_for=None).select_related("flow")
    found += [(gettext("Continues with this wizard"), step.flow) for step in steps.order_by("flow__order", "order")]
    return list(dict.fromkeys((sentence, page) for sentence, page in found if page != flow))


def _dependents_of_entry(entry: ErrorEntry) -> list[tuple[str, Any]]:
    offered = entry.flow_links.filter(flow__proposal_for=None).select_related("flow")
    return [*leading_to(entry), *((gettext("Wizard offered here"), link.flow) for link in offered)]


def leading_to(entry: ErrorEntry) -> list[tuple[str, Any]]:
    """What leads readers to an entry, each said with its page: without it, they would go astray there."""
    names = [entry.key, *entry.former_keys.values_list("key", flat=True)]
    found = [(gettext("Links here"), page) for page in _pages_that_link_to(set(names), "error")]
    replaced = ErrorEntry.objects.filter(successor=entry)
    found += [(gettext("Leads readers here, as what replaced it"), other) for other in replaced]
    return list(dict.fromkeys((sentence, page) for sentence, page in found if page != entry))


def _pages_that_link_to(keys: set[str], kind: str) -> Iterator[Any]:
    columns = [(model, f"{name}_{language}") for model in MARKDOWN_FIELDS for name, language in _columns_of(model)]
    for model, column in columns:
        kinds = (kind, "step") if kind == "flow" else (kind,)
        named = reduce(or_, (Q(**{f"{column}__contains": f"portal:{one}/{key}"}) for one in kinds for key in keys))
        for row in model._default_manager.filter(named):
            found = list(_PORTAL.finditer(getattr(row, column) or ""))
            linked = {one[2] for one in found if one[1] == kind}
            linked |= {one[4].partition("/")[0] for one in found if one[3] in kinds}
            if keys & linked:
                yield row.entry if isinstance(row, Resolution) else row


def uses_of_images() -> dict[str, list[Any]]:
    """The pages that show each image, by its key, proposed changes included."""
    uses: dict[str, dict[Any, None]] = {}
    for model in MARKDOWN_FIELDS:
        columns = [f"{name}_{language}" for name, language in _columns_of(model)]
        some = reduce(or_, (Q(**{f"{column}__contains": "portal:image/"}) for column in columns))
        for row in model._default_manager.filter(some):
            page = row.entry if isinstance(row, Resolution) else row
            for found in _PORTAL.finditer(" ".join(getattr(row, column) or "" for column in columns)):
                if found[1] == "image":
                    uses.setdefault(found[2], {})[page] = None
    return {key: list(pages) for key, pages in uses.items()}


def _columns_of(model: type[Translated]) -> list[tuple[str, str]]:
    return [(name, language) for name in MARKDOWN_FIELDS[model] for language in ("ko", "en")]


def pages_with_wrong_links(page: type[Page]) -> set[int]:
    """The entries, wizards, sections or documents, by primary key, of which a link is wrong.

    Only texts with links within the portal are read.
    """
    wrong: set[int] = set()
    texts = list(_texts_with_links(page))
    for is_open in (True, False):
        some = [(pk, text) for pk, text, is_seen in texts if is_seen is is_open]
        found = findings([text for _pk, text in some], for_readers=is_open)
        wrong |= {pk for (pk, _text), wrongs in zip(some, found, strict=True) if wrongs}
    return wrong


# Of each page the rows that have its texts, how each refers to it, and when readers see them.
_TEXTS: dict[Any, tuple[tuple[type[Translated], str, Q], ...]] = {
    ErrorEntry: (
        (ErrorEntry, "", seen_by_readers()),
        (Resolution, "entry__", seen_by_readers("entry__") & Q(staff_only=False)),
    ),
    Flow: ((Flow, "", Q(published=True)), (Step, "flow__", Q(flow__published=True))),
    Section: ((Section, "", Q(document__is_draft=False)),),
    Document: ((Document, "", Q(is_draft=False)),),
}


def _texts_with_links(page: type[Page]) -> Iterator[tuple[int, str, bool]]:
    for model, above, is_seen in _TEXTS[page]:
        for name, language in _columns_of(model):
            column = f"{name}_{language}"
            rows = model._default_manager.filter(**{f"{column}__contains": redirects.SCHEME}).order_by()
            seen = ExpressionWrapper(is_seen, BooleanField())
            yield from rows.annotate(is_seen=seen).values_list(f"{above}pk", column, "is_seen")


def is_for_readers(row: object) -> bool:
    """Whether readers see the texts of a row as it is now."""
    match row:
        case ErrorEntry():
            return row.is_seen_by_readers
        case Resolution():
            return not row.staff_only and row.entry.is_seen_by_readers
        case Flow():
            return row.published
        case Step():
            return row.flow.published
        case Choice():
            return row.step.flow.published
    return True
