"""Hooks that come together share one transaction; each learns what became of itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import FactsError
from service.facts.records import Hook, HookTaken
from service.web.machines.hook_groups import HookGroups
from service.web.machines.hooks import NONCE_KEPT
from sheets_schema.wording import verbatim


def test_those_that_wait_are_taken_together():
    groups, going, free = [], threading.Event(), threading.Event()

    def take(hooks):
        groups.append(len(hooks))
        going.set()
        assert free.wait(10)
        return [HookTaken.MARKED if one.spreadsheet_id == "a" else HookTaken.NOT_OURS for one in hooks]

    desk = HookGroups(take)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(desk.submit, Hook("0", "a"))
        assert going.wait(10)
        rest = [threads.submit(desk.submit, Hook(str(n), "ab"[n % 2])) for n in range(1, 8)]
        while len(desk._waiting) < 7:
            pass
        free.set()
        found = [one.result(10) for one in (first, *rest)]

    assert groups == [1, 7]
    assert found == [HookTaken.NOT_OURS if n % 2 else HookTaken.MARKED for n in range(8)]


def test_who_is_taken_goes_on_while_the_next_group_waits_for_the_disk():
    going, free, stuck = threading.Event(), threading.Event(), threading.Event()

    def take(hooks):
        going.set()
        assert (free if hooks[0].nonce != "3" else stuck).wait(10)
        if hooks[0].nonce == "1":
            # one more comes while the second group is on its way to the disk
            last.append(threads.submit(desk.submit, Hook("3", "a")))
            while len(desk._waiting) < 1:
                pass
        return [HookTaken.MARKED for _ in hooks]

    desk, last = HookGroups(take), []
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(desk.submit, Hook("0", "a"))
        assert going.wait(10)
        second = []
        for number in ("1", "2"):
            second.append(threads.submit(desk.submit, Hook(number, "a")))
            while len(desk._waiting) < len(second):
                pass
        free.set()
        assert [one.result(10) for one in (first, *second)] == [HookTaken.MARKED] * 3
        assert not last[0].done()
        stuck.set()
        assert last[0].result(10) is HookTaken.MARKED


def test_an_error_is_that_of_each_that_waits_and_of_none_after():
    answers = iter([FactsError(verbatim("đĩa đầy")), None])

    def take(hooks):
        error = next(answers)
        if error is not None:
            raise error
        return [HookTaken.MARKED for _ in hooks]

    desk = HookGroups(take)

    with pytest.raises(FactsError):
        desk.submit(Hook("1", "a"))
    assert desk.submit(Hook("2", "a")) is HookTaken.MARKED


def test_a_nonce_that_comes_twice_in_a_group_marks_once(office):
    book = office.books("registration")[0]
    with office.workspace() as workspace:
        work, now, waits = workspace.store.work, workspace.lease_clock(), workspace.debounce
        hooks = [Hook("n1", book), Hook("n1", book), Hook("n2", "khac"), Hook("n3", "")]
        first = work.take_hooks(hooks, now, NONCE_KEPT, waits)
        again = work.take_hooks(hooks, now, NONCE_KEPT, waits)

    assert first == [HookTaken.MARKED, HookTaken.BEFORE, HookTaken.NOT_OURS, HookTaken.NOT_OURS]
    assert again == [HookTaken.BEFORE] * 4
