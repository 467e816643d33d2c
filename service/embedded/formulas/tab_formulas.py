"""Where a tab has formulas."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.embedded.api_errors import JsonValue
from service.embedded.book.formula_traits import may_spread
from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas.formula_work import OverworkError, SharedWork, TabWork

Place = tuple[int, int]


@dataclass(slots=True)
class TabFormulas:
    """The formulas of a tab by row and column, and the work they may take."""

    sheet: SheetTab
    work: TabWork
    by_row: dict[int, dict[int, str]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    settled: bool = False
    spread: dict[int, dict[int, JsonValue]] = field(default_factory=dict)  # by row and column, what formulas filled
    _spreading: list[Place] | None = None

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

    def spreading(self) -> list[Place]:
        """Return row and column of every formula that may fill other cells, in order."""
        if self._spreading is None:
            self._spreading = [
                (row, column)
                for row, column in (self.cells() if self.sheet.spreads else ())
                if may_spread(self.by_row[row][column])
            ]
        return self._spreading

    def filled(self, row: int, columns: range) -> list[JsonValue]:
        """Return the values of a row's cells, empty ones that a formula filled among them; formulas as they are."""
        stored = self.sheet.grid.row(row)
        values = stored.values[columns.start : columns.stop] if stored is not None else []
        given = self.spread.get(row)
        if given:
            last = max((column for column in given if column in columns), default=-1)
            values = values + [None] * (last + 1 - columns.start - len(values))
            for place, column in enumerate(range(columns.start, columns.start + len(values))):
                if values[place] is None:
                    values[place] = given.get(column)
        return values

    def numbers_between(self, top: int, bottom: int) -> list[int]:
        """Return the numbers of a span's rows that hold something, or were filled, in order."""
        numbers = self.sheet.grid.numbers_between(top, bottom)
        more = [row for row in self.spread if top <= row < bottom]
        return sorted({*numbers, *more}) if more else numbers

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
