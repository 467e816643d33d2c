"""Child processes that live and end together; each test runs a small household in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.cli.processes import Bell

HOUSEHOLD = """
import os, signal, sys, threading, time
from pathlib import Path
from service.cli.processes import Household, Part

folder = Path(sys.argv[1])

def note(name):
    with (folder / name).open("a") as file:
        file.write(f"{os.getpid()}\\n")

def stay(lifeline, name):
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    lifeline.when_cut(ended.set)
    note(name)
    ended.wait()
    note(name + "-ended")

def leave(lifeline):
    # once the others are there: one that is ended before it listens says nothing
    while not all((folder / name).exists() for name in ("one", "two")):
        time.sleep(0.01)
    note("leaver")

parts = [Part("one", lambda line: stay(line, "one")), Part("two", lambda line: stay(line, "two"), lasting=True)]
if len(sys.argv) > 2:
    parts.append(Part("leaver", leave))
sys.exit(0 if Household(parts).run() else 1)
"""


def pids(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so; fail when it does not come about."""
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def household(tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start(*args: str) -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-c", HOUSEHOLD, str(tmp_path), *args])
        started.append(process)
        until(lambda: pids(tmp_path, "one") and pids(tmp_path, "two"))
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_all_when_told(household, tmp_path, number):
    process = household()

    process.send_signal(number)

    assert process.wait(20) == 0
    assert pids(tmp_path, "one-ended") == pids(tmp_path, "one")
    assert pids(tmp_path, "two-ended") == pids(tmp_path, "two")


def test_run_starts_a_lasting_part_again(household, tmp_path):
    process = household()

    os.kill(pids(tmp_path, "two")[0], signal.SIGKILL)

    until(lambda: len(pids(tmp_path, "two")) == 2)
    assert process.poll() is None


def test_run_ends_all_when_another_part_ends(household, tmp_path):
    process = household("leaver")

    assert process.wait(20) == 1
    assert is_gone(pids(tmp_path, "one")[0])
    assert is_gone(pids(tmp_path, "two")[0])


def test_children_learn_of_a_killed_parent(household, tmp_path):
    process = household()

    process.kill()

    until(lambda: pids(tmp_path, "one-ended") and pids(tmp_path, "two-ended"))


def test_bell_wakes_the_process_that_waits_for_it():
    bell = Bell()
    child = multiprocessing.get_context("fork").Process(target=lambda: [bell.ring() for _ in range(200_000)])
    child.start()
    started = time.monotonic()

    bell.wait(20)
    child.join()
    bell.wait(0)  # what was rung meanwhile is one wake more
    elapsed = time.monotonic() - started
    bell.wait(0.01)

    assert child.exitcode == 0
    assert elapsed < 15
