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


def mark(store, at, spreadsheet="bang-1"):
    return store.work.mark_dirty(spreadsheet, at, DEBOUNCE, MAX_WAIT)


def end(store, claim, at):
    """End a run that covered everything it claimed."""
    for spreadsheet in claim.spreadsheets:
        store.work.settle(claim, spreadsheet)
    return store.work.release(claim, at)


def test_nothing_is_due_without_a_mark(known_store, start, campaign_key):
    assert known_store.work.claim(start, "w1", LEASE) is None
    assert known_store.work.state(campaign_key) is None


def test_mark_dirty_refuses_a_spreadsheet_that_is_not_ours(known_store, start, campaign_key):
    assert not mark(known_store, start, "cua-nguoi-khac")
    assert known_store.work.state(campaign_key) is None


def test_mark_is_due_after_the_debounce_to_the_microsecond(known_store, start, campaign_key):
    assert mark(known_store, start)

    assert known_store.work.claim(start + DEBOUNCE - timedelta(microseconds=1), "w1", LEASE) is None
    claim = known_store.work.claim(start + DEBOUNCE, "w1", LEASE)
    assert (claim.campaign, claim.worker, claim.spreadsheets, claim.attempt) == (campaign_key, "w1", ("bang-1",), 1)
    assert claim.dirty_since == start


def test_every_mark_moves_the_due_instant_until_the_longest_wait(known_store, start, campaign_key):
    for seconds in (0, 1, 2, 3):
        mark(known_store, start + seconds * SECOND)
    assert known_store.work.state(campaign_key).due_at == start + 5 * SECOND

    for seconds in range(4, 12):
        mark(known_store, start + seconds * SECOND)
    assert known_store.work.state(campaign_key).due_at == start + MAX_WAIT


def test_a_thousand_marks_are_one_run(known_store, start):
    for number in range(1_000):
        mark(known_store, start + number * timedelta(milliseconds=1), f"bang-{number % 2 + 1}")

    claim = known_store.work.claim(start + 3 * SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.generation) == (("bang-1", "bang-2"), 1_000)
    assert end(known_store, claim, start + 4 * SECOND)
    assert known_store.work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_a_campaign_is_run_by_one_at_a_time(known_store, start):
    mark(known_store, start)
    claim = known_store.work.claim(start + DEBOUNCE, "w1", LEASE)
    mark(known_store, start + DEBOUNCE)

    assert claim is not None
    assert known_store.work.claim(start + 20 * SECOND, "w2", LEASE) is None


def test_marks_during_a_run_lead_to_one_more(known_store, start, campaign_key):
    mark(known_store, start)
    claim = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)
    mark(known_store, start + 3 * SECOND, "bang-2")
    mark(known_store, start + 4 * SECOND, "bang-2")

    assert end(known_store, claim, start + 5 * SECOND)
    assert known_store.work.state(campaign_key).dirty_since == start + 3 * SECOND
    again = known_store.work.claim(start + 6 * SECOND, "w2", LEASE)
    assert again.spreadsheets == ("bang-2",)
    assert end(known_store, again, start + 7 * SECOND)
    assert known_store.work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_release_cleans_the_state(known_store, start, campaign_key):
    mark(known_store, start)
    end(known_store, known_store.work.claim(start + 2 * SECOND, "w1", LEASE), start + 5 * SECOND)

    state = known_store.work.state(campaign_key)

    assert (state.dirty_since, state.due_at, state.owner, state.attempts) == (None, None, None, 0)
    assert state.finished_at == start + 5 * SECOND


def test_a_dead_holders_run_is_taken_over_when_its_lease_runs_out(known_store, start):
    mark(known_store, start)
    dead = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)

    assert known_store.work.claim(start + 32 * SECOND - timedelta(microseconds=1), "w2", LEASE) is None
    taken = known_store.work.claim(start + 32 * SECOND, "w2", LEASE)
    assert (taken.spreadsheets, taken.attempt, taken.token) == (("bang-1",), 2, dead.token + 1)
    assert taken.dirty_since == start


