"""System checks: each speaks when it should, with its id and a hint, and is silent otherwise."""

import os
import subprocess
import sys
from pathlib import Path

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


STARTED = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django
django.setup()
from django.contrib import admin
from troubleshoot.checks import administration_is_sound
print(len(admin.site._registry))
print(administration_is_sound(app_configs=None))
print(len(admin.site._registry) > 10)
"""


def test_a_command_starts_without_the_administration_and_the_check_looks_at_all_of_it():
    """In a process of its own: here, as on a server, it is loaded."""
    project = Path(__file__).parent.parent
    said = subprocess.run([sys.executable, "-c", STARTED], cwd=project, check=True, capture_output=True, text=True)
    assert said.stdout.split() == ["0", "[]", "True"]
