"""Owns reading the environment: typed readers that stop the start with a sentence when a value is wrong."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.functional import lazy
from django.utils.translation import get_language

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
DATABASE_FORM = "postgres://user:password@host:port/name or sqlite:///path"
CACHE_FORM = "redis://:password@host:port/0, or rediss:// for TLS"
MOST_HOPS = 10
SQLITE = "django.db.backends.sqlite3"
ENGINES = frozenset({SQLITE, "django.db.backends.postgresql"})


class Environment:
    """Typed access to environment variables.

    Every reader takes the variable's name and a default, and raises ``ImproperlyConfigured`` naming the variable,
    the value and what was expected. A variable that is set but blank counts as not set. ``names`` remembers what
    was asked for, so that a test can hold the README to it.
    """

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source = os.environ if source is None else source
        self.names: set[str] = set()

    def text(self, name: str, *, default: str = "") -> str:
        self.names.add(name)
        return self._source.get(name, "").strip() or default

    def in_each_language(self, name: str, *, default: Any) -> Any:
        """A text that readers see: a lazy one, in Korean that of the name, in English that of ``NAME_EN``.

        Where only one of them is set, it is said in both; ``default`` is said where none is.
        """
        korean, english = self.text(name), self.text(f"{name}_EN")
        if not (korean or english):
            return default
        in_english, in_korean = english or korean, korean or english
        return lazy(lambda: in_english if (get_language() or "").startswith("en") else in_korean, str)()

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.text(name, default=str(default)).lower()
        if value not in TRUE | FALSE:
            raise self._unusable(name, "true or false")
        return value in TRUE

    def integer(
        self, name: str, *, default: int, least: int = 0, most: int | None = None, may_be_blank: bool = True
    ) -> int:
        value = self.text(name, default=str(default))
        expected = f"a whole number from {least}" + ("" if most is None else f" to {most}")
        is_refused = not may_be_blank and self._source.get(name, "1").strip() == ""
        if is_refused or not (value.isascii() and value.isdigit()):
            raise self._unusable(name, expected)
        number = int(value)
        if number < least or (most is not None and number > most):
            raise self._unusable(name, expected)
        return number

    def hops(self, name: str) -> int:
        """How many proxies are trusted: a number, or true for one."""
        value = self.text(name, default="0").lower()
        if value in TRUE | FALSE:
            return int(value in TRUE)
        if not (value.isascii() and value.isdigit() and int(value) <= MOST_HOPS):
            raise self._unusable(name, f"true, false or a number of proxies up to {MOST_HOPS}")
        return int(value)

    def choice(self, name: str, *, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default=default)
        if value not in choices:
            raise self._unusable(name, f"one of {', '.join(choices)}")
        return value

    def template(self, name: str, *, default: str, parts: tuple[str, ...] = ()) -> str:
        """An address, the first of ``{parts}`` in it and maybe the others, to fill in; empty where it is "none"."""
        value = self.text(name, default=default)
        if value.casefold() == "none":
            return ""
        try:
            filled = value.format(**dict.fromkeys(parts, ""))
        except (IndexError, KeyError, ValueError) as error:
            raise self._unusable(name, self._template_form(parts)) from error
        lacks = parts and f"{{{parts[0]}}}" not in value
        if lacks or not filled.startswith(("https://", "http://")):
            raise self._unusable(name, self._template_form(parts))
        return value

    @staticmethod
    def _template_form(parts: tuple[str, ...]) -> str:
        return f"none, or an address with {{{parts[0]}}} in it" if parts else "none, or an address"

    def words(self, name: str, *, default: Sequence[Any] = ()) -> list[str]:
        """Comma-separated words; blanks around them are dropped."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()] or list(default)

    def networks(self, name: str, *, default: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
        """Comma-separated IP addresses or networks in CIDR form."""
        try:
            return [ip_network(word) for word in self.words(name, default=default)]
        except ValueError as error:
            raise self._unusable(name, "addresses or networks such as 10.0.0.0/8, separated by commas") from error

    def folder(self, name: str, *, default: Path) -> Path:
        """A folder that can be written to; made if it is not there."""
        path = Path(self.text(name, default=str(default))).expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                return path
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise ImproperlyConfigured(f"{name}={path} can't be used: {reason}; expected a writable folder.") from error

    def confidential(self, name: str, *, default: str = "") -> str:
        """What must not be seen in a list of processes or variables: itself, or the file that ``…_FILE`` names."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if not path:
            return value or default
        if value:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; which of them counts is unclear.")
        try:
            return Path(path).read_text(encoding="utf-8").strip() or default
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ImproperlyConfigured(f"{name}_FILE={path} can't be read: {reason}.") from error

    def secret(self, name: str, *, kept_in: Path) -> str:
        """The secret itself, or else the one kept in a file, which is generated at the first start."""
        return self.confidential(name) or read_or_make_secret(kept_in)

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        return self._database(name, self.confidential(name, default=default), ENGINES)

    def replicas(self, name: str) -> list[dict[str, Any]]:
        """The databases at comma-separated addresses, all of PostgreSQL."""
        urls = [url.strip() for url in self.confidential(name).split(",") if url.strip()]
        return [self._database(name, url, ENGINES - {SQLITE}) for url in urls]

    def _database(self, name: str, url: str, engines: frozenset[str]) -> dict[str, Any]:
        try:
            parsed = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
        except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
            raise self._unusable_address(name) from error
        if parsed["ENGINE"] not in engines or not parsed["NAME"]:
            raise self._unusable_address(name)
        return dict(parsed)

    def cache(self, name: str) -> str:
        """The address of a Redis, or an empty string."""
        url = self.confidential(name)
        if url and not is_redis(url):
            # Without the value: it may hold a password.
            raise ImproperlyConfigured(f"{name} is not an address of a cache; expected {CACHE_FORM}.")
        return url

    def _unusable(self, name: str, expected: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{name}={self._source.get(name)!r} can't be used; expected {expected}.")

    @staticmethod
    def _unusable_address(name: str) -> ImproperlyConfigured:
        """Leave the value out: a database address holds a password."""
        return ImproperlyConfigured(f"{name} is not an address of a database; expected {DATABASE_FORM}.")


def is_redis(url: str) -> bool:
    """Whether this is an address of a Redis, with a host and a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read_or_make_secret(path: Path) -> str:
    """Read the secret in ``path``, generating it (mode 0600) if there is none.

    Several processes may start at once: each writes a file of its own and links it into place, which succeeds for
    exactly one of them and never shows a half-written secret to another.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(get_random_secret_key())
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret counts
        finally:
            Path(draft).unlink()
    secret = path.read_text(encoding="ascii").strip()
    if not secret:
        raise ImproperlyConfigured(f"{path} is empty; delete it, and the next start makes a new secret.")
    return secret


def names_for(host: str) -> tuple[str, ...]:
    """Host names that a server bound to ``host`` answers to when nobody says otherwise.

    The loopback names and the address itself; any name if it is bound to every interface.
    """
    if host in {"0.0.0.0", "::", "[::]", "*"}:  # noqa: S104 - compared, not bound
        return ("*",)
    bare = host.strip("[]")
    own = f"[{bare}]" if ":" in bare else bare
    return tuple(dict.fromkeys(("127.0.0.1", "localhost", "[::1]", own)))
