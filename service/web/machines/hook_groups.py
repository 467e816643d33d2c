"""Hooks that come together are taken together: one transaction, and one wait for the disk, for all that wait.

A thread that finds the database busy with a group leaves its hook for the next; whichever gets its turn takes all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.facts.records import Hook, HookTaken

Take = Callable[[Sequence[Hook]], Sequence[HookTaken]]


@dataclass(slots=True)
class _Waiting:
    hook: Hook
    taken: HookTaken | None = None
    error: Exception | None = None


class HookGroups:
    """The hooks of one process; it holds nothing open, so that a server may fork after it is made."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._waiting: list[_Waiting] = []
        self._adding = threading.Lock()
        self._turn = threading.Lock()

    def submit(self, hook: Hook) -> HookTaken:
        """Return what became of a hook once it is on the disk; raise what kept its group from it."""
        own = _Waiting(hook)
        with self._adding:
            self._waiting.append(own)
        with self._turn:
            if own.taken is None and own.error is None:
                with self._adding:
                    group, self._waiting = self._waiting, []
                self._settle(group)
        if own.error is not None:
            raise own.error
        return own.taken or HookTaken.NOT_OURS

    def _settle(self, group: Sequence[_Waiting]) -> None:
        try:
            found = self._take([one.hook for one in group])
        except Exception as error:  # noqa: BLE001 – raised again by each that waits
            for one in group:
                one.error = error
        else:
            for one, taken in zip(group, found, strict=True):
                one.taken = taken
