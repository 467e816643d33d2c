"""Slows down clients that are refused again and again.

What is right always passes, from any address: the offices of a province may share one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import flask

from service.errors import ServiceError
from service.web import current, failures
from sheets_schema.wording import message

BLOCKED = "tonghop.blocked"
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many refusals in a window are answered as such, from one source below one path."""

    path: str
    allowed: int
    window: timedelta


LIMITS = (
    RateLimit("/sign-in", 20, timedelta(minutes=10)),
    RateLimit("/hooks/", 120, timedelta(minutes=1)),
    RateLimit("/tasks/", 30, timedelta(minutes=1)),
)


def register(app: flask.Flask) -> None:
    """Count an application's refusals."""
    app.extensions[BLOCKED] = {}
    app.after_request(_limit)


def _limit(response: flask.Response) -> flask.Response:
    limit = next((item for item in LIMITS if flask.request.path.startswith(item.path)), None)
    refused = HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    if limit is None or not refused:
        return response
    now = current.workspace().lease_clock()
    until = _blocked_until(limit, now)
    if until is None:
        return response
    slowed = failures.answer(HTTPStatus.TOO_MANY_REQUESTS, message("web.too_many"))
    slowed.headers["Retry-After"] = str(max(1, math.ceil((until - now).total_seconds())))
    return slowed


def _blocked_until(limit: RateLimit, now: datetime) -> datetime | None:
    """Count one refusal; return when the source is answered again, or None while it is."""
    blocked: dict[str, datetime] = flask.current_app.extensions[BLOCKED]
    source = _source(limit)
    until = blocked.get(source)
    if until is not None and now < until:
        # a flood costs the database no more than what is allowed
        return until
    try:
        count, until = current.workspace().store.attempts.count(source, now, limit.window)
    except ServiceError:
        return None
    if count <= limit.allowed:
        return None
    if len(blocked) >= MOST_REMEMBERED:
        blocked.clear()
    blocked[source] = until
    return until


def _source(limit: RateLimit) -> str:
    """Return the name a source is counted by: no address is kept."""
    key = str(flask.current_app.secret_key).encode()
    keyed = hashlib.blake2b(_network(flask.request.remote_addr or "").encode(), key=key[:64], digest_size=16)
    return f"{limit.path}:{keyed.hexdigest()}"


def _network(address: str) -> str:
    """Return the part of an address that one client holds: all of IPv4, the first half of IPv6.

    What names no address counts as one source, so that a client gains nothing by sending another text each time.
    """
    try:
        parsed = ipaddress.ip_address(_without_port(address))
    except ValueError:
        return "unreadable"
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def _without_port(address: str) -> str:
    """Return an address without the port that some proxies append, which is another for every connection."""
    bare = address.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    return bare.partition("%")[0]
