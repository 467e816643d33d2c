"""Read units' tabs and check them, workbook by workbook: two reads each, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.domain.consolidation import Feedback, TabRead
from service.domain.deadlines import is_due_line
from service.domain.file_sources import workbook_title
from service.errors import (
    NotProvisionedError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
)
from service.facts.records import RegisteredTab
from service.sheets.cell_marks import found_marks
from service.sheets.tab_requests import FEEDBACK_KEY
from service.sheets.verbs import TabInventory
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit
from sheets_schema.grid import Grid
from sheets_schema.layout import feedback_title
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check
from sheets_schema.wording import Message, joined, message

Owner = tuple[Form, Unit]


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """One workbook, read between two instants; `tabs` are those that read otherwise than the last time."""

    spreadsheet_id: str
    started_at: datetime
    finished_at: datetime
    tabs: tuple[TabRead, ...] = ()
    count: int = 0  # tabs that were read, changed or not
    found: Mapping[int, TabInventory] = field(default_factory=dict)  # sheet id → what was there
    grids: Mapping[int, str] = field(default_factory=dict)  # sheet id → what each of `tabs` was read from
    missing: tuple[str, ...] = ()  # tabs that are not there
    without_feedback: tuple[str, ...] = ()
    fault: Message | None = None  # why it could not be read at all


def expected_tabs(workspace: Workspace) -> dict[str, dict[int, Owner]]:
    """Return, by spreadsheet, the tabs that must be there: those of active units that our registry knows.

    NotProvisionedError when there is none.
    """
    campaign = workspace.campaign
    active = {unit.code: unit for unit in campaign.active_units}
    owed = {obligation.form for obligation in campaign.obligations}
    expected: dict[str, dict[int, Owner]] = {}
    for tab in workspace.store.registry.tabs(campaign.key):
        if tab.unit in active and tab.form in owed and not _is_orphan(tab):
            place = expected.setdefault(tab.spreadsheet_id, {})
            place[tab.sheet_id] = (campaign.form(tab.form), active[tab.unit])
    if not expected:
        raise NotProvisionedError(message("consolidation.no_tabs"))
    return expected


def read_workbook(
    workspace: Workspace,
    spreadsheet_id: str,
    tabs: Mapping[int, Owner],
    basis: tuple[str, Mapping[int, str]],
    known: Collection[str] = (),
) -> WorkbookRead:
    """Read and check a workbook's tabs; what is lost is named in the result, an outage is raised.

    `basis` are the rules by which tabs are checked, and what was decided on each, by sheet id. `known` are the digests
    of tabs as they were read before: one that still is what it was then, on the same basis, is not checked again.
    """
    started_at = workspace.clock()
    try:
        found = {tab.sheet_id: tab for tab in workspace.sheets.inventory(spreadsheet_id).tabs}
        there = {sheet_id: owner for sheet_id, owner in tabs.items() if sheet_id in found}
        grids = workspace.sheets.read(spreadsheet_id, [found[sheet_id] for sheet_id in there])
    except (SheetsMissingError, SheetsForbiddenError, SheetsRefusedError) as error:
        fault = _fault_of(error, title_of(workspace, spreadsheet_id))
        return WorkbookRead(spreadsheet_id, started_at, workspace.clock(), fault=fault)
    rules, decided = basis
    digests = {
        sheet_id: _digest(f"{rules}/{spreadsheet_id}/{decided[sheet_id]}", found[sheet_id], grids[sheet_id])
        for sheet_id in there
    }
    return WorkbookRead(
        spreadsheet_id,
        started_at,
        workspace.clock(),
        tabs=tuple(
            _checked(workspace, owner, spreadsheet_id, found[sheet_id], grids[sheet_id])
            for sheet_id, owner in there.items()
            if digests[sheet_id] not in known
        ),
        count=len(there),
        found=found,
        grids=digests,
        missing=tuple(f"{unit.short_name} ({form.key})" for id_, (form, unit) in tabs.items() if id_ not in found),
        without_feedback=tuple(found[id_].title for id_ in there if feedback_column_of(found[id_]) is None),
    )


def _fault_of(error: SheetsError, title: str) -> Message:
    if isinstance(error, SheetsMissingError):
        return message("consolidation.lost", title=title)
    fault = message("consolidation.unreadable", title=title, reason=error.message)
    if isinstance(error, SheetsRefusedError):
        # known a moment ago, and gone now
        return joined([fault, message("consolidation.perhaps_edited")])
    return fault


def _digest(basis: str, tab: TabInventory, grid: Grid) -> str:
    """Return what changes whenever reading and checking a tab could come to another result."""
    seen = (basis, tab.sheet_id, tab.title, sorted(tab.columns.items()), found_marks(tab), grid)
    return hashlib.sha256(repr(seen).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def faults_of(reads: Sequence[WorkbookRead]) -> Message | None:
    """Return what kept the tabs from being read whole, in one message; None when nothing did."""
    missing = [title for read in reads for title in read.missing]
    faults = [read.fault for read in reads if read.fault]
    if missing:
        faults.append(message("consolidation.tabs_missing", count=len(missing), titles=_named(missing)))
    return joined(faults) if faults else None


def notices_of(reads: Sequence[WorkbookRead]) -> tuple[Message, ...]:
    """Return what the operator should know of how the tabs were read."""
    titles = [title for read in reads for title in read.without_feedback]
    if not titles:
        return ()
    column, count = feedback_title(), len(titles)
    return (message("consolidation.no_feedback_column", column=column, count=count, titles=_named(titles)),)


def _named(titles: Sequence[str]) -> str:
    return ", ".join(titles[:5]) + (" …" if len(titles) > 5 else "")


def title_of(workspace: Workspace, spreadsheet_id: str) -> str:
    """Return what a form's spreadsheet is for: the registry knows it when the file itself is gone."""
    campaign = workspace.campaign
    book = next(
        book for book in workspace.store.registry.workbooks(campaign.key) if book.spreadsheet_id == spreadsheet_id
    )
    return workbook_title(campaign, book.form, book.shard)


