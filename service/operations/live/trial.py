"""What a trial is given: the scratch spreadsheet by us and by somebody else, and ways to wait and to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from service.sheets.scratch import Scratch
from service.workspace import Progress, silent


class Listener(Protocol):
    """Where pushes about the scratch spreadsheet are counted."""

    @property
    def address(self) -> str:
        """Return where pushes are sent."""
        ...

    def expect(self, channel_id: str, token: str, spreadsheet_id: str) -> None:
        """Know a channel before its first message."""
        ...

    def seen(self, channel_id: str) -> int:
        """Return the number of the last message that came, 0 before the first."""
        ...

    def forget(self, channel_id: str) -> None:
        """Know the channel no more."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How waiting is done and how long."""

    wait: Callable[[float], None]
    elapsed: Callable[[], float]  # seconds, only ever growing
    longest: float = 300.0
    step: float = 10.0


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything the functions of the table may use."""

    book: Scratch
    us: str
    patience: Patience
    now_milliseconds: Callable[[], int]
    other: Scratch | None = None  # the same spreadsheet, by somebody who may write it and is no editor of our tiles
    other_address: str = ""
    group: str = ""
    watching: Scratch | None = None  # by us, with the scopes of consolidation; None where scopes mean nothing
    listener: Listener | None = None
    progress: Progress = silent

    def awaited(self, what: str, is_there: Callable[[], bool]) -> float | None:
        """Wait until something is there; return after how many seconds, or None when patience ended first."""
        began = self.patience.elapsed()
        while not is_there():
            gone = self.patience.elapsed() - began
            if gone >= self.patience.longest:
                return None
            self.progress(f"{what}: đã chờ {gone:.0f} giây, nhiều nhất {self.patience.longest:.0f}…")
            self.patience.wait(self.patience.step)
        return self.patience.elapsed() - began
