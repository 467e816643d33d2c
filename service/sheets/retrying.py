"""Which answers are worth another try, how long to wait, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from service.clock import Clock
from service.sheets import refusals
from sheets_schema.wording import one_line

if TYPE_CHECKING:
    import requests

# Drive answers 403 for quotas too; these reasons pass with time
PASSING_REASONS = frozenset(
    {"userRateLimitExceeded", "rateLimitExceeded", "sharingRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
FAILING_CODES = frozenset({408, 500, 502, 503, 504})
QUOTED_LENGTH = 300  # of what Google says in its own words
# whether a write of this thread, and of this call alone, may safely land twice
_resending: ContextVar[bool] = ContextVar("resending", default=False)


@contextmanager
def resending(allowed: bool) -> Iterator[None]:
    """Set whether the writes sent inside may land twice, so that a lost answer may be tried again."""
    token = _resending.set(allowed)
    try:
        yield
    finally:
        _resending.reset(token)


def may_land_twice() -> bool:
    """Return True if a write sent now may land twice."""
    return _resending.get()


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long and how often a request is tried again."""

    attempts: int = 6
    total_seconds: float = 120.0  # what pacing waits is not counted
    first_wait: float = 1.0
    quota_wait: float = 8.0  # a quota is filled up once a minute: six tries outlast it
    longest_wait: float = 32.0
    timeout: tuple[float, float] = (5.0, 60.0)


class RefusedAnswerError(Exception):
    """An answer that is no success, in what form ever it came."""

    def __init__(self, response: requests.Response, clock: Clock) -> None:
        super().__init__(response.status_code)
        said = error_of(response)
        self.code = response.status_code
        self.message = quoted(said.get("message"))
        self.reasons = frozenset(refusals.reasons(said))
        self.retry_after = retry_after(response.headers, clock)

    @property
    def is_lasting(self) -> bool:
        """Return True if only a person can mend it: a store that is damaged, full or shut."""
        return not self.reasons.isdisjoint(refusals.STORE_WORDS)

    @property
    def is_quota(self) -> bool:
        """Return True if the request came too often and was not carried out: even a write may go again."""
        return self.code == 429 or (self.code == 403 and not self.reasons.isdisjoint(PASSING_REASONS))


class UnreadableError(Exception):
    """A success that is not in the API's form: a proxy's or a portal's page, however friendly its status."""


class AnswerTooLargeError(Exception):
    """An answer of more bytes than anything we ask for can have."""


def error_of(response: requests.Response) -> Mapping[str, Any]:
    """Return what an error says of itself; nothing when it is in no form of Google's."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def quoted(said: object) -> str:
    """Return Google's own words fit for a message: one line, printable, not endless."""
    return one_line(said, QUOTED_LENGTH) if isinstance(said, str) else ""


def retry_after(headers: Mapping[str, str], clock: Clock) -> float:
    """Return the seconds a server asks to wait: a number, or a date beside the server's own clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = _http_date(text)
    if until is None:
        return 0.0
    now = _http_date(headers.get("Date", "")) or clock()
    return max(0.0, (until - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
