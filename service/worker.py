"""The worker: claims what is dirty, consolidates it, tries again after failures, sweeps; a kill at any moment is safe.

Work state and waiting run on the machine's own clock; limits are instants of the campaign's clock, which a rehearsal
may have set. Two workers on one database share the work: the lease and its token keep them apart.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from service import leases, pushes, workflows
from service.domain.deadlines import limit_instants
from service.errors import LeaseLostError, ServiceError
from service.facts.records import CLOCKS_AGREE_WITHIN, Claim
from service.leases import LEASE
from service.seasons import season_list
from service.workspace import Workspace
from sheets_schema.wording import Message, message

SEASONS_LOOKED_EVERY = timedelta(seconds=2)
BEAT_EVERY = timedelta(seconds=5)
WATCH_EVERY = timedelta(seconds=5)  # whether a workbook lacks a push channel
POLL_SECONDS = 0.5
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
WORKBOOKS_A_RUN = 25  # an edit made meanwhile waits no longer than these take
SWEEPS_APART = timedelta(seconds=1)  # at the least
log = logging.getLogger(__name__)


def worker_name() -> str:
    """Return a name no other worker has."""
    return f"worker-{os.getpid()}-{secrets.token_hex(3)}"


def retry_wait(attempt: int, chance: float) -> timedelta:
    """Return how long to wait after a failed attempt (1 is the first): doubled each time, within ten minutes.

    `chance` in [0, 1) takes off up to half, so that workers do not come back together.
    """
    longest: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempt - 1, 16))
    return timedelta(seconds=longest.total_seconds() * (1 - chance / 2))


def _run(name: str, turn: Callable[[], bool], pause_of: Callable[[], float], wait: Callable[[float], bool]) -> None:
    failures = 0
    log.info("worker starts: %s", name)
    while True:
        try:
            pause = 0.0 if turn() else pause_of()
            failures = 0
        except ServiceError as error:
            # the database did not answer: nothing can be recorded there
            failures += 1
            log.error("worker cannot work: %s", error)  # noqa: TRY400 – an outage, not a slip of ours
            pause = retry_wait(failures, random.random()).total_seconds()  # noqa: S311
        if wait(pause):
            break
    log.info("worker stops: %s", name)


class SeasonWorkers:
    """One worker for all seasons of an installation: a turn is one of each, so that none waits for another's backlog.

    A season opened while this runs is taken along, one that is closed is left alone.
    """

    def __init__(self, main: Workspace, name: str, pushed_to: str = "") -> None:
        self._main, self._name, self._pushed_to = main, name, pushed_to
        self._workers: dict[str, Worker] = {}
        self._left_out: tuple[Message, ...] = ()
        self._looked_at: datetime | None = None

    def run(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` returns True: stop. What is running is finished first."""
        _run(self._name, self.turn, self.pause, wait)

    def turn(self) -> bool:
        """Do one turn of every open season; return True if any did a run."""
        now = self._main.lease_clock()
        if self._looked_at is None or abs(now - self._looked_at) >= SEASONS_LOOKED_EVERY:
            self._take_seasons()
            self._looked_at = now
        return any([worker.turn() for worker in list(self._workers.values())])

    def pause(self) -> float:
        """Return the seconds to wait before the next turn."""
        return min((worker.pause() for worker in self._workers.values()), default=POLL_SECONDS)

    def _take_seasons(self) -> None:
        main, left_out = self._main, list[Message]()
        others = {one.campaign.key: one for one in season_list.other_workspaces(main, left_out.append)}
        # said once, not with every look
        for reason in left_out:
            if reason not in self._left_out:
                log.error("a season is left out: %s", reason)
        self._left_out = tuple(left_out)
        # the main season's worker gives the sign of life, also of a season that is closed
        wanted = {main.campaign.key: main, **others}
        self._workers = {
            key: self._workers.get(key) or Worker(one, self._name, self._pushed_to) for key, one in wanted.items()
        }


