"""Hold a campaign's lease while something is done: one run at a time, however it was started.

Leases run on the machine's own clock even where a season is rehearsed: a dead holder must run out in real seconds.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from service.errors import BusyError, FactsError, LeaseLostError
from service.facts.records import Claim, WorkbookKind
from service.sheets.guarding import guarded
from service.workspace import Workspace
from sheets_schema.wording import message

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
RENEWED_EVERY = 8.0  # seconds
WAITED_AT_MOST = 90.0  # seconds; a dead holder's lease ends sooner


@contextmanager
def campaign_lease(workspace: Workspace) -> Iterator[Claim]:
    """Take the campaign's lease, waiting for its holder; BusyError when a living one does not end in time."""
    claim = _take(workspace)
    with renewed(workspace, claim):
        try:
            yield claim
        finally:
            give_back(workspace, claim)


def give_back(workspace: Workspace, claim: Claim) -> None:
    """End a run's hold. Where another took over meanwhile, both may have written: one more run has the last word."""
    if not workspace.store.work.release(claim, workspace.lease_clock()):
        ask_for_the_last_word(workspace, claim)


def ask_for_the_last_word(workspace: Workspace, claim: Claim) -> None:
    """Ask for a run that reads everything and writes the master again: two may have written at the same time."""
    store = workspace.store
    for book in store.registry.workbooks(claim.campaign):
        state = store.registry.master_state(book.spreadsheet_id) if book.kind is WorkbookKind.MASTER else None
        if state is not None:
            # without its fingerprint the master is written again whatever it holds
            store.registry.save_master_state(replace(state, fingerprint=""))
    workspace.ask_for_sweep()


def _take(workspace: Workspace) -> Claim:
    worker = f"command-{os.getpid()}-{secrets.token_hex(3)}"
    started = time.monotonic()
    reported = False
    while True:
        claim = workspace.store.work.claim_all(workspace.campaign.key, workspace.lease_clock(), worker, LEASE)
        if claim is not None:
            return claim
        if time.monotonic() - started > WAITED_AT_MOST:
            raise BusyError(message("consolidation.busy"))
        if not reported:
            workspace.progress(message("consolidation.waiting_for_other"))
            reported = True
        time.sleep(0.5)


def check_lease(workspace: Workspace, claim: Claim) -> None:
    """Raise LeaseLostError where another has taken the campaign; a lease run out that was not taken is prolonged."""
    work, now = workspace.store.work, workspace.lease_clock()
    if not (work.holds(claim, now) or work.renew(claim, now, LEASE)):
        raise LeaseLostError(message("errors.lease_lost"))


@contextmanager
def renewed(workspace: Workspace, claim: Claim) -> Iterator[None]:
    """Prolong a lease in the background until the block ends; once it is lost nothing is written to a spreadsheet."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(RENEWED_EVERY):
            try:
                if not workspace.store.work.renew(claim, workspace.lease_clock(), LEASE):
                    return
            except FactsError as error:
                # the next turn comes well before the lease runs out
                log.warning("lease not renewed yet: %s", error)

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        with guarded(lambda: check_lease(workspace, claim)):
            yield
    finally:
        ended.set()
        keeper.join()
