"""Child processes that live and end together: those that must last are started again, a signal ends all of them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import ForkProcess

ENDING = (signal.SIGTERM, signal.SIGINT)
GRACE_SECONDS = 9.0  # platforms kill after ten
POLL_SECONDS = 0.5
LONG_LIFE = 60.0  # a child that lived so long is started again at once
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
RING_SECONDS = 0.05
log = logging.getLogger(__name__)


class Lifeline:
    """A pipe whose other end the parent holds: a child learns even of a kill -9."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def held_by_child(self) -> None:
        """Let go of the parent's end; to be called first of all in a child."""
        os.close(self._writing)

    def when_cut(self, act: Callable[[], None]) -> None:
        """Do something once the parent is gone."""

        def watch() -> None:
            os.read(self._reading, 1)
            act()

        threading.Thread(target=watch, name="lifeline", daemon=True).start()


class Bell:
    """Wakes one process that waits, from any that was forked after it was made."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)

    def ring(self) -> None:
        """Have the process that waits go on; one that is busy does not wait the next time."""
        with suppress(BlockingIOError):  # it was rung often enough
            os.write(self._writing, b"!")

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is rung."""
        if select.select([self._reading], (), (), seconds)[0]:
            # what it is rung for may be committed a moment later; and many rings are one
            time.sleep(RING_SECONDS)
            with suppress(BlockingIOError):
                os.read(self._reading, 65_536)


@dataclass(frozen=True, slots=True)
class Part:
    """One child process. `lasting` ones are started again when they die; the end of another ends all."""

    name: str
    run: Callable[[Lifeline], None]
    lasting: bool = False


@dataclass(slots=True)
class _Child:
    """A part and the process it lives in; `starts_at` is set while it waits to be started again."""

    part: Part
    process: ForkProcess
    born_at: float
    wait: float = FIRST_WAIT
    starts_at: float | None = None


class Household:
    """The parent of several parts."""

    def __init__(self, parts: Sequence[Part], enough: Callable[[], bool] = lambda: False) -> None:
        self._parts = parts
        self._enough = enough  # asked now and then: whether all are to end
        self._lifeline = Lifeline()
        self._context = multiprocessing.get_context("fork")
        self._children: list[_Child] = []
        self._told_to_end = False

    def run(self) -> bool:
        """Start every part and return when all have ended: True when they were told to, False when one failed."""
        for number in ENDING:
            signal.signal(number, self._on_signal)
        self._children = [_Child(part, self._start(part), time.monotonic()) for part in self._parts]
        while not self._told_to_end and all(map(self._is_well, self._children)):
            if self._enough():
                self._told_to_end = True
                break
            living = [child.process.sentinel for child in self._children if child.starts_at is None]
            connection.wait(living, POLL_SECONDS)
        told = self._told_to_end
        self._end_all()
        return told

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._told_to_end = True

    def _start(self, part: Part) -> ForkProcess:
        process = self._context.Process(target=self._live, args=(part,), name=part.name)
        # a signal that came between the fork and the child's own handlers would run the parent's in the child
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return process

    def _live(self, part: Part) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        self._lifeline.held_by_child()
        part.run(self._lifeline)

    def _is_well(self, child: _Child) -> bool:
        """Return True if a child lives, or is one that is started again; start it."""
        now = time.monotonic()
        if child.starts_at is not None:
            if now >= child.starts_at:
                child.process, child.born_at, child.starts_at = self._start(child.part), now, None
            return True
        if child.process.is_alive():
            return True
        if not child.part.lasting:
            return False
        child.wait = FIRST_WAIT if now - child.born_at > LONG_LIFE else min(2 * child.wait, LONGEST_WAIT)
        child.starts_at = now + child.wait
        log.warning("%s ended (%s), starts again in %.0f s", child.part.name, child.process.exitcode, child.wait)
        return True

    def _end_all(self) -> None:
        for child in self._children:
            child.process.terminate()
        latest = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            child.process.join(max(0.0, latest - time.monotonic()))
        for child in self._children:
            if child.process.is_alive():
                log.warning("%s did not end in time and is killed", child.part.name)
                child.process.kill()
                child.process.join()
