"""The coloured cells of a tab: conditional formats of ours. A colour that a unit chose itself stays below them.

The rules are kept by the spreadsheet: their ranges move with the rows, and what is ours is known by its formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.sheets.verbs import Request, TabInventory
from sheets_schema.grid import a1, place_of
from sheets_schema.problems import Severity

Mark = tuple[str, str]  # the cell in A1 notation, and the severity of what is wrong there

# a formula that always holds, and that no one writes by chance
FORMULAS = {severity: f'=N("tonghop.{severity.value}")=0' for severity in (Severity.ERROR, Severity.WARNING)}
FILLS = {
    Severity.ERROR: {"red": 0.96, "green": 0.7, "blue": 0.67},
    Severity.WARNING: {"red": 1.0, "green": 0.87, "blue": 0.5},
}


def found_marks(tab: TabInventory) -> tuple[Mark, ...]:
    """Return which cells of a tab are coloured by us, and how gravely, in the order of their addresses."""
    return tuple(sorted(_found(tab)))


def mark_cells(tab: TabInventory, marks: Iterable[Mark]) -> list[Request]:
    """Return what colours these cells of a tab, and no others."""
    ours = [index for index, rule in enumerate(tab.conditional_formats) if _severity(rule) is not None]
    deleted = [{"deleteConditionalFormatRule": {"sheetId": tab.sheet_id, "index": index}} for index in reversed(ours)]
    marked = list(marks)
    added = [
        {"addConditionalFormatRule": {"rule": _rule(tab.sheet_id, severity, cells), "index": 0}}
        for severity in FORMULAS
        if (cells := [cell for cell, grade in marked if grade == severity.value])
    ]
    return [*deleted, *added]


def _found(tab: TabInventory) -> Iterator[Mark]:
    for rule in tab.conditional_formats:
        severity = _severity(rule)
        for area in rule.get("ranges", ()) if severity is not None else ():
            for row in range(area.get("startRowIndex", 0), area.get("endRowIndex", tab.row_count)):
                for column in range(area.get("startColumnIndex", 0), area.get("endColumnIndex", tab.column_count)):
                    yield a1(row + 1, column), str(severity)


def _severity(rule: Mapping[str, Any]) -> Severity | None:
    """Return what a rule of ours marks; None for any other rule."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    formula = "".join(value.get("userEnteredValue", "") for value in condition.get("values", ()))
    return next((severity for severity, ours in FORMULAS.items() if ours == formula), None)


def _rule(sheet_id: int, severity: Severity, cells: Sequence[str]) -> dict[str, Any]:
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": FORMULAS[severity]}]}
    return {
        "ranges": [_range(sheet_id, *run) for run in _runs(cells)],
        "booleanRule": {"condition": condition, "format": {"backgroundColor": FILLS[severity]}},
    }


def _runs(cells: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield cells as pieces of columns: column, first row and the row after the last, zero-based."""
    first: tuple[int, int] | None = None
    last = (-1, -1)
    for column, row in sorted((column, number - 1) for number, column in map(place_of, cells)):
        if first is not None and (column, row) != (last[0], last[1] + 1):
            yield first[0], first[1], last[1] + 1
            first = None
        first, last = first or (column, row), (column, row)
    if first is not None:
        yield first[0], first[1], last[1] + 1


def _range(sheet_id: int, column: int, start: int, end: int) -> dict[str, int]:
    return {
        "sheetId": sheet_id,
        "startRowIndex": start,
        "endRowIndex": end,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
