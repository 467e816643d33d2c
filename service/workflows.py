"""The main flow, to be read first: provision the tabs, consolidate them, say where every unit stands.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service import provisioning
from service.consolidation import master_writing, tab_reading
from service.consolidation.contents_loader import KeptContents
from service.consolidation.master_writing import Publication
from service.consolidation.recording import Look, held_back
from service.consolidation.tab_reading import Owner
from service.domain import board_tasks, explanation
from service.domain.board_tasks import board_tasks_at
from service.domain.consolidation import Tally
from service.domain.contents import TabSummary
from service.domain.decisions import BoardTaskDone, Decision, refuse
from service.domain.explanation import Explanation
from service.domain.file_sources import MASTER_TITLE
from service.domain.history import History, Owed
from service.domain.master import MasterContent
from service.domain.provisioning_report import ProvisionReport
from service.domain.standing_labels import Language
from service.domain.standings import Standing, context_of, standing_at, standings_at
from service.errors import (
    DecisionRefusedError,
    IncompleteReadError,
    LeaseLostError,
    NotProvisionedError,
    ServiceError,
    WorkbookNeededError,
)
from service.facts.records import Claim, MasterState
from service.leases import campaign_lease
from service.sheets.http import Meter
from service.workbooks import campaign_files, master_readers
from service.workspace import Workspace
from sheets_schema.campaign import Campaign


def provision(
    workspace: Workspace, forms: Sequence[str], *, dry_run: bool = False, recreate: bool = False
) -> ProvisionReport:
    """Give every unit its tab for each form, and the board its master; a second run changes nothing."""
    report = ProvisionReport(dry_run=dry_run)
    campaign_files.check_capacity(workspace)
    workspace = campaign_files.identified(workspace)
    if dry_run:
        _provision_forms(workspace, forms, report, recreate=recreate)
    else:
        with campaign_lease(workspace):
            _provision_forms(workspace, forms, report, recreate=recreate)
            _provision_master(workspace, report)
    report.close()
    return report


def _provision_forms(workspace: Workspace, forms: Sequence[str], report: ProvisionReport, *, recreate: bool) -> None:
    for key in forms:
        form = workspace.campaign.form(key)
        provisioning.provision_form(workspace, form, report, dry_run=report.dry_run, recreate=recreate)


def _provision_master(workspace: Workspace, report: ProvisionReport) -> None:
    try:
        master = _first_master(workspace)
    except WorkbookNeededError as error:
        report.needed.append(str(error))
        return
    master_readers.let_board_in(workspace, master, report)
    report.links.append(f"{MASTER_TITLE}: {workspace.link_to(master, 0, '')}")


def _first_master(workspace: Workspace) -> str:
    """Return the master's id; a new one shows what is known, or that nothing was read yet."""
    known = master_writing.standing_master(workspace)
    if known is not None and workspace.store.master_state(known) is not None:
        return known
    now = workspace.clock()
    history = workspace.store.history(workspace.campaign.key, until=now)
    return _publish(workspace, _known_tabs(workspace, history, now), history, now).spreadsheet_id


