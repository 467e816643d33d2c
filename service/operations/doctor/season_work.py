"""The season at work: limits, the worker, the last run, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service import workflows
from service.domain import deadlines, tab_faults
from service.domain.instant_words import instant_message
from service.errors import DeclarationRefusedError
from service.operations.doctor.findings import Finding, State, attention, ok
from service.seasons import season_list
from service.settings import Settings
from service.workspace import Workspace
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Message, joined, message

CAMPAIGN = message("doctor.campaign")
FOLDERS = message("doctor.season_folders")
DECLARATION = message("doctor.declaration")
WORKER = message("doctor.worker")
LAST_RUN = message("doctor.last_run")
TABS = message("doctor.tabs_of_units")
WORKER_SILENT_AFTER = timedelta(minutes=2)
WAITS_TOO_LONG = timedelta(minutes=10)


def campaign_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the campaign and its limits."""
    campaign = workspace.campaign
    key = "doctor.campaign_is_closed" if is_closed(workspace) else "doctor.campaign_is"
    yield ok(CAMPAIGN, key, title=campaign.title, count=len(campaign.active_units))
    for obligation in campaign.obligations:
        limit = deadlines.effective_limit(obligation, (), campaign.zone)
        warning = deadlines.rest_day_warning(limit)
        subject = message("doctor.limit_of", title=obligation.title)
        if warning:
            yield Finding(subject, State.ATTENTION, warning)
        else:
            yield ok(subject, "doctor.limit", words=obligation.words, day=format_day(limit.last_day))


def is_closed(workspace: Workspace) -> bool:
    """Return True if the season was closed: nothing is read of it any more."""
    return workspace.store.facts.is_closed(workspace.campaign.key)


def folders_of(settings: Settings) -> Iterator[Finding]:
    """Yield the seasons whose folders cannot be read: the worker leaves them out."""
    for reason in season_list.folder_faults(settings):
        yield Finding(FOLDERS, State.FAILED, reason)


def declaration_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield how the campaign's folder differs from the declaration on record."""
    try:
        changed = workflows.declaration_changes(workspace)
    except DeclarationRefusedError as refused:
        yield Finding(DECLARATION, State.FAILED, refused.message)
        return
    known = workspace.store.declarations.all(workspace.campaign.key)
    if not known:
        yield ok(DECLARATION, "doctor.declaration_none")
    elif changed:
        yield attention(DECLARATION, "doctor.declaration_differs", changes=joined(changed))
    else:
        at = instant_message(known[-1].recorded_at, workspace.campaign.zone)
        yield ok(DECLARATION, "doctor.declaration_recorded", at=at, count=len(known))


def work_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the worker, the last run and what waits for one; of a closed season, which gets none, the worker alone."""
    now = workspace.lease_clock()
    yield _worker(workspace, now)
    if is_closed(workspace):
        return
    yield _last_run(workspace)
    yield from _tabs_at_fault(workspace)
    state = workspace.store.work.state(workspace.campaign.key)
    if state is not None and state.dirty_since is not None and now - state.dirty_since > WAITS_TOO_LONG:
        minutes = (now - state.dirty_since) // timedelta(minutes=1)
        yield attention(message("doctor.waiting"), "doctor.waiting_for", minutes=minutes)


def _tabs_at_fault(workspace: Workspace) -> Iterator[Finding]:
    faults = workspace.store.tab_faults.all(workspace.campaign.key).values()
    for sentence in tab_faults.sentences(workspace.campaign, faults):
        yield Finding(TABS, State.ATTENTION, sentence)


def _worker(workspace: Workspace, now: datetime) -> Finding:
    alive = [beat for beat in workspace.store.work.workers(now) if abs(now - beat.seen_at) < WORKER_SILENT_AFTER]
    return ok(WORKER, "doctor.workers_alive", count=len(alive)) if alive else attention(WORKER, "doctor.worker_dead")


def _last_run(workspace: Workspace) -> Finding:
    runs = workspace.store.runs.last(workspace.campaign.key, 1)
    if not runs:
        return attention(LAST_RUN, "doctor.run_none")
    run = runs[0]
    at = instant_message(run.started_at, workspace.campaign.zone)
    if run.error:
        return attention(LAST_RUN, "doctor.run_failed", run=run.id, at=at, error=Message.of_kept(run.error))
    return ok(LAST_RUN, "doctor.run_done" if run.finished_at else "doctor.run_open", run=run.id, at=at)
