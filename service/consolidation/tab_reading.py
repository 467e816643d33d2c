"""Read units' tabs and check them, workbook by workbook: two reads each, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.consolidation.last_read import Basis, LastRead, ground_of, values_of_all
from service.domain.consolidation import Feedback, FeedbackPlace, TabRead
from service.domain.deadlines import is_due_line
from service.errors import (
    NotProvisionedError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
)
from service.facts.records import RegisteredTab, WorkbookAnswers
from service.sheets.cell_marks import Mark, found_marks
from service.sheets.inventory import MOST_COLUMNS, MOST_ROWS, READING_FIELDS, TabInventory
from service.sheets.json_bytes import json_bytes
from service.sheets.marks import FEEDBACK_KEY, UNIT_KEY
from service.sheets.reading_apart import read_apart
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit
from sheets_schema.grid import Grid
from sheets_schema.layout import feedback_title
from sheets_schema.reading.column_marks import settle_marks
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check
from sheets_schema.vietnamese.dates import day_shown, moment_of
from sheets_schema.wording import Message, message, one_line

Owner = tuple[Form, Unit]

NEVER_READ = LastRead()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TabSource:
    """What a tab was read from: the basis it was checked on, and its grid."""

    basis: str
    grid: Grid


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """One workbook, read between two instants; `tabs` are those that read otherwise than the last time."""

    spreadsheet_id: str
    started_at: datetime
    finished_at: datetime
    tabs: tuple[TabRead, ...] = ()
    found: Mapping[int, TabInventory] = field(default_factory=dict)  # sheet id → what was there
    grids: Mapping[int, str] = field(default_factory=dict)  # sheet id → what each tab that was read was read from
    faults: Mapping[int, Message] = field(default_factory=dict)  # sheet id → why a tab was not read or checked
    bare: tuple[str, ...] = ()  # titles of tabs without a feedback column
    overgrown: tuple[str, ...] = ()  # titles of tabs of which only a part was read
    sources: Mapping[int, TabSource] = field(default_factory=dict)  # sheet id → what each of `tabs` was read from
    answers: WorkbookAnswers | None = None  # where every tab read as it did the last time

    @property
    def well(self) -> frozenset[int]:
        """Return the tabs that were read and checked, changed or not."""
        return frozenset(self.grids.keys() - self.faults.keys())


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
    basis: Basis,
    last: LastRead = NEVER_READ,
    fields: str = READING_FIELDS,
) -> WorkbookRead:
    """Read and check a workbook's tabs; a tab or workbook that is lost or at fault is named in the result.

    An outage is raised. `basis` are the rules by which tabs are checked, and what was decided on each, by sheet id.
    A tab that is what it was at the last read, on the same basis, is not checked again; where all that is answered is
    the same, nothing is even decoded. `fields` are asked for beside the words of cells.
    """
    ground = ground_of(spreadsheet_id, tabs, basis, last)
    same = last.answers_on(ground)
    started_at = workspace.clock()
    try:
        inventory = workspace.sheets.inventory_answer(spreadsheet_id, fields, same.inventory)
        is_same = inventory.digest == same.inventory
        values = values_of_all(workspace.sheets, spreadsheet_id, tabs, same.values) if is_same else None
        if values is not None and values.digest == same.values:
            return WorkbookRead(spreadsheet_id, started_at, workspace.clock(), grids=last.grids, answers=same)
        found = {tab.sheet_id: tab for tab in workspace.sheets.inventory_from(spreadsheet_id, inventory).tabs}
        faults = dict(_not_there(found, tabs))
        there = [found[sheet_id] for sheet_id in tabs if sheet_id not in faults]
        read = read_apart(workspace.sheets, spreadsheet_id, there, last.suspects, values)
    except SheetsMissingError:
        return _all_at_fault(workspace, spreadsheet_id, tabs, started_at, message("tab_faults.workbook_lost"))
    except (SheetsForbiddenError, SheetsRefusedError) as error:
        fault = message("tab_faults.workbook_refused", reason=error.message)
        return _all_at_fault(workspace, spreadsheet_id, tabs, started_at, fault)
    rules, decided = basis
    grids = {sheet_id: with_days(grid, found[sheet_id]) for sheet_id, grid in read.grids.items()}
    sources = {one: TabSource(f"{rules}/{spreadsheet_id}/{decided[one]}", grid) for one, grid in grids.items()}
    digests = {one: _digest(source, found[one], found_marks(found[one])) for one, source in sources.items()}
    finished_at = workspace.clock()
    changed = []
    for sheet_id, grid in grids.items():
        if digests[sheet_id] != last.grids.get(sheet_id):
            checked = _checked(workspace, tabs[sheet_id], spreadsheet_id, found[sheet_id], grid)
            if isinstance(checked, Message):
                faults[sheet_id] = checked
            else:
                changed.append(checked)
    faults |= read.refused
    whole = WorkbookRead(
        spreadsheet_id,
        started_at,
        finished_at,
        tabs=tuple(changed),
        found=found,
        grids=digests,
        faults=faults,
        bare=tuple(
            found[sheet_id].title
            for sheet_id, grid in grids.items()
            if _feedback_column(tabs[sheet_id][0], found[sheet_id], grid) is None
        ),
        overgrown=tuple(found[one].title for one in sorted(digests.keys() - faults.keys()) if found[one].is_overgrown),
        sources={tab.sheet_id: sources[tab.sheet_id] for tab in changed},
    )
    if whole.tabs or whole.faults or whole.bare or whole.overgrown or len(read.answers) != 1:
        return whole
    return replace(whole, answers=WorkbookAnswers(ground, inventory.digest, read.answers[0]))


def with_days(grid: Grid, tab: TabInventory) -> Grid:
    """Return a grid with what the cells mean that hold a date: "10/5/2023" may be the fifth of October."""
    days = {}
    for (row, column), number in tab.numbers.items():
        moment = moment_of(number)
        day = "" if moment is None else day_shown(grid.text(row, column), moment)
        if day:
            days[row, column] = day
    return replace(grid, days=days) if days else grid


def _not_there(found: Mapping[int, TabInventory], tabs: Mapping[int, Owner]) -> Iterator[tuple[int, Message]]:
    """Yield the tabs that are gone, or in whose place another unit's is."""
    for sheet_id, (_form, unit) in tabs.items():
        if sheet_id not in found:
            yield sheet_id, message("tab_faults.tab_missing")
        elif (marked := found[sheet_id].metadata.get(UNIT_KEY, unit.code)) not in (unit.code, *unit.former_codes):
            yield sheet_id, message("tab_faults.mark_of_another", unit=one_line(marked, 40))


