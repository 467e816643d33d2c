"""The use cases, to be read first: provision the tabs, consolidate them, give every unit's standing.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master

What only spreadsheets need is imported by the two use cases that touch them: a status is read far more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from service.domain import board_tasks, explanation
from service.domain.decisions import BoardTaskDone, Decision, refuse
from service.domain.explanation import Explanation
from service.domain.provisioning_report import ProvisionReport
from service.domain.standings import Standing, context_of, standing_at, standings_at
from service.errors import DecisionRefusedError, WorkbookNeededError
from service.leases import campaign_lease
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, joined, message, text

if TYPE_CHECKING:
    from service.consolidation.run import RunReport
    from service.facts.records import Claim


def provision(
    workspace: Workspace, forms: Sequence[str], *, dry_run: bool = False, recreate: bool = False
) -> ProvisionReport:
    """Give every unit its tab for each form, and the board its master; a second run changes nothing."""
    from service.workbooks import campaign_files  # noqa: PLC0415 – a status is read without any of it

    report = ProvisionReport(dry_run=dry_run)
    campaign_files.check_capacity(workspace)
    workspace = campaign_files.identified(workspace)
    if dry_run:
        _provision_forms(workspace, forms, report, recreate=recreate)
    else:
        with campaign_lease(workspace):
            _provision_forms(workspace, forms, report, recreate=recreate)
            _provision_master(workspace, report)
    return report


def _provision_forms(workspace: Workspace, forms: Sequence[str], report: ProvisionReport, *, recreate: bool) -> None:
    from service import provisioning  # noqa: PLC0415 – a status is read without any of it

    for key in forms:
        form = workspace.campaign.form(key)
        provisioning.provision_form(workspace, form, report, dry_run=report.dry_run, recreate=recreate)


def _provision_master(workspace: Workspace, report: ProvisionReport) -> None:
    from service.consolidation.run import first_master  # noqa: PLC0415 – a status is read without any of it
    from service.workbooks import master_readers  # noqa: PLC0415 – a status is read without any of it

    try:
        master = first_master(workspace)
    except WorkbookNeededError as error:
        report.needed.append(error.message)
        return
    master_readers.share_with_board(workspace, master, report)
    title = text("master.title", SHEET_LANGUAGE)
    report.links.append(message("provisioning.link", title=title, url=workspace.link_to(master, 0, "")))


def consolidate(
    workspace: Workspace, trigger: str, claim: Claim | None = None, at_most: int | None = None
) -> RunReport:
    """Read the tabs, record what changed, write feedback to the units and bring the master up to date.

    A worker passes its claim: then at most `at_most` of the workbooks marked dirty are read, and the rest is taken as
    it was last read. Without a claim the campaign's lease is taken and every workbook is read. A tab that cannot be
    read, checked or answered keeps what was read last and is named in the report; in an outage nothing is published:
    IncompleteReadError, and the master keeps its last good state.
    """
    from service.consolidation.run import run_claimed  # noqa: PLC0415 – a status is read without any of it
    from service.consolidation.tab_reading import expected_tabs  # noqa: PLC0415 – a status is read without any of it

    if claim is None:
        with campaign_lease(workspace) as taken:
            return run_claimed(workspace, trigger, taken, list(expected_tabs(workspace)))
    return run_claimed(workspace, trigger, claim, list(claim.spreadsheets[:at_most]))


def standings(workspace: Workspace, at: datetime, forms: Sequence[str]) -> tuple[Standing, ...]:
    """Return every unit's standing at an instant, from what was known then, form by form in the plan's order."""
    found = standings_at(at, workspace.campaign, workspace.store.facts.history(workspace.campaign.key, until=at))
    return tuple(standing for form in forms for standing in found if standing.form == form)


def explain(workspace: Workspace, unit: str, form: str, at: datetime) -> Explanation:
    """Explain a unit's standing with one form."""
    history = workspace.store.facts.history(workspace.campaign.key, until=at, unit=unit)
    records = (history.observations_of(unit, form), history.decisions_of(unit, form))
    standing = standing_at(at, workspace.campaign, unit, form, *records)
    fault = workspace.store.tab_faults.all(workspace.campaign.key).get((unit, form))
    return explanation.explain(standing, workspace.campaign, *records, at, fault)


def decide(workspace: Workspace, decision: Decision) -> Standing:
    """Record a decision and return the unit's standing after it; DecisionRefusedError when it makes no sense."""
    campaign, store = workspace.campaign, workspace.store
    now = decision.recorded_at
    history = store.facts.history(campaign.key, until=now, unit=decision.unit)
    owed = (decision.unit, decision.form)
    records = (history.observations_of(*owed), history.decisions_of(*owed))
    before = standing_at(now, campaign, *owed, *records)
    faults = refuse(decision, context_of(before, now))
    if faults:
        raise DecisionRefusedError(joined(faults))
    store.facts.record_decision(campaign.key, decision)
    workspace.ask_for_run()
    return standing_at(now, campaign, *owed, records[0], (*records[1], decision))


def finish_board_task(workspace: Workspace, done: BoardTaskDone) -> None:
    """Record that one of the board's own tasks is done; DecisionRefusedError when it makes no sense."""
    faults = board_tasks.refuse(done, workspace.campaign)
    if faults:
        raise DecisionRefusedError(joined(faults))
    workspace.store.facts.record_board_task(workspace.campaign.key, done)
    workspace.ask_for_run()
