"""Cells merged and unmerged."""

from collections.abc import Iterator

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api.kinds import targets


def merge_cells(book: Book, given: Json) -> Json:
    """Do mergeCells; only the first cell of each merge keeps its value."""
    sheet, area = targets.editable(book, given)
    merges = sheet.part("merges")
    wanted = list(_pieces(area, given.get("mergeType", "MERGE_ALL")))
    for entry in merges:
        present = ranges.grid_area(entry)
        if present.intersects(area) and not area.contains(present):
            raise RefusedError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.parts["merges"] = [entry for entry in merges if not ranges.grid_area(entry).intersects(area)]
    for piece in wanted:
        if len(piece.rows) * len(piece.columns) > 1:
            _clear_covered(sheet, piece)
            sheet.part("merges").append(ranges.grid_range(piece, with_sheet=True))
    return {}


def _pieces(area: GridArea, kind: str) -> Iterator[GridArea]:
    if kind == "MERGE_COLUMNS":
        for column in area.columns:
            yield GridArea(area.sheet_id, area.top, area.bottom, column, column + 1)
    elif kind == "MERGE_ROWS":
        for row in area.rows:
            yield GridArea(area.sheet_id, row, row + 1, area.left, area.right)
    else:
        yield area


def _clear_covered(sheet: SheetTab, piece: GridArea) -> None:
    kept = (piece.rows.start, piece.columns.start)
    for number in sheet.grid.numbers_between(piece.rows.start, piece.rows.stop):
        for column in piece.columns:
            if (number, column) != kept:
                sheet.grid.set_value(number, column, None)


def unmerge_cells(book: Book, given: Json) -> Json:
    """Do unmergeCells."""
    sheet, area = targets.editable(book, given)
    kept = []
    for entry in sheet.part("merges"):
        present = ranges.grid_area(entry)
        if not present.intersects(area):
            kept.append(entry)
        elif not area.contains(present):
            raise RefusedError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.parts["merges"] = kept
    return {}


KINDS = {"mergeCells": merge_cells, "unmergeCells": unmerge_cells}
