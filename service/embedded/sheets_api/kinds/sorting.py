"""Rows of an area sorted."""

from service.embedded.api_errors import Json, JsonValue, RefusedError
from service.embedded.book import cut_cells
from service.embedded.book.cut_cells import Cell
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas import references
from service.embedded.formulas.references import Frozen
from service.embedded.sheets_api.kinds import targets

SortKey = tuple[int, float, str]


def sort_range(book: Book, given: Json) -> Json:
    """Do sortRange: numbers, then texts, then booleans; empty cells last in either order."""
    sheet, area = targets.editable(book, given)
    targets.cell_by_cell(book, area, steps=6)
    specs = given.get("sortSpecs", [])
    if not specs:
        raise RefusedError("Must specify at least one sortSpec.")
    rows = list(zip(area.rows, cut_cells.lift(sheet, area), strict=True))
    book.work.spend(2 * len(specs) * len(rows))
    frozen = references.frozen(book)
    for spec in reversed(specs):
        rows = _sorted(frozen, sheet, area, rows, spec)
    place(book, sheet, area, rows)
    return {}


def place(book: Book, sheet: SheetTab, area: GridArea, rows: list[tuple[int, list[Cell]]]) -> None:
    """Write the rows of an area in a new order, each given with its old number; references move with their formula."""
    for row, (old, cells) in zip(area.rows, rows, strict=True):
        for column, cell in zip(area.columns, cells, strict=True):
            if isinstance(cell.value, dict) and row != old:
                cell.value = {"f": references.copied(book, cell.value.get("f", ""), row - old, 0)}
            cut_cells.put(sheet, row, column, cell)


def _sorted(
    frozen: Frozen, sheet: SheetTab, area: GridArea, rows: list[tuple[int, list[Cell]]], spec: Json
) -> list[tuple[int, list[Cell]]]:
    column = spec.get("dimensionIndex", 0)
    if column not in area.columns:
        raise RefusedError(f"Invalid sortSpecs: column {column} is outside the range.")

    def value_of(entry: tuple[int, list[Cell]]) -> JsonValue:
        value = entry[1][column - area.columns.start].value
        return frozen(sheet, entry[0], column, value.get("f", "")) if isinstance(value, dict) else value

    empty = [entry for entry in rows if value_of(entry) is None]
    filled = [entry for entry in rows if value_of(entry) is not None]
    filled.sort(key=lambda entry: sort_key(value_of(entry)), reverse=spec.get("sortOrder") == "DESCENDING")
    return filled + empty


def sort_key(value: JsonValue) -> SortKey:
    """Return the place of a value among others."""
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value).casefold()


KINDS = {"sortRange": sort_range}
