"""What a log line says, and what it never says."""

import json
import logging

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from portal import request_id
from portal.logs import JsonFormatter, LineFormatter, configuration, on_one_line, without_query

SECRET = "Bearer-eyJ0"


def record(message: str, *args: object, name: str = "portal", error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, info)


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    def fail() -> None:
        raise error from cause

    with pytest.raises(type(error)) as caught:
        fail()
    return caught.value


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Not Found: /search/?q=secret", "Not Found: /search/"),
        ('"GET /search/?q=secret&page=2 HTTP/1.1" 200', '"GET /search/ HTTP/1.1" 200'),
        ("see https://portal.example/en/search/?q=secret now", "see https://portal.example/en/search/ now"),
        ("Ready? Yes.", "Ready? Yes."),
        ("Nothing to cut", "Nothing to cut"),
    ],
)
def test_an_address_loses_its_query(text, left):
    assert without_query(text) == left


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_an_exception_is_told_without_its_message(formatter):
    error = raised(ValueError(f"can't read {SECRET}"), KeyError(SECRET))
    line = formatter.format(record("Internal Server Error: %s", "/search/", error=error))
    assert SECRET not in line
    assert "ValueError" in line
    assert "KeyError" in line
    assert "test_logs.py" in line


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
@pytest.mark.parametrize("error", [OperationalError("database is locked"), OSError(28, "No space left on device")])
def test_an_exception_of_the_machine_is_told_with_its_message(formatter, error):
    line = formatter.format(record("x", error=raised(error)))
    assert "database is locked" in line or "No space left on device" in line


def test_a_long_chain_of_exceptions_is_cut():
    error: Exception = RuntimeError()
    for _ in range(50):
        error = raised(RuntimeError(), error)
    assert LineFormatter().format(record("x", error=error)).count("RuntimeError") == 4


def test_a_value_can_forge_no_line():
    assert LineFormatter().format(record("%s", "a\nERROR b\x1b[2J\u2028c")).count("\n") == 0


@given(st.text())
def test_a_line_is_one_line_whatever_it_holds(text):
    assert len(on_one_line(text).splitlines()) <= 1


def test_korean_stays_readable():
    assert on_one_line("백업 실패") == "백업 실패"
    assert "백업 실패" in JsonFormatter().format(record("백업 실패"))


def test_json_is_one_object_a_line():
    event = json.loads(JsonFormatter().format(record("Not Found: %s", "/x/?q=1")))
    assert event["message"] == "Not Found: /x/"
    assert event["level"] == "ERROR"
    assert event["time"].endswith("+00:00")


def test_an_access_line_has_fields_of_its_own():
    atoms = {"m": "GET", "U": "/search/", "s": "200", "B": 512, "L": "0.004", "h": "127.0.0.1"}
    access = logging.LogRecord("gunicorn.access", logging.INFO, "", 1, '%(m)s "%(U)s"', (atoms,), None)
    event = json.loads(JsonFormatter().format(access))
    assert {name: event[name] for name in ("method", "path", "status", "seconds")} == {
        "method": "GET",
        "path": "/search/",
        "status": "200",
        "seconds": "0.004",
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_everything_goes_to_one_handler(form):
    config = configuration(form=form, level="INFO")
    assert list(config["handlers"]) == config["root"]["handlers"]
    assert all(not logger["handlers"] and logger["propagate"] for logger in config["loggers"].values())


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_what_the_server_could_not_read_is_not_repeated(formatter):
    said = "Invalid request from ip=2001:db8::1: Invalid HTTP Header: 'Cookie sessionid=%s\nx'"
    line = formatter.format(record(said, SECRET, name="gunicorn.error"))
    assert SECRET not in line
    assert "Invalid request from ip=2001:db8::1" in line


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_a_line_names_the_request_that_it_was_written_for(formatter, monkeypatch):
    monkeypatch.setattr(request_id, "current", lambda: "abc-12345")
    assert "abc-12345" in formatter.format(record("x"))
    monkeypatch.setattr(request_id, "current", lambda: "")
    assert "[]" not in formatter.format(record("x"))
