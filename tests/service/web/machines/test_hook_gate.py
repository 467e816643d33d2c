"""A hook that is taken before the pages' machinery is answered and told like one that goes through it."""

from __future__ import annotations

import json
import logging
import secrets

import pytest

from service import clock
from service.web.machines import hook_signatures

SECRET = "bi-mat-cua-phep-thu-0123"
VIEW = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}  # of no known length: left to the view


@pytest.fixture
def post(browse, office):
    client = browse(None, hook_secret=SECRET)
    body = json.dumps({"spreadsheet_id": office.books("registration")[0]}).encode()

    def send(nonce: str = "", raw: bytes = body, path: str = "/hooks/sheet", **environ):
        nonce, timestamp = nonce or secrets.token_hex(8), str(int(clock.system().timestamp()))
        headers = {
            hook_signatures.TIMESTAMP: timestamp,
            hook_signatures.NONCE: nonce,
            hook_signatures.SIGNATURE: "sha256=" + hook_signatures.sign(SECRET, timestamp, nonce, raw),
        }
        return client.post(path, data=raw, headers=headers, environ_overrides=environ)

    return send


@pytest.mark.parametrize(
    ("raw", "status"), [(None, 204), (b"{}", 400), (json.dumps({"spreadsheet_id": "khac"}).encode(), 404)]
)
def test_both_ways_give_the_same_answer_and_the_same_line(post, caplog, raw, status):
    caplog.set_level(logging.INFO, "service.web.server.request_log")
    given = {} if raw is None else {"raw": raw}
    before, behind = post(**given), post(**given, **VIEW)

    assert (before.status_code, before.data) == (behind.status_code, behind.data) == (status, behind.data)
    dropped = {"Content-Type"} if status == 204 else set()  # of nothing
    assert dict(before.headers) == {name: text for name, text in behind.headers if name not in dropped}
    lines = [(one.method, one.route, one.status) for one in caplog.records if one.msg == "request"]
    assert lines == [("POST", "/hooks/sheet", status)] * 2


def test_a_nonce_is_used_up_for_both_ways(post):
    assert [post("mot").status_code, post("mot", **VIEW).status_code, post("mot").status_code] == [204, 409, 409]
    assert [post("hai", **VIEW).status_code, post("hai").status_code] == [204, 409]
