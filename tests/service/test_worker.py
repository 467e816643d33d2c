"""The worker, turn by turn: claims, failures, sweeps, limits; no turn sleeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.decisions import Decision, DecisionKind
from service.facts.records import WorkState
from service.leases import LEASE
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import Sheets
from service.worker import FIRST_RETRY, LONGEST_RETRY, POLL_SECONDS, Worker, retry_wait
from sheets_schema.wording import Message

AT_ONCE = timedelta(0)
ONE_TRY = RetryPolicy(attempts=1, total_seconds=1)


@pytest.fixture
def hired(office):
    """Return `hired(name)`: a worker that has done its first sweep, and the workspace it works in."""
    opened = []

    def make(name: str = "w1", **changes) -> tuple[Worker, object]:
        context = office.workspace()
        workspace = replace(context.__enter__(), **changes)
        opened.append(context)
        worker = Worker(workspace, name)
        while worker.turn():
            pass
        return worker, workspace

    yield make
    for context in opened:
        context.__exit__(None, None, None)


def mark(workspace, office) -> None:
    book = office.books("registration")[0]
    assert workspace.store.work.mark_dirty(book, workspace.lease_clock(), AT_ONCE, AT_ONCE)


def state_of(workspace) -> WorkState:
    return workspace.store.work.state(workspace.campaign.key)


def runs(workspace) -> list[tuple[str, bool]]:
    """Return trigger and success of every run, oldest first."""
    found = workspace.store.runs.last(workspace.campaign.key, 100)
    return [(run.trigger, run.error is None) for run in reversed(found)]


def broken(office) -> Sheets:
    """Return spreadsheets that always fail."""

    def fail(_environ: object, start_response: Callable) -> list[bytes]:
        start_response("503 Service Unavailable", [("Content-Type", "application/json")])
        return [b'{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}']

    return Sheets(http.connect(office.session(fail), policy=ONE_TRY), COLUMN_KEY)


def test_turn_sweeps_at_the_start(hired):
    _, workspace = hired()

    assert runs(workspace)[-1] == ("sweep", True)
    assert state_of(workspace).dirty_since is None


def test_turn_does_nothing_before_the_tabs_are_made(new_office):
    with new_office().workspace() as workspace:
        assert Worker(workspace, "w1").turn() is False
        assert runs(workspace) == []


def test_turn_says_that_the_worker_lives(hired):
    _, workspace = hired()

    assert [beat.worker for beat in workspace.store.work.workers(workspace.lease_clock())] == ["w1"]


def test_turn_runs_what_a_hook_marked_and_publishes_it(office, hired):
    worker, workspace = hired()
    office.type("S-CT", "registration", [["1", "Ra quân làm sạch kênh mương", "15/10/2023"]])
    mark(workspace, office)

    assert [worker.turn(), worker.turn()] == [True, False]
    assert runs(workspace)[-1] == ("hook", True)
    assert any("Ra quân làm sạch kênh mương" in row for row in office.master()["Tổng hợp đăng ký"])


def test_turn_waits_for_the_debounce(office, hired):
    worker, workspace = hired()
    book = office.books("registration")[0]
    workspace.store.work.mark_dirty(book, workspace.lease_clock(), timedelta(minutes=5), timedelta(minutes=9))

    assert worker.turn() is False


def test_turn_keeps_the_error_and_tries_again_later(office, hired):
    hired()
    worker, workspace = hired("w2", sheets=broken(office))
    mark(workspace, office)
    before = workspace.lease_clock()

    worker.turn()

    state = state_of(workspace)
    assert "Không đọc được hết các trang" in str(Message.of_kept(state.error))
    assert state.dirty_since is not None
    # less a second: the machine may set its clock back meanwhile
    assert state.not_before >= before + FIRST_RETRY / 2 - timedelta(seconds=1)
    assert worker.turn() is False


def test_a_failure_mended_leaves_no_error(office, hired):
    worker, workspace = hired()
    claim = workspace.store.work.claim_all(office.campaign.key, workspace.lease_clock(), "w0", LEASE)
    workspace.store.work.fail(claim, workspace.lease_clock(), "hỏng", workspace.lease_clock())

    assert worker.turn() is True
    assert (state_of(workspace).error, state_of(workspace).dirty_since) == (None, None)


def test_a_slip_of_ours_does_not_end_the_worker(office, hired):
    worker, workspace = hired("w2", sheets=object())
    mark(workspace, office)

    worker.turn()

    assert str(Message.of_kept(state_of(workspace).error)) == "Lỗi chưa lường trước: AttributeError."


def test_turn_takes_over_from_a_dead_worker(office, hired):
    worker, workspace = hired()
    mark(workspace, office)
    workspace.store.work.claim(workspace.lease_clock() - 2 * LEASE, "dead", LEASE)
    claim = workspace.store.work.claim_all(office.campaign.key, workspace.lease_clock() - 2 * LEASE, "dead", LEASE)

    assert claim is not None
    assert worker.turn() is True
    assert state_of(workspace).owner is None


def test_turn_leaves_to_a_living_worker_what_it_holds(office, hired):
    worker, workspace = hired()
    workspace.store.work.claim_all(office.campaign.key, workspace.lease_clock(), "other", LEASE)
    mark(workspace, office)

    assert worker.turn() is False


def test_two_workers_share_one_mark(office, hired):
    first, workspace = hired("w1")
    second, _ = hired("w2")
    done = len(runs(workspace))
    mark(workspace, office)

    assert [first.turn(), second.turn(), first.turn()] == [True, False, False]
    assert len(runs(workspace)) == done + 1


def test_marks_during_a_run_lead_to_one_more(office, hired):
    worker, workspace = hired()
    mark(workspace, office)
    claim = workspace.store.work.claim(workspace.lease_clock(), "other", LEASE)
    mark(workspace, office)
    workspace.store.work.release(claim, workspace.lease_clock())

    assert [worker.turn(), worker.turn()] == [True, False]


@pytest.mark.parametrize(
    ("before", "after"), [("2023-09-29 23:59", "2023-09-30 00:00"), ("2023-10-29 23:59", "2023-10-31 08:00")]
)
def test_turn_sweeps_at_a_limit(office, hired, before, after):
    office.at(before)
    worker, workspace = hired()
    done = len(runs(workspace))

    assert worker.turn() is False
    office.at(after)

    assert [worker.turn(), worker.turn()] == [True, False]
    assert runs(workspace)[done:] == [("sweep", True)]


def test_turn_sweeps_at_an_extended_limit_it_learned_of(office, hired):
    office.at("2023-10-01 08:00")
    worker, workspace = hired()
    decision = Decision(
        kind=DecisionKind.EXTEND,
        unit="S-CT",
        form="registration",
        recorded_at=office.now,
        actor="phòng",
        reason="bão",
        document="5/CV",
        before=office.at("2023-10-05 00:00").now,
    )
    workspace.store.facts.record_decision(office.campaign.key, decision)
    workspace.store.work.mark_campaign_dirty(office.campaign.key, workspace.lease_clock())
    office.at("2023-10-04 23:59")
    assert [worker.turn(), worker.turn()] == [True, False]

    office.at("2023-10-05 00:00")

    assert [worker.turn(), worker.turn()] == [True, False]


def test_turn_sweeps_so_long_after_the_last_good_run(office, hired):
    office.settings = replace(office.settings, sweep_seconds=60)
    worker, workspace = hired()
    claim = workspace.store.work.claim_all(office.campaign.key, workspace.lease_clock(), "w0", LEASE)
    workspace.store.work.release(claim, workspace.lease_clock() - timedelta(seconds=61))

    assert [worker.turn(), worker.turn()] == [True, False]


def test_turn_sweeps_though_the_clock_was_set_back_since_the_last_run(office, hired):
    worker, workspace = hired()
    claim = workspace.store.work.claim_all(office.campaign.key, workspace.lease_clock(), "w0", LEASE)
    workspace.store.work.release(claim, workspace.lease_clock() + timedelta(hours=1))

    assert [worker.turn(), worker.turn()] == [True, False]


def test_turn_leaves_another_campaign_alone(office, hired):
    worker, workspace = hired()
    workspace.store.work.mark_campaign_dirty("dot_khac", workspace.lease_clock())
    done = runs(workspace)

    worker.turn()

    assert workspace.store.work.state("dot_khac").dirty_since is not None
    assert workspace.store.work.state("dot_khac").owner is None
    assert runs(workspace) == done


def test_pause_ends_when_a_run_is_due(office, hired):
    worker, workspace = hired()
    worker.turn()
    book, now = office.books("registration")[0], workspace.lease_clock()
    assert worker.pause() == POLL_SECONDS
    for waits, longest in ((timedelta(minutes=5), POLL_SECONDS), (timedelta(milliseconds=300), 0.3)):
        workspace.store.work.mark_dirty(book, now, waits, waits)
        assert 0 < worker.pause() <= longest
    # overdue, and no worker took it: the usual
    workspace.store.work.mark_dirty(book, now - timedelta(minutes=9), AT_ONCE, AT_ONCE)
    assert worker.pause() == POLL_SECONDS


def test_run_goes_on_until_told_to_end(office, hired):
    worker, workspace = hired()
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 1:
            mark(workspace, office)
        return len(waits) == 3

    worker.run(wait)

    assert waits[1] == 0.0
    assert runs(workspace)[-1] == ("hook", True)


@pytest.mark.sqlite_file
def test_run_outlives_a_database_that_does_not_answer(office, hired):
    worker, workspace = hired()
    facts = office.settings.data_dir / "facts.sqlite"
    away = facts.with_suffix(".away")
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 1:
            workspace.store.close()
            facts.rename(away)
            facts.mkdir()
        if len(waits) == 3:
            facts.rmdir()
            away.rename(facts)
        return len(waits) == 4

    worker.run(wait)

    assert waits[1] >= 2.5
    assert waits[3] <= 1.0


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [(1, 0, 5), (2, 0, 10), (3, 0, 20), (3, 0.5, 15), (8, 0, 600), (10_000, 0, 600), (10_000, 0.999, 300.3)],
)
def test_retry_wait_grows_to_ten_minutes(attempt, chance, seconds):
    assert retry_wait(attempt, chance).total_seconds() == pytest.approx(seconds)
    assert retry_wait(attempt, chance) <= LONGEST_RETRY