def _known_tabs(workspace: Workspace, history: History, now: datetime) -> dict[Owed, TabSummary]:
    """Return what is known of every tab; nothing where some workbook is yet to be read."""
    try:
        expected = tab_reading.expected_tabs(workspace)
    except NotProvisionedError:
        return {}
    return {} if held_back(workspace, expected, history, now) else _summaries(workspace, expected)


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
    notices: tuple[str, ...]
    master: str  # where the master is opened

    def as_dict(self) -> dict[str, object]:
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
            "seconds": round(self.seconds, 3),
            "notices": list(self.notices),
            "master": self.master,
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the report as sentences."""
        rows = self.tally
        again = f" {self.retries} lần gọi lại." if self.retries else ""
        return (
            f"Lần tổng hợp {self.run}: đọc {rows.rows_in} dòng = tổng hợp {rows.rows_out} + cần sửa "
            f"{rows.rows_rejected} + bỏ qua {rows.rows_skipped}.",
            f"Sự kiện mới: {self.observed}. Trang được báo lại: {self.feedback}. "
            f"Lượt gọi: {self.read_calls} đọc, {self.write_calls} ghi.{again} {self.seconds:.1f} giây.",
            f"Bảng tổng hợp {'đã thay' if self.changed else 'không đổi'}: {self.master}",
            *self.notices,
        )


def consolidate(
    workspace: Workspace, trigger: str, claim: Claim | None = None, at_most: int | None = None
) -> RunReport:
    """Read the tabs, record what changed, answer the units and bring the master up to date.

    A worker hands in its claim: then the workbooks marked dirty are read, `at_most` so many, and the rest stands as it
    was last read. Without one every workbook is read, and the campaign's lease is taken for it. When what was to be
    read is not whole nothing is published: IncompleteReadError, and the master keeps its last good state.
    """
    if claim is None:
        with campaign_lease(workspace) as taken:
            return _run(workspace, trigger, taken, list(tab_reading.expected_tabs(workspace)))
    return _run(workspace, trigger, claim, list(claim.spreadsheets[:at_most]))


def _run(workspace: Workspace, trigger: str, claim: Claim, spreadsheets: Sequence[str]) -> RunReport:
    started = time.monotonic()
    store, key = workspace.store, workspace.campaign.key
    run = store.start_run(key, workspace.clock(), trigger, workspace.actor)
    before = replace(workspace.sheets.meter)
    try:
        report = _consolidate(workspace, run, claim, spreadsheets)
    except ServiceError as error:
        spent = {**_spent(workspace.sheets.meter, before), "notices": [str(error)]}
        store.finish_run(run, workspace.clock(), spent, error=str(error))
        if isinstance(error, IncompleteReadError):
            _keep_notice(workspace, str(error))
        raise
    report = replace(report, seconds=time.monotonic() - started)
    store.finish_run(run, workspace.clock(), report.as_dict())
    return report


def _consolidate(workspace: Workspace, run: int, claim: Claim, spreadsheets: Sequence[str]) -> RunReport:
    before = replace(workspace.sheets.meter)
    look = Look(workspace, claim, tab_reading.expected_tabs(workspace))
    look.over(spreadsheets)
    _still_ours(workspace, claim)
    now = workspace.clock()
    history = workspace.store.history(workspace.campaign.key, until=now)
    held = held_back(workspace, look.expected, history, now)
    tabs = _summaries(workspace, look.expected)
    publication = _standing_publication(workspace) if held else _publish(workspace, tabs, history, now)
    return RunReport(
        run=run,
        workbooks=len(look.reads),
        **_spent(workspace.sheets.meter, before),
        tally=sum((tab.tally for tab in tabs.values()), Tally()),
        changed=publication.changed,
        feedback=look.feedback,
        observed=look.observed,
        seconds=0.0,
        notices=(*tab_reading.notices_of(look.reads), *held),
        master=workspace.link_to(publication.spreadsheet_id, 0, ""),
    )


def _spent(now: Meter, before: Meter) -> dict[str, int]:
    return {
        "read_calls": now.reads - before.reads,
        "write_calls": now.writes - before.writes,
        "drive_calls": now.drive - before.drive,
        "retries": now.retries - before.retries,
    }


def _summaries(workspace: Workspace, expected: Mapping[str, Mapping[int, Owner]]) -> dict[Owed, TabSummary]:
    """Return what is known of the tabs that are to be read; what is known of others is forgotten."""
    campaign, store = workspace.campaign, workspace.store
    owed = {(unit.code, form.key) for tabs in expected.values() for form, unit in tabs.values()}
    known = store.tab_summaries(campaign.key)
    store.forget_contents(campaign.key, known.keys() - owed)
    return {one: tab for one, tab in known.items() if one in owed}


def _standing_publication(workspace: Workspace) -> Publication:
    """Return the master as it stands, not written in this run."""
    return Publication(master_writing.ensure_master(workspace), "", changed=False)


def _publish(workspace: Workspace, tabs: Mapping[Owed, TabSummary], history: History, now: datetime) -> Publication:
    """Compute where every unit stands now and bring the master up to date, if that says anything new."""
    campaign, store = workspace.campaign, workspace.store
    content = MasterContent(
        campaign=campaign,
        standings=standings_at(now, campaign, history),
        board_tasks=board_tasks_at(now, campaign, history.board_tasks),
        link_to=workspace.link_to,
        tabs=tabs,
        contents_of=KeptContents(workspace.store, campaign),
    )
    publication = master_writing.publish(workspace, content, now)
    before = store.master_state(publication.spreadsheet_id)
    if publication.changed or (before is not None and before.notice):
        published_at = now if publication.changed or before is None else before.published_at
        with store.together():
            store.save_master_sheets(publication.spreadsheet_id, publication.sheets)
            store.save_master_state(MasterState(publication.spreadsheet_id, publication.fingerprint, published_at))
    return publication


def _still_ours(workspace: Workspace, claim: Claim) -> None:
    if not workspace.store.holds(claim, workspace.lease_clock()):
        raise LeaseLostError("Lần tổng hợp này quá lâu và đã có lần khác thay. Bảng tổng hợp do lần sau ghi.")


def _keep_notice(workspace: Workspace, notice: str) -> None:
    master = master_writing.master_id(workspace)
    state = workspace.store.master_state(master) if master else None
    if state is not None:
        workspace.store.save_master_state(replace(state, notice=notice))


def standings(workspace: Workspace, at: datetime, forms: Sequence[str]) -> tuple[Standing, ...]:
    """Return where every unit stood at an instant, from what was known then, form by form in the plan's order."""
    found = standings_at(at, workspace.campaign, workspace.store.history(workspace.campaign.key, until=at))
    return tuple(standing for form in forms for standing in found if standing.form == form)


