"""Walks every public surface to hold that nothing reaches a reader but what is published and for everybody.

Each hidden thing carries words of its own that begin with ``geheim``. An answer may repeat such a word only where the
request itself said it. Addresses are found by walking the URL patterns, so that a page made tomorrow is walked, too.
"""

import json
import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters
from django.utils import translation

from tests.flows import make_flow
from troubleshoot.models import (
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    FormerKey,
    Operation,
    QueryLog,
    Resolution,
    Section,
    Step,
    Verdict,
)

pytestmark = pytest.mark.django_db

SECRET = re.compile(r"geheim[-\w]*", re.IGNORECASE | re.ASCII)
HIDDEN = {
    "staffonly": {"staff_only": True},
    "draft": {"state": "draft"},
    "review": {"state": "review"},
    "archived": {"state": "archived"},
    "archivednote": {"state": "archived", "staff_only": True},
}
HTMX = {"HX-Request": "true"}
UUIDS = get_converters()["uuid"]
LOGIN = "/admin/login/"
# What Django shows to whoever may sign in: who they are, and nothing of the portal's.
OPEN = {f"admin:{name}" for name in ("index", "login", "logout", "jsi18n", "password_change", "password_change_done")}


def word(name: str, place: str) -> str:
    return f"Geheim{name}{place}"


def make_entry(name: str, operation: Operation, **fields) -> ErrorEntry:
    """An entry that says a word of its own in each place, in both languages."""
    texts = {
        f"{field}_{language}": f"{word(name, field)}{language} 문장입니다."
        for field in ("message", "cause", "lead")
        for language in ("ko", "en")
    }
    order = ErrorEntry.objects.count() + 1
    return ErrorEntry.objects.create(key=f"geheim-{name}", operation=operation, order=order, **texts | fields)


def add_parts(entry: ErrorEntry, name: str, order: int = 1, **fields) -> None:
    for kind in ("message", "code"):
        text = word(name, f"alias{kind}{order}")
        ErrorAlias.objects.create(entry=entry, kind=kind, text_ko=text, text_en=f"{text}en")
    add_resolution(entry, name, order, **fields)


def add_resolution(entry: ErrorEntry, name: str, order: int, **fields) -> Resolution:
    texts = {
        f"{field}_{language}": f"{word(name, field)}{language}"
        for field in ("body", "condition")
        for language in ("ko", "en")
    }
    return Resolution.objects.create(entry=entry, order=order, origin="message", **texts | fields)


@pytest.fixture
def public(db) -> ErrorEntry:
    """An entry that everybody reads, in a document with a wizard."""
    document = Document.objects.create(key="guide", title_ko="안내", title_en="Guide")
    section = Section.objects.create(key="backup", document=document, order=1, title_ko="백업", title_en="Backup")
    operation = Operation.objects.create(key="backup", section=section, title_ko="백업", title_en="Backup", order=1)
    entry = ErrorEntry.objects.create(
        key="public", operation=operation, order=1, message_ko="스냅숏 실패", message_en="Snapshot failed"
    )
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 시작합니다.", body_en="Restart.")
    make_flow("agent")
    return entry


@pytest.fixture
def planted(client, public) -> ErrorEntry:
    """Everything hidden there can be. It was public and found, and was hidden after that. Returns the public entry."""
    hidden = {name: make_entry(name, public.operation) for name in HIDDEN}
    for name, entry in hidden.items():
        add_parts(entry, name)
        FormerKey.objects.create(key=f"geheim-former-{name}", entry=entry)
        FlowLink.objects.create(entry=entry, flow=Flow.objects.get(key="agent"))
    resolution = add_resolution(public, "note", 2)
    assert client.get("/api/v1/search?q=geheim&limit=100").json()["total"] >= 1
    for name, entry in hidden.items():
        for field, value in HIDDEN[name].items():
            setattr(entry, field, value)
        entry.save()
    resolution.staff_only = True
    resolution.save()
    propose(public)
    link_from_everywhere([*hidden.values(), public.proposal])
    Verdict.objects.create(kind="error", key="public", solved=False, comment=word("verdict", "comment"))
    QueryLog.objects.create(search="0" * 32, query=word("query", "log"), results=0, comment=word("query", "comment"))
    return public


def propose(entry: ErrorEntry) -> None:
    proposal = make_entry("proposal", entry.operation, proposal_for=entry, state="draft")
    add_parts(proposal, "proposal")
    wizard = make_flow("geheim-wizard", published=False, order=2)
    texts = {"title_ko": word("wizard", "title"), "title_en": word("wizard", "title"), "stage": "review"}
    Flow.with_proposals.filter(pk=wizard.pk).update(proposal_for=Flow.objects.get(key="agent"), **texts)
    wizard.steps.update(title_ko=word("wizard", "step"), symptoms_ko=word("wizard", "symptom"))
    FlowLink.objects.create(entry=entry, flow=wizard)


