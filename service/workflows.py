"""The main flow, to be read first: provision the tabs, consolidate them, say where every unit stands.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service import provisioning_run, publishing, reading
from service.domain import board_tasks, explanation
from service.domain.axes import Language
from service.domain.board_tasks import board_tasks_at
from service.domain.consolidation import TabRead, Tally, feedback_on, observe, tally
from service.domain.contents import contents_of
from service.domain.decisions import BoardTaskDone, Decision, refuse
from service.domain.explanation import Explanation
from service.domain.history import History
from service.domain.master import MasterContent
from service.domain.observations import Observation
from service.domain.provisioning_report import ProvisionReport
from service.domain.standings import Standing, context_of, standing_at, standings_at
from service.errors import DecisionRefusedError, IncompleteReadError, LeaseLostError, ServiceError
from service.facts.records import Claim, MasterState
from service.leases import campaign_lease
from service.publishing import Publication
from service.reading import WholeRead
from service.sheets.http import Meter
from service.workspace import Workspace
from sheets_schema.campaign import Campaign


def provision(
    workspace: Workspace, forms: Sequence[str], *, dry_run: bool = False, recreate: bool = False
) -> ProvisionReport:
    """Give every unit its tab for each form, and the board its master; a second run changes nothing."""
    report = ProvisionReport(dry_run=dry_run)
    if dry_run:
        _provision_forms(workspace, forms, report, recreate=recreate)
    else:
        with campaign_lease(workspace):
            _provision_forms(workspace, forms, report, recreate=recreate)
            master = _first_master(workspace)
        report.links.append(f"{publishing.MASTER_TITLE}: {workspace.link_to(master, 0, '')}")
    report.close()
    return report


def _provision_forms(workspace: Workspace, forms: Sequence[str], report: ProvisionReport, *, recreate: bool) -> None:
    for key in forms:
        form = workspace.campaign.form(key)
        provisioning_run.provision_form(workspace, form, report, dry_run=report.dry_run, recreate=recreate)


def _first_master(workspace: Workspace) -> str:
    """Return the master's id; before the first consolidation it shows that nothing was read yet."""
    known = publishing.standing_master(workspace)
    if known is not None and workspace.store.master_state(known) is not None:
        return known
    return _publish(workspace, (), workspace.clock()).spreadsheet_id


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one consolidation read, wrote and cost."""

    run: int
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


def consolidate(workspace: Workspace, trigger: str, claim: Claim | None = None) -> RunReport:
    """Read every tab, record what changed, answer the units and replace the master.

    Takes the campaign's lease unless the caller (a worker) holds it already. When reading was not whole nothing is
    published: IncompleteReadError, and the master keeps its last good state.
    """
    if claim is None:
        with campaign_lease(workspace) as taken:
            return _run(workspace, trigger, taken)
    return _run(workspace, trigger, claim)


def _run(workspace: Workspace, trigger: str, claim: Claim) -> RunReport:
    started = time.monotonic()
    store, key = workspace.store, workspace.campaign.key
    run = store.start_run(key, workspace.clock(), trigger, workspace.actor)
    before = replace(workspace.sheets.meter)
    try:
        report = _consolidate(workspace, run, claim, started)
    except ServiceError as error:
        spent = {**_spent(workspace.sheets.meter, before), "notices": [str(error)]}
        store.finish_run(run, workspace.clock(), spent, error=str(error))
        if isinstance(error, IncompleteReadError):
            _keep_notice(workspace, str(error))
        raise
    store.finish_run(run, workspace.clock(), report.as_dict())
    return report


def _consolidate(workspace: Workspace, run: int, claim: Claim, started: float) -> RunReport:
    before = replace(workspace.sheets.meter)
    read = reading.read_all(workspace)
    now = read.finished_at
    observed = _record(workspace, read)
    feedback = publishing.write_feedback(
        workspace, read, {tab.sheet_id: feedback_on(tab.form, tab.checked) for tab in read.tabs}
    )
    _still_ours(workspace, claim)
    publication = _publish(workspace, read.tabs, now)
    return RunReport(
        run=run,
        **_spent(workspace.sheets.meter, before),
        tally=_total(read.tabs),
        changed=publication.changed,
        feedback=feedback,
        observed=observed,
        seconds=time.monotonic() - started,
        notices=read.notices,
        master=workspace.link_to(publication.spreadsheet_id, 0, ""),
    )


def _spent(now: Meter, before: Meter) -> dict[str, int]:
    return {
        "read_calls": now.reads - before.reads,
        "write_calls": now.writes - before.writes,
        "drive_calls": now.drive - before.drive,
        "retries": now.retries - before.retries,
    }


def _total(tabs: Sequence[TabRead]) -> Tally:
    return sum((tally(tab.form, tab.checked) for tab in tabs), Tally())


def _publish(workspace: Workspace, tabs: Sequence[TabRead], now: datetime) -> Publication:
    """Compute where every unit stands now and replace the master with it, if it says anything new."""
    campaign, store = workspace.campaign, workspace.store
    history = store.history(campaign.key, until=now)
    content = MasterContent(
        campaign=campaign,
        standings=standings_at(now, campaign, history),
        reads=tuple(tabs),
        tally=_total(tabs),
        board_tasks=board_tasks_at(now, campaign, history.board_tasks),
        link_to=workspace.link_to,
    )
    publication = publishing.publish(workspace, content, now)
    before = store.master_state(publication.spreadsheet_id)
    if publication.changed or (before is not None and before.notice):
        published_at = now if publication.changed or before is None else before.published_at
        store.save_master_state(MasterState(publication.spreadsheet_id, publication.fingerprint, published_at))
    return publication


def _still_ours(workspace: Workspace, claim: Claim) -> None:
    if not workspace.store.holds(claim, workspace.lease_clock()):
        raise LeaseLostError("Lần tổng hợp này quá lâu và đã có lần khác thay. Bảng tổng hợp do lần sau ghi.")


def _keep_notice(workspace: Workspace, notice: str) -> None:
    master = publishing.master_id(workspace)
    state = workspace.store.master_state(master) if master else None
    if state is not None:
        workspace.store.save_master_state(replace(state, notice=notice))


def _record(workspace: Workspace, read: WholeRead) -> int:
    """Append what this read saw anew, with its evidence of when; return how many facts."""
    campaign, store = workspace.campaign, workspace.store
    history = store.history(campaign.key)
    created = {(tab.unit, tab.form): tab.created_at for tab in store.tabs(campaign.key)}
    last_read = {spreadsheet_id: store.last_read(spreadsheet_id) for spreadsheet_id in read.inventories}
    changed: list[Observation] = []
    for tab in read.tabs:
        owed = (tab.unit.code, tab.form.key)
        looks = (last_read[tab.spreadsheet_id], created.get(owed))
        earlier = max((at for at in looks if at is not None and at < read.finished_at), default=None)
        seen = observe(tab, read.finished_at, earlier)
        before = history.observations_of(*owed)
        if seen.differs_from(before[-1] if before else None):
            changed.append(seen)
    with_evidence = [_with_modified_time(workspace, seen, history, read) for seen in changed]
    store.record_observations(campaign.key, with_evidence)
    store.save_contents(campaign.key, [contents_of(tab, read.finished_at) for tab in read.tabs])
    for spreadsheet_id in read.inventories:
        store.mark_read(spreadsheet_id, read.started_at)
    return len(changed)


def _with_modified_time(workspace: Workspace, seen: Observation, history: History, read: WholeRead) -> Observation:
    """Ask when the file was last changed where that may decide: a first receipt whose evidence straddles the limit."""
    owed = (seen.unit, seen.form)
    before = history.observations_of(*owed)
    if not seen.receipt.counts or any(look.receipt.counts for look in before):
        return seen
    decisions = history.decisions_of(*owed)
    standing = standing_at(read.finished_at, workspace.campaign, *owed, (*before, seen), decisions)
    if not seen.happened.straddles(standing.limit.due_before):
        return seen
    return replace(seen, modified_at=read.modified_at(seen.place.spreadsheet_id, workspace))


def standings(workspace: Workspace, at: datetime, forms: Sequence[str]) -> tuple[Standing, ...]:
    """Return where every unit stood at an instant, from what was known then, form by form in the plan's order."""
    found = standings_at(at, workspace.campaign, workspace.store.history(workspace.campaign.key, until=at))
    return tuple(standing for form in forms for standing in found if standing.form == form)


def explain(workspace: Workspace, unit: str, form: str, at: datetime) -> Explanation:
    """Say why a unit stands where it stands with one form."""
    history = workspace.store.history(workspace.campaign.key, until=at)
    records = (history.observations_of(unit, form), history.decisions_of(unit, form))
    standing = standing_at(at, workspace.campaign, unit, form, *records)
    return explanation.explain(standing, workspace.campaign, *records, at)


def decide(workspace: Workspace, decision: Decision) -> Standing:
    """Record a decision and return where the unit stands after it; DecisionRefusedError when it makes no sense."""
    campaign, store = workspace.campaign, workspace.store
    now = decision.recorded_at
    history = store.history(campaign.key, until=now)
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
