"""A small OpenID Connect provider on loopback: it holds keys of its own, shows a page, gives codes and tokens.

It keeps the protocol's rules against its clients as Google does, so that a client that breaks one gets nowhere; what
it is told to do wrong it does at one place.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from service import clock as clocks

CLIENT_ID, CLIENT_SECRET = "tonghop.khach.vidu", "bi-mat-cua-khach-0123"
HOA = {"sub": "1001", "email": "hoa@vidu.example", "email_verified": True}


class _Quiet(WSGIRequestHandler):
    def log(self, type, message, *args):
        pass


class LoopbackProvider:
    """One provider; `person` is who sits before it."""

    def __init__(self, *, shows_page: bool = False) -> None:
        self.issuer = ""
        self.redirect_uris: set[str] = set()
        self.person: dict[str, object] = dict(HOA)
        self.shows_page = shows_page  # else whoever comes is sent back at once
        self.auth_methods: list[str] | None = ["client_secret_basic", "client_secret_post"]
        self.signing: RSAKey | ECKey = _new_key("khoa-1")
        self.published: list[RSAKey | ECKey] = [self.signing]
        self.asked: list[str] = []  # every path, in order
        # what it does wrong
        self.instead: dict[str, Callable[[Request], Response]] = {}
        self.claims: dict[str, object] = {}  # over the right ones; None takes one away
        self.sign: Callable[[dict[str, object]], str] = self.sign_well
        self._codes: dict[str, dict[str, str]] = {}

    def rotate(self, key: RSAKey | ECKey | None = None) -> None:
        """Sign with a new key from now on, and publish it alone."""
        self.signing = key or _new_key(secrets.token_hex(4))
        self.published = [self.signing]

    def sign_well(self, claims: dict[str, object]) -> str:
        alg = "ES256" if isinstance(self.signing, ECKey) else "RS256"
        return jwt.encode({"alg": alg, "kid": self.signing.kid}, claims, self.signing)

    def count(self, path: str) -> int:
        return self.asked.count(path)

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.asked.append(request.path)
        answers = {
            "/.well-known/openid-configuration": self._describe,
            "/authorize": self._authorize,
            "/token": self._token,
            "/keys": self._keys,
        }
        answer = self.instead.get(request.path) or answers.get(request.path)
        response = answer(request) if answer else Response("không có", 404)
        return response(environ, start_response)

    def description(self) -> dict[str, object]:
        described: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        if self.auth_methods is not None:
            described["token_endpoint_auth_methods_supported"] = self.auth_methods
        return described

    def _describe(self, _request: Request) -> Response:
        return _json(self.description())

    def _keys(self, _request: Request) -> Response:
        return _json(KeySet(list(self.published)).as_dict())

    def _authorize(self, request: Request) -> Response:
        given = request.values
        if given.get("client_id") != CLIENT_ID or given.get("redirect_uri") not in self.redirect_uris:
            return Response("redirect_uri_mismatch", 400)
        wrong = (
            given.get("response_type") != "code"
            or set(given.get("scope", "").split()) != {"openid", "email"}
            or given.get("code_challenge_method") != "S256"
            or not all(given.get(name) for name in ("state", "nonce", "code_challenge"))
        )
        if wrong:
            return self._back(given, error="invalid_request")
        if self.shows_page and request.method == "GET":
            return self._page(request)
        if given.get("answer") == "no":
            return self._back(given, error="access_denied")
        code = secrets.token_urlsafe(24)
        self._codes[code] = given.to_dict()
        return self._back(given, code=code, scope="email openid", prompt="none")

    def _page(self, request: Request) -> Response:
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in request.args.items()
        )
        form = (
            f'<form method="post" action="/authorize">{hidden}'
            f'<button name="answer" value="yes">{html.escape(str(self.person["email"]))}</button>'
            '<button name="answer" value="no">Thôi</button></form>'
        )
        return Response(f"<!doctype html><title>Chọn tài khoản</title>{form}", mimetype="text/html")

    def _back(self, given, **answer: str) -> Response:
        return Response(
            status=302,
            headers={"Location": f"{given['redirect_uri']}?{urlencode({'state': given['state'], **answer})}"},
        )

    def _token(self, request: Request) -> Response:
        given = request.form
        sent = request.authorization
        pair = (sent.username, sent.password) if sent else (given.get("client_id"), given.get("client_secret"))
        way = "client_secret_basic" if sent else "client_secret_post"
        if pair != (CLIENT_ID, CLIENT_SECRET) or way not in (self.auth_methods or ["client_secret_basic"]):
            return _json({"error": "invalid_client", "error_description": "hoa@vidu.example"}, 401)
        asked = self._codes.pop(given.get("code", ""), None)
        if (
            asked is None
            or given.get("grant_type") != "authorization_code"
            or given.get("redirect_uri") != asked["redirect_uri"]
            or challenge_of(given.get("code_verifier", "")) != asked["code_challenge"]
        ):
            return _json({"error": "invalid_grant"}, 400)
        now = int(clocks.system().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "iat": now,
            "exp": now + 3600,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.sign(claims)
        return _json({"access_token": "khong-dung-den", "token_type": "Bearer", "expires_in": 3599, "id_token": token})


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@functools.cache  # a key takes long to make
def _new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def _json(content: object, status: int = 200) -> Response:
    response = Response(status=status, mimetype="application/json")
    response.set_data(json.dumps(content))
    return response


def slow(seconds: float) -> Callable[[Request], Response]:
    """Answer only after a while, and nothing of use."""

    def answer(_request: Request) -> Response:
        time.sleep(seconds)
        return Response("{}", mimetype="application/json")

    return answer


@contextmanager
def serving(provider: LoopbackProvider, host: str = "127.0.0.1") -> Iterator[LoopbackProvider]:
    """Serve on a free port; `host` is what it calls itself."""
    server = make_server("127.0.0.1", 0, provider, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    provider.issuer = f"http://{host}:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