def link_from_everywhere(entries: Iterable[ErrorEntry]) -> None:
    """Let every text of the portal lead to what is hidden."""
    links = " ".join(
        f"[여기](portal:error/{entry.key}) [저기](portal:error/{entry.key} '제목') ![그림](portal:error/{entry.key})"
        for entry in entries
    )
    both = {"body_ko": links, "body_en": links}
    Section.objects.update(**both)
    Resolution.objects.filter(entry__key="public", staff_only=False).update(**both)
    ErrorEntry.objects.filter(key="public").update(cause_ko=links, cause_en=links)
    Step.objects.update(help_ko=links, help_en=links, **both)
    Flow.objects.update(summary_ko=links, summary_en=links, needs_ko=links, needs_en=links)


VISITORS = ("anonymous", "reader", "staff without permission")


@pytest.fixture(params=VISITORS)
def visitor(request, db) -> Client:
    """Whoever is not to see what is hidden."""
    client = Client()
    if request.param != "anonymous":
        is_staff = request.param.startswith("staff")
        client.force_login(User.objects.create_user("someone", is_staff=is_staff))
    return client


# What somebody may see depends on who they are, never on the language: so one of the visitors walks in English, too.
in_both_languages = pytest.mark.parametrize(
    ("visitor", "language"), [*((name, "ko") for name in VISITORS), (VISITORS[-1], "en")], indirect=["visitor"]
)


