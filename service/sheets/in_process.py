"""Requests handed straight to a WSGI application: a server without a port. It knows no application."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WsgiAdapter(BaseAdapter):
    """A transport for `requests` that calls a WSGI application in this process."""

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__()
        self._application = application

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,  # noqa: ARG002 – nothing to wait for
        verify: bool | str = True,  # noqa: ARG002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Answer one prepared request by the application."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None, /
        ) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda _data: None  # the old write() way, which no application here uses

        answer = self._application(_environ(request), start_response)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return _response(request, status, headers, body, stream=stream)

    def close(self) -> None:
        """Hold nothing open."""


def _environ(request: requests.PreparedRequest) -> dict[str, object]:
    url = urlsplit(request.url or "")
    body = request.body or b""
    payload = body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, bytes) else _drain(body)
    environ: dict[str, object] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        # WSGI carries paths as bytes in latin-1 clothing
        "PATH_INFO": unquote(url.path, "latin-1"),
        "RAW_URI": url.path,
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme or "http",
        "wsgi.input": io.BytesIO(payload),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(payload)),
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    return environ


def _drain(body: Iterable[bytes]) -> bytes:
    read = getattr(body, "read", None)
    if read is not None:
        content = read()
        return content.encode() if isinstance(content, str) else bytes(content)
    return b"".join(body)


def _response(
    request: requests.PreparedRequest, status: str, headers: list[tuple[str, str]], body: bytes, *, stream: bool
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.url = request.url or ""
    response.request = request
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = "utf-8"
    response.raw = HTTPResponse(body=io.BytesIO(body), status=int(code), headers=dict(headers), preload_content=False)
    if not stream:
        response._content = body  # what requests' own adapters leave to be read
    return response
