"""Owns what the real WSGI application answers, without a server around it."""

import io

from portal.wsgi import application

HEADERS = ("content-security-policy", "permissions-policy", "x-content-type-options", "referrer-policy")


class Answer:
    """What the real WSGI application answers to a request with these headers; ``number`` is of this request alone."""

    def __init__(self, method: str, path: str, query: str = "", body: bytes = b"", **environ: str) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        given = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
        }
        answer = application(given | environ, self._start)
        self.body = b"".join(answer)
        if (close := getattr(answer, "close", None)) is not None:
            close()

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = int(status.split(maxsplit=1)[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.number = self.headers.pop("x-request-id")

    def is_ours(self) -> bool:
        return all(name in self.headers for name in HEADERS)
