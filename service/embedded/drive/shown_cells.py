"""The cells of a tab as exports write them: value, text as shown, format, row by row within what is filled."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.sheet_grid import GridRow
from service.embedded.book.styles import PLAIN
from service.embedded.formulas.cell_errors import CellError
from service.embedded.sheets_api.render import Renderer

STEPS_OF_CELL = 5
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell: what it is worth, how it is shown, and its own format."""

    value: JsonValue = None
    text: str = ""
    style: int = PLAIN
    format: Json = field(default_factory=dict)
    number_format: Json = field(default_factory=dict)
    link: str = ""


EMPTY = ShownCell()


@dataclass(frozen=True, slots=True)
class Merges:
    """Which cells begin a merge, and which are covered by one."""

    begun: dict[Place, GridArea]
    covered: frozenset[Place]

    @classmethod
    def of(cls, book: Book, sheet: SheetTab, height: int, width: int) -> "Merges":
        """Return the merges of a tab within its filled part."""
        begun: dict[Place, GridArea] = {}
        covered: set[Place] = set()
        for entry in sheet.parts.get("merges", []):
            area = ranges.grid_area(entry).within(sheet)
            shown = GridArea(
                sheet.sheet_id, area.rows.start, min(area.rows.stop, height),
                area.columns.start, min(area.columns.stop, width),
            )  # fmt: skip
            book.work.spend(2 + len(shown.rows) * len(shown.columns))
            if shown.rows and shown.columns:
                begun[shown.rows.start, shown.columns.start] = shown
                covered |= {(row, column) for row in shown.rows for column in shown.columns}
        return cls(begun, frozenset(covered - begun.keys()))


def extent(renderer: Renderer, sheet: SheetTab) -> Place:
    """Return how many rows and columns of a tab hold something."""
    given = renderer.calculator.spread(sheet)
    height = max(given, default=-1) + 1
    width = max((max(cells, default=-1) for cells in given.values()), default=-1) + 1
    for number, row in sheet.grid.rows():
        height, width = max(height, number + 1), max(width, len(row.values), len(row.styles))
    return height, width


def rows_of(renderer: Renderer, sheet: SheetTab, width: int) -> Iterator[tuple[int, list[ShownCell]]]:
    """Return the rows of a tab that hold something, each as wide as the widest."""
    given = renderer.calculator.spread(sheet)
    for number in sorted({*given, *sheet.grid.numbers()}):
        row = sheet.grid.row(number) or GridRow()
        used = max(len(row.values), len(row.styles), max(given.get(number, {}), default=-1) + 1)
        renderer.book.work.spend(2 + STEPS_OF_CELL * used + width // 10)
        yield number, [_shown(renderer, sheet, number, column) for column in range(used)] + [EMPTY] * (width - used)


def _shown(renderer: Renderer, sheet: SheetTab, row: int, column: int) -> ShownCell:
    value, style = sheet.grid.value(row, column), sheet.grid.style(row, column)
    if value is None and sheet.spreads:
        value = renderer.calculator.spread(sheet).get(row, {}).get(column)
    if value is None and style == PLAIN:
        return EMPTY
    own: Json = renderer.book.styles.body(style).get("format", {})
    if value is None:
        return ShownCell(style=style, format=own)
    effective = renderer.effective(sheet, row, column, value)
    hint = renderer.hint(sheet, row, column, value)
    text = renderer.formatted(effective, style, hint)
    link = renderer.link(sheet, row, column, value)
    link = link or own.get("textFormat", {}).get("link", {}).get("uri") or ""
    plain = effective.code if isinstance(effective, CellError) else effective
    return ShownCell(plain, text, style, own, own.get("numberFormat") or hint or {}, link)


def colour_of(record: Json, name: str) -> str:
    """Return a colour of a format as #rrggbb, "" where there is none."""
    styled = record.get(f"{name}Style", {}).get("rgbColor")
    colour = styled if styled is not None else record.get(name)
    if colour is None:
        return ""
    shares = (min(max(float(colour.get(part, 0)), 0.0), 1.0) for part in ("red", "green", "blue"))
    return "#" + "".join(f"{round(255 * share):02x}" for share in shares)