def _is_orphan(tab: RegisteredTab) -> bool:
    return tab.orphaned_at is not None


def _checked(workspace: Workspace, owner: Owner, spreadsheet_id: str, tab: TabInventory, grid: Grid) -> TabRead:
    form, unit = owner
    feedback_column = feedback_column_of(tab)
    keys = _own_columns(form, tab)
    others = {index for index in tab.columns if index not in keys}
    content = read_tab(form, _without(grid, others), keys)
    checked = check(workspace.campaign, form, content)
    limit_place = _limit_place(grid, feedback_column, content.header_row)
    shown = _shown(tab, grid, feedback_column, content.header_row)
    if limit_place is not None:
        shown = replace(shown, limit=grid.text(*limit_place))
    shown = replace(shown, marks=found_marks(tab))
    return TabRead(unit, form, spreadsheet_id, tab.sheet_id, tab.title, checked, shown, limit_place)


def _limit_place(grid: Grid, feedback_column: int | None, header_row: int | None) -> tuple[int, int] | None:
    """Return the zero-based row and column of the line above the table that shows the limit; None when it is gone."""
    above = grid.cells[: header_row - grid.first_row] if header_row else ()
    places = ((row, column) for row, cells in enumerate(above) for column, words in enumerate(cells))
    return next((place for place in places if place[1] != feedback_column and is_due_line(grid.text(*place))), None)


def feedback_column_of(tab: TabInventory) -> int | None:
    """Return where the feedback column is now, by its metadata; None when it was deleted."""
    return next((index for index, key in tab.columns.items() if key == FEEDBACK_KEY), None)


def _own_columns(form: Form, tab: TabInventory) -> dict[int, str]:
    keys = {column.key for column in form.columns}
    return {index: key for index, key in tab.columns.items() if key in keys}


def _without(grid: Grid, columns: Collection[int]) -> Grid:
    """Return a grid with blank columns: our feedback, and what a former template kept, is not what the form asks."""
    cells = grid.cells
    for column in columns:
        cells = tuple((*row[:column], "", *row[column + 1 :]) if len(row) > column else row for row in cells)
    return replace(grid, cells=cells)


def _shown(tab: TabInventory, grid: Grid, column: int | None, header_row: int | None) -> Feedback:
    """Return the feedback on the tab now; above the header only the summary is ours."""
    if column is None:
        return Feedback("", ())
    top = summary_row_of(tab, column)
    texts = {grid.row_number(index): row[column] for index, row in enumerate(grid.cells) if len(row) > column}
    rows = tuple((number, words) for number, words in texts.items() if words and header_row and number > header_row)
    return Feedback(texts.get(top + 1, ""), rows)


def summary_row_of(tab: TabInventory, column: int) -> int:
    """Return the zero-based row of the summary: the top of the merged cells in the feedback column."""
    tops = [merge.start_row for merge in tab.merges if merge.start_column == column]
    return min(tops, default=0)
