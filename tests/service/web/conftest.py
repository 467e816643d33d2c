"""A web application over an office's workspace, and signed hooks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from service import clock as clocks
from service.web import signatures
from service.web.app import create_app

SECRET = "mot-bi-mat-du-dai-0123"


@pytest.fixture
def browse(office) -> Iterator[Callable[..., FlaskClient]]:
    """Return `browse(**settings)`: a client of the application over the office as it is now."""
    opened = []

    def make(**settings) -> FlaskClient:
        office.settings = replace(office.settings, **settings)
        context = office.workspace()
        workspace = context.__enter__()
        opened.append(context)
        return create_app(workspace).test_client()

    yield make
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def hook(browse) -> Callable[..., int]:
    """Return `hook(body, …)`: post to the hook, well signed unless told otherwise, and return the answer's status."""
    client = browse(hook_secret=SECRET)

    def post(body: object, *, secret: str = SECRET, nonce: str = "", age: timedelta = timedelta(0), **headers) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        nonce = nonce or secrets.token_hex(8)
        timestamp = str(int((clocks.system() - age).timestamp()))
        signed = {
            signatures.TIMESTAMP: timestamp,
            signatures.NONCE: nonce,
            signatures.SIGNATURE: "sha256=" + signatures.sign(secret, timestamp, nonce, raw),
        }
        return client.post("/hooks/sheet", data=raw, headers=signed | headers).status_code

    return post
