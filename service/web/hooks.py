"""Incoming notices: each marks a workbook dirty, in one short transaction, and carries no data.

`POST /hooks/sheet`: 204 accepted; 401 unsigned, wrong or older than five minutes; 409 a nonce seen before; 404 a
spreadsheet that is not ours; 400 a body that is not this; 413 a body that is too large; 503 without a secret.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import flask

from service.web import current, signatures

LARGEST_BODY = 8 * 1024
NONCE_KEPT = timedelta(minutes=15)  # longer than any signature is good for, on either side of our clock
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

hooks = flask.Blueprint("hooks", __name__, url_prefix="/hooks")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a hook says: something changed in this spreadsheet, perhaps on this tab."""

    spreadsheet_id: str
    sheet_id: int | None = None


@hooks.post("/sheet")
def sheet() -> flask.Response:
    """Take a signed notice that a spreadsheet changed."""
    workspace = current.workspace()
    secret = workspace.settings.hook_secret
    if not secret:
        return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "The hook has no secret: set TONGHOP_HOOK_SECRET.")
    flask.request.max_content_length = LARGEST_BODY
    body = flask.request.get_data(cache=False)
    now = workspace.lease_clock()
    signed = signatures.read_headers(flask.request.headers.get)
    if signed is None or not signatures.holds(signed, secret, body, now):
        return _refused(HTTPStatus.UNAUTHORIZED, "Unsigned, signed wrongly, or more than five minutes old.")
    if not workspace.store.use_nonce(signed.nonce, now, NONCE_KEPT):
        return _refused(HTTPStatus.CONFLICT, "This nonce was used before.")
    notice = read_notice(body)
    if notice is None:
        expected = 'Expected JSON: {"spreadsheet_id": "…", "sheet_id": 123}; sheet_id is optional.'
        return _refused(HTTPStatus.BAD_REQUEST, expected)
    if not _mark(notice):
        return _refused(HTTPStatus.NOT_FOUND, "This spreadsheet is not ours.")
    return flask.Response(status=HTTPStatus.NO_CONTENT)


def read_notice(body: bytes) -> Notice | None:
    """Read a hook's body; None when it is anything else. Keys we do not know are left alone."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    spreadsheet_id, sheet_id = content.get("spreadsheet_id"), content.get("sheet_id")
    if not isinstance(spreadsheet_id, str) or not spreadsheet_id:
        return None
    if sheet_id is not None and (type(sheet_id) is not int or sheet_id < 0):
        return None
    return Notice(spreadsheet_id, sheet_id)


def _mark(notice: Notice) -> bool:
    workspace = current.workspace()
    if not _ID.fullmatch(notice.spreadsheet_id):
        return False
    settings = workspace.settings
    return workspace.store.mark_dirty(
        notice.spreadsheet_id,
        workspace.lease_clock(),
        timedelta(seconds=settings.debounce_seconds),
        timedelta(seconds=settings.max_wait_seconds),
    )


def _refused(status: HTTPStatus, reason: str) -> flask.Response:
    response = flask.jsonify(error=reason)
    response.status_code = status
    return response
