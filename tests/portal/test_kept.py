"""Kept answers: given again word for word, never to who may get another, and never once the content has changed."""

import re
import time
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as settings_of
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import DatabaseError, transaction
from django.db.models import Model, TextField, Value
from django.db.models.functions import Concat
from django.test import Client, override_settings

from portal import kept
from tests.portal.wsgi import Answer
from troubleshoot import keeping, metrics
from troubleshoot.models import (
    Choice,
    ContentVersion,
    Document,
    ErrorAlias,
    ErrorEntry,
    Flow,
    FlowLink,
    Operation,
    Resolution,
    Section,
    Step,
)
from troubleshoot.search.index import freshness
from troubleshoot.views import verdicts

PROJECT = Path(__file__).parent.parent.parent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content", "the_connection_stays_open")]

ENTRY = "/errors/restore-cloud-internal-error/"
KEPT = (
    ("/", ""),
    ("/en/", ""),
    ("/errors/", "operation=restore"),
    (ENTRY, ""),
    ("/operations/backup/", ""),
    ("/document/", ""),
    ("/wizards/", ""),
    ("/wizards/vm-agent/", ""),
    ("/wizards/vm-agent/all/", ""),
    ("/wizards/vm-agent/map.svg", ""),
    ("/search/", "q=%EC%8A%A4%EB%83%85%EC%83%B7"),
    ("/search/suggest/", "q=%EC%8A%A4%EB%83%85"),
    ("/api/v1/search", "q=snapshot"),
    ("/api/v1/errors", ""),
    ("/api/v1/flows/vm-agent", ""),
)
PASSED_BY = (
    ("/healthz", ""),
    ("/readyz", ""),
    ("/metrics", ""),
    ("/diagnose/", ""),
    ("/nowhere/", ""),
    ("/admin/login/", ""),
    ("/wizards/vm-agent/thanks/", ""),
    ("/sitemap.xml", ""),
)


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The addresses of the requests that Django answered, in order."""
    answered: list[str] = []
    keep = kept.keep

    def noted(request, response, *about):
        answered.append(request.get_full_path())
        keep(request, response, *about)

    monkeypatch.setattr(kept, "keep", noted)
    return answered


def get(path: str, query: str = "", **environ: str) -> Answer:
    answer = Answer("GET", path, query, **environ)
    answer.headers.pop("x-request-id", None)  # each request has its own number, also where its answer is kept
    return answer


@pytest.mark.parametrize(("path", "query"), KEPT)
def test_a_page_is_made_once_and_given_again_word_for_word(made, path, query):
    first, second = get(path, query), get(path, query)
    assert first.status == 200
    assert (second.status, second.headers, second.body) == (first.status, first.headers, first.body)
    assert len(made) == 1


@pytest.mark.parametrize(("path", "query"), PASSED_BY)
def test_what_changes_without_the_content_is_made_each_time(made, path, query):
    get(path, query)
    get(path, query)
    assert len(made) == 2


def test_an_outcome_is_made_each_time_as_its_text_for_support_says_when(made, client):
    address = client.get("/wizards/vm-agent/").context["ways"][0].url
    while not (shown := client.get(address).context)["state"].is_finished:
        address = shown["ways"][0].url
    path, _mark, query = address.partition("?")
    get(path, query)
    get(path, query)
    assert len(made) == 2


@pytest.mark.parametrize("path", ["/", ENTRY, "/search/"])
def test_who_has_a_page_is_told_so_as_django_would(made, path):
    etag = get(path).headers["etag"]
    again = get(path, HTTP_IF_NONE_MATCH=etag)
    caches["pages"].clear()
    by_django = get(path, HTTP_IF_NONE_MATCH=etag)
    assert again.status == by_django.status == 304
    assert again.body == by_django.body == b""
    # Django leaves out of Vary what is said only of a body that is worth compressing; it is true of both answers.
    assert "Accept-Encoding" in again.headers.pop("vary")
    assert again.headers == {name: value for name, value in by_django.headers.items() if name != "vary"}
    assert len(made) == 2


@pytest.mark.parametrize("known", ['"x", {}', "*", '"x", W/{}'])
def test_any_form_of_if_none_match_is_understood(known):
    etag = get(ENTRY).headers["etag"]
    assert get(ENTRY, HTTP_IF_NONE_MATCH=known.format(etag.removeprefix("W/"))).status == 304


@pytest.mark.parametrize("known", ['"x"', "x", "", ",,,", "W/"])
def test_who_has_another_page_gets_this_one(known):
    get(ENTRY)
    assert get(ENTRY, HTTP_IF_NONE_MATCH=known).status == 200


def entry() -> ErrorEntry:
    return ErrorEntry.objects.get(key="restore-cloud-internal-error")


def say_more(model: type[Model]) -> None:
    """Every Korean text of a kind of rows ends with another word."""
    names = [field.name for field in model._meta.local_concrete_fields if field.name.endswith("_ko")]
    said = {name: Concat(name, Value("또"), output_field=TextField()) for name in names}
    model._default_manager.update(**said)


PATHS = [(path, query) for path, query in KEPT if "search" not in path]
TEXTS = (Document, Section, Operation, ErrorEntry, ErrorAlias, Resolution, Flow, Step, Choice)
WRITES = {model.__name__: lambda model=model: say_more(model) for model in TEXTS} | {
    "a link to a wizard": lambda: FlowLink.objects.filter(pk=FlowLink.objects.first().pk).update(entry=entry()),
    "the order of entries": lambda: ErrorEntry.objects.filter(pk=entry().pk).update(order=900),
    "an entry that is withdrawn": lambda: ErrorEntry.objects.filter(key="dns-name-already-taken").update(
        state="archived"
    ),
    "an entry that is outdated": lambda: ErrorEntry.objects.filter(pk=entry().pk).update(is_outdated=True),
    "a second document": lambda: Document.objects.create(key="second", title_ko="둘째 문서"),
    "a wizard that is withdrawn": lambda: Flow.objects.filter(key="vm-agent").update(published=False),
}


def test_after_a_write_each_page_is_what_it_were_if_nothing_had_been_kept():
    shown = [get(*at) for at in PATHS]
    for name, write in WRITES.items():
        before = shown
        write()
        shown = [get(*at) for at in PATHS]
        with override_settings(PAGES_MIB=0):
            anew = [get(*at) for at in PATHS]
        assert [(answer.status, answer.body) for answer in shown] == [
            (answer.status, answer.body) for answer in anew
        ], name
        assert [answer.body for answer in before] != [answer.body for answer in shown], name


def test_a_page_is_kept_while_what_it_is_made_of_stays_as_it_is(made):
    for at in PATHS:
        get(*at)
    ErrorEntry.objects.filter(key="dns-name-already-taken").update(cause_ko="다른 원인입니다.")
    del made[:]
    for at in PATHS:
        get(*at)
    assert not {ENTRY, "/", "/wizards/vm-agent/", "/wizards/vm-agent/map.svg"} & set(made)
    assert "/document/" in made


def test_a_search_is_of_the_content_as_it_is(made):
    get("/search/", "q=snapshot")
    ContentVersion.objects.touch()
    get("/search/", "q=snapshot")
    assert len(made) == 2


def test_what_was_written_while_a_kept_page_was_looked_at_is_shown_by_the_next(made, monkeypatch):
    get(ENTRY)
    editions = iter(["one", "two", "two", "two", "two"])
    monkeypatch.setattr(ContentVersion.objects, "edition", lambda: next(editions))
    get(ENTRY)
    get(ENTRY)
    assert len(made) == 2


def test_a_database_that_goes_away_while_a_kept_page_is_looked_at_is_left_to_django(made, monkeypatch):
    def fails(_trace):
        raise DatabaseError("gone")

    get(ENTRY)
    ContentVersion.objects.touch()
    monkeypatch.setattr(keeping, "holds", fails)
    get(ENTRY)
    assert len(made) == 2


def test_an_edit_is_shown_by_the_very_next_request():
    get(ENTRY)
    row = entry()
    row.cause_ko = "새 원인입니다."
    row.save()
    assert "새 원인입니다." in get(ENTRY).body.decode()


def test_content_that_goes_back_to_an_earlier_number_shows_no_page_of_the_lost_one():
    get(ENTRY)
    number = ContentVersion.objects.current().value
    with transaction.atomic():
        row = entry()
        row.cause_ko = "잃어버린 원인입니다."
        row.save()
        assert "잃어버린" in get(ENTRY).body.decode()
        transaction.set_rollback(True)
    assert ContentVersion.objects.current().value == number
    row = entry()
    row.cause_ko = "다른 원인입니다."
    row.save()
    assert ContentVersion.objects.current().value == number + 1
    assert "다른 원인입니다." in get(ENTRY).body.decode()


def test_a_backup_that_is_restored_shows_the_pages_of_then():
    """All of it goes back, the name of the content as well: what was kept since is of rows that are gone."""
    rows, counter = ErrorEntry.objects.filter(pk=entry().pk), ContentVersion.objects.filter(pk=ContentVersion.SINGLETON)
    texts, count = rows.values("cause_ko").get(), counter.values().get()
    first = get(ENTRY)
    rows.update(cause_ko="잃어버린 원인입니다.")
    assert "잃어버린" in get(ENTRY).body.decode()
    rows.update(**texts)
    counter.update(**count)
    assert get(ENTRY).body == first.body


VARIES = {
    "/search/": {"Accept-Encoding", "HX-Request"},
    "/search/suggest/": {"Accept-Encoding", "HX-Request"},
    # Staff have links to edit them.
    **{key: {"Accept-Encoding", "Cookie"} for key in (ENTRY, "/wizards/vm-agent/", "/wizards/vm-agent/all/")},
}


@pytest.mark.parametrize(("path", "query"), KEPT)
def test_a_page_says_to_vary_by_no_more_than_it_does(path, query):
    said = get(path, query, HTTP_ACCEPT_ENCODING="gzip").headers.get("vary", "")
    assert set(filter(None, said.split(", "))) <= VARIES.get(path, {"Accept-Encoding"})


@pytest.mark.parametrize("name", sorted(kept.COOKIES))
def test_who_sends_a_cookie_of_ours_is_passed_by_and_nothing_of_theirs_is_kept(made, name):
    get(ENTRY, HTTP_COOKIE=f"other=1; {name}=x")
    get(ENTRY, HTTP_COOKIE=f"{name}=x")
    get(ENTRY)
    assert len(made) == 3


def test_a_cookie_of_another_application_changes_nothing(made):
    get(ENTRY)
    get(ENTRY, HTTP_COOKIE="analytics=1")
    assert len(made) == 1


def test_what_staff_see_is_never_kept(client: Client):
    user = User.objects.create_superuser("editor", password="x")
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    row = entry()
    row.state = "draft"
    row.save()
    assert get(ENTRY, "preview=1", HTTP_COOKIE=cookie).status == 200
    assert get(ENTRY, "preview=1").status == 404 or get(ENTRY, "preview=1").status == 410


@pytest.mark.parametrize("environ", [{"HTTP_AUTHORIZATION": "Token x"}, {"CONTENT_LENGTH": "1"}])
def test_an_unusual_request_is_passed_by(made, environ):
    get(ENTRY)
    get(ENTRY, **environ)
    assert len(made) == 2


def test_nothing_but_get_is_kept(made):
    get(ENTRY)
    assert Answer("HEAD", ENTRY).status == 200
    assert Answer("POST", ENTRY).status == 403
    assert len(made) == 3


POISON = (
    {"HTTP_HOST": "127.0.0.1"},
    {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_X_FORWARDED_PORT": "444"},
    {"HTTP_X_FORWARDED_FOR": "10.0.0.1"},
    {"HTTP_FORWARDED": "host=evil.example;proto=https"},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_ACCEPT_ENCODING": "br"},
    {"HTTP_ACCEPT": "text/xml"},
    {"HTTP_ACCEPT_CHARSET": "utf-7"},
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_HX_TARGET": "evil"},
    {"HTTP_RANGE": "bytes=0-1"},
    {"HTTP_X_ORIGINAL_URL": "/admin/"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
    {"HTTP_USER_AGENT": "<script>"},
    {"SERVER_NAME": "127.0.0.1"},
    {"SERVER_PORT": "444"},
    {"SCRIPT_NAME": "/below"},
    {"wsgi.url_scheme": "https"},
)


@pytest.mark.parametrize("path", ["/search/", "/api/v1/errors", "/wizards/vm-agent/all/"])
def test_no_header_puts_an_answer_before_a_reader_who_did_not_send_it(path):
    alone = get(path, "q=snapshot")
    for poison in POISON:
        caches["pages"].clear()
        poisoned_first = get(path, "q=snapshot", **poison)
        after_poison = get(path, "q=snapshot")
        assert (after_poison.headers, after_poison.body) == (alone.headers, alone.body), poison
        poisoned_again = get(path, "q=snapshot", **poison)
        assert (poisoned_again.status, poisoned_again.body) == (poisoned_first.status, poisoned_first.body), poison
        assert b"evil" not in poisoned_first.body, poison


def test_an_unknown_host_is_refused_however_often_the_page_was_kept():
    get(ENTRY)
    assert get(ENTRY, HTTP_HOST="evil.example").status == 400


def test_an_answer_that_varies_with_what_is_not_looked_at_is_not_kept(made, monkeypatch):
    monkeypatch.setattr(kept, "VARIED", kept.VARIED - {"hx-request"})
    get("/search/", "q=snapshot")
    get("/search/", "q=snapshot")
    assert len(made) == 2


def test_what_was_kept_is_forgotten_with_the_hour(made, monkeypatch):
    get("/search/", "q=snapshot")
    later = time.time() + kept.HOUR
    monkeypatch.setattr(kept.time, "time", lambda: later)
    get("/search/", "q=snapshot")
    assert len(made) == 2


def test_a_search_counts_for_each_reader(monkeypatch):
    counted: list[str] = []
    monkeypatch.setattr(metrics, "count_search", lambda *, outcome: counted.append(outcome))
    for _ in range(3):
        get("/search/", "q=snapshot")
    assert counted == ["found", "found"]


def test_requests_are_counted_by_their_view_whether_kept_or_made(monkeypatch):
    counted: list[tuple[str, int]] = []
    observe = metrics.observe_request
    monkeypatch.setattr(
        metrics, "observe_request", lambda **of: (counted.append((of["view"], of["status"])), observe(**of))[1]
    )
    etag = get(ENTRY).headers["etag"]
    get(ENTRY)
    get(ENTRY, HTTP_IF_NONE_MATCH=etag)
    assert counted == [("error", 200), ("error", 200), ("error", 304)]


def test_a_database_that_does_not_answer_is_left_to_whoever_answers(made, monkeypatch):
    def fails():
        raise DatabaseError("gone")

    monkeypatch.setattr(ContentVersion.objects, "edition", fails)
    monkeypatch.setattr(kept.connection, "close", lambda: None)
    assert get("/healthz").status == 200
    assert len(made) == 1


def test_no_memory_for_pages_keeps_none(made, settings):
    settings.PAGES_MIB = 0
    get(ENTRY)
    get(ENTRY)
    assert len(made) == 2


def test_an_address_that_is_a_pasted_log_is_not_kept(made):
    query = "q=" + "a" * kept.LONGEST_ADDRESS
    get("/search/", query)
    get("/search/", query)
    assert len(made) == 2


class Shared:
    """What stands in for a Redis of all machines."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}

    def get(self, place: str) -> bytes | None:
        return self.rows.get(place)

    def set(self, place: str, data: bytes, _seconds: int) -> None:
        self.rows[place] = data


