"""The coloured cells of a tab: conditional formats of ours. A colour that a unit chose itself stays below them.

The rules are kept by the spreadsheet: their ranges move with the rows, and what is ours is known by its formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from service.sheets.batches import Request
from service.sheets.inventory import TabInventory
from sheets_schema.grid import a1, place_of
from sheets_schema.problems import Severity

Mark = tuple[str, str]  # the cell in A1 notation, and the severity of what is wrong there

# formulas that always hold, or never, and that no one writes by chance
FORMULAS = {severity: f'=N("tonghop.{severity.value}")=0' for severity in (Severity.ERROR, Severity.WARNING)}
UNUSED = {severity: f'=N("tonghop.{severity.value}")=1' for severity in FORMULAS}
_KINDS = {
    formula: (severity, formulas is FORMULAS)
    for formulas in (FORMULAS, UNUSED)
    for severity, formula in formulas.items()
}
FILLS = {
    Severity.ERROR: {"red": 0.96, "green": 0.7, "blue": 0.67},
    Severity.WARNING: {"red": 1.0, "green": 0.87, "blue": 0.5},
}


def found_marks(tab: TabInventory) -> tuple[Mark, ...]:
    """Return which cells of a tab are coloured by us, and how gravely, in the order of their addresses."""
    return tuple(sorted(_found(tab)))


def mark_cells(tab: TabInventory, marks: Iterable[Mark]) -> list[Request]:
    """Return what colours these cells of a tab, and no others.

    A tab is made with both rules, and they are replaced where they are: sent twice it is done once.
    """
    marked = list(marks)
    ours = [(index, of) for index, rule in enumerate(tab.conditional_formats) if (of := _kind(rule)) is not None]
    changed: list[Request] = []
    extra: list[int] = []
    added: list[Request] = []
    for severity in FORMULAS:
        cells = [cell for cell, grade in marked if grade == severity.value]
        rule = _rule(tab.sheet_id, severity, cells)
        places = [index for index, of in ours if of[0] is severity]
        if places:
            changed.append({"updateConditionalFormatRule": {"index": places[0], "sheetId": tab.sheet_id, "rule": rule}})
            extra += places[1:]
        elif cells:
            added.append({"addConditionalFormatRule": {"rule": rule, "index": 0}})
    deleted = [
        {"deleteConditionalFormatRule": {"sheetId": tab.sheet_id, "index": index}}
        for index in sorted(extra, reverse=True)
    ]
    return [*changed, *deleted, *added]


def unused_rules(sheet_id: int) -> list[dict[str, Any]]:
    """Return the rules that a new tab is made with: they colour nothing yet."""
    return [_rule(sheet_id, severity, ()) for severity in FORMULAS]


def is_mark(rule: Mapping[str, Any]) -> bool:
    """Return True if a conditional format is one of these."""
    return _kind(rule) is not None


def _found(tab: TabInventory) -> Iterator[Mark]:
    for rule in tab.conditional_formats:
        severity, used = _kind(rule) or (None, False)
        for area in rule.get("ranges", ()) if severity is not None and used else ():
            for row in range(area.get("startRowIndex", 0), area.get("endRowIndex", tab.row_count)):
                for column in range(area.get("startColumnIndex", 0), area.get("endColumnIndex", tab.column_count)):
                    yield a1(row + 1, column), str(severity)


def _kind(rule: Mapping[str, Any]) -> tuple[Severity, bool] | None:
    """Return what a rule of ours marks, and whether it colours anything; None for any other rule."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    formula = "".join(value.get("userEnteredValue", "") for value in condition.get("values", ()))
    return _KINDS.get(formula)


def _rule(sheet_id: int, severity: Severity, cells: Sequence[str]) -> dict[str, Any]:
    formula = FORMULAS[severity] if cells else UNUSED[severity]
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    return {
        "ranges": [_range(sheet_id, *run) for run in _runs(cells)] or [_range(sheet_id, 0, 0, 1)],
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
