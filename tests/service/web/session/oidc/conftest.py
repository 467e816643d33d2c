"""A provider on loopback, an office that takes its accounts, and somebody's browser going from one to the other."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import grants
from service.domain.roles import Role
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, LoopbackProvider, serving

PUBLIC = "https://tonghop.vidu.example"
BACK = f"{PUBLIC}/sign-in/oidc/callback"


@pytest.fixture
def provider() -> Iterator[LoopbackProvider]:
    with serving(LoopbackProvider()) as running:
        running.redirect_uris = {BACK}
        yield running


@dataclass
class Visitor:
    """Somebody in a browser: `client` before our pages, requests before the provider."""

    client: FlaskClient

    def leave(self, query: str = "") -> str:
        """Press the button; return where it leads."""
        answer = self.client.get(f"/sign-in/oidc{query}")
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.location

    def to_provider(self, address: str, **data: str) -> str:
        """Go to the provider; return what it sends the browser back with."""
        answer = requests.request("POST" if data else "GET", address, data=data, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"].startswith(BACK + "?")
        return urlsplit(answer.headers["Location"]).query

    def come_back(self, query: str) -> TestResponse:
        return self.client.get(f"/sign-in/oidc/callback?{query}")

    def sign_in(self, query: str = "") -> TestResponse:
        """Walk the whole way."""
        return self.come_back(self.to_provider(self.leave(query)))


def asked_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def visit(browse, provider) -> Callable[..., Visitor]:
    """Return `visit(**settings)`: a browser of its own before the office's pages."""

    def make(**settings: object) -> Visitor:
        given = {
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_issuer": provider.issuer,
            "public_url": PUBLIC,
        }
        client = browse(None, **given | settings)
        # the cookie is for https alone, and so is the browser
        client.environ_base["wsgi.url_scheme"] = "https"
        return Visitor(client)

    return make


@pytest.fixture
def grant(office) -> Callable[..., None]:
    """Return `grant(role, email, unit)`."""

    def give(role: Role = Role.VIEWER, email: str = "hoa@vidu.example", unit: str = "") -> None:
        with office.workspace() as workspace:
            grants.invite(workspace, email, role, unit)

    return give


@pytest.fixture
def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
