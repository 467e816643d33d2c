"""Areas of a grid: A1 notation and GridRange, zero-based and half-open, a missing bound is unbounded."""

import re
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from service.embedded.api_errors import ApiError, Json, RefusedError, bad_request

Axis = Literal["ROWS", "COLUMNS"]

MOST_COLUMNS = 18_278
ENDLESS = 2**31 - 1

_CELL = re.compile(r"^\$?([A-Za-z]{1,3})?\$?([0-9]{1,9})?$")
_R1C1 = re.compile(r"^[Rr]([0-9]{1,9})[Cc]([0-9]{1,9})$")


class HasGrid(Protocol):
    """A sheet as far as ranges need it."""

    @property
    def sheet_id(self) -> int:
        """Return the id."""

    @property
    def title(self) -> str:
        """Return the title."""

    @property
    def row_count(self) -> int:
        """Return the number of rows."""

    @property
    def column_count(self) -> int:
        """Return the number of columns."""


@dataclass(frozen=True, slots=True)
class GridArea:
    """A rectangle on one sheet; None is unbounded."""

    sheet_id: int
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    @property
    def rows(self) -> range:
        """Return the rows of a bounded area."""
        return range(self.top or 0, ENDLESS if self.bottom is None else self.bottom)

    @property
    def columns(self) -> range:
        """Return the columns of a bounded area."""
        return range(self.left or 0, ENDLESS if self.right is None else self.right)

    @property
    def is_whole_sheet(self) -> bool:
        """Return True if no bound is set."""
        return self.top is None and self.bottom is None and self.left is None and self.right is None

    def within(self, sheet: HasGrid) -> "GridArea":
        """Return the area cut to the sheet's grid, all bounds set."""
        return GridArea(
            self.sheet_id,
            min(self.top or 0, sheet.row_count),
            min(ENDLESS if self.bottom is None else self.bottom, sheet.row_count),
            min(self.left or 0, sheet.column_count),
            min(ENDLESS if self.right is None else self.right, sheet.column_count),
        )

    def intersects(self, other: "GridArea") -> bool:
        """Return True if the two share a cell."""
        return (
            self.sheet_id == other.sheet_id
            and _overlap(self.rows, other.rows)
            and _overlap(self.columns, other.columns)
        )

    def intersection(self, other: "GridArea") -> "GridArea":
        """Return what two areas that intersect share."""
        rows, columns = _common(self.rows, other.rows), _common(self.columns, other.columns)
        return GridArea(self.sheet_id, rows.start, rows.stop, columns.start, columns.stop)

    def contains(self, other: "GridArea") -> bool:
        """Return True if every cell of the other is in this one."""
        return (
            self.sheet_id == other.sheet_id
            and self.rows.start <= other.rows.start
            and self.rows.stop >= other.rows.stop
            and self.columns.start <= other.columns.start
            and self.columns.stop >= other.columns.stop
        )

    def minus(self, other: "GridArea") -> list["GridArea"]:
        """Return the parts of this area outside the other."""
        if not self.intersects(other):
            return [self]
        cut = self.intersection(other)
        rows, columns = self.rows, self.columns
        parts = [
            GridArea(self.sheet_id, rows.start, cut.rows.start, columns.start, columns.stop),
            GridArea(self.sheet_id, cut.rows.stop, rows.stop, columns.start, columns.stop),
            GridArea(self.sheet_id, cut.rows.start, cut.rows.stop, columns.start, cut.columns.start),
            GridArea(self.sheet_id, cut.rows.start, cut.rows.stop, cut.columns.stop, columns.stop),
        ]
        return [part for part in parts if part.rows and part.columns]


def _overlap(first: range, second: range) -> bool:
    return max(first.start, second.start) < min(first.stop, second.stop)


def _common(first: range, second: range) -> range:
    return range(max(first.start, second.start), min(first.stop, second.stop))


def column_letters(column: int) -> str:
    """Return the letters of a zero-based column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the zero-based column of letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the A1 name of a cell."""
    return f"{column_letters(column)}{row + 1}"


