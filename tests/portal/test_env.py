"""Typed readers of the environment: what they accept, and the sentence with which they refuse."""

import multiprocessing
import stat
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.env import Environment, names_for, read_or_make_secret

DEFAULT = Path("/tmp/unused")


@pytest.mark.parametrize("value", ["1", "true", "True", " yes ", "ON"])
def test_a_boolean_may_be_written_as_people_write_it(value):
    assert Environment({"DEBUG": value}).boolean("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "off"])
def test_a_boolean_may_be_denied_as_people_deny_it(value):
    assert Environment({"DEBUG": value}).boolean("DEBUG", default=True) is False


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_variable_counts_as_not_set(value):
    blank = Environment({"X": value})
    assert blank.boolean("X", default=True) is True
    assert blank.integer("X", default=7) == 7
    assert blank.text("X", default="kept") == "kept"
    assert blank.words("X", default=("kept",)) == ["kept"]


NO_DATABASE = "X is not an address of a database"
READERS = {
    "boolean": lambda env: env.boolean("X", default=False),
    "number": lambda env: env.integer("X", default=1),
    "digit": lambda env: env.integer("X", default=1, least=1, most=9),
    "choice": lambda env: env.choice("X", default="a", choices=("a", "b")),
    "networks": lambda env: env.networks("X", default=()),
    "database": lambda env: env.database("X", default=""),
    "replicas": lambda env: env.replicas("X"),
    "cache": lambda env: env.cache("X"),
    "folder": lambda env: env.folder("X", default=DEFAULT),
}
REFUSED = [
    ("boolean", "flase", "X='flase' can't be used; expected true or false."),
    ("number", "ten", "expected a whole number from 0."),
    ("number", "-1", "expected a whole number from 0."),
    ("number", "１２", "expected a whole number from 0."),
    ("digit", "10", "expected a whole number from 1 to 9."),
    ("choice", "c", "expected one of a, b."),
    ("networks", "10.0.0.0/99", "expected addresses or networks"),
    ("database", "mysql://user:hidden@host/name", NO_DATABASE),
    ("database", "postgres://user:hidden@host", NO_DATABASE),
    ("database", "postgres://user:hidden@host:port/name", NO_DATABASE),
    ("database", "portal.sqlite3", NO_DATABASE),
    ("replicas", "postgres://user:hidden@host/name, postgres://user:hidden@host", NO_DATABASE),
    ("replicas", "sqlite:///portal.sqlite3", NO_DATABASE),
    ("cache", "memcached://user:hidden@host", "X is not an address of a cache; expected redis://"),
    ("cache", "redis://", "X is not an address of a cache"),
    ("cache", "redis://:hidden@host:port/0", "X is not an address of a cache"),
    ("folder", "/dev/null/x", "expected a writable folder."),
]


@pytest.mark.parametrize(("reader", "value", "sentence"), REFUSED)
def test_a_wrong_value_stops_the_start_with_a_sentence(reader, value, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        READERS[reader](Environment({"X": value}))
    assert sentence in str(refused.value)
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "redis://cache:6379/0", "rediss://:secret@[::1]/1"])
def test_a_cache_is_a_redis_or_none(url):
    assert Environment({"X": url}).cache("X") == url


@given(st.integers(min_value=0, max_value=10**12))
def test_every_whole_number_is_read_as_written(number):
    assert Environment({"X": str(number)}).integer("X", default=0) == number


def test_words_are_separated_by_commas():
    assert Environment({"X": " a.example, b.example ,,"}).words("X") == ["a.example", "b.example"]


def test_networks_may_be_single_addresses():
    assert Environment({"X": "10.0.0.0/8,::1"}).networks("X", default=()) == [
        ip_network("10.0.0.0/8"),
        ip_network("::1"),
    ]


def test_a_postgres_address_is_read_in_parts():
    read = Environment({"X": "postgres://me:p%40ss@db.example:5433/portal"}).database("X", default="")
    assert (read["ENGINE"], read["NAME"]) == ("django.db.backends.postgresql", "portal")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("me", "p@ss", "db.example", 5433)


def test_the_names_asked_for_are_remembered():
    env = Environment({})
    env.text("A")
    env.boolean("B", default=True)
    assert env.names == {"A", "B"}


