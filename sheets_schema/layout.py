"""Where each part of a form is on its tab: the one place that knows. Rows and columns are zero-based here.

A tab is the official template, from the top: its heading lines, the limit, the block of labelled values, the table with
the feedback column beside it, the signature line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sheets_schema.campaign import Campaign, Column, ColumnRole, Field, Form, FreeRow, TableKind, Unit, ValueType
from sheets_schema.grid import Grid
from sheets_schema.wording import text

FEEDBACK_WIDTH = 300
# more labels than this are in two columns, when the table is wide enough for two
ONE_COLUMN_OF_LABELS = 5
LABEL_COLUMNS = (1, 4)
GIVEN_ROLES = frozenset({ColumnRole.SECTION, ColumnRole.GIVEN})


# rows and columns half-open, as in Box; None as an end means to the edge of the tab
Tile = tuple[int, int | None, int, int | None]


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle of cells, half-open: rows start_row…end_row-1, columns start_column…end_column-1."""

    start_row: int
    end_row: int
    start_column: int
    end_column: int


class HeadingStyle(StrEnum):
    """How a line above the table is set."""

    UNIT = "unit"  # left, bold: the body's name
    CORNER = "corner"  # right: "Mẫu"
    PLACE_DATE = "place_date"  # right, italic; the unit fills it in
    TITLE = "title"  # centred, bold
    LIMIT = "limit"  # left, italic: the deadline and its last day


@dataclass(frozen=True, slots=True)
class Heading:
    """One line above the table."""

    box: Box
    text: str
    style: HeadingStyle


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a labelled value is: the value directly right of its label."""

    field: Field
    row: int
    label_column: int

    @property
    def value_column(self) -> int:
        """The column of the value."""
        return self.label_column + 1


@dataclass(frozen=True, slots=True)
class FixedRow:
    """A row whose first words are given: a content of the plan, or a free row of the report."""

    row: int
    code: str
    text: str
    free: FreeRow | None = None


@dataclass(frozen=True, slots=True)
class TabLayout:
    """Every part of one unit's tab for one form."""

    form: Form
    headings: tuple[Heading, ...]
    fields: tuple[FieldPlace, ...]
    header_row: int
    fixed_rows: tuple[FixedRow, ...]
    table: Box  # the rows below the header, the form's own columns
    signature: Box
    summary: Box  # feedback on the whole tab

    @property
    def feedback_column(self) -> int:
        """The protected column right of the form's own."""
        return self.table.end_column

    @property
    def row_count(self) -> int:
        """Rows of a new tab."""
        return self.signature.end_row

    @property
    def column_count(self) -> int:
        """Columns of a new tab."""
        return self.feedback_column + 1

    @property
    def inputs(self) -> tuple[Box, ...]:
        """What the unit may write, as disjoint boxes in reading order."""
        boxes = [heading.box for heading in self.headings if heading.style is HeadingStyle.PLACE_DATE]
        boxes += [_cell(place.row, place.value_column) for place in self.fields]
        if self.form.table is TableKind.OPEN:
            boxes.append(self.table)
        else:
            boxes += self._fixed_inputs()
        return tuple(sorted(boxes))

    @property
    def first_own_column(self) -> int:
        """The first column that is the unit's to fill."""
        return next((index for index, column in enumerate(self.form.columns) if column.role not in GIVEN_ROLES), 0)

    @property
    def tile_count(self) -> int:
        """How many disjoint tiles cover the tab, the unit's and ours."""
        return len(self.inputs) + len(locked_tiles(self.inputs))

    def with_table_until(self, end_row: int) -> TabLayout:
        """Return the same tab with a longer or shorter table; the signature line follows it."""
        return replace(
            self,
            table=replace(self.table, end_row=end_row),
            signature=replace(self.signature, start_row=end_row, end_row=end_row + 1),
        )

    def _fixed_inputs(self) -> list[Box]:
        own = [index for index, column in enumerate(self.form.columns) if column.role not in GIVEN_ROLES]
        contents = [fixed.row for fixed in self.fixed_rows if fixed.free is None]
        boxes = [Box(min(contents), max(contents) + 1, run[0], run[-1] + 1) for run in _runs(own)] if contents else []
        boxes += [_cell(fixed.row, own[0]) for fixed in self.fixed_rows if fixed.free is not None]
        return boxes

    def columns_of(self, value_type: ValueType) -> tuple[tuple[int, Column], ...]:
        """Return index and column of every column typed in this way."""
        return tuple((index, column) for index, column in enumerate(self.form.columns) if column.type is value_type)


def feedback_title() -> str:
    """Return the title of the feedback column, in the language of the tabs."""
    return text("tab.feedback")


