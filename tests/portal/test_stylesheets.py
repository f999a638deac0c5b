"""One file is served for a stylesheet, or a script, and all that it imports."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import Http404

from portal.stylesheets import BUNDLES, CHARSET, IMPORT, StaticFiles


@pytest.fixture
def collected(prepared) -> Path:
    return prepared / "static"


STYLES = [name for name in BUNDLES if name.endswith(".css")]


def bundle(folder: Path, name: str) -> Path:
    stem, ending = name.rsplit(".", 1)
    (found,) = folder.glob(f"{stem}.*.{ending}")
    return found


def parts(name: str) -> list[tuple[Path, str | None]]:
    source = Path(finders.find(name))
    return [
        (source.parent / (match["file"] or match["script"]), match["layer"])
        for match in IMPORT.finditer(source.read_text())
    ]


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_imports_nothing_and_has_every_part_in_order(collected, name):
    text = bundle(collected, name).read_text()
    assert "@import" not in text
    assert not re.search(r"^import ", text, re.MULTILINE)
    places = [text.index(part.read_text().removeprefix(CHARSET).strip()) for part, _layer in parts(name)]
    assert places == sorted(places)
    assert places


@pytest.mark.parametrize("name", sorted(set(BUNDLES) - set(STYLES)))
def test_an_imported_script_keeps_its_names_to_itself(collected, name):
    text = bundle(collected, name).read_text()
    for part, _layer in parts(name):
        assert f"{{\n{part.read_text()}\n}}" in text
        assert "export " not in part.read_text()


@pytest.mark.parametrize("name", STYLES)
def test_its_layers_stay_layers(collected, name):
    text = bundle(collected, name).read_text()
    for part, layer in parts(name):
        if layer:
            assert f"@layer {layer} {{\n{part.read_text().removeprefix(CHARSET)}" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("name", BUNDLES)
def test_it_is_compressed_as_other_files_are(collected, name):
    served = bundle(collected, name)
    assert served.with_name(f"{served.name}.br").exists()
    assert served.with_name(f"{served.name}.gz").exists()


@pytest.mark.parametrize("name", STYLES)
def test_no_part_has_an_address_that_would_lead_elsewhere(name):
    for part, _layer in parts(name):
        assert not re.search(r"url\(\s*[\"']?(?![\"']?data:)", part.read_text()), part.name


def test_a_running_server_has_the_files_that_another_release_adds(tmp_path, settings, rf):
    """... once they are all there, which their list says that is written last."""

    def nothing(_request):
        raise Http404

    settings.STATIC_ROOT = tmp_path
    (tmp_path / "old.css").write_text("a {}")
    served = StaticFiles(nothing)
    (tmp_path / "new.css").write_text("b {}")
    with pytest.raises(Http404):
        served(rf.get("/static/new.css"))
    (tmp_path / "staticfiles.json").write_text("{}")
    assert served(rf.get("/static/new.css")).getvalue() == b"b {}"
    assert served(rf.get("/static/old.css")).getvalue() == b"a {}"
    with pytest.raises(Http404):
        served(rf.get("/static/other.css"))