def test_a_secret_of_the_environment_is_kept_nowhere(tmp_path):
    assert Environment({"S": "given"}).secret("S", kept_in=tmp_path / "secret") == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_generated_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "secret"
    first = read_or_make_secret(path)
    assert len(first) >= 50
    assert read_or_make_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_many_processes_that_start_at_once_share_one_secret(tmp_path):
    with multiprocessing.get_context("fork").Pool(8) as pool:
        secrets = pool.map(read_or_make_secret, [tmp_path / "secret"] * 64, chunksize=1)
    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_an_empty_secret_file_is_no_secret(tmp_path):
    (tmp_path / "secret").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty; delete it"):
        read_or_make_secret(tmp_path / "secret")


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.1", ("127.0.0.1", "localhost", "[::1]")),
        ("192.0.2.7", ("127.0.0.1", "localhost", "[::1]", "192.0.2.7")),
        ("portal.example", ("127.0.0.1", "localhost", "[::1]", "portal.example")),
        ("2001:db8::7", ("127.0.0.1", "localhost", "[::1]", "[2001:db8::7]")),
        ("[2001:db8::7]", ("127.0.0.1", "localhost", "[::1]", "[2001:db8::7]")),
        ("0.0.0.0", ("*",)),
        ("::", ("*",)),
    ],
)
def test_the_portal_answers_to_the_host_it_is_bound_to(host, names):
    assert names_for(host) == names


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "https://a.example/?q={query}"),
        ("none", ""),
        ("https://b.example/{language}?q={query}", "https://b.example/{language}?q={query}"),
    ],
)
def test_an_address_with_parts_to_fill_in_is_read(given, expected):
    read = Environment({"X": given}).template("X", default="https://a.example/?q={query}", parts=("query", "language"))
    assert read == expected


@pytest.mark.parametrize(
    "given", ["https://b.example/", "ftp://b/{query}", "https://b/{query}{other}", "https://b/{query"]
)
def test_an_address_that_can_not_be_filled_in_stops_the_start(given):
    with pytest.raises(ImproperlyConfigured, match=r"an address with \{query\} in it"):
        Environment({"X": given}).template("X", default="https://a/{query}", parts=("query", "language"))


@pytest.mark.parametrize(
    ("source", "korean", "english"),
    [
        ({}, "기본", "기본"),
        ({"NAME": "프린터"}, "프린터", "프린터"),
        ({"NAME_EN": "Printer"}, "Printer", "Printer"),
        ({"NAME": "프린터", "NAME_EN": "Printer"}, "프린터", "Printer"),
        ({"NAME": "  ", "NAME_EN": ""}, "기본", "기본"),
    ],
)
def test_a_text_is_said_in_the_active_language(source, korean, english):
    text = Environment(source).in_each_language("NAME", default="기본")

    for language, said in (("ko", korean), ("en", english), (None, korean)):
        with translation.override(language):
            assert str(text) == said


@pytest.mark.parametrize(("given", "hops"), [("", 0), ("false", 0), ("true", 1), ("1", 1), ("0", 0), ("3", 3)])
def test_proxies_are_counted(given, hops):
    assert Environment({"X": given}).hops("X") == hops


@pytest.mark.parametrize("given", ["-1", "two", "11", "²"])
def test_no_number_of_proxies_stops_the_start(given):
    with pytest.raises(ImproperlyConfigured, match="a number of proxies up to 10"):
        Environment({"X": given}).hops("X")


@pytest.fixture
def file(tmp_path):
    """A file with this in it."""

    def write(content: bytes) -> str:
        (tmp_path / "file").write_bytes(content)
        return str(tmp_path / "file")

    return write


def test_a_secret_may_stand_in_a_file(file, tmp_path):
    assert Environment({"S_FILE": file(b" given\n")}).secret("S", kept_in=tmp_path / "secret") == "given"
    url = file(b"postgres://me:secret@db.example/portal\n")
    assert Environment({"D_FILE": url}).database("D", default="")["PASSWORD"] == "secret"
    assert Environment({"C_FILE": file(b"redis://a.example:6379/0")}).cache("C") == "redis://a.example:6379/0"


def test_a_file_of_blanks_is_as_if_nothing_were_set(file):
    assert Environment({"C_FILE": file(b" \n")}).cache("C") == ""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"C": "redis://a/0", "C_FILE": "x"}, "both set"),
        ({"C_FILE": "/none/there"}, "C_FILE=/none/there can't be read: No such file"),
        ({"C_FILE": "/"}, "can't be read: Is a directory"),
    ],
)
def test_a_file_that_can_not_be_read_stops_the_start(given, reason):
    with pytest.raises(ImproperlyConfigured, match=reason):
        Environment(given).cache("C")


def test_what_a_file_of_secrets_holds_is_not_shown(file):
    for content in (b"\xff\xfehunter2", b"mysql://me:hunter2@db"):
        with pytest.raises(ImproperlyConfigured) as raised:
            Environment({"D_FILE": file(content)}).database("D", default="")
        assert "hunter2" not in str(raised.value)