@pytest.fixture
def shared(settings, monkeypatch) -> Shared:
    settings.CACHE_URL = "redis://127.0.0.1:1/0"
    found, own = Shared(), caches["pages"]
    monkeypatch.setattr(kept, "caches", {"pages": own, "shared pages": found})
    return found


def test_what_was_asked_for_again_is_given_by_other_machines_too(made, shared):
    first = get(ENTRY)
    assert shared.rows == {}
    get(ENTRY)
    caches["pages"].clear()
    assert get(ENTRY).body == first.body
    assert len(made) == 1


def test_a_real_redis_gives_them_to_other_machines_and_nothing_once_the_content_changed(made, settings, redis):
    settings.CACHE_URL = redis
    options = {"serializer": "portal.caches.Bytes", "socket_timeout": 5}
    shared = {"BACKEND": "portal.caches.ForgivingRedis", "LOCATION": redis, "OPTIONS": options}
    settings.CACHES = settings.CACHES | {"shared pages": shared}
    first = [get(ENTRY), get(ENTRY)][0]
    caches["pages"].clear()

    assert get(ENTRY).body == first.body
    assert len(made) == 1

    ErrorEntry.objects.filter(key="restore-cloud-internal-error").update(cause_ko="다른 원인")
    caches["pages"].clear()

    assert "다른 원인" in get(ENTRY).body.decode()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data[:-1] + b"X",
        lambda data: data[40:],
        lambda data: b"",
        lambda data: b"\x80\x04." * 20,
        lambda data: b"0" * 32 + data[32:],
    ],
)
def test_nothing_of_a_shared_cache_is_believed_that_we_did_not_sign(made, shared, spoilt):
    first = get(ENTRY)
    get(ENTRY)
    ((place, data),) = shared.rows.items()
    shared.rows[place] = spoilt(data)
    caches["pages"].clear()
    assert get(ENTRY).body == first.body
    assert len(made) == 2


