"""The board's access to the master: viewers, who can neither copy nor download."""

from __future__ import annotations

from service.domain.drift import DriftKind
from service.domain.provisioning_report import ProvisionReport
from service.domain.roles import Role, may_read_master_file
from service.errors import SheetsForbiddenError, SheetsRefusedError
from service.facts.records import WorkbookKind
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts, Permission
from service.sheets.verbs import FileState
from service.workbooks import campaign_files, drift_check
from service.workspace import Workspace
from sheets_schema.wording import message


def share_with_board(workspace: Workspace, master: str, report: ProvisionReport) -> None:
    """Share the master with its group and every address that has a viewer grant; take back what ended.

    Copying is turned off before it is shared. Two Drive calls, and one for each change.
    """
    facts = drive_files.facts_of(workspace.sheets, master)
    if facts.state is not FileState.THERE or not facts.may_edit:
        return
    permissions = drive_files.permissions_of(workspace.sheets, master)
    group = _group(workspace)
    found = drift_check.master_findings(workspace, group, facts.name, facts, permissions)
    # a new master is not yet closed to copying: that is no drift
    report.drift += [one for one in found if one.kind is not DriftKind.COPYING_ON]
    if not facts.copying_off and not _close(workspace, facts):
        report.notices.append(message("provisioning.master_copying", workbook=facts.name))
    wanted = {(kind, address) for kind, address in (("group", group), *_viewers(workspace)) if address}
    _take_back(workspace, facts, permissions, report)
    readable = {one.address for one in permissions}
    refused = [
        address
        for kind, address in sorted(wanted)
        if address not in readable and not campaign_files.share_file(workspace, facts, kind, address, "reader")
    ]
    if refused:
        report.notices.append(
            message("provisioning.master_not_shared", workbook=facts.name, addresses=", ".join(refused))
        )


def _close(workspace: Workspace, facts: FileFacts) -> bool:
    try:
        drive_files.keep_readers_from_copying(workspace.sheets, facts.id)
    except (SheetsForbiddenError, SheetsRefusedError):
        return False
    return True


def _group(workspace: Workspace) -> str:
    books = workspace.store.registry.workbooks(workspace.campaign.key)
    return next((book.group_address for book in books if book.kind is WorkbookKind.MASTER), "")


def _viewers(workspace: Workspace) -> list[tuple[str, str]]:
    now = workspace.lease_clock()
    grants = [use.grant for use in workspace.store.access.grants(workspace.campaign.key)]
    return [("user", grant.email) for grant in grants if may_read_master_file(grant.role) and grant.stands(now)]


def _take_back(
    workspace: Workspace, facts: FileFacts, permissions: tuple[Permission, ...], report: ProvisionReport
) -> None:
    """Take the master from those whose grant ended; what a person shared by hand is kept."""
    standing = drift_check.known_addresses(workspace, tuple(Role))
    ended = {
        use.grant.email
        for use in workspace.store.access.grants(workspace.campaign.key)
        if may_read_master_file(use.grant.role)
    }
    for one in permissions:
        if one.address in ended - standing and one.kind == "user" and one.role == "reader" and not one.inherited:
            drive_files.unshare(workspace.sheets, facts.id, one.id)
            report.notices.append(message("provisioning.view_ended", workbook=facts.name, address=one.address))
