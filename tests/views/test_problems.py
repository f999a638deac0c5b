"""Holds the answers to what went wrong."""

import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from troubleshoot.views import catalog, problems

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_a_404_with_a_search_box(client, content, prefix, language):
    response = client.get(f"{prefix}/no/such/page/")
    page = response.content.decode()

    assert response.status_code == 404
    assert f'<html lang="{language}">' in page
    assert f'action="{prefix}/search/"' in page
    assert f"{prefix}/operations/backup/" in page


def test_an_unknown_entry_is_answered_with_the_nearest_ones(client, make_entry):
    make_entry(key="vm-gone", message_en="The bitlocker drive is locked")

    response = client.get("/errors/bitlocker-drive-locked-2/")

    assert [entry.key for entry in response.context["nearest"]] == ["vm-gone"]


@pytest.mark.parametrize("key", ["nothing-here", "nothing-to-see", "disk-full", "hello"])
def test_an_unknown_address_that_is_near_no_entry_proposes_none(client, content, prefix, key):
    assert client.get(f"{prefix}/errors/{key}/").context["nearest"] == []


def test_a_misspelt_key_of_the_document_proposes_its_entry_first(client, content, prefix):
    response = client.get(f"{prefix}/errors/vm-agent-missin/")

    assert response.context["nearest"][0].key == "vm-agent-missing"


def test_the_language_switch_of_a_404_leads_to_the_same_address(client, content):
    assert 'href="/en/no/such/page/"' in client.get("/no/such/page/").content.decode()


@pytest.fixture
def failing(client, monkeypatch):
    """Ask for a page whose view raises ``error``."""
    client.raise_request_exception = False

    def ask(error: Exception, address: str = "/errors/"):
        def fail(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(catalog, "ErrorFilter", fail)
        return client.get(address)

    return ask


def test_a_fault_of_ours_is_a_500_that_asks_nothing_of_the_database(failing, count_queries, prefix, language):
    response = failing(ZeroDivisionError(), f"{prefix}/errors/")

    assert response.status_code == 500
    assert f'<html lang="{language}">' in response.content.decode()
    assert count_queries(lambda: problems.server_error(RequestFactory().get("/"))) == 0


def test_a_database_that_does_not_answer_is_a_503(failing):
    response = failing(OperationalError())

    assert response.status_code == 503
    assert response["Retry-After"] == "30"


def test_the_error_page_comes_up_without_collected_static_files(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATIC_ROOT = "/nowhere"
    settings.DEBUG = False

    assert "<h1>" in problems.server_error(RequestFactory().get("/")).content.decode()


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "500.html", "503.html"])
def test_each_problem_has_a_page_in_each_language(template, language):
    with override(language):
        page = render_to_string(template)

    assert page.count("<h1>") == 1
    assert ("것" in page or "요" in page) == (language == "ko")
