"""What one write of values has changed, as answers count it."""

from dataclasses import dataclass, field

from service.embedded.api_errors import Json
from service.embedded.book import ranges
from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api import blocks
from service.embedded.sheets_api.render import Renderer, RenderOptions


@dataclass(slots=True)
class WriteCount:
    """What one write has changed."""

    sheet: SheetTab
    area: GridArea
    dimension: str
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    cells: int = 0

    def count(self, row: int, column: int) -> None:
        """Count a cell as written."""
        self.rows.add(row)
        self.columns.add(column)
        self.cells += 1

    def count_row(self, row: int, columns: list[int]) -> None:
        """Count cells of a row as written."""
        if columns:
            self.rows.add(row)
            self.columns.update(columns)
            self.cells += len(columns)

    def answer(self, renderer: Renderer, options: RenderOptions | None) -> Json:
        """Return an UpdateValuesResponse."""
        shown: Json = {
            "spreadsheetId": renderer.book.file.id,
            "updatedRange": ranges.a1_of(self.area, self.sheet),
            "updatedRows": len(self.rows),
            "updatedColumns": len(self.columns),
            "updatedCells": self.cells,
        }
        if options is not None:
            block = blocks.read(renderer.book, self.sheet, self.area, renderer, options)
            spend = renderer.book.work.spend
            shown["updatedData"] = blocks.value_range(shown["updatedRange"], block, self.dimension, spend)
        return {key: value for key, value in shown.items() if value != 0}
