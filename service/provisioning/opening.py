"""Open a protected workbook to its units: the file is shared first, then each unit may edit its own tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.drift import DriftFinding, DriftKind, wrong_tiles
from service.domain.provisioning import Step, TabPlan
from service.errors import SheetsForbiddenError, SheetsRefusedError
from service.provisioning.form_work import FormWork
from service.sheets import drive_files
from service.sheets.batches import Request
from service.sheets.drive_files import Permission
from service.sheets.inventory import Inventory
from service.sheets.tab_requests import INPUT_NOTE, set_editors
from service.workbooks import campaign_files, drift_check
from service.workbooks.drift_check import SeenBook
from sheets_schema.wording import message


def end_former_access(work: FormWork, seen: SeenBook) -> tuple[Permission, ...]:
    """Take the file from the units' old addresses; return the permissions that are left.

    This comes before the tiles forget them, so that a run cut off in between still knows them.
    """
    left = permissions_left(work, seen)
    for one in seen.permissions:
        if one not in left:
            drive_files.unshare(work.workspace.sheets, seen.facts.id, one.id)
            work.report.notices.append(message("provisioning.edit_ended", workbook=seen.title, address=one.address))
    return left


def permissions_left(work: FormWork, seen: SeenBook) -> tuple[Permission, ...]:
    """Return the permissions of a file but those that a run ends by itself, where it may edit the file.

    Only those are ended whose address is on our tiles and no longer on the roster: what a person shared by hand is
    kept.
    """
    if not seen.facts.may_edit:
        return seen.permissions
    roster = {email.lower() for unit in work.campaign.active_units for email in unit.emails}
    former = _addresses_on(seen.inventory) - roster - {work.workspace.service_email.lower()}
    return tuple(
        one
        for one in seen.permissions
        if not (one.address in former and one.kind == "user" and one.role == "writer" and not one.inherited)
    )


def _addresses_on(inventory: Inventory) -> set[str]:
    """Return the addresses that our own tiles let write."""
    return {
        user.lower()
        for tab in inventory.tabs
        for item in tab.protections
        if item.get("description") == INPUT_NOTE
        for user in item.get("editors", {}).get("users", ())
    }


def share(
    work: FormWork, seen: SeenBook, permissions: tuple[Permission, ...], tabs: Sequence[TabPlan], group: str
) -> tuple[Permission, ...]:
    """Share the file with the units, by its group or one after another; return who may edit it then.

    Its tiles already limit where each may write.
    """
    wanted = {group} if group else {who for tab in tabs if _is_owed(tab) for who in work.tabs.editors(tab.unit)}
    missing = sorted(wanted - {one.address for one in permissions if one.writes})
    kind, refused = ("group" if group else "user"), []
    for address in missing:
        if campaign_files.share_file(work.workspace, seen.facts, kind, address, "writer"):
            permissions = (*permissions, Permission("", kind, address, "writer"))
        else:
            refused.append(address)
    if refused:
        work.report.notices.append(
            message("provisioning.not_shared", workbook=seen.title, addresses=", ".join(refused))
        )
    return permissions


def admit(
    work: FormWork, inventory: Inventory, permissions: Sequence[Permission], tabs: Sequence[TabPlan], *, by_group: bool
) -> set[int]:
    """Let each unit, and no one else, edit its own tiles, in one batch; return the tabs that changed."""
    wanted: dict[int, list[Request]] = {}
    for tab in tabs:
        standing = inventory.tab(tab.sheet_id)
        if standing is not None and _is_owed(tab):
            editors = work.tabs.tile_editors(tab.unit, permissions, by_group=by_group)
            wrong = wrong_tiles(work.tabs.tiles(tab.unit, standing), editors)
            wanted[tab.sheet_id] = [set_editors(tile, users) for tile, users in sorted(wrong.items())]
    requests = [request for several in wanted.values() for request in several]
    try:
        work.workspace.sheets.apply(inventory.spreadsheet_id, requests)
    except SheetsRefusedError:
        # one address that cannot be an editor must not keep the others out
        _admit_one_by_one(work, inventory, wanted)
    return {sheet_id for sheet_id, several in wanted.items() if several}


def _admit_one_by_one(work: FormWork, inventory: Inventory, wanted: Mapping[int, Sequence[Request]]) -> None:
    refused = []
    for sheet_id, requests in wanted.items():
        try:
            work.workspace.sheets.apply(inventory.spreadsheet_id, requests)
        except SheetsRefusedError:
            tab = inventory.tab(sheet_id)
            refused.append(tab.title if tab else str(sheet_id))
    if refused:
        work.report.notices.append(
            message("provisioning.not_admitted", workbook=inventory.title, tabs=", ".join(refused))
        )


def close(work: FormWork, seen: SeenBook, group: str) -> None:
    """Keep editors from sharing further, once every unit has access."""
    facts = seen.facts
    if facts.drive or not facts.writers_can_share or not drift_check.closes_sharing(facts, group):
        return
    try:
        drive_files.keep_writers_from_sharing(work.workspace.sheets, facts.id)
    except (SheetsForbiddenError, SheetsRefusedError):
        work.report.drift.append(DriftFinding(DriftKind.WRITERS_SHARE, seen.title))


def _is_owed(tab: TabPlan) -> bool:
    return tab.step is not Step.ORPHAN