def test_a_page_is_not_believed_in_the_place_of_another(made, shared):
    for path in (ENTRY, ENTRY, "/", "/"):
        get(path)
    (entry_at, home_at) = shared.rows
    shared.rows[home_at] = shared.rows[entry_at]
    caches["pages"].clear()
    get("/")
    assert len(made) == 3


def test_another_release_keeps_its_own(made, monkeypatch):
    get(ENTRY)
    monkeypatch.setattr(kept, "_release", lambda: "another")
    get(ENTRY)
    assert len(made) == 2


def test_every_word_of_an_operator_that_a_page_says_names_the_release():
    """After a restart with another one, no machine believes the page that was made with the old one."""
    written = (PROJECT / "portal/settings.py").read_text(encoding="utf-8")
    words = re.findall(r"^([A-Z_]+) = env\.(?:in_each_language|words|template|text)\(", written, re.MULTILINE)
    code = [
        path
        for room in ("views", "templatetags", "reading")
        for path in (PROJECT / "troubleshoot" / room).rglob("*.py")
    ]
    said = {name for path in code for name in re.findall(r"\bsettings\.([A-Z_]+)", path.read_text(encoding="utf-8"))}
    assert len(said.intersection(words)) > 5
    assert said.intersection(words) <= set(kept._SETTINGS)


