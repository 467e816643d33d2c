"""What is looked through for garbage: neither what stays as long as a server, nor a run's rows, which go by themselves.

Next to nothing of what a run makes points in a circle: looking for such is done seldom.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_OF_RUN = (200_000, 10, 10)  # new ones before the young, the older, all are looked through
OBJECTS_OF_SERVER = (700, 10, 50)  # Python's own are 700, 10, 10: all is looked through a fifth as often

_stays = False  # what is set apart; to ask the collector takes as long as a look through all of it


def set_apart() -> None:
    """Look through nothing again of what there is now: it stays as long as the process, and those forked from it."""
    global _stays
    gc.collect()
    gc.freeze()
    _stays = True


def spare_what_stays() -> None:
    """Set apart what a server has before its first request, and look through all the rest seldom: pages make a lot."""
    set_apart()
    gc.set_threshold(*OBJECTS_OF_SERVER)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Collect garbage less often inside, and look through nothing that was there before.

    Answers and rows are hundreds of thousands of objects that go when they are no longer needed, without a collection.
    What was set apart before stays set apart.
    """
    before = gc.get_threshold()
    if not _stays:
        gc.freeze()
    gc.set_threshold(*OBJECTS_OF_RUN)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not _stays:
            gc.unfreeze()
