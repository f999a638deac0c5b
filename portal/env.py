"""Owns reading the environment: typed readers that stop the start with a sentence when a value is wrong."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError


class Environment:
    """Typed access to environment variables.

    Every reader takes the variable's name and a default, and raises
    ``ImproperlyConfigured`` naming the variable, the value and what was expected.
    """

    def __init__(self) -> None:
        self._env = Env()

    def boolean(self, name: str, *, default: bool) -> bool:
        return self._read(name, lambda: self._env.bool(name, default), "true or false")

    def integer(self, name: str, *, default: int) -> int:
        return self._read(name, lambda: self._env.int(name, default), "a whole number")

    def text(self, name: str, *, default: str) -> str:
        return os.environ.get(name, "").strip() or default

    def words(self, name: str, *, default: tuple[str, ...] = ()) -> list[str]:
        """Comma-separated words; blanks around them are dropped."""
        raw = os.environ.get(name, "")
        return [word.strip() for word in raw.split(",") if word.strip()] or list(default)

    def folder(self, name: str, *, default: Path) -> Path:
        return Path(self.text(name, default=str(default))).expanduser().resolve()

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        url = self.text(name, default=default)
        try:
            parsed: Mapping[str, Any] = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
        except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{name} is not a database address; expected postgres://user:password@host:port/name or sqlite:///path."
            ) from error
        return dict(parsed)

    @staticmethod
    def _read(name: str, read: Any, expected: str) -> Any:
        try:
            return read()
        except (EnvError, ValueError) as error:
            raise ImproperlyConfigured(
                f"{name}={os.environ.get(name)!r} can't be used; expected {expected}."
            ) from error
