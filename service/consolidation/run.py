"""One run: read the workbooks, record, write feedback, and publish the master."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service import garbage
from service.consolidation import master_writing, tab_reading
from service.consolidation.contents_loader import NONE_KNOWN, KeptContents
from service.consolidation.master_writing import Publication
from service.consolidation.recording import WorkbookScan, held_back
from service.consolidation.tab_reading import Owner
from service.domain import tab_faults
from service.domain.board_tasks import board_tasks_at
from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.domain.history import History, Owed
from service.domain.intakes import by_tab
from service.domain.master import MasterContent
from service.domain.standings import standings_at
from service.domain.tab_faults import TabFault
from service.errors import (
    DeclarationChangedError,
    IncompleteReadError,
    NotProvisionedError,
    ServiceError,
)
from service.facts.records import Claim, MasterState
from service.leases import check_lease
from service.sheets.pacing import Meter
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, message


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one consolidation read, wrote and cost."""

    run: int
    workbooks: int  # how many were read
    read_calls: int
    write_calls: int
    drive_calls: int
    retries: int  # calls sent once more, counted in those above
    tally: Tally
    changed: bool
    feedback: int  # tabs whose feedback was written
    observed: int  # facts recorded
    seconds: float
    notices: tuple[Message, ...]
    master: str  # where the master is opened
    faults: tuple[TabFault, ...] = ()  # tabs that keep what was read last

    def as_dict(self, language: Language) -> dict[str, object]:
        """Return the report as JSON values."""
        return {
            "run": self.run,
            "workbooks": self.workbooks,
            "read_calls": self.read_calls,
            "write_calls": self.write_calls,
            "drive_calls": self.drive_calls,
            "retries": self.retries,
            "rows_in": self.tally.rows_in,
            "rows_out": self.tally.rows_out,
            "rows_rejected": self.tally.rows_rejected,
            "rows_skipped": self.tally.rows_skipped,
            "changed": self.changed,
            "feedback_tabs": self.feedback,
            "facts": self.observed,
            "tab_faults": len(self.faults),
            "seconds": round(self.seconds, 3),
            "notices": [notice.text(language) for notice in self.notices],
            "master": self.master,
        }

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return the report in the order it is read."""
        rows = self.tally
        return (
            message(
                "consolidation.run",
                run=self.run,
                read=rows.rows_in,
                kept=rows.rows_out,
                rejected=rows.rows_rejected,
                skipped=rows.rows_skipped,
            ),
            message(
                "consolidation.cost_with_retries" if self.retries else "consolidation.cost",
                facts=self.observed,
                feedback=self.feedback,
                reads=self.read_calls,
                writes=self.write_calls,
                retries=self.retries,
                seconds=f"{self.seconds:.1f}",
            ),
            message(
                "consolidation.master_changed" if self.changed else "consolidation.master_unchanged", url=self.master
            ),
            *self.notices,
        )

    def lines(self, language: Language) -> list[str]:
        """Return the report as sentences."""
        return [sentence.text(language) for sentence in self.messages]


def run_claimed(workspace: Workspace, trigger: str, claim: Claim, spreadsheets: Sequence[str]) -> RunReport:
    """Read the workbooks under a claim and publish; the run is recorded with what it cost, failed or not."""
    started = time.monotonic()
    store, key = workspace.store, workspace.campaign.key
    run = store.runs.start(key, workspace.clock(), trigger, workspace.actor)
    before = replace(workspace.sheets.meter)
    try:
        with garbage.seldom_collecting():
            report = _read_and_publish(workspace, run, claim, spreadsheets)
    except ServiceError as error:
        reason = error.message.kept()
        spent = {**_spent(workspace.sheets.meter, before), "notices": [reason]}
        store.runs.finish(run, workspace.clock(), spent, error=reason)
        if isinstance(error, IncompleteReadError):
            _keep_notice(workspace, reason)
        raise
    report = replace(report, seconds=time.monotonic() - started)
    kept = {**report.as_dict(SHEET_LANGUAGE), "notices": [notice.kept() for notice in report.notices]}
    store.runs.finish(run, workspace.clock(), kept)
    return report


def _read_and_publish(workspace: Workspace, run: int, claim: Claim, spreadsheets: Sequence[str]) -> RunReport:
    before = replace(workspace.sheets.meter)
    scan = WorkbookScan(workspace, claim, tab_reading.expected_tabs(workspace))
    scan.read_all(spreadsheets)
    check_lease(workspace, claim)
    now = workspace.clock()
    history = workspace.history(now)
    held = held_back(workspace, scan.expected, history, now)
    tabs = known_tabs(workspace, scan.expected)
    faults = tuple(workspace.store.tab_faults.all(workspace.campaign.key).values())
    publication = _unchanged_master(workspace) if held else publish_master(workspace, tabs, history, now, scan.first)
    return RunReport(
        run=run,
        workbooks=len(scan.reads),
        **_spent(workspace.sheets.meter, before),
        tally=sum((tab.tally for tab in tabs.values()), Tally()),
        changed=publication.changed,
        feedback=scan.feedback,
        observed=scan.observed,
        seconds=0.0,
        notices=(
            *tab_faults.sentences(workspace.campaign, faults),
            *tab_reading.notices_of(scan.reads),
            *held,
        ),
        master=workspace.link_to(publication.spreadsheet_id, 0, ""),
        faults=faults,
    )


def _spent(now: Meter, before: Meter) -> dict[str, int]:
    return {
        "read_calls": now.reads - before.reads,
        "write_calls": now.writes - before.writes,
        "drive_calls": now.drive - before.drive,
        "retries": now.retries - before.retries,
    }


def known_tabs(workspace: Workspace, expected: Mapping[str, Mapping[int, Owner]]) -> dict[Owed, TabSummary]:
    """Return what is known of the tabs that are accounted for; what is known of others, faults too, is forgotten."""
    campaign, store = workspace.campaign, workspace.store
    owed = {(unit.code, form.key) for tabs in expected.values() for form, unit in tabs.values()}
    # what a unit had sent before it was merged stays on the master; its tab is read no more
    owed |= {
        (unit.code, one.form) for unit in campaign.accounted_units if not unit.active for one in campaign.obligations
    }
    with store.alone(campaign.key):
        if not store.declarations.is_recorded(campaign) and store.declarations.last(campaign.key):
            raise DeclarationChangedError(message("errors.declaration_changed"))
        known = store.contents.summaries(campaign.key)
        at = store.facts.stamp(campaign.key, workspace.clock())
        store.contents.forget(campaign.key, known.keys() - owed, at)
        store.tab_faults.clear(campaign.key, store.tab_faults.all(campaign.key).keys() - owed)
    return {one: tab for one, tab in known.items() if one in owed}


def _unchanged_master(workspace: Workspace) -> Publication:
    """Return the master as it is, not written in this run."""
    return Publication(master_writing.ensure_master(workspace), "", changed=False)


def publish_master(
    workspace: Workspace,
    tabs: Mapping[Owed, TabSummary],
    history: History,
    now: datetime,
    known: Mapping[Owed, Contents] = NONE_KNOWN,
) -> Publication:
    """Compute every unit's standing now and bring the master up to date, if anything differs.

    `known` is what some tabs hold, where that is at hand.
    """
    campaign, store = workspace.campaign, workspace.store
    content = MasterContent(
        campaign=campaign,
        standings=standings_at(now, campaign, history),
        board_tasks=board_tasks_at(now, campaign, history.board_tasks),
        link_to=workspace.link_to,
        tabs=tabs,
        contents_of=KeptContents(store, campaign, known),
        faults=store.tab_faults.all(campaign.key),
        intakes=by_tab(store.intakes.of(campaign.key, until=now), campaign.code_now),
    )
    publication = master_writing.publish(workspace, content, now)
    before = store.registry.master_state(publication.spreadsheet_id)
    if publication.changed or (before is not None and before.notice):
        published_at = now if publication.changed or before is None else before.published_at
        with store.together():
            store.registry.save_master_sheets(publication.spreadsheet_id, publication.sheets)
            store.registry.save_master_state(
                MasterState(publication.spreadsheet_id, publication.fingerprint, published_at)
            )
    return publication


def first_master(workspace: Workspace) -> str:
    """Return the master's id; a new one shows what is known, or that nothing was read yet."""
    known = master_writing.existing_master(workspace)
    if known is not None and workspace.store.registry.master_state(known) is not None:
        return known
    now = workspace.clock()
    history = workspace.history(now)
    try:
        expected = tab_reading.expected_tabs(workspace)
    except NotProvisionedError:
        expected = {}
    tabs = {} if held_back(workspace, expected, history, now) else known_tabs(workspace, expected)
    return publish_master(workspace, tabs, history, now).spreadsheet_id


def _keep_notice(workspace: Workspace, notice: str) -> None:
    master = master_writing.master_id(workspace)
    state = workspace.store.registry.master_state(master) if master else None
    if state is not None:
        workspace.store.registry.save_master_state(replace(state, notice=notice))
