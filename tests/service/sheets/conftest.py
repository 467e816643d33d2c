"""A key of a service account as Google gives it, and a small server that plays Google's token endpoint."""

from __future__ import annotations

import io
import itertools
import json
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from service.embedded.server import create_app
from service.sheets import http
from service.sheets.in_process import WsgiAdapter
from service.sheets.verbs import Sheets

SERVICE = "tonghop@du-an.iam.gserviceaccount.com"

AT = datetime(2023, 9, 29, 16, 59, 59, tzinfo=UTC)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


class TokenServer:
    """Answers every request with what is next, and keeps what was claimed."""

    def __init__(self) -> None:
        self.next = (200, {"access_token": "mot-the-truy-cap", "expires_in": 3600, "token_type": "Bearer"})
        self.asked: list[str] = []
        self.claims: list[dict] = []
        self.bodies: list[dict] = []
        self.address = ""

    def __call__(self, environ, start_response):
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        self.asked.append(environ["PATH_INFO"])
        assertion = parse_qs(raw).get("assertion") if "assertion=" in raw else None
        if assertion:
            self.claims.append(jwt.decode(assertion[0], verify=False))
        elif raw.startswith("{"):
            self.bodies.append(json.loads(raw))
        code, body = self.next[0], self.next[1]
        text = body if isinstance(body, str) else json.dumps(body)
        start_response(f"{code} x", [("Content-Type", "application/json"), ("Metadata-Flavor", "Google")])
        return [text.encode()]


@pytest.fixture
def token_server():
    playing = TokenServer()
    server = make_server("127.0.0.1", 0, playing, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    playing.address = f"http://127.0.0.1:{server.server_port}/token"
    yield playing
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def private_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    written = io.BytesIO(
        made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return written.read().decode()


@pytest.fixture
def key(private_key, token_server) -> dict:
    """The JSON of a key whose tokens come from the small server."""
    return {
        "type": "service_account",
        "project_id": "du-an",
        "private_key_id": "0123456789abcdef",
        "private_key": private_key,
        "client_email": SERVICE,
        "client_id": "1234567890",
        "token_uri": token_server.address,
    }


@pytest.fixture
def key_file(key, tmp_path):
    path = tmp_path / "khóa dịch vụ.json"
    path.write_text(json.dumps(key), encoding="utf-8")
    path.chmod(0o600)
    return path


def sheets_over(application):
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    session.mount("https://", WsgiAdapter(application))
    return Sheets(http.connect(session), "cot")


@pytest.fixture
def sheets(tmp_path):
    seconds = itertools.count()
    return sheets_over(create_app(tmp_path, owner_token="owner", clock=lambda: AT + timedelta(seconds=next(seconds))))


@pytest.fixture
def book(sheets):
    return sheets.create("Sổ", {"dot": "a", "mau": "b"})


def answering(*bodies):
    """A server that gives these bodies in order."""
    left = list(bodies)

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(left.pop(0)).encode()]

    return sheets_over(application)
