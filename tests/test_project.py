"""Walks the project: what must hold for every page, model, template, catalogue, module and pin, tomorrow's included."""

import importlib
import importlib.metadata
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import AddField, CreateModel, DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

import portal
import troubleshoot
from tests.tools import needed

PROJECT = Path(__file__).parent.parent
TEMPLATES = sorted(PROJECT.glob("templates/**/*.html"))
CATALOGUE = PROJECT / "troubleshoot/locale/ko/LC_MESSAGES/django.po"
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


# What old code asks for must stay while it serves.
GONE = (DeleteModel, RemoveField, RenameField, RenameModel)


class Outline(HTMLParser):
    """Collects what every page has once: its language, its title and its main heading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings = 0
        self.titles = 0
        self.language: str | None = None
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.headings += tag == "h1"
        self.titles += tag == "title"
        if tag == "html":
            self.language = values.get("lang")
        if name := values.get("id"):
            self.ids.append(name)


def named_patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """The portal's own addresses; admin and API have tests of their own."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from named_patterns(pattern)
        elif pattern.name:
            yield pattern


def addresses_without_arguments() -> list[str]:
    return sorted(p.name for p in named_patterns(get_resolver()) if not p.pattern.converters)


def address(name: str, language: str) -> str:
    with translation.override(language):
        return reverse(name)


def modules(package) -> list[str]:
    return [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]


@pytest.mark.django_db
def test_no_migration_is_pending():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("name", addresses_without_arguments())
def test_every_address_without_arguments_answers(client, content, name, language):
    answer = client.get(address(name, language))
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # takes what readers send, and has a test of its own
        assert answer["Allow"] == "POST"
        return
    if answer.status_code == HTTPStatus.FOUND:  # leads to a file, or to sign in, and has a test of its own
        assert answer["Location"]
        return
    assert answer.status_code == 200
    if answer["Content-Type"].startswith("text/html"):
        outline = Outline(answer.content.decode())
        assert (outline.headings, outline.titles, outline.language) == (1, 1, language)
        assert outline.ids
        assert sorted(outline.ids) == sorted(set(outline.ids))


def test_every_row_with_an_address_has_a_page_in_both_languages(client, content, language):
    with translation.override(language):
        rows = [row for model in apps.get_app_config("troubleshoot").get_models() for row in model._base_manager.all()]
        addresses = {row.get_absolute_url() for row in rows if hasattr(row, "get_absolute_url")}
    assert addresses
    for path in sorted(addresses):
        answer = client.get(path.split("#")[0])
        assert answer.status_code == 200, path
        assert Outline(answer.content.decode()).headings == 1, path


def test_what_the_fixtures_load_is_valid(content):
    rows = [row for model in apps.get_app_config("troubleshoot").get_models() for row in model._base_manager.all()]
    assert len(rows) > 500
    for row in rows:
        row.full_clean()


def test_fixtures_hold_natural_keys_and_no_numbers():
    files = sorted((PROJECT / "fixtures").glob("*.json"))
    assert files
    for path in files:
        for row in json.loads(path.read_text(encoding="utf-8")):
            assert "pk" not in row, path


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT / "templates")))
def test_no_template_has_anything_inline(template):
    text = template.read_text(encoding="utf-8")
    assert not INLINE.findall(text)
    for attributes in SCRIPT.findall(text):
        assert "src=" in attributes or 'type="application/' in attributes


def test_every_module_can_be_imported_and_says_what_it_owns():
    names = [*modules(portal), *modules(troubleshoot)]
    assert len(names) > 100
    for name in names:
        module = importlib.import_module(name)
        is_empty = not Path(module.__file__).read_text(encoding="utf-8").strip()
        assert is_empty or ".migrations." in name or module.__doc__, name


def test_no_module_is_a_drawer_for_anything():
    names = modules(troubleshoot)
    assert len(names) > 100
    for name in names:
        assert not {"utils", "helpers", "common", "misc"} & set(name.split(".")), name


def test_every_text_of_the_interface_has_its_korean():
    messages = read_messages(CATALOGUE)
    assert messages
    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if is_empty(message.string)] == []


