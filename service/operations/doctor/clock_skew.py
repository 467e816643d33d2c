"""Our clock beside another's: receipts, tokens and signed hooks go by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.domain.instant_words import instant_message
from service.operations.doctor.findings import Finding, attention, ok
from service.sheets import drive_about
from service.workspace import Workspace
from sheets_schema.wording import Message, message

SUBJECT = message("doctor.spreadsheets_clock")
MOST = timedelta(seconds=30)


def compared(subject: Message, theirs: datetime, before: datetime, after: datetime) -> Finding:
    """Return how far a clock is from ours, which was read before and after it."""
    skew = theirs - (before + (after - before) / 2)
    # beyond what the way of the answer explains
    apart = max(abs(skew) - (after - before) / 2, timedelta(0))
    seconds = round(apart.total_seconds())
    if apart > MOST:
        return attention(
            subject, "doctor.clock_ahead" if skew < timedelta(0) else "doctor.clock_behind", seconds=seconds
        )
    return ok(subject, "doctor.clock_agrees", seconds=max(1, seconds))


def record_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield that facts are recorded as of later: the clock was ahead once, or is behind now."""
    ahead = workspace.recorded_ahead
    if ahead is not None:
        at = instant_message(ahead, workspace.campaign.zone)
        yield attention(message("doctor.clock"), "doctor.recorded_ahead", at=at)


def spreadsheets_clock(workspace: Workspace) -> Iterator[Finding]:
    """Yield how far our clock is from that of the spreadsheets' server."""
    if workspace.settings.sheets == "embedded":
        yield ok(SUBJECT, "doctor.same_machine")
        return
    before = workspace.lease_clock()
    theirs = drive_about.server_time(workspace.sheets.client)
    after = workspace.lease_clock()
    yield attention(SUBJECT, "doctor.no_date") if theirs is None else compared(SUBJECT, theirs, before, after)
