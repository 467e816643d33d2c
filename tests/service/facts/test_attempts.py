"""Counting refusals, across threads and processes, on every store."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

MINUTE = timedelta(minutes=1)
COUNT = """
import sys
from datetime import datetime, timedelta
from service.facts.store import open_store
store = open_store(sys.argv[1])
for _ in range(20):
    store.attempts.count("a", datetime.fromisoformat("2023-09-20T08:00+00:00"), timedelta(minutes=1))
store.close()
"""


def test_attempts_are_counted_in_a_window(store, instant):
    at = instant("2023-09-20 08:00")

    counts = [store.attempts.count("a", at + seconds * timedelta(seconds=1), MINUTE) for seconds in (0, 30, 59, 60, 61)]

    assert counts == [(1, at + MINUTE), (2, at + MINUTE), (3, at + MINUTE), (1, at + 2 * MINUTE), (2, at + 2 * MINUTE)]


def test_sources_are_counted_apart_and_forgotten(store, instant):
    at = instant("2023-09-20 08:00")
    store.attempts.count("a", at, MINUTE)

    assert store.attempts.count("b", at, MINUTE)[0] == 1
    assert store.attempts.count("b", at + 5 * MINUTE, MINUTE)[0] == 1
    assert store.attempts.count("a", at + 5 * MINUTE, MINUTE)[0] == 1


def test_no_attempt_is_lost_between_threads_and_processes(url, store, instant):
    at = instant("2023-09-20 08:00")
    processes = [subprocess.Popen([sys.executable, "-c", COUNT, url]) for _ in range(2)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.attempts.count("a", at, MINUTE), range(40)))
    for process in processes:
        assert process.wait(60) == 0

    assert store.attempts.count("a", at, MINUTE)[0] == 81