def test_the_fenced_off_holder_can_do_nothing(known_store, start, campaign_key, make_observation):
    mark(known_store, start)
    stale = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)
    late = start + 40 * SECOND
    current = known_store.work.claim(late, "w2", LEASE)

    assert not known_store.work.holds(stale, late)
    assert not known_store.work.renew(stale, late, LEASE)
    assert not known_store.work.fail(stale, late, "lỗi", late)
    assert not known_store.work.release(stale, late)
    with pytest.raises(LeaseLostError), known_store.work.fenced(stale, late):
        known_store.facts.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
    assert known_store.facts.lines(campaign_key) == ()
    assert known_store.work.holds(current, late)


def test_the_same_worker_is_fenced_off_from_its_own_earlier_claim(known_store, start):
    mark(known_store, start)
    stale = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)
    known_store.work.claim(start + 40 * SECOND, "w1", LEASE)

    assert not known_store.work.holds(stale, start + 40 * SECOND)


def test_renew_prolongs_even_a_lease_run_out_but_not_taken(known_store, start):
    mark(known_store, start)
    claim = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)

    assert not known_store.work.holds(claim, start + 32 * SECOND)
    assert known_store.work.renew(claim, start + 33 * SECOND, LEASE)
    assert known_store.work.holds(claim, start + 62 * SECOND)
    assert known_store.work.claim(start + 62 * SECOND, "w2", LEASE) is None


def test_fenced_writes_are_one_transaction(known_store, start, campaign_key, make_observation):
    claim = known_store.work.claim_all(campaign_key, start, "w1", LEASE)

    def die_halfway():
        with known_store.work.fenced(claim, start):
            known_store.facts.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
            known_store.registry.mark_read("bang-1", start)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        die_halfway()
    assert (known_store.facts.lines(campaign_key), known_store.registry.last_read("bang-1")) == ((), None)

    with known_store.work.fenced(claim, start):
        known_store.facts.record_observations(campaign_key, [make_observation("2023-10-01 08:00")])
        known_store.registry.mark_read("bang-1", start)
        assert len(known_store.facts.lines(campaign_key)) == 1
    assert known_store.registry.last_read("bang-1") == start


def test_fenced_needs_a_living_lease(known_store, start, campaign_key):
    claim = known_store.work.claim_all(campaign_key, start, "w1", LEASE)

    with pytest.raises(LeaseLostError), known_store.work.fenced(claim, start + LEASE):
        known_store.registry.mark_read("bang-1", start)

    assert known_store.registry.last_read("bang-1") is None


def test_failure_waits_whatever_marks_come(known_store, start, campaign_key):
    mark(known_store, start)
    claim = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)
    retry_at = start + 60 * SECOND

    assert known_store.work.fail(claim, start + 3 * SECOND, "mất mạng", retry_at)
    mark(known_store, start + 4 * SECOND, "bang-2")

    state = known_store.work.state(campaign_key)
    assert (state.error, state.failed_at, state.not_before) == ("mất mạng", start + 3 * SECOND, retry_at)
    assert state.dirty_since == start
    assert known_store.work.claim(retry_at - SECOND, "w1", LEASE) is None
    again = known_store.work.claim(retry_at, "w1", LEASE)
    assert (again.attempt, again.spreadsheets) == (2, ("bang-1", "bang-2"))
    known_store.work.release(again, retry_at + SECOND)
    assert known_store.work.state(campaign_key).error is None


def test_failure_is_retried_without_any_mark(known_store, start, campaign_key):
    claim = known_store.work.claim_all(campaign_key, start, "w1", LEASE)
    known_store.work.fail(claim, start, "x" * 5_000, start + 5 * SECOND)

    assert len(known_store.work.state(campaign_key).error) == 2_000
    assert known_store.work.claim(start + 5 * SECOND, "w1", LEASE).attempt == 2


def test_claim_all_takes_what_is_not_due_and_waits_for_a_holder(known_store, start, campaign_key):
    first = known_store.work.claim_all(campaign_key, start, "lệnh", LEASE)

    assert known_store.work.claim_all(campaign_key, start + 29 * SECOND, "w2", LEASE) is None
    second = known_store.work.claim_all(campaign_key, start + LEASE, "w2", LEASE)
    assert second.token == first.token + 1
    known_store.work.release(second, start + 31 * SECOND)
    assert known_store.work.claim_all(campaign_key, start + 31 * SECOND, "w3", LEASE).attempt == 1


def test_claim_all_consumes_the_marks_it_covers(known_store, start, campaign_key):
    mark(known_store, start)
    claim = known_store.work.claim_all(campaign_key, start, "lệnh", LEASE)

    assert claim.spreadsheets == ("bang-1",)
    end(known_store, claim, start + SECOND)
    assert known_store.work.claim(start + 60 * SECOND, "w1", LEASE) is None


