"""Cells merged and unmerged."""

from collections.abc import Iterator

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import STEPS_OF_MERGE
from service.embedded.sheets_api.kinds import targets


def merge_cells(book: Book, given: Json) -> Json:
    """Do mergeCells; only the first cell of each merge keeps its value."""
    sheet, area = targets.editable(book, given)
    merges = sheet.part("merges")
    book.work.over(merges, 2 * STEPS_OF_MERGE)  # gone through twice
    book.work.spend(3 * (len(area.rows) + len(area.columns)))
    wanted = list(_pieces(area, given.get("mergeType", "MERGE_ALL")))
    for entry in merges:
        present = ranges.grid_area(entry)
        if present.intersects(area) and not area.contains(present):
            raise RefusedError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.parts["merges"] = [entry for entry in merges if not ranges.grid_area(entry).intersects(area)]
    for piece in wanted:
        if len(piece.rows) * len(piece.columns) > 1:
            _clear_covered(book, sheet, piece)
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


def _clear_covered(book: Book, sheet: SheetTab, piece: GridArea) -> None:
    kept = (piece.rows.start, piece.columns.start)
    for number in sheet.grid.numbers_between(piece.rows.start, piece.rows.stop):
        row = sheet.grid.edit(number)
        covered = range(piece.columns.start, min(piece.columns.stop, len(row.values)))
        book.work.spend(1 + len(covered))
        for column in covered:
            if (number, column) != kept:
                row.values[column] = None


def unmerge_cells(book: Book, given: Json) -> Json:
    """Do unmergeCells."""
    sheet, area = targets.editable(book, given)
    kept = []
    for entry in book.work.over(sheet.part("merges"), STEPS_OF_MERGE):
        present = ranges.grid_area(entry)
        if not present.intersects(area):
            kept.append(entry)
        elif not area.contains(present):
            raise RefusedError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.parts["merges"] = kept
    return {}


KINDS = {"mergeCells": merge_cells, "unmergeCells": unmerge_cells}
