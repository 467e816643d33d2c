"""The main flow, to be read first: provision the tabs, consolidate them, say where every unit stands.

campaign ─► provision ─► tabs ─► consolidate: read → check → facts → feedback → standings → master
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service import provisioning
from service.consolidation import master_writing, tab_reading
from service.consolidation.recording import held_back
from service.consolidation.run import RunReport, known_tabs, publish_master, run_claimed
from service.domain.contents import TabSummary
from service.domain.file_sources import MASTER_TITLE
from service.domain.history import History, Owed
from service.domain.provisioning_report import ProvisionReport
from service.errors import NotProvisionedError, WorkbookNeededError
from service.fact_workflows import decide, explain, finish_board_task, standings
from service.facts.records import Claim
from service.leases import campaign_lease
from service.workbooks import campaign_files, master_readers
from service.workspace import Workspace

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
    if known is not None and workspace.store.registry.master_state(known) is not None:
        return known
    now = workspace.clock()
    history = workspace.store.facts.history(workspace.campaign.key, until=now)
    return publish_master(workspace, _known_tabs(workspace, history, now), history, now).spreadsheet_id


def _known_tabs(workspace: Workspace, history: History, now: datetime) -> dict[Owed, TabSummary]:
    """Return what is known of every tab; nothing where some workbook is yet to be read."""
    try:
        expected = tab_reading.expected_tabs(workspace)
    except NotProvisionedError:
        return {}
    return {} if held_back(workspace, expected, history, now) else known_tabs(workspace, expected)


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
            return run_claimed(workspace, trigger, taken, list(tab_reading.expected_tabs(workspace)))
    return run_claimed(workspace, trigger, claim, list(claim.spreadsheets[:at_most]))