def test_what_fails_in_keeping_costs_no_answer(made, monkeypatch):
    def fails(*_arguments):
        raise OSError

    monkeypatch.setattr(caches["pages"], "set", fails)
    assert get(ENTRY).status == 200


def test_what_was_written_while_a_page_was_made_is_not_kept_as_of_before(made, monkeypatch):
    editions = iter(["one", "two", "two", "two", "two"])
    monkeypatch.setattr(ContentVersion.objects, "edition", lambda: next(editions))
    get(ENTRY)
    get(ENTRY)
    get(ENTRY)
    assert len(made) == 2


def test_what_was_found_in_an_older_index_is_not_kept(monkeypatch):
    searched = []

    def behind(view, asked):
        searched.append(asked)
        keeping.not_now()
        return find_level(view, asked)

    find_level = freshness.View.current
    monkeypatch.setattr(freshness.View, "current", behind)
    for _again in range(2):
        get("/search/", "q=snapshot")
    assert len(searched) == 2


def test_what_was_answered_just_now_is_made_each_time(made):
    for _ in range(2):
        get(ENTRY, "answered=1&solved=no")
    assert len(made) == 2


def test_who_has_a_page_already_has_it_kept_for_the_next(made):
    etag = get(ENTRY).headers["etag"]
    caches["pages"].clear()
    assert [get(ENTRY, HTTP_IF_NONE_MATCH=etag).status for _ in range(3)] == [304] * 3
    assert len(made) == 2