def _all_at_fault(
    workspace: Workspace, spreadsheet_id: str, tabs: Mapping[int, Owner], started_at: datetime, fault: Message
) -> WorkbookRead:
    return WorkbookRead(spreadsheet_id, started_at, workspace.clock(), faults=dict.fromkeys(tabs, fault))


def _digest(source: TabSource, tab: TabInventory, marks: Sequence[Mark]) -> str:
    """Return what changes whenever reading and checking a tab could come to another result."""
    grid = source.grid
    merges = [(one.start_row, one.end_row, one.start_column, one.end_column) for one in grid.merges]
    beside = (merges, grid.first_row, grid.gaps, tuple(grid.days.items()))
    seen = (source.basis, tab.sheet_id, tab.title, sorted(tab.columns.items()), tuple(marks), beside)
    digest = hashlib.sha256(repr(seen).encode("utf-8", "surrogatepass"))
    digest.update(json_bytes(grid.cells))
    return digest.hexdigest()[:32]


def digest_once_answered(read: WorkbookRead, tab: TabRead, wanted: Feedback) -> str:
    """Return the digest of a tab as it will be read once our feedback is on it: that feedback changes no result.

    "" where it cannot be foretold: then the tab is checked once more. What is typed meanwhile makes another digest.
    """
    source, found = read.sources[tab.sheet_id], read.found[tab.sheet_id]
    grid, column = source.grid, tab.feedback_place.column
    if column is None or grid.gaps or grid.first_row != 1:
        return ""
    texts = {(number - 1, column): "" for number, _words in tab.shown_feedback.rows}
    texts |= {(number - 1, column): words for number, words in wanted.rows}
    texts[tab.feedback_place.summary_row, column] = wanted.summary
    if tab.limit_place is not None:
        texts[tab.limit_place] = wanted.limit
    answered = TabSource(source.basis, replace(grid, cells=_with_texts(grid.cells, texts)))
    return _digest(answered, found, wanted.marks)


