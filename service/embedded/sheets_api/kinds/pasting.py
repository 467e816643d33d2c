"""Cells copied and cut from one place to another."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import cut_cells, ranges
from service.embedded.book.cut_cells import Cell
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import STEPS_OF_MERGE
from service.embedded.book.sheet_grid import Value
from service.embedded.formulas import references
from service.embedded.sheets_api.kinds import targets

_VALUES = frozenset({"PASTE_NORMAL", "PASTE_VALUES", "PASTE_FORMULA", "PASTE_NO_BORDERS"})
_VALUES_ALONE = frozenset({"PASTE_VALUES", "PASTE_FORMULA"})
_STEPS = 5  # to read a cell, and to write one
_STEPS_OF_LINE, _CELLS_OF_STEP = 5, 2  # of words alone, which are read and written row by row
_FORMATS = frozenset({"PASTE_NORMAL", "PASTE_FORMAT", "PASTE_NO_BORDERS", "PASTE_CONDITIONAL_FORMATTING"})
_RULES = frozenset({"PASTE_NORMAL", "PASTE_DATA_VALIDATION", "PASTE_NO_BORDERS"})


class Paster:
    """Writes copied cells as a paste type wants them."""

    def __init__(self, book: Book, kind: str) -> None:
        self._book = book
        self._kind = kind
        self._styles: dict[tuple[int, int], int] = {}

    def put(self, sheet: SheetTab, place: tuple[int, int], cell: Cell, moved: tuple[int, int]) -> None:
        """Write one cell; the references of its formula move with it."""
        row, column = place
        if self._kind in _VALUES:
            value = cell.value
            if isinstance(value, dict):
                value = {"f": references.copied(self._book, value.get("f", ""), *moved)}
            sheet.grid.set_value(row, column, value)
        if self._kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
            sheet.grid.set_extra(row, column, dict(cell.extra))
        if self._kind in _FORMATS | _RULES:
            sheet.grid.set_style(row, column, self._style(cell.style, sheet.grid.style(row, column)))

    def _style(self, new: int, old: int) -> int:
        if self._kind == "PASTE_NORMAL":
            return new
        key = (new, old)
        if key not in self._styles:
            self._styles[key] = self._book.styles.id_of(self._mixed(new, old))
        return self._styles[key]

    def _mixed(self, new: int, old: int) -> Json:
        source, mixed = self._book.styles.body(new), dict(self._book.styles.body(old))
        names = [name for name, kinds in (("format", _FORMATS), ("validation", _RULES)) if self._kind in kinds]
        for name in names:
            mixed.pop(name, None)
            if name in source:
                mixed[name] = source[name]
        if self._kind == "PASTE_NO_BORDERS" and "format" in mixed:
            mixed["format"] = {key: value for key, value in mixed["format"].items() if key != "borders"}
        return {key: value for key, value in mixed.items() if value}


def copy_paste(book: Book, given: Json) -> Json:
    """Do copyPaste: the source fills the destination, over and over when that is a multiple of it."""
    source_sheet, source = targets.area(book, given, "source")
    kind, turns = given.get("pasteType", "PASTE_NORMAL"), given.get("pasteOrientation") == "TRANSPOSE"
    _count(book, source, kind)
    if "destination" not in given:
        raise RefusedError("destination must be specified.")
    wanted = ranges.grid_area(given["destination"])
    sheet = book.sheet(wanted.sheet_id)
    height, width = (len(source.columns), len(source.rows)) if turns else (len(source.rows), len(source.columns))
    if not height or not width:
        # a range from a place to the same place holds nothing
        return {}
    if kind in _VALUES_ALONE:
        _paste_values(book, (source_sheet, source), (sheet, wanted), kind, turns=turns)
        return {}
    cells = cut_cells.lift(source_sheet, source)
    if turns:
        cells = [list(column) for column in zip(*cells, strict=True)]
    target = _target(book, sheet, wanted, (height, width), kind)
    paster = Paster(book, kind)
    sheet.grid.load(target.rows.start, target.rows.stop)
    for row in target.rows:
        for column in target.columns:
            down, right = (row - target.rows.start) % height, (column - target.columns.start) % width
            moved = (row - source.rows.start - down, column - source.columns.start - right)
            paster.put(sheet, (row, column), cells[down][right], moved)
    if kind == "PASTE_NORMAL" and not turns:
        _copy_merges(book, source_sheet, source, sheet, target)
    return {}


def _paste_values(
    book: Book, source: tuple[SheetTab, GridArea], wanted: tuple[SheetTab, GridArea], kind: str, *, turns: bool
) -> None:
    """Write copied values, row by row."""
    (source_sheet, area), (sheet, place) = source, wanted
    lines = cut_cells.lift_values(source_sheet, area)
    if kind == "PASTE_VALUES":
        _freeze(book, source_sheet, area, lines)
    if turns:
        lines = [list(column) for column in zip(*lines, strict=True)]
    height, width = len(lines), len(lines[0])
    target = _target(book, sheet, place, (height, width), kind)
    copier = _FormulaCopier(book)
    sheet.grid.load(target.rows.start, target.rows.stop)
    for row in target.rows:
        down = (row - target.rows.start) % height
        values = lines[down] * (len(target.columns) // width)
        if dict in map(type, values):
            by = row - area.rows.start - down
            for at, value in enumerate(values):
                if isinstance(value, dict):
                    right = target.columns.start + at - area.columns.start - at % width
                    values[at] = copier.copied(value, by, right)
        sheet.grid.set_values(row, target.columns.start, values)


class _FormulaCopier:
    """Copies formulas; those that are alike and go as far are worked out once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[tuple[str, int, int], str] = {}

    def copied(self, value: Json, down: int, right: int) -> Json:
        """Return a formula moved a number of rows down and columns to the right."""
        key = (value.get("f", ""), down, right)
        if key not in self._known:
            self._known[key] = references.copied(self._book, *key)
        return {"f": self._known[key]}


