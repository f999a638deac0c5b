"""The number of a request: made here, or a trusted proxy's, and in the answer whatever happens."""

import re

import pytest

from portal import request_id
from tests.portal.wsgi import Answer
from troubleshoot.views import catalog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content", "the_connection_stays_open")]
GIVEN = "of-the-proxy-0001"


def number(**headers: str) -> str:
    return Answer("GET", "/errors/", **headers).number


def test_each_answer_has_a_number_of_its_own_kept_pages_too():
    numbers = [number() for _ in range(3)]
    assert len(set(numbers)) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in numbers)
    assert request_id.current() == numbers[-1]


def test_a_trusted_proxys_number_is_taken_and_nobody_elses(settings):
    assert number(HTTP_X_REQUEST_ID=GIVEN) != GIVEN
    settings.PROXIES = 1
    assert number(HTTP_X_REQUEST_ID=GIVEN) == GIVEN


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "a b c d e f g", "가나다라마바사아", "-starts-with-it", "a\nb" * 4]
)
def test_what_is_no_number_is_replaced(settings, given):
    settings.PROXIES = 1
    assert re.fullmatch("[0-9a-f]{32}", number(HTTP_X_REQUEST_ID=given))


def test_an_error_page_shows_it(monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(catalog, "ErrorFilter", fail)
    answer = Answer("GET", "/errors/")
    assert answer.status == 500
    assert answer.number in answer.body.decode()
