"""Read every unit's tab and check it: two reads a workbook, whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.domain.consolidation import Feedback, TabRead
from service.errors import (
    IncompleteReadError,
    NotProvisionedError,
    SheetsError,
    SheetsMissingError,
    SheetsRefusedError,
)
from service.facts.records import RegisteredTab
from service.sheets.tab_requests import FEEDBACK_KEY, UNIT_KEY
from service.sheets.verbs import TabInventory
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit
from sheets_schema.grid import Grid
from sheets_schema.rows import read_tab
from sheets_schema.tab_layout import FEEDBACK_TITLE
from sheets_schema.validation import check


@dataclass(frozen=True, slots=True)
class WholeRead:
    """Every tab of the campaign, read between two instants."""

    started_at: datetime
    finished_at: datetime
    tabs: tuple[TabRead, ...]  # in the plan's order of units, form by form
    inventories: Mapping[str, Mapping[int, TabInventory]]  # spreadsheet id → sheet id → what was there
    notices: tuple[str, ...] = ()
    asked: dict[str, datetime | None] = field(default_factory=dict)

    def modified_at(self, spreadsheet_id: str, workspace: Workspace) -> datetime | None:
        """Return when a file was last changed by anybody; asked of Drive once a run."""
        if spreadsheet_id not in self.asked:
            self.asked[spreadsheet_id] = workspace.sheets.modified_at(spreadsheet_id)
        return self.asked[spreadsheet_id]


def read_all(workspace: Workspace) -> WholeRead:
    """Read and check every active unit's tab; raise IncompleteReadError naming every tab that is not there."""
    started_at = workspace.clock()
    expected = _expected_tabs(workspace)
    if not expected:
        raise NotProvisionedError("Chưa có trang nào. Chạy: tonghop provision.")
    reads: list[TabRead] = []
    missing: list[str] = []
    without_feedback: list[str] = []
    inventories: dict[str, dict[int, TabInventory]] = {}
    for spreadsheet_id, tabs in expected.items():
        try:
            found = {tab.sheet_id: tab for tab in workspace.sheets.inventory(spreadsheet_id).tabs}
            there = {sheet_id: owner for sheet_id, owner in tabs.items() if sheet_id in found}
            without_feedback += [found[id_].title for id_ in there if feedback_column_of(found[id_]) is None]
            missing += [f"{owner[1].short_name} ({owner[0].key})" for id_, owner in tabs.items() if id_ not in found]
            grids = workspace.sheets.read(spreadsheet_id, [found[sheet_id] for sheet_id in there])
        except SheetsMissingError as error:
            raise IncompleteReadError(
                f"Bảng tính “{title_of(workspace, spreadsheet_id)}” đã bị xóa hoặc không còn được chia sẻ nên chưa "
                "tổng hợp; bảng tổng hợp giữ nguyên. Chia sẻ lại, hoặc lập bảng mới bằng: tonghop provision --recreate."
            ) from error
        except SheetsRefusedError as error:
            # known a moment ago, and not there any more
            raise IncompleteReadError(
                f"Không đọc được “{title_of(workspace, spreadsheet_id)}”: {error} Có lẽ bảng bị sửa (xóa trang) "
                "trong lúc đọc nên chưa tổng hợp; bảng tổng hợp giữ nguyên. Chạy lại; nếu thiếu trang thì chạy: "
                "tonghop provision --recreate."
            ) from error
        except SheetsError as error:
            raise IncompleteReadError(f"Không đọc được hết các trang nên chưa tổng hợp: {error}") from error
        inventories[spreadsheet_id] = found
        for sheet_id, (form, unit) in there.items():
            reads.append(_checked(workspace, form, unit, spreadsheet_id, found[sheet_id], grids[sheet_id]))
        workspace.progress(f"Đã đọc {len(there)} trang của bảng tính {len(inventories)}/{len(expected)}.")
    if missing:
        raise IncompleteReadError(
            f"Thiếu {len(missing)} trang: {_named(missing)}. "
            "Bảng tổng hợp giữ nguyên. Lập lại bằng: tonghop provision --recreate."
        )
    order = {unit.code: index for index, unit in enumerate(workspace.campaign.active_units)}
    reads.sort(key=lambda read: order[read.unit.code])
    return WholeRead(started_at, workspace.clock(), tuple(reads), inventories, _notices(without_feedback))