def lay_out(campaign: Campaign, form: Form, unit: Unit, limit_line: str) -> TabLayout:
    """Lay out a unit's tab; `limit_line` gives the deadline and its last day in clear."""
    width = len(form.columns)
    headings = _headings(form, unit, width)
    limit_row = max((heading.box.end_row for heading in headings), default=0)
    headings.append(Heading(Box(limit_row, limit_row + 1, 0, width), limit_line, HeadingStyle.LIMIT))
    fields = _field_places(form, limit_row + 1, width)
    header_row = max((place.row for place in fields), default=limit_row) + 1
    fixed_rows = _fixed_rows(campaign, form, header_row + 1)
    rows = len(fixed_rows) if form.table is TableKind.FIXED else form.spare_rows
    end = header_row + 1 + rows
    return TabLayout(
        form=form,
        headings=tuple(headings),
        fields=fields,
        header_row=header_row,
        fixed_rows=fixed_rows,
        table=Box(header_row + 1, end, 0, width),
        signature=Box(end, end + 1, max(0, width - 3), width),
        summary=Box(0, header_row, width, width + 1),
    )


def printed(layout: TabLayout) -> Grid:
    """Return what a new tab shows, before any typing or feedback."""
    cells = [[""] * layout.column_count for _ in range(layout.row_count)]
    for heading in layout.headings:
        cells[heading.box.start_row][heading.box.start_column] = heading.text
    for place in layout.fields:
        cells[place.row][place.label_column] = place.field.label
        cells[place.row][place.value_column] = "FALSE" if place.field.type is ValueType.TICK else ""
    cells[layout.header_row] = [*(column.title for column in layout.form.columns), feedback_title()]
    ticks = [index for index, _ in layout.columns_of(ValueType.TICK)]
    for fixed in layout.fixed_rows:
        cells[fixed.row][:2] = [fixed.code, fixed.text]
        for index in ticks if fixed.free is None else ():
            cells[fixed.row][index] = "FALSE"
    cells[layout.signature.start_row][layout.signature.start_column] = layout.form.signature
    return Grid(tuple(map(tuple, cells)))


def locked_tiles(inputs: Iterable[Box]) -> tuple[Tile, ...]:
    """Return what is left of a tab beside the inputs, as disjoint tiles; None as an end means to the edge."""
    boxes = sorted(inputs)
    edges = sorted({0} | {box.start_row for box in boxes} | {box.end_row for box in boxes})
    tiles: list[Tile] = []
    for index, top in enumerate(edges):
        bottom = edges[index + 1] if index + 1 < len(edges) else None
        column = 0
        for box in sorted(
            (box for box in boxes if box.start_row <= top < box.end_row), key=lambda box: box.start_column
        ):
            if box.start_column > column:
                tiles.append((top, bottom, column, box.start_column))
            column = box.end_column
        tiles.append((top, bottom, column, None))
    return tuple(_joined(tiles))


def _joined(
    tiles: list[Tile],
) -> list[Tile]:
    """Join tiles of equal columns that follow each other, so that there are few protections."""
    joined: list[Tile] = []
    for tile in sorted(tiles, key=lambda tile: (tile[2], tile[3] is None, tile[3] or 0, tile[0])):
        last = joined[-1] if joined else None
        if last is not None and last[2:] == tile[2:] and last[1] == tile[0]:
            joined[-1] = (last[0], tile[1], last[2], last[3])
        else:
            joined.append(tile)
    return sorted(joined, key=lambda tile: (tile[0], tile[2]))


def _cell(row: int, column: int) -> Box:
    return Box(row, row + 1, column, column + 1)


def _runs(indices: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index in indices:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _headings(form: Form, unit: Unit, width: int) -> list[Heading]:
    """Set the template's lines: the body's name left, what is before the date line right, the rest centred."""
    dated = next((index for index, line in enumerate(form.heading) if is_place_date(line)), None)
    middle = max(1, width // 2 + 1) if width > 1 else 1
    headings: list[Heading] = []
    row = 0
    for index, line in enumerate(form.heading):
        if index == 0:
            headings.append(Heading(Box(0, 1, 0, middle), unit.name.upper(), HeadingStyle.UNIT))
        elif dated is not None and index < dated and width > middle:
            headings.append(Heading(_cell(index - 1, width - 1), line, HeadingStyle.CORNER))
        elif index == dated:
            row += 1
            headings.append(Heading(Box(row, row + 1, min(middle, width - 1), width), line, HeadingStyle.PLACE_DATE))
        else:
            row += 1
            headings.append(Heading(Box(row, row + 1, 0, width), line, HeadingStyle.TITLE))
    return headings


def is_place_date(line: str) -> bool:
    """Return True if a heading line is the dotted place-and-date line."""
    return line.startswith("..") or line.startswith("…")


def _field_places(form: Form, first_row: int, width: int) -> tuple[FieldPlace, ...]:
    if len(form.fields) > ONE_COLUMN_OF_LABELS and width >= 6:
        per_column, label_columns = (len(form.fields) + 1) // 2, [*LABEL_COLUMNS]
    else:
        per_column, label_columns = max(1, len(form.fields)), [1 if width >= 3 else 0]
    return tuple(
        FieldPlace(field, first_row + index % per_column, label_columns[index // per_column])
        for index, field in enumerate(form.fields)
    )


def _fixed_rows(campaign: Campaign, form: Form, first_row: int) -> tuple[FixedRow, ...]:
    if form.table is not TableKind.FIXED:
        return ()
    contents = [
        FixedRow(first_row + index, content.code, content.text) for index, content in enumerate(campaign.contents)
    ]
    after = first_row + len(contents)
    return (*contents, *(FixedRow(after + index, "", free.title, free) for index, free in enumerate(form.free_rows)))
