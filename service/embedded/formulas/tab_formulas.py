"""Where a tab has formulas."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas.formula_work import OverworkError, SharedWork, TabWork


@dataclass(slots=True)
class TabFormulas:
    """The formulas of a tab by row and column, and the work they may take."""

    sheet: SheetTab
    work: TabWork
    by_row: dict[int, dict[int, str]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    settled: bool = False

    @classmethod
    def of(cls, sheet: SheetTab, shared: SharedWork, tabs: int) -> "TabFormulas":
        """Return the formulas of a tab, as far as finding them fits into its work."""
        found = cls(sheet, TabWork.of(shared, tabs))
        for number in sheet.grid.formula_rows():
            row = sheet.grid.row(number)
            values = enumerate(row.values if row is not None else [])
            formulas = {column: str(value.get("f", "")) for column, value in values if type(value) is dict}
            try:
                found.work.spend(1 + len(formulas))
            except OverworkError:
                break
            found.by_row[number] = formulas
            found.rows.append(number)
        return found

    def formula(self, row: int, column: int) -> str:
        """Return the formula of a cell, "" where there is none."""
        return self.by_row.get(row, {}).get(column, "")

    def cells(self) -> Iterator[tuple[int, int]]:
        """Return row and column of every formula, in order."""
        return ((row, column) for row in self.rows for column in self.by_row[row])

    def rows_of(self, area: GridArea) -> list[int]:
        """Return the rows of an area that have formulas, in order."""
        if len(area.rows) == 1:
            return [area.rows.start] if area.rows.start in self.by_row else []
        return self.rows[bisect_left(self.rows, area.rows.start) : bisect_left(self.rows, area.rows.stop)]

    def columns_of(self, row: int, area: GridArea) -> list[int]:
        """Return the columns of an area that have a formula in a row, in order."""
        formulas, columns = self.by_row[row], area.columns
        if len(columns) < len(formulas):
            return [column for column in columns if column in formulas]
        return [column for column in formulas if column in columns]
