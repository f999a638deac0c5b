"""System checks: each speaks when it should, with its id and a hint, and is silent otherwise."""

import os

import pytest

from troubleshoot.checks import catalogues_are_compiled, names_are_listed


def ids(messages) -> list[str]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_a_portal_for_any_name_is_warned_of(settings):
    settings.ALLOWED_HOSTS = ["portal.example", "*"]
    assert ids(names_are_listed()) == ["troubleshoot.W001"]


def test_a_portal_with_names_is_not_warned_of(settings):
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert ids(names_are_listed()) == []


@pytest.fixture
def catalogue(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "ko" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def test_a_catalogue_that_is_not_compiled_is_warned_of(catalogue):
    assert ids(catalogues_are_compiled()) == ["troubleshoot.W002"]


def test_a_catalogue_that_changed_since_it_was_compiled_is_warned_of(catalogue):
    catalogue.with_suffix(".mo").touch()
    os.utime(catalogue.with_suffix(".mo"), (1, 1))
    assert ids(catalogues_are_compiled()) == ["troubleshoot.W002"]


def test_a_compiled_catalogue_is_not_warned_of(catalogue):
    catalogue.with_suffix(".mo").touch()
    assert ids(catalogues_are_compiled()) == []