def test_who_has_an_older_page_gets_the_new_one_whole():
    get(ENTRY)
    caches["pages"].clear()
    answer = get(ENTRY, HTTP_IF_NONE_MATCH='"older"')
    assert answer.status == 200
    assert answer.body


@pytest.mark.parametrize("query", ["zzzz+qqqq", "UserErrorNobodyKnowsThis", "0x80070005"])
def test_a_search_that_finds_nothing_sets_no_cookie_and_is_kept(made, query):
    assert "set-cookie" not in get("/search/", f"q={query}").headers
    get("/search/", f"q={query}")
    assert len(made) == 1


def test_a_cookie_that_only_django_understands_is_somebodys(made):
    get(ENTRY)
    get(ENTRY, HTTP_COOKIE="\xc2\xa0sessionid=x")
    assert len(made) == 2


def test_every_cookie_that_we_set_is_one_that_is_passed_by():
    known = {settings_of.ANSWERING_COOKIE_NAME}
    set_by_us = re.findall(
        r"set_cookie\(\s*([\w.]+)", "\n".join(path.read_text() for path in (PROJECT / "troubleshoot").rglob("*.py"))
    )
    # The second is read by a script of the administration alone and changes no page.
    assert set(set_by_us) == {"COOKIE", "_SAVED_COOKIE"}
    assert verdicts.COOKIE in known <= kept.COOKIES


