"""Owns how stylesheets and scripts are served: one that imports others as one file, so that a visit waits for one.

While a portal is upgraded, its pages of either release ask any of its servers for their files.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.core.files.storage import Storage
    from django.http import HttpRequest, HttpResponseBase

BUNDLES = (
    *(f"troubleshoot/css/{name}.css" for name in ("portal", "admin")),
    *(f"troubleshoot/js/{name}.js" for name in ("entry", "search")),
)
IMPORT = re.compile(
    r'@import url\("(?P<file>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;|^import "(?P<script>[^"]+)";$', re.MULTILINE
)
CHARSET = '@charset "UTF-8";'


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """WhiteNoise, which knows the files that were there when it began, and those that another release added since."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._seen = _collected()
        super().__init__(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_unknown = request.path_info.startswith(self.static_prefix) and request.path_info not in self.files
        if is_unknown and (now := _collected()) != self._seen:
            self._seen = now
            self.add_files(self.static_root, prefix=self.static_prefix)
        answer: HttpResponseBase = super().__call__(request)
        return answer


def _collected() -> float:
    """When files were last collected."""
    try:
        return (Path(settings.STATIC_ROOT) / "staticfiles.json").stat().st_mtime
    except OSError:
        return 0.0


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
