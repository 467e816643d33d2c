"""A unit's tab as it is now, and the requests that write a file's words into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.consolidation import tab_reading
from service.domain.consolidation import TabRead
from service.domain.contents import Contents, contents_of
from service.domain.intake_plan import IntakePlan, TabTable
from service.errors import IntakeRefusedError, NotProvisionedError
from service.facts.records import RegisteredTab
from service.sheets.batches import Request
from service.sheets.inventory import FIELDS_WITH_NUMBERS, TabInventory
from service.workbooks.form_tabs import found_tiles
from service.workspace import Workspace
from sheets_schema.campaign import ColumnRole, Form, Unit, ValueType
from sheets_schema.grid import place_of
from sheets_schema.reading.rows import RowKind
from sheets_schema.wording import message


@dataclass(frozen=True, slots=True)
class UnitTab:
    """One tab as it was read just now."""

    place: RegisteredTab
    read: TabRead
    held: Contents
    table: TabTable


def look_at(workspace: Workspace, unit: Unit, form: Form) -> UnitTab:
    """Read a unit's tab; the errors say why it cannot be written to. Two reads."""
    key = workspace.campaign.key
    known = {(tab.unit, tab.form): tab for tab in workspace.store.registry.tabs(key) if tab.orphaned_at is None}
    place = known.get((unit.code, form.key))
    if place is None:
        raise NotProvisionedError(message("intake.no_tab", unit=unit.name, form=form.title))
    owners, basis = {place.sheet_id: (form, unit)}, ("", {place.sheet_id: ""})
    fields = FIELDS_WITH_NUMBERS  # the protections say where the table ends
    read = tab_reading.read_workbook(workspace, place.spreadsheet_id, owners, basis, fields=fields)
    fault = read.faults.get(place.sheet_id)
    if fault is not None:
        raise IntakeRefusedError(message("intake.tab_at_fault", unit=unit.name, reason=fault))
    (tab,) = read.tabs
    table = _table_of(tab, read.found[place.sheet_id])
    return UnitTab(place, tab, contents_of(tab, read.finished_at), table)


def _table_of(tab: TabRead, found: TabInventory) -> TabTable:
    content, form = tab.checked.content, tab.form
    if content.header_row is None:
        raise IntakeRefusedError(message("intake.tab_without_header", unit=tab.unit.name))
    first = content.header_row + 1
    name = next((column.key for column in form.columns if column.role is ColumnRole.NAME), "")
    end = _end_of(first, content.columns.get(name, 0), found)
    if end is None:
        signature = next((row.number for row in content.rows if row.kind is RowKind.SIGNATURE), found.row_count + 1)
        end = min(signature, found.row_count + 1)
    rows = tuple(row for row in content.rows if first <= row.number < end)
    return TabTable(first, end, content.columns, content.fields, rows)


def _end_of(first: int, column: int, found: TabInventory) -> int | None:
    """Return the row below the last that the unit may fill, by the tile that protects the table; None without one."""
    for tile in found_tiles(found):
        top, bottom, left, right = tile.place
        if tile.is_input and top < first <= bottom and left <= column < right:
            return bottom + 1
    return None


def requests_of(form: Form, tab: UnitTab, plan: IntakePlan) -> list[Request]:
    """Return what writes a plan: typed strings, so that nothing in them is ever run; ticks as ticks."""
    sheet_id = tab.place.sheet_id
    ticks = {column.key for column in form.columns if column.type is ValueType.TICK}
    ticks |= {field.key for field in form.fields if field.type is ValueType.TICK}
    cells: dict[tuple[int, int], dict[str, object]] = {}
    for number, texts in plan.rows.items():
        for key, text in texts.items():
            cells[number - 1, tab.table.columns[key]] = _value(text, is_tick=key in ticks)
    for key, text in plan.fields.items():
        row, column = place_of(tab.table.fields[key].cell)
        cells[row - 1, column] = _value(text, is_tick=key in ticks)
    return [
        {
            "updateCells": {
                "start": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
                "rows": [{"values": values}],
                "fields": "userEnteredValue",
            }
        }
        for row, column, values in _runs(cells)
    ]


def _value(text: str, *, is_tick: bool) -> dict[str, object]:
    if is_tick:
        return {"userEnteredValue": {"boolValue": bool(text)}}
    return {"userEnteredValue": {"stringValue": text}} if text else {}


def _runs(
    cells: Mapping[tuple[int, int], dict[str, object]],
) -> Iterator[tuple[int, int, Sequence[dict[str, object]]]]:
    """Yield cells that are beside each other together."""
    run: list[dict[str, object]] = []
    start = (0, 0)
    for row, column in sorted(cells):
        if run and (row, column) != (start[0], start[1] + len(run)):
            yield *start, run
            run = []
        if not run:
            start = (row, column)
        run.append(cells[row, column])
    if run:
        yield *start, run
