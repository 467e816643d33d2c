"""What is asked right before every write to the spreadsheets: whether it is still this run's to make.

A spreadsheet knows no lease. A run may have been suspended, or have waited long between two tries, while another took
over: its next write would put what it read before in the place of what the other wrote since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# raises an error where nothing may be written any more; None where nothing guards the writes of this thread
_guard: ContextVar[Callable[[], None] | None] = ContextVar("guard", default=None)


@contextmanager
def guarded(check: Callable[[], None]) -> Iterator[None]:
    """Have `check` called before each write that is sent inside, and before each further try of it."""
    token = _guard.set(check)
    try:
        yield
    finally:
        _guard.reset(token)


def check_write() -> None:
    """Raise what the guard raises, where there is one."""
    check = _guard.get()
    if check is not None:
        check()