class Worker:
    """One worker over one workspace; `turn` does what is due now, `run` goes on until it is asked to stop.

    `pushed_to` is where the spreadsheets' server is to report changes; blank leaves that to another worker. A run
    reads `at_most` workbooks, edited ones first; the rest is due at once, for any worker. Without `swept_until`, an
    instant until which everything was read already, it sweeps when it starts.
    """

    def __init__(
        self,
        workspace: Workspace,
        name: str,
        pushed_to: str = "",
        *,
        at_most: int = WORKBOOKS_A_RUN,
        swept_until: datetime | None = None,
    ) -> None:
        self._at_most = at_most
        self.name = name
        self._workspace = workspace
        self._pushed_to = pushed_to
        self._watched_at: datetime | None = None
        self._beaten_at: datetime | None = None
        self._swept_until = swept_until  # on the campaign's clock
        self._limits: tuple[datetime, ...] = ()

    def run(self, wait: Callable[[float], bool]) -> None:
        """Work until `wait(seconds)` returns True: stop. What is running is finished first."""
        _run(self.name, self.turn, self.pause, wait)

    def turn(self) -> bool:
        """Record a sign of life, mark what is to be swept, do one run if one is due; return True if a run was done."""
        now = self._workspace.lease_clock()
        self._take_declaration()
        if self._beaten_at is None or abs(now - self._beaten_at) >= BEAT_EVERY:
            self._workspace.store.work.heartbeat(self.name, now)
            self._beaten_at = now
        if self._workspace.store.facts.is_closed(self._workspace.campaign.key):
            return False
        self._watch_if_due(now)
        pushes.look_at_changes(self._workspace)
        self._sweep_if_due(now)
        key = self._workspace.campaign.key
        claim = self._workspace.store.work.claim(self._workspace.lease_clock(), self.name, LEASE, key)
        if claim is None:
            return False
        self._do(claim)
        return True

    def pause(self) -> float:
        """Return the seconds to wait before the next turn: less than usual where a run is due before that."""
        state = self._workspace.store.work.state(self._workspace.campaign.key)
        if state is None or state.due_at is None or state.owner is not None:
            return POLL_SECONDS
        due_at = max(state.due_at, state.not_before or state.due_at)
        left = (due_at - self._workspace.lease_clock()).total_seconds()
        # what is overdue and was not taken is another's, or of a season that is closed
        return left if 0 < left < POLL_SECONDS else POLL_SECONDS

    def _take_declaration(self) -> None:
        """Go by the declaration on record: another process may have taken a new one."""
        declared = workflows.as_declared(self._workspace)
        if declared.campaign != self._workspace.campaign:
            self._limits = ()
        self._workspace = declared

    def _watch_if_due(self, now: datetime) -> None:
        """Have every workbook watched; at the start, have pushes sent here and not to the address before."""
        starts = self._watched_at is None
        if self._pushed_to and (self._watched_at is None or abs(now - self._watched_at) >= WATCH_EVERY):
            pushes.ensure_channels(self._workspace, self._pushed_to, take_over=starts)
            self._watched_at = now

    def _sweep_if_due(self, now: datetime) -> None:
        """Ask for a sweep: at the start, at a limit, and so long after the last good run."""
        key, store = self._workspace.campaign.key, self._workspace.store
        until = self._workspace.clock()
        starts = self._swept_until is None
        if not self._limits:
            self._limits = self._instants()
        # before the tabs are made there is nothing to read, and nothing to complain about
        if (starts or self._limit_passed(until) or self._long_idle(now)) and store.registry.workbooks(key):
            self._workspace.ask_for_sweep()
        # only now: a mark that failed is made again
        self._swept_until = until

    def _limit_passed(self, until: datetime) -> bool:
        before = self._swept_until
        return before is not None and any(before < instant <= until for instant in self._limits)

    def _long_idle(self, now: datetime) -> bool:
        state = self._workspace.store.work.state(self._workspace.campaign.key)
        if state is None or state.finished_at is None:
            return state is None
        idle = state.dirty_since is None and state.owner is None
        every = max(SWEEPS_APART, timedelta(seconds=self._workspace.settings.sweep_seconds))
        # a clock that was set back would put the next sweep off by as much
        return idle and (now - state.finished_at >= every or state.finished_at - now > CLOCKS_AGREE_WITHIN)

    def _instants(self) -> tuple[datetime, ...]:
        campaign = self._workspace.campaign
        return limit_instants(campaign, self._workspace.store.facts.decisions(campaign.key))

    def _do(self, claim: Claim) -> None:
        """Run what was claimed and end the claim; a failure is kept for the operator and tried again."""
        workspace = self._workspace
        trigger = "hook" if claim.hinted else "decision" if claim.decided else "sweep"
        started = time.monotonic()
        try:
            with leases.renewed(workspace, claim):
                report = workflows.consolidate(workspace, trigger, claim, self._at_most)
            # every decision marks the campaign dirty, so that a new extension is known here before it comes
            self._limits = self._instants()
        except LeaseLostError as error:
            log.warning("run lost its lease: %s", error)
            leases.ask_for_the_last_word(workspace, claim)
        except ServiceError as error:
            log.warning("run failed, attempt %s: %s", claim.attempt, error)
            self._fail(claim, error.message)
        except Exception as slip:
            # an unforeseen failure must not end the worker; the operator reads of it
            log.exception("run failed, attempt %s", claim.attempt)
            self._fail(claim, message("consolidation.unforeseen", name=type(slip).__name__))
        else:
            leases.give_back(workspace, claim)
            log.info("run %s done in %.1f s, %s", report.run, time.monotonic() - started, trigger)

    def _fail(self, claim: Claim, reason: Message) -> None:
        now = self._workspace.lease_clock()
        retry_at = now + retry_wait(claim.attempt, random.random())  # noqa: S311
        self._workspace.store.work.fail(claim, now, reason.kept(), retry_at)
