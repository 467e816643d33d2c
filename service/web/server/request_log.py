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
    tell(flask.request.method, route, response.status_code, flask.g.get(STARTED))
    return response


def tell(method: str, route: str, status: int, started: float | None) -> None:
    """Write the line of a request that began at an instant of the monotonic clock; None: it failed before that."""
    level = logging.DEBUG if route in _QUIET and status < 400 else logging.INFO
    if not log.isEnabledFor(level):
        return
    elapsed = 0.0 if started is None else time.monotonic() - started
    ids = {
        "method": method if method in _METHODS else "other",
        "route": route,
        "status": int(status),
        "ms": round(elapsed * 1000, 1),
    }
    log.log(level, "request", extra=ids)
