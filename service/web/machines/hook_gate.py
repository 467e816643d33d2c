"""Signed hooks before the pages' machinery, which costs more than a hook itself: they come in crowds.

Only what is taken is answered here, with the headers of every answer and its line in the log. What is refused goes
on to the view with what it was found to be, so that limits and words are those of every other refusal.
"""

from __future__ import annotations

import io
import re
import time
from concurrent.futures import Future
from http import HTTPStatus
from typing import TYPE_CHECKING

import flask

from service.web.current import WORKSPACE
from service.web.machines import hook_signatures, hooks
from service.web.machines.hooks import GROUPS, JUDGED, LARGEST_BODY, HookRefusal
from service.web.server import crowds, request_log, security_headers
from service.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = crowds.PATH
_STATUS = f"{HTTPStatus.NO_CONTENT.value} {HTTPStatus.NO_CONTENT.phrase}"
_VARIABLES = {
    name: f"HTTP_{name.upper().replace('-', '_')}"
    for name in (hook_signatures.TIMESTAMP, hook_signatures.NONCE, hook_signatures.SIGNATURE)
}
_LENGTH = re.compile(r"[0-9]{1,6}")


class HookGate:
    """A WSGI application in front of another, that of one season."""

    def __init__(self, app: flask.Flask) -> None:
        self._app, self._behind = app, app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return self._behind(environ, start_response)
        started = time.monotonic()
        body = _body_of(environ)
        if body is not None and self._is_taken(environ, body):
            request_log.tell("POST", PATH, HTTPStatus.NO_CONTENT, started)
            start_response(_STATUS, security_headers.unkept())
            return ()
        return self._behind(environ, start_response)

    def _is_taken(self, environ: WSGIEnvironment, body: bytes) -> bool:
        """Return True if a hook's mark is on the disk; else keep for the view what was found, an error too."""
        workspace: Workspace = self._app.extensions[WORKSPACE]
        judged: Future[HookRefusal | None] = Future()
        try:
            found = hooks.judge(
                workspace, self._app.extensions[GROUPS], lambda name: environ.get(_VARIABLES[name]), body
            )
        except Exception as error:  # noqa: BLE001 – raised again by the view
            judged.set_exception(error)
        else:
            if found is None:
                return True
            judged.set_result(found)
        environ[JUDGED] = judged
        return False


def _body_of(environ: WSGIEnvironment) -> bytes | None:
    """Return the body, which the view can read again; None where it is for the view to say what is wrong with it."""
    length = environ.get("CONTENT_LENGTH", "")
    if not _LENGTH.fullmatch(length) or int(length) > LARGEST_BODY or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body
