"""The one place that reads the clock. Everything else is handed an instant or one of these functions."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 – this is the one place


def frozen(at: datetime) -> Clock:
    """Return a clock that stands still: one command of a rehearsed season."""
    return lambda: at


def ticking(at: datetime) -> Clock:
    """Return a clock that starts at an instant and goes on: a server in a rehearsed season."""
    started = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - started)
