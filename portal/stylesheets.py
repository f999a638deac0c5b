"""Owns how stylesheets and scripts are served: one that imports others as one file, so that a visit waits for one."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.storage import Storage

BUNDLES = ("troubleshoot/css/portal.css", *(f"troubleshoot/js/{name}.js" for name in ("entry", "home", "search")))
IMPORT = re.compile(
    r'@import url\("(?P<file>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;|^import "(?P<script>[^"]+)";$', re.MULTILINE
)
CHARSET = '@charset "UTF-8";'


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Collects static files as WhiteNoise does, hashed and compressed, with each bundle in the place of its imports."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], *arguments: Any, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception | None]]:
        joined = InMemoryStorage()
        for name in BUNDLES:
            if name in paths:
                joined.save(name, ContentFile(bundled(name, paths).encode()))
        parts = {name: (joined, name) for name in BUNDLES if joined.exists(name)}
        yield from super().post_process(paths | parts, *arguments, **options)


def bundled(name: str, paths: dict[str, tuple[Storage, str]]) -> str:
    """The stylesheet or script ``name`` with what it imports written out: in its layer, or in a block of its own.

    Addresses in what is imported stay as they are: an import from another folder must have none that is relative.
    A script is imported for what it does, so it must export nothing.
    """

    def written(match: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["file"] or match["script"]))
        text = _read(part, paths).removeprefix(CHARSET)
        if match["script"]:
            return f"{{\n{text}\n}}"
        return f"@layer {match['layer']} {{\n{text}\n}}" if match["layer"] else text

    return IMPORT.sub(written, _read(name, paths))


def _read(name: str, paths: dict[str, tuple[Storage, str]]) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
        return text
