"""Hooks that come together are taken together: one transaction, and one wait for the disk, for all that wait.

Those of a crowd (`server/crowds.py`) are one group. The others, each with a thread of its own, find one another here.

A thread that finds no group under way takes its own hook; those that come meanwhile wait for the next group, which the
first of them takes. A hook that is taken goes on at once and never waits for the group after its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from service.facts.records import Hook, HookTaken
from service.web.server import crowds

Take = Callable[[Sequence[Hook]], Sequence[HookTaken]]


def _shut() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class _Waiting:
    hook: Hook
    taken: HookTaken | None = None
    error: BaseException | None = None
    told: threading.Lock = field(default_factory=_shut)  # opened once: it was taken, or its turn has come

    @property
    def is_settled(self) -> bool:
        return self.taken is not None or self.error is not None


class HookGroups:
    """The hooks of one process; it holds nothing open, so that a server may fork after it is made."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._waiting: list[_Waiting] = []
        self._is_busy = False
        self._lock = threading.Lock()

    def submit(self, hook: Hook) -> HookTaken:
        """Return what became of a hook once it is on the disk; raise what kept its group from it."""
        if crowds.is_joined():
            taken: HookTaken = crowds.wait_together(self._take, hook)
            return taken
        own = _Waiting(hook)
        with self._lock:
            self._waiting.append(own)
            has_turn = not self._is_busy
            self._is_busy = True
        if not has_turn:
            own.told.acquire()
        if not own.is_settled:
            self._take_group()
        if own.error is not None:
            raise own.error
        return own.taken or HookTaken.NOT_OURS

    def _take_group(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._settle(group)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_busy = following is not None
            if following is not None:
                following.told.release()

    def _settle(self, group: Sequence[_Waiting]) -> None:
        try:
            for one, taken in zip(group, self._take([one.hook for one in group]), strict=True):
                one.taken = taken
        except BaseException as error:  # raised again by each that waits
            for one in group:
                one.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for one in group:
                one.told.release()
