"""The words last read on a tab that is gone, as what writes them into the tab made in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.contents import FIRST_ROW, Contents
from service.sheets.batches import Request
from service.sheets.request_parts import write_values
from sheets_schema.campaign import Column, Field, TableKind, ValueType
from sheets_schema.grid import place_of
from sheets_schema.layout import GIVEN_ROLES, TabLayout
from sheets_schema.reading.ticks import is_ticked, is_unclear

Cells = dict[tuple[int, int], dict[str, Any]]  # by row and column, a typed value each


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How a tab is laid out that has room for every row, and what writes the words into it."""

    layout: TabLayout
    requests: tuple[Request, ...]
    rows: int
    left_out: tuple[str, ...]  # words that have no place in the form as it is declared now


def give_back(layout: TabLayout, sheet_id: int, held: Contents) -> GivenBack:
    """Return the tab with what it held when it was read last: rows in their places, values, ticks as ticks."""
    fields = {place.field.key: place for place in layout.fields}
    cells: Cells = {}
    left_out: list[str] = []
    for key, text in held.fields.items():
        if key in fields:
            place = fields[key]
            cells[place.row, place.value_column] = _typed(text, place.field)
        else:
            left_out.append(text)
    columns = {column.key: (index, column) for index, column in enumerate(layout.form.columns)}
    places = _row_places(layout, held)
    for entry, _accepted in held.rows:
        row = places.get(int(str(entry["row"] or 0)))
        for key, text in _texts(entry):
            index, column = columns.get(key, (0, None))
            if row is None or column is None:
                left_out.append(text)
            elif layout.form.table is TableKind.OPEN or column.role not in GIVEN_ROLES:
                cells[row, index] = _typed(text, column)
    last = max(places.values(), default=0)
    if last >= layout.table.end_row:
        layout = layout.with_table_until(last + 1)
    return GivenBack(layout, tuple(_writes(sheet_id, cells)), len(held.rows), tuple(left_out))


def _row_places(layout: TabLayout, held: Contents) -> Mapping[int, int]:
    """Return where each row goes, by its number on the former tab: open rows as far down, others by their code."""
    numbers = [int(str(entry["row"] or 0)) for entry, _ in held.rows]
    if layout.form.table is TableKind.OPEN:
        first = place_of(held.cells[FIRST_ROW])[0] if FIRST_ROW in held.cells else min(numbers, default=0)
        first = min([first, *numbers])
        return {number: number - first + layout.table.start_row for number in numbers}
    fixed = {one.free.key if one.free else one.code: one.row for one in layout.fixed_rows}
    keys = {int(str(entry["row"] or 0)): str(entry["key"]) for entry, _ in held.rows}
    return {number: fixed[key] for number, key in keys.items() if key in fixed}


def _texts(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    values = entry["values"]
    for key, text in values.items() if isinstance(values, Mapping) else ():
        if text:
            yield str(key), str(text)


def _typed(text: str, declared: Column | Field) -> dict[str, Any]:
    """Return a value as it is typed: a string can never become a formula or a date."""
    if declared.type is ValueType.TICK and not is_unclear(text, declared):
        return {"boolValue": is_ticked(text, declared)}
    return {"stringValue": text}


def _writes(sheet_id: int, cells: Cells) -> Iterator[Request]:
    for (row, column), value in sorted(cells.items(), key=lambda cell: cell[0]):
        yield write_values(sheet_id, row, column, [[value]])
