"""A form's tab as it is on paper: the lines above its table, its titles, rows and signature; and what is beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from service.domain.deadlines import effective_limit
from sheets_schema.campaign import Campaign, Form, ValueType
from sheets_schema.layout import Box, TabLayout, lay_out
from sheets_schema.wording import SHEET_LANGUAGE

SHOWN_ROWS = 3  # of an open table


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell over some columns; `is_tick` is a box."""

    text: str
    span: int
    style: str
    is_tick: bool = False


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row; what is not `on_paper` is on the tab alone."""

    cells: tuple[PrintedCell, ...]
    on_paper: bool = True


@dataclass(frozen=True, slots=True)
class PrintedTab:
    """A tab; `widths` are percentages."""

    widths: tuple[float, ...]
    rows: tuple[PrintedRow, ...]


def printed_tab(campaign: Campaign, form: Form) -> PrintedTab:
    """Return the tab of a form, laid out as `tonghop provision` lays it out, for the first unit of the roster."""
    unit = (campaign.active_units or campaign.units)[0]
    limit = effective_limit(campaign.obligation(form.key), (), campaign.zone)
    layout = lay_out(campaign, replace(form, spare_rows=SHOWN_ROWS), unit, limit.due_line.text(SHEET_LANGUAGE))
    total = sum(column.width for column in form.columns)
    widths = tuple(round(100 * column.width / total, 2) for column in form.columns)
    rows = (*_above(layout), _titles(form), *_table(layout), *_signature(layout))
    return PrintedTab(widths, rows)


def _above(layout: TabLayout) -> Iterator[PrintedRow]:
    """Yield the rows above the table: the form's lines, then what is on the tab and not on paper."""
    width = len(layout.form.columns)
    headings: dict[int, dict[int, tuple[Box, PrintedCell]]] = {}
    for heading in layout.headings:
        cell = PrintedCell(heading.text, heading.box.end_column - heading.box.start_column, heading.style.value)
        headings.setdefault(heading.box.start_row, {})[heading.box.start_column] = (heading.box, cell)
    *lines, limit_row = sorted(headings)
    for row in lines:
        yield PrintedRow(_filled({column: cell for column, (_, cell) in headings[row].items()}, width))
    limit = {column: cell for column, (_, cell) in headings[limit_row].items()}
    yield PrintedRow(_filled(limit, width), on_paper=False)
    for row in sorted({place.row for place in layout.fields}):
        cells: dict[int, PrintedCell] = {}
        for place in layout.fields:
            if place.row == row:
                cells[place.label_column] = PrintedCell(place.field.label, 1, "label")
                if place.value_column < width:
                    cells[place.value_column] = PrintedCell("", 1, "value", place.field.type is ValueType.TICK)
        yield PrintedRow(_filled(cells, width), on_paper=False)


def _filled(cells: Mapping[int, PrintedCell], width: int) -> tuple[PrintedCell, ...]:
    """Return a row's cells by their columns, blank ones between them."""
    found: list[PrintedCell] = []
    column = 0
    for start, cell in sorted(cells.items()):
        if start > column:
            found.append(PrintedCell("", start - column, "blank"))
        found.append(cell)
        column = start + cell.span
    if column < width:
        found.append(PrintedCell("", width - column, "blank"))
    return tuple(found)


def _titles(form: Form) -> PrintedRow:
    titles = (f"{column.title} *" if column.constraints.required else column.title for column in form.columns)
    return PrintedRow(tuple(PrintedCell(title, 1, "head") for title in titles))


def _table(layout: TabLayout) -> Iterator[PrintedRow]:
    columns = layout.form.columns
    given = {fixed.row: fixed for fixed in layout.fixed_rows}
    for row in range(layout.table.start_row, layout.table.end_row):
        fixed = given.get(row)
        texts = ([fixed.code, fixed.text] if fixed else []) + [""] * len(columns)
        ticks = fixed is None or fixed.free is None
        yield PrintedRow(
            tuple(
                PrintedCell(text, 1, "entry", ticks and column.type is ValueType.TICK)
                for text, column in zip(texts, columns, strict=False)
            )
        )


def _signature(layout: TabLayout) -> Iterator[PrintedRow]:
    if layout.form.signature:
        box, width = layout.signature, len(layout.form.columns)
        span = min(box.end_column, width) - box.start_column
        yield PrintedRow(_filled({box.start_column: PrintedCell(layout.form.signature, span, "signature")}, width))