def _notices(without_feedback: Sequence[str]) -> tuple[str, ...]:
    if not without_feedback:
        return ()
    return (
        f"Không còn cột “{FEEDBACK_TITLE}” nên không báo lại được cho {len(without_feedback)} trang: "
        f"{_named(without_feedback)}. Lập lại cột bằng: tonghop provision.",
    )


def _named(titles: Sequence[str]) -> str:
    return ", ".join(titles[:5]) + (" …" if len(titles) > 5 else "")


def _expected_tabs(workspace: Workspace) -> dict[str, dict[int, tuple[Form, Unit]]]:
    """Return, by spreadsheet, the tabs that must be there: those of active units that our registry knows."""
    campaign = workspace.campaign
    active = {unit.code: unit for unit in campaign.active_units}
    owed = {obligation.form for obligation in campaign.obligations}
    expected: dict[str, dict[int, tuple[Form, Unit]]] = {}
    for tab in workspace.store.tabs(campaign.key):
        if tab.unit in active and tab.form in owed and not _is_orphan(tab):
            place = expected.setdefault(tab.spreadsheet_id, {})
            place[tab.sheet_id] = (campaign.form(tab.form), active[tab.unit])
    return expected


def title_of(workspace: Workspace, spreadsheet_id: str) -> str:
    """Return what a form's spreadsheet is for: the registry knows it when the file itself is gone."""
    campaign = workspace.campaign
    book = next(book for book in workspace.store.workbooks(campaign.key) if book.spreadsheet_id == spreadsheet_id)
    number = f" ({book.shard + 1})" if book.shard else ""
    return f"{campaign.form(book.form).title} – {campaign.title}{number}"


def _is_orphan(tab: RegisteredTab) -> bool:
    return tab.orphaned_at is not None


def _checked(
    workspace: Workspace, form: Form, unit: Unit, spreadsheet_id: str, tab: TabInventory, grid: Grid
) -> TabRead:
    feedback_column = feedback_column_of(tab)
    keys = _own_columns(form, tab)
    others = {index for index in tab.columns if index not in keys}
    content = read_tab(form, _without(grid, others), keys)
    checked = check(workspace.campaign, form, content)
    shown = _shown(tab, grid, feedback_column, content.header_row)
    return TabRead(unit, form, spreadsheet_id, tab.sheet_id, tab.title, checked, shown)


def feedback_column_of(tab: TabInventory) -> int | None:
    """Return where the feedback column stands now, by its metadata; None when somebody deleted it."""
    return next((index for index, key in tab.columns.items() if key == FEEDBACK_KEY), None)


def _own_columns(form: Form, tab: TabInventory) -> dict[int, str]:
    keys = {column.key for column in form.columns}
    return {index: key for index, key in tab.columns.items() if key in keys}


def _without(grid: Grid, columns: Collection[int]) -> Grid:
    """Return a grid with blank columns: what we said, and what a former template kept, is not what the form asks."""
    cells = grid.cells
    for column in columns:
        cells = tuple((*row[:column], "", *row[column + 1 :]) if len(row) > column else row for row in cells)
    return replace(grid, cells=cells)


def _shown(tab: TabInventory, grid: Grid, column: int | None, header_row: int | None) -> Feedback:
    """Return the feedback that stands on the tab now; above the header only the summary is ours."""
    if column is None:
        return Feedback("", ())
    top = summary_row_of(tab, column)
    texts = {index + grid.first_row: row[column] for index, row in enumerate(grid.cells) if len(row) > column}
    rows = tuple((number, text) for number, text in texts.items() if text and header_row and number > header_row)
    return Feedback(texts.get(top + 1, ""), rows)


def summary_row_of(tab: TabInventory, column: int) -> int:
    """Return the zero-based row of the summary: the top of the merged cells in the feedback column."""
    tops = [merge.start_row for merge in tab.merges if merge.start_column == column]
    return min(tops, default=0)


def unit_of(tab: TabInventory) -> str:
    """Return the unit a tab's metadata names, "" when none."""
    return tab.metadata.get(UNIT_KEY, "")