def patterns(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every named pattern with its whole name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from patterns(pattern, inner)
        elif pattern.name:
            yield ":".join([*namespaces, pattern.name]), pattern


def addresses() -> list[str]:
    """Every address for readers: where it takes an argument, one for each key that exists, hidden or not."""
    keys = [*ErrorEntry.objects.values_list("key", flat=True), "backup", "agent"]
    keys += FormerKey.objects.values_list("key", flat=True)
    found = []
    for name, pattern in patterns(get_resolver()):
        if not is_for_staff(name):
            parts = pattern.pattern.converters
            found += [
                reverse(name, kwargs={part: UUID(int=1) if kind == UUIDS else key for part, kind in parts.items()})
                for key in (keys if parts else [""])
            ]
    return found


def addresses_for_staff() -> dict[str, str]:
    """Every address of the administration and its reports, by its name; of the hidden entry where it takes a row."""
    values = {"content_type_id": ContentType.objects.get_for_model(ErrorEntry).pk, "app_label": "troubleshoot"}
    values |= {"number": 1, "upload": UUID(int=1)}
    row = ErrorEntry.objects.get(key="geheim-staffonly").pk
    found = {}
    for name, pattern in patterns(get_resolver()):
        if is_for_staff(name):
            found[name] = reverse(
                name, kwargs={part: values.get(part, row) for part in pattern.pattern.regex.groupindex}
            )
    return found


def is_for_staff(name: str) -> bool:
    return name.startswith(("admin:", "reports:"))


def said(answer) -> set[str]:
    """The hidden words that an answer says, headers included."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return {found.casefold() for found in SECRET.findall(headers + answer.content.decode(errors="replace"))}


def asked(*texts: str) -> set[str]:
    """The hidden words of a request itself, which an answer may repeat."""
    return {found.casefold() for text in texts for found in SECRET.findall(text)}


def queries() -> list[str]:
    """Searches for what is hidden: by its first words, its whole message, words of its text, and beginnings of them."""
    entries = ErrorEntry.objects.exclude(key="public")
    whole = [entry.message_ko for entry in entries] + [entry.message_en for entry in entries]
    words = [word(name, place) for name in HIDDEN for place in ("cause", "body", "aliascode1")]
    return ["", "geheim", "gehei", word("note", "body"), word("proposal", "message"), *whole, *words]


@in_both_languages
def test_no_address_shows_what_is_hidden(visitor, planted, language):
    with translation.override(language):
        walked = addresses()
    assert len(walked) > 100
    for path in walked:
        for suffix in ("", "?preview=1"):
            answer = visitor.get(path + suffix)
            assert said(answer) <= asked(path), path


def test_the_administration_is_closed_whatever_its_address(visitor, planted):
    walked = addresses_for_staff()
    assert len(walked) > 100
    for name, path in walked.items():
        answer = visitor.get(path)
        assert not said(answer), path
        if name == "admin:view_on_site":  # tells the address of any row by its number, so there is none
            assert answer.status_code == 404
        elif name not in OPEN:
            answer = visitor.post(path) if answer.status_code == 405 else answer
            # To sign in, or, where there is no such row, to the start.
            leads_out = f"{answer.headers.get('Location', '')}?".startswith((LOGIN, "/admin/?"))
            assert answer.status_code in (403, 404) or leads_out, path


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@in_both_languages
def test_no_search_finds_what_is_hidden(visitor, planted, language, headers):
    prefix = "" if language == "ko" else f"/{language}"
    for query in queries():
        for path in (f"{prefix}/search/", f"{prefix}/search/suggest/", "/api/v1/search"):
            answer = visitor.get(path, {"q": query, "exact": "1"}, headers=headers)
            assert said(answer) <= asked(query), (path, query)


def test_every_address_that_takes_a_query_is_searched(visitor, planted):
    for name, pattern in patterns(get_resolver()):
        if not pattern.pattern.converters and not is_for_staff(name):
            path = reverse(name)
            for query in ("gehei", word("staffonly", "message")):
                answer = visitor.get(path, {"q": query, "operation": "backup", "fix": "message", "page": "1"})
                assert said(answer) <= asked(query), path


def test_counts_leave_out_what_is_hidden(visitor, planted):
    assert visitor.get("/api/v1/operations").json()["results"][0]["error_count"] == 1
    assert visitor.get("/api/v1/errors").json()["count"] == 1
    facets = visitor.get("/errors/").context["facets"]
    assert {(link.label, link.count) for group in facets for link in group.links if link.count} == {
        ("백업", 1),
        ("편집자가 추가", 1),
    }


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_pasted_text_finds_what_is_hidden(visitor, planted, prefix):
    text = "\n".join(queries())
    for sent in (text, *queries()[5:]):
        answer = visitor.post(f"{prefix}/diagnose/", {"text": sent})
        assert said(answer) <= asked(sent)
        assert "data-key" not in answer.content.decode()
    answer = visitor.post("/api/v1/diagnose", json.dumps({"text": text}), content_type="application/json")
    assert answer.json()["matches"] == []


def test_nothing_can_be_told_of_what_is_hidden(visitor, planted):
    hidden = [*ErrorEntry.objects.exclude(key="public").values_list("key", flat=True), "public/2"]
    for key in hidden:
        data = json.dumps({"kind": "error", "key": key, "solved": True})
        answer = visitor.post("/api/v1/feedback", data, content_type="application/json")
        assert answer.status_code == 404
        assert said(answer) <= asked(key)


def test_a_copy_that_was_kept_is_not_confirmed(visitor, public):
    resolution = add_resolution(public, "kept", 2)
    pages = ["/errors/public/", "/document/", "/errors/", "/operations/backup/", "/search/?q=geheim"]
    kept = {page: visitor.get(page) for page in pages}
    assert said(kept["/errors/public/"])

    resolution.staff_only = True
    resolution.save()

    for page, before in kept.items():
        answer = visitor.get(page, headers={"If-None-Match": before.headers.get("ETag", '"none"')})
        assert answer.status_code == 200 or said(before) <= asked(page), page
        assert said(answer) <= asked(page), page


class TestStaff:
    @pytest.fixture
    def lead(self, client) -> Client:
        user = User.objects.create_user("lead", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_errorentry"))
        client.force_login(user)
        return client

    @pytest.mark.parametrize("name", [*HIDDEN, "proposal"])
    def test_they_preview_everything_and_nobody_keeps_a_copy(self, lead, planted, name):
        answer = lead.get(f"/errors/geheim-{name}/?preview=1")
        assert answer.status_code == 200
        assert word(name, "bodyko").casefold() in said(answer)
        assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}
        assert 'name="robots" content="noindex' in answer.content.decode()
        assert 'rel="canonical"' not in answer.content.decode()

    def test_they_see_notes_in_the_preview_only(self, lead, planted):
        assert not said(lead.get("/errors/public/"))
        assert word("note", "bodyko").casefold() in said(lead.get("/errors/public/?preview=1"))

    @pytest.mark.parametrize("name", [*HIDDEN, "proposal"])
    def test_they_are_led_from_the_plain_address_to_the_preview(self, lead, planted, name):
        answer = lead.get(f"/errors/geheim-{name}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/errors/geheim-{name}/?preview=1")

    def test_a_preview_is_only_read(self, lead, planted):
        assert lead.post("/errors/public/?preview=1").status_code == 405
        assert lead.get("/errors/unknown/?preview=1").status_code == 404