def test_the_catalogue_holds_the_texts_of_the_code(tmp_path):
    """What makemessages finds in an empty catalogue is what ours has: no more, no less."""
    needed("xgettext")
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(
        ".venv", ".git", "var", "*_cache", ".hypothesis", "tests", "node_modules", "static", "*.po"
    )
    shutil.copytree(PROJECT, copy, ignore=ignored)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "ko", "--no-obsolete"],
        cwd=copy,
        env=os.environ | {"VAR_DIR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )
    assert texts_in(CATALOGUE) == texts_in(copy / CATALOGUE.relative_to(PROJECT))


def read_messages(catalogue: Path) -> list[Message]:
    with catalogue.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def is_empty(text: str | tuple[str, ...]) -> bool:
    return not all(text) if isinstance(text, tuple) else not text


def texts_in(catalogue: Path) -> set[tuple[str | None, str]]:
    """Context and English of every message."""
    return {(message.context, str(message.id)) for message in read_messages(catalogue)}


def pins(*files: str) -> dict[str, str]:
    text = "\n".join((PROJECT / name).read_text() for name in files or ("requirements.txt", "requirements-dev.txt"))
    return {normal(name): version for name, version in PIN.findall(text)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_installed_package_is_pinned():
    """What the pinned packages ask for in turn is pinned too."""
    pinned = pins()
    for name, version in pinned.items():
        distribution = importlib.metadata.distribution(name)
        assert distribution.version == version, name
        unpinned = {wanted for wanted in requirements_of(distribution) if wanted not in pinned}
        assert not unpinned, f"{name} asks for {unpinned}"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_installed_from_has_the_pins_and_hashes_for_each(name):
    """`make lock` writes it. Beside the pins it may hold what only other versions of Python or systems need."""
    text = (PROJECT / f"{name}.lock").read_text(encoding="utf-8")
    locked = {normal(package): version for package, version in PIN.findall(text)}
    conditional = {normal(package) for package in re.findall(r"^([A-Za-z0-9._-]+)==\S+ ;", text, re.MULTILINE)}
    wanted = pins(*[f"{one}.txt" for one in ("requirements", name)])
    assert {package: locked.get(package) for package in wanted} == wanted
    assert locked.keys() - wanted.keys() <= conditional
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert "://" not in text


OLD_CODE_SERVES_SINCE = "0009"


def test_old_code_can_serve_from_a_database_that_new_code_has_migrated():
    """A new column may be empty or has a default of the database, and nothing that old code asks for goes."""
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app != "troubleshoot" or name < OLD_CODE_SERVES_SINCE:
            continue
        made = {one.name_lower for one in migration.operations if isinstance(one, CreateModel)}
        for operation in migration.operations:
            assert not isinstance(operation, GONE), f"{name}: {operation.describe()}"
            if not isinstance(operation, AddField) or operation.model_name_lower in made:
                continue
            if not (operation.field.null or operation.field.many_to_many):
                assert operation.field.db_default is not NOT_PROVIDED, f"{name}: {operation.describe()}"


def requirements_of(distribution: importlib.metadata.Distribution) -> set[str]:
    """Names of the packages it asks for on this machine, extras left out."""
    wanted = [line for line in distribution.requires or [] if "extra ==" not in line]
    names = {normal(re.match(r"[A-Za-z0-9._-]+", line).group()) for line in wanted}
    return {name for name in names if is_installed(name)}


def is_installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


VENDORED = sorted(path for path in PROJECT.glob("troubleshoot/static/troubleshoot/vendor/*") if path.is_dir())


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_what_is_vendored_comes_with_its_licence_and_stands_in_the_notice(folder):
    assert list(folder.glob("LICENSE*"))
    assert folder.name in (PROJECT / "NOTICE").read_text(encoding="utf-8").lower()


# Where the tables stop: what Django itself looks for, and texts and files without a line of code.
NO_ROOM = {"__init__.py", "apps.py", "migrations", "locale", "locale_django", "static", "__pycache__"}
MAP = (
    (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Where does this line go?")[1].split("\n## ")[0]
)
PLACES = set(re.findall(r"`((?:troubleshoot|portal)/[^`]*)`", MAP))


def rooms() -> list[str]:
    """Every package and module of the application, in the administration one level deeper."""
    app = PROJECT / "troubleshoot"
    found = [path for path in (*app.iterdir(), *(app / "admin").iterdir()) if path.name not in NO_ROOM]
    # What git leaves of a room that is gone, such as compiled files, is none.
    found = [path for path in found if path.is_file() or any(path.rglob("*.py"))]
    return sorted(path.relative_to(PROJECT).as_posix() for path in found if path != app / "admin")


@pytest.mark.parametrize("room", rooms())
def test_the_map_has_a_row_for_every_room(room):
    assert [place for place in PLACES if f"{place}/".startswith(f"{room}/")], room


@pytest.mark.parametrize("place", sorted(PLACES))
def test_what_the_map_names_is_there(place):
    assert (PROJECT / place).exists()
    assert (PROJECT / place).is_dir() == place.endswith("/")


def test_help_names_every_verb():
    text = (PROJECT / "Makefile").read_text()
    verbs = {"run", "test", "check", "help", "admin"}
    assert verbs <= set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
