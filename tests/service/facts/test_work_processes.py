"""Several processes on one database, some of them killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEAD = """
import sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from service.facts.store import open_store
url, campaign, name, folder = sys.argv[1:5]
start = datetime(2023, 10, 1, 8, tzinfo=UTC)
lease = timedelta(seconds=30)
store = open_store(url)
def say(word):
    print(word, flush=True)
def hang():
    say("ready")
    time.sleep(600)
"""
OPENS = "say(store.registry.workbooks(campaign))"
MARKS = """
for number in range(40):
    assert store.work.mark_dirty("bang-1", start + timedelta(milliseconds=number), lease, lease)
say("done")
"""
CLAIMS_AND_HANGS = "assert store.work.claim_all(campaign, start, name, lease)\nhang()"
HANGS_IN_A_FENCED_WRITE = """
claim = store.work.claim_all(campaign, start, name, lease)
with store.work.fenced(claim, start):
    store.registry.mark_read("bang-1", start)
    hang()
"""
# Marks, then runs whatever is due; a lock file shows two runs at a time, and marks go on during the runs.
RUNS = """
lock, done = Path(folder, "running"), 0
for number in range(25):
    now = start + timedelta(seconds=number)
    store.work.mark_campaign_dirty(campaign, now)
    claim = store.work.claim(now, name, timedelta(days=1))
    if claim is not None:
        lock.touch(exist_ok=False)
        time.sleep(0.002)
        lock.unlink()
        assert store.work.release(claim, now)
        done += 1
say(done)
"""
RECORDS_WITHOUT_END = """
from service.facts.records import Fact
lines = [Fact("audit", campaign, str(number), "", start, start) for number in range(50)]
store.facts.record(lines)
say("ready")
while True:
    store.facts.record(lines)
"""


@pytest.fixture
def spawn(url, campaign_key, tmp_path):
    """Start processes that run a piece of code on the store; those still alive are killed at the end."""
    started = []

    def start(code: str, name: str = "w1") -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-c", HEAD + code, url, campaign_key, name, str(tmp_path)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def last_words(process):
    words = process.communicate(timeout=60)[0].strip()
    assert process.returncode == 0
    return words


def kill_when_ready(process):
    assert process.stdout.readline() == "ready\n"
    process.kill()
    process.wait(timeout=60)


def test_processes_that_open_a_new_database_together_all_get_it(spawn):
    processes = [spawn(OPENS) for _ in range(3)]

    assert [last_words(process) for process in processes] == ["()"] * 3


def test_marks_of_several_processes_are_all_counted_and_one_run(spawn, known_store, campaign_key, instant):
    for process in [spawn(MARKS) for _ in range(2)]:
        assert last_words(process) == "done"

    later = instant("2023-10-01 09:00")
    claim = known_store.work.claim(later, "w9", later - instant("2023-10-01 08:59"))
    assert claim.generation == 80
    assert known_store.work.claim(later, "w9", later - later) is None


def test_two_workers_never_run_at_the_same_time(spawn, store, campaign_key, instant):
    processes = [spawn(RUNS, name) for name in ("w1", "w2")]

    done = [int(last_words(process)) for process in processes]

    assert sum(done) > 0
    # Every mark is covered: what is still pending is claimable, and then nothing is.
    later = instant("2023-10-01 09:00")
    rest = store.work.claim(later, "w3", later - instant("2023-10-01 08:59"))
    assert rest is None or store.work.release(rest, later)
    assert store.work.claim(later, "w3", later - instant("2023-10-01 08:59")) is None


def test_a_killed_holder_is_taken_over(spawn, known_store, campaign_key, instant):
    lease = instant("2023-10-01 08:00:30") - instant("2023-10-01 08:00")
    kill_when_ready(spawn(CLAIMS_AND_HANGS))

    assert known_store.work.claim_all(campaign_key, instant("2023-10-01 08:00:29"), "w2", lease) is None
    taken = known_store.work.claim(instant("2023-10-01 08:00:30"), "w2", lease)
    assert (taken.attempt, taken.token) == (2, 2)
    assert known_store.work.release(taken, instant("2023-10-01 08:00:31"))


def test_a_writer_killed_within_its_transaction_leaves_nothing_and_no_lock(spawn, store, campaign_key, instant):
    kill_when_ready(spawn(HANGS_IN_A_FENCED_WRITE))

    assert store.registry.last_read("bang-1") is None
    store.registry.mark_read("bang-1", instant("2023-10-01 08:01"))
    assert store.registry.last_read("bang-1") == instant("2023-10-01 08:01")


def test_a_killed_writer_leaves_whole_batches_only(spawn, store, campaign_key):
    kill_when_ready(spawn(RECORDS_WITHOUT_END))

    count = len(store.facts.lines(campaign_key))
    assert count > 0
    assert count % 50 == 0


def test_a_store_opened_before_a_fork_serves_both_sides(store, campaign_key, instant):
    at = instant("2023-10-01 08:00")
    store.work.mark_campaign_dirty(campaign_key, at)
    child = os.fork()
    if child == 0:
        try:
            store.work.mark_campaign_dirty(campaign_key, at)
        finally:
            os._exit(0)
    store.work.mark_campaign_dirty(campaign_key, at)
    os.waitpid(child, 0)

    assert store.work.claim(at, "w1", at - instant("2023-10-01 07:59")).generation == 3
