"""Hold a campaign's lease while something is done: one run at a time, whoever started it.

Leases run on the machine's own clock even where a season is rehearsed: a dead holder must run out in real seconds.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from service.errors import BusyError
from service.facts.records import Claim
from service.workspace import Workspace

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
            workspace.store.release(claim, workspace.lease_clock())


def _take(workspace: Workspace) -> Claim:
    worker = f"command-{os.getpid()}-{secrets.token_hex(3)}"
    started = time.monotonic()
    told = False
    while True:
        claim = workspace.store.claim_all(workspace.campaign.key, workspace.lease_clock(), worker, LEASE)
        if claim is not None:
            return claim
        if time.monotonic() - started > WAITED_AT_MOST:
            raise BusyError("Một lần tổng hợp khác đang chạy. Đợi vài phút rồi chạy lại.")
        if not told:
            workspace.progress("Đang đợi một lần tổng hợp khác chạy xong (hoặc hết hạn, nếu nó đã dừng) …")
            told = True
        time.sleep(0.5)


@contextmanager
def renewed(workspace: Workspace, claim: Claim) -> Iterator[None]:
    """Prolong a lease in the background until the block ends."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(RENEWED_EVERY):
            if not workspace.store.renew(claim, workspace.lease_clock(), LEASE):
                return

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
