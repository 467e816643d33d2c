"""What people changed on a workbook beside its cells. The one place where a fuller comparison is to be plugged in."""

from __future__ import annotations

from collections.abc import Iterator

from service.doctor.findings import Finding, look
from service.facts.records import RegisteredTab, RegisteredWorkbook
from service.sheets.tab_requests import INPUT_NOTE, LOCKED_NOTE
from service.sheets.verbs import Inventory
from service.workspace import Workspace
from sheets_schema.tab_layout import lay_out


def tabs_in(workspace: Workspace, book: RegisteredWorkbook) -> tuple[RegisteredTab, ...]:
    """Return the tabs that are to stand in a workbook."""
    known = workspace.store.tabs(workspace.campaign.key)
    return tuple(tab for tab in known if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None)


def drift_in(workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory, subject: str) -> Iterator[Finding]:
    """Yield what differs from what provisioning set: the number of protected tiles on each tab."""
    campaign = workspace.campaign
    if book.form not in {form.key for form in campaign.forms}:
        yield look(subject, f"mẫu {book.form} không còn trong khai báo đợt; bảng tính này không được tổng hợp nữa.")
        return
    declared = {unit.code for unit in campaign.units}
    bare = []
    for tab in tabs_in(workspace, book):
        standing = inventory.tab(tab.sheet_id)
        if standing is None or tab.unit not in declared:
            continue
        wanted = lay_out(campaign, campaign.form(book.form), campaign.unit(tab.unit), "").tile_count
        ours = sum(item.get("description") in {INPUT_NOTE, LOCKED_NOTE} for item in standing.protections)
        if ours != wanted:
            bare.append(standing.title)
    if bare:
        yield look(
            subject,
            f"khác số vùng được bảo vệ đã đặt trên {len(bare)} trang: {', '.join(bare[:10])}"
            f"{' …' if len(bare) > 10 else ''}. Chạy: tonghop provision.",
        )