def test_what_a_run_did_not_cover_is_due_at_once(known_store, start):
    mark(known_store, start)
    mark(known_store, start, "bang-2")
    claim = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)

    known_store.work.settle(claim, "bang-1")
    assert known_store.work.release(claim, start + 3 * SECOND)

    rest = known_store.work.claim(start + 3 * SECOND, "w2", LEASE)
    assert (rest.spreadsheets, rest.attempt, rest.dirty_since) == (("bang-2",), 1, start)


def test_a_mark_that_comes_during_a_run_is_not_settled_by_it(known_store, start):
    mark(known_store, start)
    claim = known_store.work.claim(start + 2 * SECOND, "w1", LEASE)
    mark(known_store, start + 3 * SECOND)

    known_store.work.settle(claim, "bang-1")
    known_store.work.release(claim, start + 4 * SECOND)

    assert known_store.work.claim(start + 5 * SECOND, "w1", LEASE).spreadsheets == ("bang-1",)


def test_sweep_marks_every_workbook_of_units_and_hints_go_first(known_store, start, campaign_key):
    known_store.work.mark_all_dirty(campaign_key, start)
    claim = known_store.work.claim(start, "w1", LEASE)
    known_store.work.release(claim, start)
    mark(known_store, start + SECOND, "bang-2")
    again = known_store.work.claim(start + 10 * SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.hinted) == (("bang-1", "bang-2"), False)
    assert (again.spreadsheets, again.hinted) == (("bang-2", "bang-1"), True)


def test_sweep_leaves_a_hint_what_it_is(known_store, start, campaign_key):
    mark(known_store, start, "bang-2")
    known_store.work.mark_all_dirty(campaign_key, start + SECOND)

    claim = known_store.work.claim(start + SECOND, "w1", LEASE)

    assert (claim.spreadsheets, claim.hinted) == (("bang-2", "bang-1"), True)


def test_mark_campaign_dirty_is_due_at_once(known_store, start, campaign_key):
    known_store.work.mark_campaign_dirty(campaign_key, start)

    assert known_store.work.claim(start, "w1", LEASE).spreadsheets == ()


def test_the_longest_dirty_campaign_comes_first(known_store, start):
    known_store.work.mark_campaign_dirty("sau", start + SECOND)
    known_store.work.mark_campaign_dirty("trước", start)

    claims = [known_store.work.claim(start + 2 * SECOND, "w1", LEASE) for _ in range(3)]

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


HOUR = timedelta(hours=1)


def test_lease_of_the_dead_ends_though_the_clock_was_set_back(known_store, start, campaign_key):
    mark(known_store, start)
    dead = known_store.work.claim(start + DEBOUNCE, "w1", LEASE)

    taken = known_store.work.claim(start - HOUR, "w2", LEASE)
    assert (taken.worker, taken.token) == ("w2", dead.token + 1)
    assert known_store.work.claim_all(campaign_key, start - 3 * HOUR, "w3", LEASE).worker == "w3"


def test_lease_of_the_living_holds_though_clocks_differ_by_a_minute(known_store, start, campaign_key):
    mark(known_store, start)
    known_store.work.claim(start + DEBOUNCE, "w1", LEASE)

    assert known_store.work.claim(start + DEBOUNCE - timedelta(minutes=1), "w2", LEASE) is None
    assert known_store.work.claim_all(campaign_key, start - timedelta(minutes=1) + DEBOUNCE, "w2", LEASE) is None


def test_edit_is_due_though_the_clock_was_set_back(known_store, start):
    mark(known_store, start)

    assert known_store.work.claim(start - HOUR, "w1", LEASE).spreadsheets == ("bang-1",)


def test_failed_run_is_tried_again_though_the_clock_was_set_back(known_store, start):
    mark(known_store, start)
    claim = known_store.work.claim(start + DEBOUNCE, "w1", LEASE)
    known_store.work.fail(claim, start + DEBOUNCE, "hỏng", start + 10 * SECOND)

    assert known_store.work.claim(start - HOUR, "w1", LEASE) is None  # not due yet by its own word
    assert known_store.work.claim(start + 10 * SECOND, "w1", LEASE) is not None
