"""What people changed on the workbooks beside their cells, as `service.drift` finds it."""

from __future__ import annotations

from collections.abc import Iterator

from service import drift
from service.doctor.findings import Finding, look, well
from service.domain.drift import DriftKind
from service.facts.records import RegisteredTab, RegisteredWorkbook
from service.workspace import Workspace

SUBJECT = "Khác với lúc lập"
# the checks of workbooks and master say these in their own words
TOLD_ELSEWHERE = frozenset({
    DriftKind.LOCALE,
    DriftKind.READ_ONLY,
    DriftKind.WRITERS_SHARE,
    DriftKind.COPYING_ON,
})  # fmt: skip


def tabs_in(workspace: Workspace, book: RegisteredWorkbook) -> tuple[RegisteredTab, ...]:
    """Return the tabs that are to stand in a workbook."""
    known = workspace.store.tabs(workspace.campaign.key)
    return tuple(tab for tab in known if tab.spreadsheet_id == book.spreadsheet_id and tab.orphaned_at is None)


def drift_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield every difference that somebody should know of."""
    found = [one for one in drift.drift_of(workspace) if one.kind not in TOLD_ELSEWHERE]
    for one in found:
        yield look(SUBJECT, one.sentence(mended=False))
    if not found and workspace.store.workbooks(workspace.campaign.key):
        yield well(SUBJECT, "vùng bảo vệ, trang, chia sẻ đều như lúc lập.")
