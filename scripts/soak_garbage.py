"""A line to the spreadsheets on which one request of a run is answered by garbage, over real sockets."""

from __future__ import annotations

import gzip
import io
import json
import random
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import requests

from service import connections, data_folder, workflows
from service.errors import ServiceError
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.pacing import Waiting
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import Sheets
from service.workspace import Workspace

JSON = "application/json; charset=UTF-8"
PAGE = b"<!doctype html><title>H\xe1\xbb\x87 th\xe1\xbb\x91ng</title><p>\xc4\x90\xc4\x83ng nh\xe1\xba\xadp"
OTHERS = (None, True, 7, "x", [], {}, [[]], {"a": 1}, "\x00", 1e300)
# what one answer is; some after the request was carried out
KINDS = (
    "page 200", "page as JSON", "JSON cut short", "connection cut within JSON", "other types", "null", "list", "empty",
    "not UTF-8", "not gzip", "deep", "endless", "dripping", "500", "500 carried out", "reset", "204", "redirect away",
    "many headers", "not HTTP", "twice",
)  # fmt: skip


class Line(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """The server: every request goes to the application, but one, or one and all after it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, application: Callable[..., Any], kind: str, number: int, chance: random.Random) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.application, self.kind, self.number, self.chance = application, kind, number, chance
        self.asked = 0
        self.met = 0
        self.struck: tuple[str, str, bytes] | None = None
        self.guard = threading.Lock()
        self.ended = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who asked gave up."""


class _Handler(BaseHTTPRequestHandler):
    server: Line
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.guard:
            strikes = self._strikes(body)
        if strikes and self.server.kind in {"500", "reset", "page 200", "204", "redirect away", "not HTTP"}:
            status, answer = 200, b"{}"
        else:
            status, answer = self._real(body)
        if not strikes:
            self._send(status, answer)
        else:
            self.close_connection = True
            self._strike(answer)

    def _strikes(self, body: bytes) -> bool:
        """Return True for the request that meets garbage, and for the same one sent again."""
        server, this = self.server, (self.command, self.path, body)
        if server.struck is None and server.asked == server.number:
            server.struck = this
        server.asked += 1
        strikes = server.struck == this
        server.met += strikes
        return strikes

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 – http.server's names

    def _real(self, body: bytes) -> tuple[int, bytes]:
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": requests.utils.unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_AUTHORIZATION": self.headers.get("Authorization", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        begun: list[str] = []
        answer = b"".join(self.server.application(environ, lambda status, _headers, _exc=None: begun.append(status)))
        return int(begun[-1].split()[0]), answer

    def _send(
        self, status: int, body: bytes, kind: str = JSON, *more: tuple[str, str], length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _strike(self, answer: bytes) -> None:  # noqa: C901 – one line a kind
        kind, half = self.server.kind, answer[: max(1, len(answer) // 2)]
        match kind:
            case "page 200":
                self._send(200, PAGE, "text/html; charset=UTF-8")
            case "page as JSON":
                self._send(200, PAGE)
            case "JSON cut short":
                self._send(200, half)
            case "connection cut within JSON":
                self._send(200, half, length=len(answer) + 100)
            case "other types":
                self._send(200, self._mistyped(answer))
            case "null" | "list":
                self._send(200, {"null": b"null", "list": b"[1, 2]"}[kind])
            case "empty":
                self._send(200, b"")
            case "not UTF-8":
                self._send(200, answer.replace(b'"', b'"\xff\xfe', 2))
            case "not gzip":
                self._send(200, answer, JSON, ("Content-Encoding", "gzip"))
            case "deep":
                self._send(200, b'{"sheets": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")
            case "endless" | "dripping":
                self._never_end(drips=kind == "dripping")
            case "500" | "500 carried out":
                self._send(500, b'{"error": {"code": 500, "message": "x", "status": "INTERNAL"}}')
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            case "204":
                self.send_response(204)
                self.end_headers()
            case "redirect away":
                self._send(302, b"", "text/html", ("Location", "http://127.0.0.1:9/"))
            case "many headers":
                self._send(200, answer, JSON, *[(f"X-{number}", "x" * 50) for number in range(300)])
            case "not HTTP":
                self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
            case "twice":
                self._send(200, gzip.compress(answer + answer), JSON, ("Content-Encoding", "gzip"))

    def _never_end(self, *, drips: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        self.wfile.write(b'{"sheets": [')
        while not self.server.ended.is_set():
            self.wfile.write(b" " if drips else b"0," * 30_000)
            if drips:
                time.sleep(0.05)

    def _mistyped(self, answer: bytes) -> bytes:
        """Return the answer with one value, anywhere, replaced by one of another type."""
        try:
            whole = json.loads(answer)
        except ValueError:
            return answer
        places = list(_places(whole))
        if not places:
            return b"[]"
        holder, key = self.server.chance.choice(places)
        holder[key] = self.server.chance.choice([one for one in OTHERS if type(one) is not type(holder[key])])
        return json.dumps(whole).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 – any JSON
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


@contextmanager
def line_to(workspace: Workspace, kind: str, number: int, chance: random.Random) -> Iterator[tuple[Workspace, Line]]:
    """Open a workspace whose spreadsheets are behind a line with one fault."""
    line = Line(connections.embedded_application(workspace.settings, workspace.clock), kind, number, chance)
    thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        session = connections.bearer_session(data_folder.owner_token(workspace.settings))
        # waiting between tries is not what is tried here
        waiting = Waiting(sleep=lambda _seconds: None)
        policy = RetryPolicy(total_seconds=6.0, timeout=(2.0, 2.0))
        client = http.connect(session, f"http://127.0.0.1:{line.server_address[1]}", policy, waiting=waiting)
        yield replace(workspace, sheets=Sheets(client, COLUMN_KEY)), line
    finally:
        line.ended.set()
        line.shutdown()
        line.server_close()
        thread.join()


def run_with(workspace: Workspace, kind: str, number: int, chance: random.Random) -> tuple[bool, str]:
    """Run once with one request answered by garbage; return whether it was met, and what was said."""
    with line_to(workspace, kind, number, chance) as (behind, line):
        started = time.monotonic()
        try:
            report = workflows.consolidate(behind, "soak")
            said = "run ended well" if not report.faults else "tabs named as not read"
        except ServiceError as error:
            said = type(error).__name__
            if not str(error).isprintable() or len(str(error)) < 20:
                said = f"raised without words: {error!r}"
        except Exception as error:  # noqa: BLE001 – whatever is raised is what is looked for
            said = f"raised {type(error).__name__}: {error}"
        if time.monotonic() - started > 60:
            said = f"raised nothing for {time.monotonic() - started:.0f} s"
        return line.met > 0, said
