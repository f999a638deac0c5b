"""A short run of the fuzzer: whatever is asked, no answer is a 5xx, lacks a header or takes long."""

import logging

import pytest
from django.contrib.auth.models import User

from benchmarks.fuzz import Drawing, look
from portal.wsgi import application


@pytest.fixture
def drawing(content, client) -> Drawing:
    client.force_login(User.objects.create_superuser("administrator"))
    return Drawing(20_261_130, client.cookies["sessionid"].value)


@pytest.mark.usefixtures("the_connection_stays_open")
def test_whatever_is_asked_is_answered_as_everything_is(drawing, settings):
    settings.WORK_LIMITS = dict.fromkeys(settings.WORK_LIMITS, (1_000_000, 1_000_000))
    logging.disable(logging.CRITICAL)
    try:
        told = look(map(drawing.draw, range(500)), application)
    finally:
        logging.disable(logging.NOTSET)
    assert told.violations == [], str(told)
    assert {200, 302, 400, 404, 405} <= told.statuses.keys()


def test_a_request_is_drawn_again_by_its_number(drawing):
    assert drawing.draw(7) == drawing.draw(7) != drawing.draw(8)


def test_every_address_is_asked_the_administration_included(drawing):
    asked = {drawing.draw(number).path for number in range(3_000)}
    for beginning in ("/admin/troubleshoot/", "/admin/reports/", "/errors/", "/wizards/", "/api/v1/", "/diagnose/"):
        assert any(path.startswith(beginning) for path in asked), beginning


def test_what_may_not_be_is_told(drawing):
    def broken(_environ, start_response):
        start_response("500 Internal Server Error", [("X", "a\nb")])
        return [b""]

    told = look([drawing.draw(1)], broken)
    assert [line.partition(":")[0] for line in told.violations] == [
        "500",
        "no content-security-policy, permissions-policy, x-content-type-options, referrer-policy",
        "a broken header",
    ]
