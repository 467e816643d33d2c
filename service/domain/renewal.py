"""Where a changed template may be laid over a tab that people have worked on, so that it moves nobody's words. Pure."""

from __future__ import annotations

from sheets_schema.campaign import TableKind
from sheets_schema.grid import Grid, a1
from sheets_schema.rows import TabContent
from sheets_schema.tab_layout import TabLayout


def fit(layout: TabLayout, content: TabContent, grid: Grid, row_count: int) -> TabLayout | None:
    """Return the layout with its table as long as it is on the tab; None where a part no longer stands in its place.

    Rows put into an open table, or taken out of it, are followed by the signature line below.
    """
    if not (_table_stands(layout, content) and _block_stands(layout, content) and _fixed_rows_stand(layout, grid)):
        return None
    if layout.form.table is TableKind.FIXED:
        return layout
    return layout.with_table_until(_signature_row(layout, grid, row_count))


def _table_stands(layout: TabLayout, content: TabContent) -> bool:
    if content.header_row != layout.header_row + 1:
        return False
    return all(content.columns.get(column.key, index) == index for index, column in enumerate(layout.form.columns))


def _block_stands(layout: TabLayout, content: TabContent) -> bool:
    cells = {place.field.key: a1(place.row + 1, place.value_column) for place in layout.fields}
    return all(found.cell == cells[key] for key, found in content.fields.items())


def _fixed_rows_stand(layout: TabLayout, grid: Grid) -> bool:
    return all(
        grid.text(fixed.row, 0) == fixed.code and (fixed.free is None or grid.text(fixed.row, 1) != "")
        for fixed in layout.fixed_rows
    )


def _signature_row(layout: TabLayout, grid: Grid, row_count: int) -> int:
    words, column = layout.form.signature, layout.signature.start_column
    rows = range(len(grid.cells) - 1, layout.header_row, -1) if words else range(0)
    by_size = layout.signature.start_row + row_count - layout.row_count
    return next((row for row in rows if grid.text(row, column) == words), max(by_size, layout.header_row + 1))