def _count(book: Book, area: GridArea, kind: str) -> GridArea:
    """Return an area that is small enough for a paste type, or refuse."""
    if kind in _VALUES_ALONE:
        book.work.spend(len(area.rows) * (_STEPS_OF_LINE + len(area.columns) // _CELLS_OF_STEP))
        return area
    return targets.cell_by_cell(book, area, steps=_STEPS)


def _target(book: Book, sheet: SheetTab, wanted: GridArea, size: tuple[int, int], kind: str) -> GridArea:
    """Return the area that is written, within the grid and open to the caller."""
    target = _filled(ranges.clipped(wanted, sheet), *size)
    if target.rows.stop > sheet.row_count or target.columns.stop > sheet.column_count:
        raise ranges.beyond_grid(target, sheet)
    book.guard(_count(book, target, kind))
    return target


def _freeze(book: Book, sheet: SheetTab, area: GridArea, lines: list[list[Value]]) -> None:
    frozen = references.frozen(book)
    for row, line in zip(area.rows, lines, strict=True):
        for at, value in enumerate(line):
            if isinstance(value, dict):
                line[at] = frozen(sheet, row, area.columns.start + at, value.get("f", ""))


def _filled(cut: GridArea, height: int, width: int) -> GridArea:
    """Return the destination, at least as large as the source and a multiple of it."""
    rows = max(len(cut.rows) // height, 1) * height
    columns = max(len(cut.columns) // width, 1) * width
    top, left = cut.rows.start, cut.columns.start
    return GridArea(cut.sheet_id, top, top + rows, left, left + columns)


def _copy_merges(book: Book, source_sheet: SheetTab, source: GridArea, sheet: SheetTab, target: GridArea) -> None:
    areas = [ranges.grid_area(entry) for entry in book.work.over(source_sheet.parts.get("merges", []), STEPS_OF_MERGE)]
    copies = [area for area in areas if source.contains(area)]
    merges = book.work.over(sheet.parts.get("merges", []), STEPS_OF_MERGE)
    kept = [entry for entry in merges if not ranges.grid_area(entry).intersects(target)]
    if source_sheet is sheet and source.intersects(target):
        return
    height, width = len(source.rows), len(source.columns)
    book.work.spend(5 * len(copies) * (len(target.rows) // height) * (len(target.columns) // width))
    for top in range(target.rows.start, target.rows.stop, height):
        for left in range(target.columns.start, target.columns.stop, width):
            for merge in copies:
                down, right = top - source.rows.start, left - source.columns.start
                place = GridArea(
                    sheet.sheet_id,
                    merge.rows.start + down,
                    merge.rows.stop + down,
                    merge.columns.start + right,
                    merge.columns.stop + right,
                )
                kept.append(ranges.grid_range(place, with_sheet=True))
    if kept or "merges" in sheet.parts:
        sheet.parts["merges"] = kept


def cut_paste(book: Book, given: Json) -> Json:
    """Do cutPaste: the source is left empty."""
    source_sheet, source = targets.editable(book, given, "source")
    targets.cell_by_cell(book, source, steps=_STEPS)
    corner = given.get("destination", {})
    top, left = corner.get("rowIndex", 0), corner.get("columnIndex", 0)
    sheet = book.sheet(corner.get("sheetId", 0))
    target = GridArea(sheet.sheet_id, top, top + len(source.rows), left, left + len(source.columns))
    if min(top, left) < 0 or target.rows.stop > sheet.row_count or target.columns.stop > sheet.column_count:
        raise ranges.beyond_grid(target, sheet)
    book.guard(target)
    cells = cut_cells.lift(source_sheet, source)
    kind = given.get("pasteType", "PASTE_NORMAL")
    if kind in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        cut_cells.wipe(source_sheet, source)
    else:
        _clear_values(source_sheet, source)
    paster = Paster(book, kind)
    for row, line in zip(target.rows, cells, strict=True):
        for column, cell in zip(target.columns, line, strict=True):
            paster.put(sheet, (row, column), cell, (0, 0))
    return {}


def _clear_values(sheet: SheetTab, area: GridArea) -> None:
    for row in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        for column in area.columns:
            sheet.grid.set_value(row, column, None)


KINDS = {"copyPaste": copy_paste, "cutPaste": cut_paste}
