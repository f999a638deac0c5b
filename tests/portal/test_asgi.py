"""The portal as a server that speaks ASGI asks it: it answers, and what charset a request names is nothing to it."""

import asyncio
from urllib.parse import quote

import pytest
from asgiref.testing import ApplicationCommunicator

from portal.asgi import application

TOKEN = "a" * 32


def answer(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """The status and the body of what is answered."""
    given = {"host": "localhost", "content-length": str(len(body))} | headers
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": pairs}

    async def ask() -> tuple[int, str]:
        asked = ApplicationCommunicator(application, scope)
        await asked.send_input({"type": "http.request", "body": body})
        begun = await asked.receive_output(60)
        said = await asked.receive_output(60)
        return begun["status"], said["body"].decode()

    return asyncio.run(ask())


def test_the_health_check_is_answered() -> None:
    assert answer("GET", "/healthz")[0] == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("charset", ["punycode", "hex"])
def test_a_form_is_read_as_utf_8_whatever_charset_it_names(charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    form = f"csrfmiddlewaretoken={TOKEN}&text={quote('스냅숏 오류')}".encode()
    status, page = answer("POST", "/diagnose/", form, content_type=kind, cookie=f"csrftoken={TOKEN}")
    assert status == 200
    assert "스냅숏 오류" in page
