"""The mail room: plans and sends in the background while a worker lives, and reads what came back.

A kill at any moment is safe.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from service.errors import MailboxError
from service.mail.ledger_planning import as_on_record, plan_due
from service.mail.sending import MailRun, SendReport, read_bounces
from service.workspace import Workspace

MAILS_A_TURN = 20
AFTER_TROUBLE = timedelta(minutes=1)  # a server that fails is not called again before
BOUNCES_EVERY = timedelta(minutes=5)
LONGEST_SILENCE = timedelta(hours=1)  # between plans, whatever the steps say
log = logging.getLogger(__name__)


class MailRoom:
    """One sender over one workspace; `turn` does what is due now."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace = workspace
        self._name = name
        self._planned_from: object = None
        self._plan_at: datetime | None = None
        self._rest_until: datetime | None = None
        self._bounces_at: datetime | None = None

    def turn(self) -> SendReport | None:
        """Plan where something may be due, then send; None where there was nothing to do."""
        workspace = as_on_record(self._workspace)
        if workspace.store.facts.is_closed(workspace.campaign.key):
            return None
        sends = workspace.campaign.mail.send
        if sends:
            self._plan(workspace)
        now = workspace.lease_clock()
        if self._rest_until is not None and now < self._rest_until <= now + AFTER_TROUBLE:
            return None
        self._read_bounces(workspace, now)
        report = MailRun(workspace, self._name).run(MAILS_A_TURN, urgent=not sends)
        troubled = bool(report.stopped or report.faults) and not report.sent
        self._rest_until = now + AFTER_TROUBLE if troubled else None
        return None if report.is_idle else report

    def _plan(self, workspace: Workspace) -> None:
        """Plan where a step is due, or what plans are made from has changed."""
        now, ledger = workspace.clock(), workspace.store.mail
        basis = (ledger.basis(workspace.campaign.key), workspace.campaign)
        is_due = self._plan_at is None or now >= self._plan_at
        if is_due or basis != self._planned_from:
            planned = plan_due(workspace)
            latest = now + LONGEST_SILENCE
            self._plan_at = latest if planned.next_at is None else min(planned.next_at, latest)
            self._planned_from = basis
            if planned.new:
                log.info("mails planned: %s", planned.new)

    def _read_bounces(self, workspace: Workspace, now: datetime) -> None:
        if not workspace.settings.imap_url:
            return
        if self._bounces_at is not None and abs(now - self._bounces_at) < BOUNCES_EVERY:
            return
        self._bounces_at = now
        try:
            marked = read_bounces(workspace)
        except MailboxError as error:
            log.warning("mailbox does not answer: %s", error)
        else:
            if marked:
                log.warning("mails came back from addresses: %s", marked)
