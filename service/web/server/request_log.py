"""One line a request: method, route, status, milliseconds. The route, never the path: paths hold names and tokens."""

from __future__ import annotations

import logging
import time

import flask

log = logging.getLogger(__name__)
STARTED = "tonghop_started"
# asked every few seconds by machines: logged at debug level only
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/static/<path:filename>"})

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def register(app: flask.Flask) -> None:
    """Make an application log its requests."""
    app.before_request(_start)
    app.after_request(_tell)


def _start() -> None:
    flask.g.tonghop_started = time.monotonic()


def _tell(response: flask.Response) -> flask.Response:
    rule = flask.request.url_rule
    route = rule.rule if rule is not None else "none"
    started = flask.g.get(STARTED)
    elapsed = 0.0 if started is None else time.monotonic() - started
    ids = {
        "method": flask.request.method if flask.request.method in _METHODS else "other",
        "route": route,
        "status": response.status_code,
        "ms": round(elapsed * 1000, 1),
    }
    level = logging.DEBUG if route in _QUIET and response.status_code < 400 else logging.INFO
    log.log(level, "request", extra=ids)
    return response
