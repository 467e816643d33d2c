"""A minute's quota is kept to before it is met: every call waits for its slot, handed out to all processes alike."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from service import clock as clocks
from service.clock import Clock

TOLD_FROM = 5.0  # seconds; shorter waits are nobody's concern


class CallKind(StrEnum):
    """What a call is billed as."""

    READ = "read"
    WRITE = "write"
    DRIVE = "drive"  # has a quota of its own, far beyond what we need


WAITED_FOR = {CallKind.READ: "đọc", CallKind.WRITE: "ghi", CallKind.DRIVE: "Drive"}


@dataclass(slots=True)
class Meter:
    """What the calls cost: Sheets' reads and writes as Google bills them, and Drive's calls."""

    reads: int = 0
    writes: int = 0
    drive: int = 0
    retries: int = 0
    seconds: float = 0.0  # spent in calls, answers decoded by the caller not included
    waited: float = 0.0  # for a slot, and before trying again

    def count(self, kind: CallKind) -> None:
        """Count one request that is about to be sent."""
        if kind is CallKind.DRIVE:
            self.drive += 1
        elif kind is CallKind.READ:
            self.reads += 1
        else:
            self.writes += 1


def untold(_sentence: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How time passes for a client, and who is told of long waits: the real one unless a simulation gives its own."""

    sleep: Callable[[float], None] = time.sleep
    timer: Callable[[], float] = time.monotonic
    clock: Clock = clocks.system
    tell: Callable[[str], None] = untold


class Pacing(Protocol):
    """Keeps an identity under its quota."""

    def wait(self, kind: CallKind, waiting: Waiting) -> float:
        """Wait until a call of this kind may be sent; return how many seconds that took."""


class Reservations(Protocol):
    """Hands out slots, each once, to every process that uses an identity."""

    def reserve(self, identity: str, kind: str, now: datetime, per_minute: int) -> datetime:
        """Return the instant from which one more call may be sent."""


@dataclass(frozen=True, slots=True)
class SharedPacing:
    """Paces by reservations that all processes share; a kind without a limit never waits."""

    reservations: Reservations
    identity: str
    per_minute: Mapping[CallKind, int]

    def wait(self, kind: CallKind, waiting: Waiting) -> float:
        """Reserve a slot and wait until it comes."""
        limit = self.per_minute.get(kind, 0)
        if not limit:
            return 0.0
        now = waiting.clock()
        seconds = (self.reservations.reserve(self.identity, kind, now, limit) - now).total_seconds()
        if seconds <= 0:
            return 0.0
        if seconds >= TOLD_FROM:
            waiting.tell(
                f"Đã dùng hết {limit} lượt {WAITED_FOR[kind]} mỗi phút của bảng tính; "
                f"đợi {math.ceil(seconds)} giây rồi chạy tiếp …"
            )
        waiting.sleep(seconds)
        return seconds
