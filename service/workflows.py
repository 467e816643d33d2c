"""The use cases, to be read first: provision the tabs, consolidate them, give every unit's standing.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master
"""

from __future__ import annotations

from collections.abc import Sequence

from service import provisioning
from service.consolidation import tab_reading
from service.consolidation.run import RunReport, first_master, run_claimed
from service.domain.provisioning_report import ProvisionReport
from service.errors import WorkbookNeededError
from service.fact_workflows import decide, explain, finish_board_task, standings
from service.facts.records import Claim
from service.leases import campaign_lease
from service.workbooks import campaign_files, master_readers
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, message, text

__all__ = ["RunReport", "Workspace", "consolidate", "decide", "explain", "finish_board_task", "provision", "standings"]


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
    return report


def _provision_forms(workspace: Workspace, forms: Sequence[str], report: ProvisionReport, *, recreate: bool) -> None:
    for key in forms:
        form = workspace.campaign.form(key)
        provisioning.provision_form(workspace, form, report, dry_run=report.dry_run, recreate=recreate)


def _provision_master(workspace: Workspace, report: ProvisionReport) -> None:
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
    it was last read. Without a claim the campaign's lease is taken and every workbook is read. When a workbook cannot
    be read whole nothing is published: IncompleteReadError, and the master keeps its last good state.
    """
    if claim is None:
        with campaign_lease(workspace) as taken:
            return run_claimed(workspace, trigger, taken, list(tab_reading.expected_tabs(workspace)))
    return run_claimed(workspace, trigger, claim, list(claim.spreadsheets[:at_most]))