def quoted(title: str) -> str:
    """Return a title as it is written before a range."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", title) and not re.fullmatch(
        r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*", title
    ):
        return title
    return "'" + title.replace("'", "''") + "'"


def a1_of(area: GridArea, sheet: HasGrid) -> str:
    """Return the A1 text of an area cut to its sheet, as answers have it."""
    cut = area.within(sheet)
    first = cell_name(cut.rows.start, cut.columns.start)
    last = cell_name(max(cut.rows.stop - 1, cut.rows.start), max(cut.columns.stop - 1, cut.columns.start))
    return f"{quoted(sheet.title)}!{first}" if first == last else f"{quoted(sheet.title)}!{first}:{last}"


def split_a1(text: str) -> tuple[str | None, str | None]:
    """Return title and cells of an A1 text; one of them may be None."""
    match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
    if match:
        return match[1].replace("''", "'"), match[2] or None
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells or None
    return None, text


def parse_cells(text: str) -> tuple[int | None, int | None, int | None, int | None] | None:
    """Return top, bottom, left, right of `A1:B2`, `A:B`, `2:3`, `A5:B`, `R1C1`; None when it is no such text."""
    first, colon, second = text.partition(":")
    start = _corner(first)
    end = _corner(second) if colon else start
    if start is None or end is None:
        return None
    if not colon and None in start:
        return None
    return _bounds(start, end)


def _corner(text: str) -> tuple[int | None, int | None] | None:
    text = text.strip()
    grid = _R1C1.match(text)
    if grid:
        return (int(grid[1]) - 1, int(grid[2]) - 1) if int(grid[1]) and int(grid[2]) else None
    match = _CELL.match(text)
    if not match or not (match[1] or match[2]) or match[2] in ("0", "00"):
        return None
    row = int(match[2]) - 1 if match[2] else None
    if row == -1:
        return None
    return row, column_number(match[1]) if match[1] else None


def _bounds(
    start: tuple[int | None, int | None], end: tuple[int | None, int | None]
) -> tuple[int | None, int | None, int | None, int | None]:
    top, bottom = _side(start[0], end[0])
    left, right = _side(start[1], end[1])
    return top, bottom, left, right


def _side(first: int | None, second: int | None) -> tuple[int | None, int | None]:
    if first is None and second is None:
        return None, None
    if first is None or second is None:
        known = first if first is not None else second
        return known, None
    return min(first, second), max(first, second) + 1


def grid_area(json_range: Json) -> GridArea:
    """Return the area of a GridRange; sheetId 0 may be left out."""
    bounds = [json_range.get(key) for key in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")]
    for start, end, axis in ((bounds[0], bounds[1], "Row"), (bounds[2], bounds[3], "Column")):
        if (start is not None and start < 0) or (end is not None and end < 0):
            raise RefusedError(f"range.start{axis}Index must not be negative")
        if start is not None and end is not None and end < start:
            raise RefusedError(f"range.end{axis}Index[{end}] must be after range.start{axis}Index[{start}]")
    return GridArea(json_range.get("sheetId", 0), *bounds)


def grid_range(area: GridArea, *, with_sheet: bool = False) -> Json:
    """Return the GridRange of an area; sheetId 0 is left out of answers."""
    fields = {
        "sheetId": area.sheet_id,
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }
    if not area.sheet_id and not with_sheet:
        del fields["sheetId"]
    return {key: value for key, value in fields.items() if value is not None}


def dimension_span(json_range: Json) -> tuple[int, Axis, int, int | None]:
    """Return sheet, axis, start and end of a DimensionRange."""
    axis = json_range.get("dimension")
    if axis not in ("ROWS", "COLUMNS"):
        raise RefusedError("dimension must be specified")
    start, end = json_range.get("startIndex", 0), json_range.get("endIndex")
    if start < 0 or (end is not None and end < 0):
        raise RefusedError("range.startIndex must not be negative")
    if end is not None and end <= start:
        raise RefusedError(f"range.endIndex[{end}] must be after range.startIndex[{start}]")
    return json_range.get("sheetId", 0), axis, start, end


def beyond_grid(area: GridArea, sheet: HasGrid) -> ApiError:
    """Return the 400 for a range outside the grid."""
    shown = a1_text(area, sheet)
    return bad_request(
        f"Range ({shown}) exceeds grid limits. Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
    )


def a1_text(area: GridArea, sheet: HasGrid) -> str:
    """Return the A1 text of an area as it was asked for, not cut to the grid."""
    left = "" if area.left is None else column_letters(area.left)
    top = "" if area.top is None else str(area.top + 1)
    right = "" if area.right is None else column_letters(area.right - 1)
    bottom = "" if area.bottom is None else str(area.bottom)
    last = f":{right}{bottom}" if (right or bottom) and (right, bottom) != (left, top) else ""
    return f"{quoted(sheet.title)}!{left}{top}{last}"


def checked(area: GridArea, sheet: HasGrid) -> GridArea:
    """Return the area with all bounds set, or raise the 400 when it starts or ends beyond the grid."""
    if _exceeds(area.top, area.bottom, sheet.row_count) or _exceeds(area.left, area.right, sheet.column_count):
        raise beyond_grid(area, sheet)
    return area.within(sheet)


def clipped(area: GridArea, sheet: HasGrid) -> GridArea:
    """Return the area cut to the grid for reading: it may reach beyond, but must begin inside."""
    if (area.top or 0) >= sheet.row_count or (area.left or 0) >= sheet.column_count:
        raise beyond_grid(area, sheet)
    return area.within(sheet)


def _exceeds(start: int | None, end: int | None, count: int) -> bool:
    return (start is not None and start >= count) or (end is not None and end > count)


def moved_to(area: GridArea, sheet_id: int) -> GridArea:
    """Return the same rectangle on another sheet."""
    return replace(area, sheet_id=sheet_id)