UNSEEN = {
    "ApiToken",
    "ContentVersion",
    "DocumentUpload",
    "FailedSignIn",
    "FixtureRecord",
    "FixtureRelease",
    "Image",  # pages name it by its key, which is of its bytes; its own address is not kept
    "ImportedEntry",
    "OpenPage",
    "PendingImport",
    "Plan",
    "QueryLog",
    "ReviewComment",
    "Revision",
    "SearchChange",
    "StepCount",
    "UploadedRow",
    "Verdict",
}
SHOWN = [model for model in apps.get_app_config("troubleshoot").get_models() if model.__name__ not in UNSEEN]


# What others of the content stand on can't be deleted: a row that nothing stands on takes its place.
FRESH = {
    "Document": {"key": "fresh", "title_ko": "문서"},
    "FormerKey": {"key": "fresh"},
    "Operation": {"key": "fresh", "title_ko": "작업", "order": 99},
    "Product": {"key": "fresh", "title_ko": "제품", "order": 99},
    "Section": {"key": "fresh", "title_ko": "절", "order": 99},
}


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_every_write_to_what_pages_show_is_another_edition(model):
    rows = model._default_manager
    above = {"FormerKey": {"entry": entry}, "Section": {"document": Document.objects.first}}.get(model.__name__, {})
    fresh = FRESH.get(model.__name__)
    row = rows.create(**fresh, **{name: of() for name, of in above.items()}) if fresh else rows.order_by("pk").last()
    values = {field.attname: getattr(row, field.attname) for field in model._meta.local_concrete_fields}
    same, column = rows.filter(pk=row.pk), model._meta.local_concrete_fields[-1].attname
    editions = [ContentVersion.objects.edition()]
    for write in (
        row.save,
        lambda: same.update(**{column: values[column]}),
        same.delete,
        lambda: rows.bulk_create([model(**values)]),
    ):
        write()
        editions.append(ContentVersion.objects.edition())
    assert len(set(editions)) == len(editions)