def explain(workspace: Workspace, unit: str, form: str, at: datetime) -> Explanation:
    """Say why a unit stands where it stands with one form."""
    history = workspace.store.history(workspace.campaign.key, until=at, unit=unit)
    records = (history.observations_of(unit, form), history.decisions_of(unit, form))
    standing = standing_at(at, workspace.campaign, unit, form, *records)
    return explanation.explain(standing, workspace.campaign, *records, at)


def decide(workspace: Workspace, decision: Decision) -> Standing:
    """Record a decision and return where the unit stands after it; DecisionRefusedError when it makes no sense."""
    campaign, store = workspace.campaign, workspace.store
    now = decision.recorded_at
    history = store.history(campaign.key, until=now, unit=decision.unit)
    owed = (decision.unit, decision.form)
    records = (history.observations_of(*owed), history.decisions_of(*owed))
    before = standing_at(now, campaign, *owed, *records)
    faults = refuse(decision, context_of(before, now))
    if faults:
        raise DecisionRefusedError(" ".join(faults))
    store.record_decision(campaign.key, decision)
    store.mark_campaign_dirty(campaign.key, workspace.lease_clock())
    return standing_at(now, campaign, *owed, records[0], (*records[1], decision))


def finish_board_task(workspace: Workspace, done: BoardTaskDone) -> None:
    """Record the board's word on one of its own tasks; DecisionRefusedError when it makes no sense."""
    faults = board_tasks.refuse(done, workspace.campaign)
    if faults:
        raise DecisionRefusedError(" ".join(faults))
    workspace.store.record_board_task(workspace.campaign.key, done)
    workspace.store.mark_campaign_dirty(workspace.campaign.key, workspace.lease_clock())


STANDING_KEYS = (
    "unit",
    "name",
    "group",
    "form",
    "eligibility",
    "receipt",
    "timeliness",
    "days_late",
    "boundary_day",
    "due_before",
    "last_day",
    "received_at",
    "review",
    "entries",
    "problems",
    "label",
)


def standing_record(campaign: Campaign, standing: Standing, language: str = "vi") -> dict[str, object]:
    """Return a standing as the JSON that `status` prints; keys as in STANDING_KEYS, then additions."""
    unit = campaign.unit(standing.unit)
    zone = campaign.zone
    return {
        "unit": unit.code,
        "name": unit.name,
        "group": unit.group,
        "form": standing.form,
        "eligibility": standing.eligibility.value,
        "receipt": standing.receipt.value,
        "timeliness": standing.timeliness.value if standing.timeliness else None,
        "days_late": standing.days_late,
        "boundary_day": standing.boundary_day,
        "due_before": standing.limit.due_before.astimezone(zone).isoformat(),
        "last_day": standing.limit.last_day.isoformat(),
        "received_at": standing.received_at.astimezone(zone).isoformat() if standing.received_at else None,
        "review": standing.review.value,
        "entries": standing.entries,
        "problems": standing.problems,
        "label": standing.label_in(Language(language)),
        "editing": standing.editing,
        "errors": standing.errors,
        "warnings": standing.warnings,
    }
