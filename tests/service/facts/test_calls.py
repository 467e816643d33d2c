"""The slots of calls: never more than so many in any minute, first come first served, on every store."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.errors import FactsError
from service.facts.store import open_store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
RESERVE = """
import sys
from datetime import datetime
from service.facts.store import open_store
store = open_store(sys.argv[1])
for _ in range(20):
    print(store.calls.reserve("a", "read", datetime.fromisoformat("2023-09-20T08:00+00:00"), 7).isoformat())
store.close()
"""


def most_in_a_minute(slots):
    ordered = sorted(slots)
    return max(sum(first <= slot < first + MINUTE for slot in ordered) for first in ordered)


def test_as_many_as_the_limit_go_at_once_and_the_next_a_minute_later(store, instant):
    at = instant("2023-09-20 08:00")

    slots = [store.calls.reserve("a", "read", at, 3) for _ in range(7)]

    assert slots == [at] * 3 + [at + MINUTE] * 3 + [at + 2 * MINUTE]


def test_limit_slides_with_the_calls(store, instant):
    at = instant("2023-09-20 08:00")

    slots = [store.calls.reserve("a", "read", at + seconds * SECOND, 2) for seconds in (0, 20, 30, 61, 62, 200)]

    assert [(slot - at) // SECOND for slot in slots] == [0, 20, 60, 80, 120, 200]


def test_reads_and_writes_and_identities_are_counted_apart(store, instant):
    at = instant("2023-09-20 08:00")

    slots = [store.calls.reserve(who, kind, at, 1) for who in ("a", "b") for kind in ("read", "write")]

    assert slots == [at] * 4
    assert store.calls.reserve("a", "read", at, 1) == at + MINUTE


def test_no_minute_ever_holds_more_whatever_the_clocks_say(store, instant):
    """Clocks of machines differ by seconds: who is behind must not squeeze in."""
    at = instant("2023-09-20 08:00")
    chance = random.Random(7)
    slots = []
    for number in range(120):
        now = at + (number + chance.uniform(-20, 20)) * SECOND
        slots.append(store.calls.reserve("a", "read", now, 5))

    assert most_in_a_minute(slots) == 5


def test_who_asks_first_is_served_first(store, instant):
    at = instant("2023-09-20 08:00")

    slots = [store.calls.reserve("a", "read", at + number * SECOND, 2) for number in range(20)]

    assert slots == sorted(slots)


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(minutes=50)], ids=str)
def test_slots_of_a_clock_that_was_wrong_are_forgotten(store, instant, ahead):
    at = instant("2023-09-20 08:00")
    for _ in range(5):
        store.calls.reserve("a", "read", at + ahead, 2)

    assert store.calls.reserve("a", "read", at, 2) == at


def test_lowered_limit_holds_at_once(store, instant):
    at = instant("2023-09-20 08:00")
    for _ in range(10):
        store.calls.reserve("a", "read", at, 60)

    assert store.calls.reserve("a", "read", at + SECOND, 5) == at + MINUTE


def test_what_is_long_past_leaves_no_trace(store, instant):
    at = instant("2023-09-20 08:00")
    for minute in range(50):
        for _ in range(3):
            store.calls.reserve("a", "read", at + minute * MINUTE, 3)

    with store._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM calls").scalar() <= 9


def test_slots_are_handed_out_once_among_threads_and_processes(url, store, instant):
    at = instant("2023-09-20 08:00")
    processes = [subprocess.Popen([sys.executable, "-c", RESERVE, url], stdout=subprocess.PIPE) for _ in range(2)]
    with ThreadPoolExecutor(8) as threads:
        slots = list(threads.map(lambda _: store.calls.reserve("a", "read", at, 7), range(40)))
    for process in processes:
        said, _ = process.communicate(timeout=60)
        slots += [type(at).fromisoformat(line) for line in said.decode().split()]

    assert len(slots) == 80
    assert sorted(slots) == [at + minute * MINUTE for minute in range(12) for _ in range(7)][:80]


@pytest.mark.sqlite_file
def test_database_that_does_not_answer_is_told(tmp_path, instant):

    store = open_store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    store.close()
    (tmp_path / "x.sqlite").write_bytes(b"rubbish" * 1000)
    for leftover in tmp_path.glob("x.sqlite-*"):
        leftover.unlink()

    with pytest.raises(FactsError):
        store.calls.reserve("a", "read", instant("2023-09-20 08:00"), 1)
