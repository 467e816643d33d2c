"""Attempts to sign in that are under way at the provider, kept in the browser's signed cookie.

They come back by a navigation from another site: a cookie that is SameSite=Lax is sent with it, a strict one is not.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import MutableMapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

_KEY = "attempts"
LIFE = timedelta(minutes=10)
LATEST = 100_000_000_000  # seconds since 1970, past any clock
MOST = 3  # tabs in which one browser may be on its way


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back unchanged: the state by the browser, the nonce in the token; the verifier stays here."""

    state: str
    nonce: str
    verifier: str
    begun_at: int  # seconds since 1970
    onward: str  # where the visitor was heading; blank for home
    season: str = ""  # the key of the season that is entered; blank: the one at the root

    def is_good(self, now: datetime) -> bool:
        """Return True if it may still come back."""
        return timedelta(0) <= now - datetime.fromtimestamp(self.begun_at, UTC) < LIFE


def new(now: datetime, onward: str, season: str = "") -> Attempt:
    """Return an attempt that begins now."""
    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    return Attempt(state, nonce, verifier, int(now.timestamp()), onward, season)


def keep(session: MutableMapping[str, Any], attempt: Attempt, now: datetime) -> None:
    """Keep an attempt in the browser's session, beside the latest others."""
    others = [kept for kept in _kept(session) if kept.is_good(now)]
    _keep(session, [*others[1 - MOST :], attempt])


def take(session: MutableMapping[str, Any], state: str, now: datetime) -> Attempt | None:
    """Return the attempt with this state and forget it; None for one that is unknown or too old."""
    sent = state.encode("utf-8", "replace")
    kept = _kept(session)
    found = next((attempt for attempt in kept if hmac.compare_digest(attempt.state.encode(), sent)), None)
    if found is None:
        return None
    _keep(session, [attempt for attempt in kept if attempt is not found])
    return found if found.is_good(now) else None


def _kept(session: MutableMapping[str, Any]) -> list[Attempt]:
    # the cookie is signed, perhaps by another version
    kept = session.get(_KEY)
    return [Attempt(*values) for values in kept if _is_attempt(values)] if isinstance(kept, list) else []


def _is_attempt(values: object) -> bool:
    return (
        isinstance(values, list | tuple)
        and len(values) == len(fields(Attempt))
        and all(isinstance(value, kind) for value, kind in zip(values, (str, str, str, int, str, str), strict=True))
        and 0 <= values[3] <= LATEST
    )


def _keep(session: MutableMapping[str, Any], kept: list[Attempt]) -> None:
    if kept:
        session[_KEY] = [astuple(attempt) for attempt in kept]
    else:
        session.pop(_KEY, None)
