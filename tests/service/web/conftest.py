"""A web application over an office's workspace, and signed hooks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from service import clock as clocks
from service import grants
from service.domain.roles import Role
from service.web.app import create_app
from service.web.machines import hook_signatures
from service.workspace import Workspace

SECRET = "mot-bi-mat-du-dai-0123"


class Compiled(BytecodeCache):
    """Templates that an earlier application of the run compiled."""

    known: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture
def enter() -> Callable[..., FlaskClient]:
    """Return `enter(workspace, role, unit)`: a client of the application over a workspace, signed in by a link."""

    def make(workspace: Workspace, role: Role | None = Role.OPERATOR, unit: str = "") -> FlaskClient:
        application = create_app(workspace)
        application.jinja_env.bytecode_cache = Compiled()
        client = application.test_client()
        if role is not None:
            token = grants.invite(workspace, f"{role}-{unit}@vidu.example", role, unit).token
            assert client.post(f"/sign-in/{token}").status_code == 303
        return client

    return make


@pytest.fixture
def browse(office, enter) -> Iterator[Callable[..., FlaskClient]]:
    """Return `browse(role, unit, **settings)`: a client of the application over the office as it is now.

    It is signed in as the operator unless told otherwise; with role None as nobody.
    """
    opened = []

    def make(role: Role | None = Role.OPERATOR, unit: str = "", **settings) -> FlaskClient:
        office.settings = replace(office.settings, **settings)
        context = office.workspace()
        workspace = context.__enter__()
        opened.append(context)
        return enter(workspace, role, unit)

    yield make
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def signed_in_client(browse) -> Callable[..., FlaskClient]:
    """Return `signed_in_client(role)`: somebody of that role in the browser; a unit is S-CT."""

    def make(role: Role, unit: str = "S-CT") -> FlaskClient:
        return browse(role, unit if role is Role.UNIT else "")

    return make


@pytest.fixture
def hook(browse) -> Callable[..., int]:
    """Return `hook(body, …)`: post to the hook, well signed unless told otherwise, and return the answer's status."""
    client = browse(None, hook_secret=SECRET)

    def post(body: object, *, secret: str = SECRET, nonce: str = "", age: timedelta = timedelta(0), **headers) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        nonce = nonce or secrets.token_hex(8)
        timestamp = str(int((clocks.system() - age).timestamp()))
        signed = {
            hook_signatures.TIMESTAMP: timestamp,
            hook_signatures.NONCE: nonce,
            hook_signatures.SIGNATURE: "sha256=" + hook_signatures.sign(secret, timestamp, nonce, raw),
        }
        return client.post("/hooks/sheet", data=raw, headers=signed | headers).status_code

    return post


@pytest.fixture
def renamed() -> Callable[..., None]:
    """Return `renamed(office, former, code)`: a unit of the roster goes on under a new code."""

    def rename(office, former: str, code: str) -> None:
        office.unit(former, former_codes=(former,))
        units = (replace(one, code=code) if one.code == former else one for one in office.campaign.units)
        office.campaign = replace(office.campaign, units=tuple(units))

    return rename