def _with_texts(
    cells: tuple[tuple[str, ...], ...], texts: Mapping[tuple[int, int], str]
) -> tuple[tuple[str, ...], ...]:
    """Return a tab's cells with some written, as they are read: without blanks at the end of a row, or of the tab."""
    rows = list(cells)
    written: dict[int, list[str]] = {}  # by row
    for (row, column), words in texts.items():
        rows += [()] * (row + 1 - len(rows))
        line = written.setdefault(row, list(rows[row]))
        line += [""] * (column + 1 - len(line))
        line[column] = words
    for row, line in written.items():
        while line and not line[-1]:
            line.pop()
        rows[row] = tuple(line)
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def notices_of(reads: Sequence[WorkbookRead]) -> tuple[Message, ...]:
    """Return what the operator should know of how the tabs were read."""
    notices = []
    bare = [title for read in reads for title in read.bare]
    if bare:
        column, titles = feedback_title(), _named(bare)
        notices.append(message("consolidation.no_feedback_column", column=column, count=len(bare), titles=titles))
    large = [title for read in reads for title in read.overgrown]
    if large:
        rows, titles = f"{MOST_ROWS:,}".replace(",", "."), _named(large)
        notices.append(
            message("consolidation.read_in_part", count=len(large), titles=titles, rows=rows, columns=str(MOST_COLUMNS))
        )
    return tuple(notices)


def _named(titles: Sequence[str]) -> str:
    return ", ".join(titles[:5]) + (" …" if len(titles) > 5 else "")


def _is_orphan(tab: RegisteredTab) -> bool:
    return tab.orphaned_at is not None


def _checked(
    workspace: Workspace, owner: Owner, spreadsheet_id: str, tab: TabInventory, grid: Grid
) -> TabRead | Message:
    """Read and check a tab's grid; return why where our own rules fail on it: the others go on."""
    form, unit = owner
    try:
        return _read(workspace, owner, spreadsheet_id, tab, grid)
    except Exception as slip:
        log.exception("tab not checked", extra={"unit": unit.code, "form": form.key})
        return message("tab_faults.not_checked", name=type(slip).__name__)


def _read(workspace: Workspace, owner: Owner, spreadsheet_id: str, tab: TabInventory, grid: Grid) -> TabRead:
    form, unit = owner
    settled = settle_marks(form, grid, tab.columns, FEEDBACK_KEY)
    own = {column.key for column in form.columns}
    keys = {index: key for index, key in settled.columns.items() if key in own}
    # our feedback, and what a former template kept, is not what the form asks
    others = {index for index in settled.columns if index not in keys}
    others |= set() if settled.feedback is None else {settled.feedback}
    content = read_tab(form, _without(grid, others), keys, blanks=False)
    checked = check(workspace.campaign, form, content)
    limit_place, limit = _limit_line(grid, settled.feedback, content.header_row)
    summary, lines = _shown(tab, grid, settled.feedback, content.header_row)
    shown = Feedback(summary, lines, limit, found_marks(tab))
    summary_row = 0 if settled.feedback is None else _summary_row_of(tab, settled.feedback)
    place = FeedbackPlace(settled.feedback, summary_row)
    return TabRead(unit, form, spreadsheet_id, tab.sheet_id, tab.title, checked, shown, place, limit_place)


def _limit_line(grid: Grid, feedback_column: int | None, header_row: int | None) -> tuple[tuple[int, int] | None, str]:
    """Return where the line above the table that shows the limit is, zero-based, and what it says; None where gone."""
    for index, cells in enumerate(grid.cells[: grid.index_of(header_row)] if header_row else ()):
        for column, words in enumerate(cells):
            if column != feedback_column and is_due_line(words):
                return (grid.row_number(index) - 1, column), words
    return None, ""


def _feedback_column(form: Form, tab: TabInventory, grid: Grid) -> int | None:
    """Return where the feedback column is now; None when it was deleted."""
    marked = next((index for index, key in tab.columns.items() if key == FEEDBACK_KEY), None)
    return settle_marks(form, grid, tab.columns, FEEDBACK_KEY).feedback if marked is None else marked


def _without(grid: Grid, columns: Collection[int]) -> Grid:
    """Return a grid with blank columns."""
    cells = grid.cells
    for column in columns:
        cells = tuple((*row[:column], "", *row[column + 1 :]) if len(row) > column else row for row in cells)
    return replace(grid, cells=cells)


def _shown(
    tab: TabInventory, grid: Grid, column: int | None, header_row: int | None
) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return the summary on the tab now and, by row, the feedback; above the header only the summary is ours."""
    if column is None:
        return "", ()
    top = _summary_row_of(tab, column)
    texts = {grid.row_number(index): row[column] for index, row in enumerate(grid.cells) if len(row) > column}
    rows = tuple((number, words) for number, words in texts.items() if words and header_row and number > header_row)
    return texts.get(top + 1, ""), rows


def _summary_row_of(tab: TabInventory, column: int) -> int:
    """Return the zero-based row of the summary: the top of the merged cells in the feedback column."""
    tops = [merge.start_row for merge in tab.merges if merge.start_column == column]
    return min(tops, default=0)
