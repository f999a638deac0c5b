"""Owns somebody who saves in the administration, over the network and without a browser, again and again."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from benchmarks import fresh

if TYPE_CHECKING:
    from benchmarks.servers import Server


class _Form(HTMLParser):
    """What a browser would send of the form of a page that saves a row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._text: str | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "textarea":
            self._text = name
            self.values.append((name, ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values.append((self._select, given.get("value") or ""))
        elif tag == "input" and name and (kind not in {"checkbox", "radio", "submit", "file"} or "checked" in given):
            self.values.append((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        self._text = None if tag == "textarea" else self._text
        self._select = "" if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            name, text = self.values[-1]
            self.values[-1] = (name, text + data)


class _NotFollowed(HTTPRedirectHandler):
    def redirect_request(self, *_about: Any) -> None:
        return None


class Administrator:
    """Somebody who is signed in and saves one entry again and again."""

    def __init__(self, server: Server) -> None:
        from django.contrib.auth.models import User  # noqa: PLC0415 - needs Django set up
        from django.test import Client  # noqa: PLC0415 - needs Django set up

        from troubleshoot.models import ErrorEntry  # noqa: PLC0415 - needs Django set up

        client = Client()
        client.force_login(User.objects.create_superuser("administrator"))
        self._cookie = f"sessionid={client.cookies['sessionid'].value}"
        entry = ErrorEntry.objects.get(key=fresh.KEY)
        self._address = server.address(f"/en/admin/troubleshoot/errorentry/{entry.pk}/change/")
        self._open = build_opener(_NotFollowed).open

    def save(self, mark: str) -> bool:
        """Open the form, change the cause, and send it. Whether it was said to be saved."""
        page = self._ask(None)
        values = {**dict(_Form(page).values), "cause_ko": mark, "_continue": "1"}
        token = values["csrfmiddlewaretoken"]
        return self._ask(urlencode(values).encode(), f"; csrftoken={token}") == "saved"

    def _ask(self, data: bytes | None, more: str = "") -> str:
        asked = Request(self._address, data, {"Cookie": self._cookie + more, "Referer": self._address})
        try:
            with self._open(asked, timeout=30) as answer:
                text: str = answer.read().decode()
                return text
        except URLError as error:
            if getattr(error, "code", 0) == 302:
                return "saved"
            raise
