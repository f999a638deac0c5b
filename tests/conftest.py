"""Owns what every test can ask for: the content, a fresh index, and the number of queries something takes."""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as project_settings
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from troubleshoot.reading import limits
from troubleshoot.search.index import freshness

LANGUAGES = ("ko", "en")

# The same examples every time: a red test is red for everybody.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    """Static files need no collecting, and passwords no slow hash; nothing else differs from what is served."""
    project_settings.STORAGES = project_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    project_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path_factory) -> Iterator[None]:
    """Each test's database is its own, so its index is too."""
    settings.SEARCH_INDEX_DIR = tmp_path_factory.mktemp("index")
    freshness.close()
    yield
    freshness.close()


@pytest.fixture(autouse=True)
def nothing_counted_before() -> None:
    limits.forget()


@pytest.fixture(autouse=True)
def no_language_left_over() -> Iterator[None]:
    """A request for an English page leaves its language active; the next test begins in Korean."""
    with translation.override(project_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def prefix(language) -> str:
    """What the addresses of the language begin with."""
    return "" if language == "ko" else f"/{language}"


@pytest.fixture(scope="session")
def loaded_rows() -> list[models.Model]:
    """The rows of the first load, which later tests copy: loading anew takes far longer."""
    return []


@pytest.fixture
def content(db, loaded_rows) -> None:
    """The whole document, as ``load_content`` puts it into the database."""
    if loaded_rows:
        copy_rows(loaded_rows)
        return
    call_command("load_content", verbosity=0)
    loaded_rows.extend(row for model in models_of_the_app() for row in model._base_manager.order_by("pk"))


def models_of_the_app() -> list[type[models.Model]]:
    """Every model, those that others point to first."""
    waiting = list(apps.get_app_config("troubleshoot").get_models())
    sorted_models: list[type[models.Model]] = []
    while waiting:
        free = [model for model in waiting if not targets(model) & set(waiting) - {model}]
        sorted_models += free
        waiting = [model for model in waiting if model not in free]
    return sorted_models


def targets(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.get_fields() if field.many_to_one or field.one_to_one}


def copy_rows(rows: list[models.Model]) -> None:
    for model in models_of_the_app():
        model._base_manager.bulk_create(row for row in rows if type(row) is model)


@pytest.fixture
def count_queries() -> Iterator[Callable[[Callable[[], Any]], int]]:
    """Count the queries of a call, to hold that they do not grow with the rows."""

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
