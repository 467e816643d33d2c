"""A run's garbage: next to nothing of what it makes points in a circle, so looking for such is done seldom."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = (200_000, 10, 10)  # new ones before the young, the older, all are looked through; Python's own: 700, 10, 10


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Collect garbage less often inside, and look through nothing that was there before.

    Answers and rows are hundreds of thousands of objects that go when they are no longer needed, without a collection.
    What a server has set apart for its whole life before stays set apart.
    """
    before = gc.get_threshold()
    was_frozen = gc.get_freeze_count() > 0
    if not was_frozen:
        gc.freeze()
    gc.set_threshold(*OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not was_frozen:
            gc.unfreeze()
