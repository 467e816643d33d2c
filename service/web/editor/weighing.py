"""What of a save may be written: cells that still say what the clerk saw. The others are handed back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.sheets.batches import Request
from service.web.editor.posted_cells import Change
from service.web.editor.tab_view import EditorTab

Cell = tuple[int, int]

TICKS: Mapping[str, bool] = {"TRUE": True, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that another user changed meanwhile."""

    row: int
    column: int
    theirs: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """Every change of a save, in one of four places."""

    writes: Mapping[Cell, str]
    settled: tuple[Cell, ...]  # say already what they are to say
    conflicts: tuple[Conflict, ...]
    locked: tuple[Cell, ...]  # not this person's to write


def weigh(tab: EditorTab, changes: Iterable[Change]) -> Weighed:
    """Compare changes with what the tab says now; of several changes of a cell the last counts."""
    writes: dict[Cell, str] = {}
    settled, locked = [], []
    conflicts = []
    for change in {(change.row, change.column): change for change in changes}.values():
        cell, now = (change.row, change.column), tab.text(change.row, change.column)
        if not tab.is_input(*cell):
            locked.append(cell)
        elif now == change.text:
            settled.append(cell)
        elif now != change.base:
            conflicts.append(Conflict(change.row, change.column, now))
        else:
            writes[cell] = change.text
    return Weighed(writes, tuple(settled), tuple(conflicts), tuple(locked))


def requests_for(tab: EditorTab, sheet_id: int, writes: Mapping[Cell, str]) -> list[Request]:
    """Return what writes these cells: typed strings, so that "=1" and "0123" stay words; ticks as ticks."""
    return [
        {
            "updateCells": {
                "start": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
                "rows": [{"values": [_value(text, is_tick=tab.look(row, column).tick)]}],
                "fields": "userEnteredValue",
            }
        }
        for (row, column), text in sorted(writes.items())
    ]


def _value(text: str, *, is_tick: bool) -> dict[str, object]:
    if is_tick and text in TICKS:
        return {"userEnteredValue": {"boolValue": TICKS[text]}}
    return {"userEnteredValue": {"stringValue": text}} if text else {}
