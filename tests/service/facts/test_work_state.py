"""Dirty, due, claimed, released: the work state on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.errors import LeaseLostError
from service.facts.records import WorkerBeat

DEBOUNCE, MAX_WAIT, LEASE = timedelta(seconds=2), timedelta(seconds=10), timedelta(seconds=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def start(instant):
    return instant("2023-10-01 08:00")


@pytest.fixture
def work(known_store):
    return known_store


def mark(store, at, spreadsheet="bang-1"):
    return store.work.mark_dirty(spreadsheet, at, DEBOUNCE, MAX_WAIT)


def end(store, claim, at):
    """End a run that covered everything it claimed."""
    for spreadsheet in claim.spreadsheets:
        store.work.settle(claim, spreadsheet)
    return store.work.release(claim, at)


def test_nothing_is_due_without_a_mark(work, start, campaign_key):
    assert work.claim(start, "w1", LEASE) is None
    assert work.work_state(campaign_key) is None


def test_mark_dirty_refuses_a_spreadsheet_that_is_not_ours(work, start, campaign_key):
    assert not mark(work, start, "cua-nguoi-khac")
    assert work.work_state(campaign_key) is None


def test_mark_is_due_after_the_debounce_to_the_microsecond(work, start, campaign_key):
    assert mark(work, start)

    assert work.claim(start + DEBOUNCE - timedelta(microseconds=1), "w1", LEASE) is None
    claim = work.claim(start + DEBOUNCE, "w1", LEASE)
    assert (claim.campaign, claim.worker, claim.spreadsheets, claim.attempt) == (campaign_key, "w1", ("bang-1",), 1)
    assert claim.dirty_since == start


def test_every_mark_moves_the_due_instant_until_the_longest_wait(work, start, campaign_key):
    for seconds in (0, 1, 2, 3):
        mark(work, start + seconds * SECOND)
    assert work.work_state(campaign_key).due_at == start + 5 * SECOND

    for seconds in range(4, 12):
        mark(work, start + seconds * SECOND)
    assert work.work_state(campaign_key).due_at == start + MAX_WAIT


def test_a_thousand_marks_are_one_run(work, start):
    for number in range(1_000):
        mark(work, start + number * timedelta(milliseconds=1), f"bang-{number % 2 + 1}")

    claim = work.claim(start + 3 * SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.generation) == (("bang-1", "bang-2"), 1_000)
    assert end(work, claim, start + 4 * SECOND)
    assert work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_a_campaign_is_run_by_one_at_a_time(work, start):
    mark(work, start)
    claim = work.claim(start + DEBOUNCE, "w1", LEASE)
    mark(work, start + DEBOUNCE)

    assert claim is not None
    assert work.claim(start + 20 * SECOND, "w2", LEASE) is None


def test_marks_during_a_run_lead_to_one_more(work, start, campaign_key):
    mark(work, start)
    claim = work.claim(start + 2 * SECOND, "w1", LEASE)
    mark(work, start + 3 * SECOND, "bang-2")
    mark(work, start + 4 * SECOND, "bang-2")

    assert end(work, claim, start + 5 * SECOND)
    assert work.work_state(campaign_key).dirty_since == start + 3 * SECOND
    again = work.claim(start + 6 * SECOND, "w2", LEASE)
    assert again.spreadsheets == ("bang-2",)
    assert end(work, again, start + 7 * SECOND)
    assert work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_release_cleans_the_state(work, start, campaign_key):
    mark(work, start)
    end(work, work.claim(start + 2 * SECOND, "w1", LEASE), start + 5 * SECOND)

    state = work.work_state(campaign_key)

    assert (state.dirty_since, state.due_at, state.owner, state.attempts) == (None, None, None, 0)
    assert state.finished_at == start + 5 * SECOND


def test_a_dead_holders_run_is_taken_over_when_its_lease_runs_out(work, start):
    mark(work, start)
    dead = work.claim(start + 2 * SECOND, "w1", LEASE)

    assert work.claim(start + 32 * SECOND - timedelta(microseconds=1), "w2", LEASE) is None
    taken = work.claim(start + 32 * SECOND, "w2", LEASE)
    assert (taken.spreadsheets, taken.attempt, taken.token) == (("bang-1",), 2, dead.token + 1)
    assert taken.dirty_since == start


def test_the_fenced_off_holder_can_do_nothing(work, start, campaign_key, make_observation):
    mark(work, start)
    stale = work.claim(start + 2 * SECOND, "w1", LEASE)
    late = start + 40 * SECOND
    current = work.claim(late, "w2", LEASE)

    assert not work.holds(stale, late)
    assert not work.renew(stale, late, LEASE)
    assert not work.fail(stale, late, "lỗi", late)
    assert not work.release(stale, late)
    with pytest.raises(LeaseLostError), work.fenced(stale, late):
        work.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
    assert work.facts(campaign_key) == ()
    assert work.holds(current, late)


def test_the_same_worker_is_fenced_off_from_its_own_earlier_claim(work, start):
    mark(work, start)
    stale = work.claim(start + 2 * SECOND, "w1", LEASE)
    work.claim(start + 40 * SECOND, "w1", LEASE)

    assert not work.holds(stale, start + 40 * SECOND)


def test_renew_prolongs_even_a_lease_run_out_but_not_taken(work, start):
    mark(work, start)
    claim = work.claim(start + 2 * SECOND, "w1", LEASE)

    assert not work.holds(claim, start + 32 * SECOND)
    assert work.renew(claim, start + 33 * SECOND, LEASE)
    assert work.holds(claim, start + 62 * SECOND)
    assert work.claim(start + 62 * SECOND, "w2", LEASE) is None


def test_fenced_writes_are_one_transaction(work, start, campaign_key, make_observation):
    claim = work.claim_all(campaign_key, start, "w1", LEASE)

    def die_halfway():
        with work.fenced(claim, start):
            work.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
            work.mark_read("bang-1", start)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        die_halfway()
    assert (work.facts(campaign_key), work.last_read("bang-1")) == ((), None)

    with work.fenced(claim, start):
        work.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
        work.mark_read("bang-1", start)
        assert len(work.facts(campaign_key)) == 1
    assert work.last_read("bang-1") == start


def test_fenced_needs_a_living_lease(work, start, campaign_key):
    claim = work.claim_all(campaign_key, start, "w1", LEASE)

    with pytest.raises(LeaseLostError), work.fenced(claim, start + LEASE):
        work.mark_read("bang-1", start)

    assert work.last_read("bang-1") is None


def test_failure_waits_whatever_marks_come(work, start, campaign_key):
    mark(work, start)
    claim = work.claim(start + 2 * SECOND, "w1", LEASE)
    retry_at = start + 60 * SECOND

    assert work.fail(claim, start + 3 * SECOND, "mất mạng", retry_at)
    mark(work, start + 4 * SECOND, "bang-2")

    state = work.work_state(campaign_key)
    assert (state.error, state.failed_at, state.not_before) == ("mất mạng", start + 3 * SECOND, retry_at)
    assert state.dirty_since == start
    assert work.claim(retry_at - SECOND, "w1", LEASE) is None
    again = work.claim(retry_at, "w1", LEASE)
    assert (again.attempt, again.spreadsheets) == (2, ("bang-1", "bang-2"))
    work.release(again, retry_at + SECOND)
    assert work.work_state(campaign_key).error is None


def test_failure_is_retried_without_any_mark(work, start, campaign_key):
    claim = work.claim_all(campaign_key, start, "w1", LEASE)
    work.fail(claim, start, "x" * 5_000, start + 5 * SECOND)

    assert len(work.work_state(campaign_key).error) == 2_000
    assert work.claim(start + 5 * SECOND, "w1", LEASE).attempt == 2


def test_claim_all_takes_what_is_not_due_and_waits_for_a_holder(work, start, campaign_key):
    first = work.claim_all(campaign_key, start, "lệnh", LEASE)

    assert work.claim_all(campaign_key, start + 29 * SECOND, "w2", LEASE) is None
    second = work.claim_all(campaign_key, start + LEASE, "w2", LEASE)
    assert second.token == first.token + 1
    work.release(second, start + 31 * SECOND)
    assert work.claim_all(campaign_key, start + 31 * SECOND, "w3", LEASE).attempt == 1


def test_claim_all_consumes_the_marks_it_covers(work, start, campaign_key):
    mark(work, start)
    claim = work.claim_all(campaign_key, start, "lệnh", LEASE)

    assert claim.spreadsheets == ("bang-1",)
    end(work, claim, start + SECOND)
    assert work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_what_a_run_did_not_cover_is_due_at_once(work, start):
    mark(work, start)
    mark(work, start, "bang-2")
    claim = work.claim(start + 2 * SECOND, "w1", LEASE)

    work.settle(claim, "bang-1")
    assert work.release(claim, start + 3 * SECOND)

    rest = work.claim(start + 3 * SECOND, "w2", LEASE)
    assert (rest.spreadsheets, rest.attempt, rest.dirty_since) == (("bang-2",), 1, start)


def test_a_mark_that_comes_during_a_run_is_not_settled_by_it(work, start):
    mark(work, start)
    claim = work.claim(start + 2 * SECOND, "w1", LEASE)
    mark(work, start + 3 * SECOND)

    work.settle(claim, "bang-1")
    work.release(claim, start + 4 * SECOND)

    assert work.claim(start + 5 * SECOND, "w1", LEASE).spreadsheets == ("bang-1",)


def test_sweep_marks_every_workbook_of_units_and_hints_go_first(work, start, campaign_key):
    work.mark_all_dirty(campaign_key, start)
    claim = work.claim(start, "w1", LEASE)
    work.release(claim, start)
    mark(work, start + SECOND, "bang-2")
    again = work.claim(start + 10 * SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.hinted) == (("bang-1", "bang-2"), False)
    assert (again.spreadsheets, again.hinted) == (("bang-2", "bang-1"), True)


def test_sweep_leaves_a_hint_what_it_is(work, start, campaign_key):
    mark(work, start, "bang-2")
    work.mark_all_dirty(campaign_key, start + SECOND)

    claim = work.claim(start + SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.hinted) == (("bang-2", "bang-1"), True)


def test_mark_campaign_dirty_is_due_at_once(work, start, campaign_key):
    work.mark_campaign_dirty(campaign_key, start)

    assert work.claim(start, "w1", LEASE).spreadsheets == ()


def test_the_longest_dirty_campaign_comes_first(work, start):
    work.mark_campaign_dirty("sau", start + SECOND)
    work.mark_campaign_dirty("trước", start)

    claims = [work.claim(start + 2 * SECOND, "w1", LEASE) for _ in range(3)]

    assert [claim and claim.campaign for claim in claims] == ["trước", "sau", None]


def test_workers_are_those_heard_of_within_a_day(store, start):
    store.work.heartbeat("w1", start - timedelta(days=2))
    store.work.heartbeat("w2", start - SECOND)
    store.work.heartbeat("w3", start - 2 * SECOND)
    store.work.heartbeat("w3", start)

    assert store.work.workers(start) == (WorkerBeat("w3", start), WorkerBeat("w2", start - SECOND))


def test_a_nonce_is_used_once_while_it_is_kept(store, start):
    keep = timedelta(minutes=10)

    uses = [start, start + SECOND, start + keep, start + keep + SECOND]

    assert [store.work.use_nonce("n", at, keep) for at in uses] == [True, False, False, True]
    assert store.work.use_nonce("n2", start, keep)
