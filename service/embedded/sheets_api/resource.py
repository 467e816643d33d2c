"""A spreadsheet as spreadsheets.get answers it, built only as far as the mask asks."""

from collections.abc import Callable, Iterator
from functools import cached_property

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import datafilters, protections, themes
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea, clipped
from service.embedded.book.sheet_grid import GridRow
from service.embedded.contract import masks
from service.embedded.contract.masks import Tree
from service.embedded.sheets_api import blocks
from service.embedded.sheets_api.cell_showing import CellShower
from service.embedded.sheets_api.render import Renderer

STEPS_OF_CELL = 4
ROW_PIXELS, COLUMN_PIXELS = 21, 100
_PARTS = (
    "merges", "conditionalFormats", "charts", "basicFilter", "filterViews", "bandedRanges", "rowGroups", "columnGroups",
    "slicers", "tables",
)  # fmt: skip
_MASKED = frozenset(("sheets", "data", "rowData"))


def spreadsheet(book: Book, tree: Tree | None, areas: list[GridArea] | None, *, grid_data: bool) -> Json:
    """Return a Spreadsheet; areas narrow its sheets and their cells, a mask decides over grid_data."""
    with_cells = grid_data if tree is None else True
    builders: dict[str, Callable[[Tree | None], JsonValue]] = {
        "spreadsheetId": lambda _: book.file.id,
        "properties": lambda _: {"title": book.file.name, **book.props, **_theme(book.props)},
        "sheets": lambda below: _sheets(book, below, areas, with_cells=with_cells),
        "namedRanges": lambda _: _shown_ranges(book.named_ranges),
        "spreadsheetUrl": lambda _: f"https://docs.google.com/spreadsheets/d/{book.file.id}/edit",
        "developerMetadata": lambda _: _metadata_of_book(book),
    }
    return _built(builders, tree)


def _theme(props: Json) -> Json:
    return {} if "spreadsheetTheme" in props else {"spreadsheetTheme": themes.DEFAULT}


def _built(builders: dict[str, Callable[[Tree | None], JsonValue]], tree: Tree | None) -> Json:
    shown: Json = {}
    for name, build in builders.items():
        if masks.wants(tree, name):
            below = masks.branch(tree, name)
            value = build(below)
            if value or value == 0:
                # these have taken from every part what the mask leaves already
                shown[name] = value if name in _MASKED else masks.pick(below, value)
    return shown


class _Shown:
    """What the tabs of one answer are shown with."""

    def __init__(self, book: Book, tree: Tree | None) -> None:
        self.book = book
        self.tree = tree  # of a sheet
        self.renderer = Renderer(book)
        cells = masks.branch(masks.branch(masks.branch(tree, "data"), "rowData"), "values")
        self.shower = CellShower(self.renderer, cells)

    @cached_property
    def metadata(self) -> dict[tuple[int, str], list[Json]]:
        """The metadata of tabs, rows and columns that the caller sees, by tab and by what of it they are on."""
        found: dict[tuple[int, str], list[Json]] = {}
        for entry in datafilters.visible_metadata(self.book):
            location = entry["location"]
            span = location.get("dimensionRange")
            if span is not None:
                found.setdefault((span.get("sheetId", 0), span.get("dimension", "")), []).append(entry)
            elif location["locationType"] == "SHEET":
                found.setdefault((location.get("sheetId", 0), "SHEET"), []).append(entry)
        return found


def _metadata_of_book(book: Book) -> list[Json]:
    entries = datafilters.visible_metadata(book)
    return [datafilters.shown_metadata(one) for one in entries if one["location"]["locationType"] == "SPREADSHEET"]


def _sheets(book: Book, tree: Tree | None, areas: list[GridArea] | None, *, with_cells: bool) -> list[Json]:
    shown = []
    using = _Shown(book, tree)
    book.work.spend(len(book.sheets) * (2 + len(areas or [])) // 10)
    for index, sheet in enumerate(book.sheets):
        own = [area for area in areas or [] if area.sheet_id == sheet.sheet_id]
        if areas is None or own:
            shown.append(_sheet(using, sheet, index, own or [GridArea(sheet.sheet_id)], with_cells=with_cells))
    return shown


def _sheet(using: _Shown, sheet: SheetTab, index: int, areas: list[GridArea], *, with_cells: bool) -> Json:
    book = using.book
    builders: dict[str, Callable[[Tree | None], JsonValue]] = {
        "properties": lambda _: sheet.props | {"index": index},
        "developerMetadata": lambda _: [
            datafilters.shown_metadata(entry) for entry in using.metadata.get((sheet.sheet_id, "SHEET"), [])
        ],
        "protectedRanges": lambda _: [
            _as_seen(book, one, dict(shown))
            for one, shown in zip(
                sheet.parts.get("protectedRanges", []), _shown_parts(sheet, "protectedRanges") or [], strict=True
            )
        ],
        **{name: _part_builder(sheet, name) for name in _PARTS},
    }
    if with_cells:
        builders["data"] = lambda below: [_grid_data(using, sheet, area, below) for area in areas]
    return _built(builders, using.tree)


def _part_builder(sheet: SheetTab, name: str) -> Callable[[Tree | None], JsonValue]:
    return lambda _: _shown_parts(sheet, name)


def _shown_parts(sheet: SheetTab, name: str) -> JsonValue:
    parts = sheet.parts.get(name)
    # where neither is said there is nothing to leave out
    return _shown_ranges(parts) if parts and (sheet.keeps('"sheetId":0') or sheet.keeps('"anchorCell"')) else parts


def sheet_properties(book: Book, sheet: SheetTab) -> Json:
    """Return the SheetProperties of a tab with its place."""
    return sheet.props | {"index": book.sheets.index(sheet)}


def shown_protection(book: Book, protection: Json) -> Json:
    """Return a protection as the caller may see it: editors only to those who may edit."""
    return _as_seen(book, protection, _shown_ranges(protection))


def _as_seen(book: Book, protection: Json, shown: Json) -> Json:
    may = not book.is_bound or protections.may_edit(protection, book.caller)
    if not may:
        shown.pop("editors", None)
    elif not protection.get("warningOnly"):
        shown["requestingUserCanEdit"] = True
    return shown


def _shown_ranges(part: JsonValue) -> JsonValue:
    """Return a part with sheetId 0 left out of its ranges and noughts out of its coordinates, as answers have it."""
    if isinstance(part, list):
        return [_shown_ranges(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    shown = {key: _shown_place(key, _shown_ranges(value)) for key, value in part.items()}
    if shown.get("sheetId") == 0 and not _POSITIONS.isdisjoint(shown):
        del shown["sheetId"]
    return shown


_POSITIONS = frozenset({"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "startIndex"})


def _shown_place(key: str, value: JsonValue) -> JsonValue:
    """Return a whole tab, or a cell, as answers have them under their key."""
    if key in ("range", "source") and value == {"sheetId": 0}:
        return {}
    if key in ("ranges", "sources", "unprotectedRanges") and isinstance(value, list):
        return [{} if entry == {"sheetId": 0} else entry for entry in value]
    if key == "anchorCell" and isinstance(value, dict):
        return {name: number for name, number in value.items() if number}
    return value


def shown(part: Json) -> Json:
    """Return a part of a sheet as answers have it."""
    result: Json = _shown_ranges(part)
    return result


def _grid_data(using: _Shown, sheet: SheetTab, area: GridArea, tree: Tree | None) -> Json:
    cut = clipped(area, sheet)
    builders: dict[str, Callable[[Tree | None], JsonValue]] = {
        "startRow": lambda _: cut.rows.start,
        "startColumn": lambda _: cut.columns.start,
        "rowData": lambda _: _row_data(using, sheet, cut),
        "rowMetadata": lambda below: _dimension(using, sheet, "ROWS", cut.rows, below),
        "columnMetadata": lambda below: _dimension(using, sheet, "COLUMNS", cut.columns, below),
    }
    built = _built(builders, tree)
    return {key: value for key, value in built.items() if value != 0}


def _row_data(using: _Shown, sheet: SheetTab, area: GridArea) -> list[Json]:
    shower, spend = using.shower, using.book.work.spend
    rows: list[Json] = []
    for number, cells in _rows_of_cells(using, sheet, area):
        spend(shower.take_characters() // blocks.CHARACTERS_OF_STEP)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            empty = number - area.rows.start - len(rows)
            spend(empty // blocks.EMPTY_OF_STEP)
            rows.extend({} for _ in range(empty))
            rows.append({"values": cells})
    return rows


def _rows_of_cells(using: _Shown, sheet: SheetTab, area: GridArea) -> Iterator[tuple[int, list[Json]]]:
    """Yield the rows of an area that may hold something, with their cells."""
    shower, spend = using.shower, using.book.work.spend
    given = using.renderer.calculator.spread(sheet)
    if shower.shows_values_alone and not sheet.spreads:
        for number, values in sheet.grid.filled_lines(area.rows.start, area.rows.stop).items():
            columns = range(area.columns.start, min(len(values), area.columns.stop))
            spend(1 + STEPS_OF_CELL * len(columns))
            yield number, shower.row(sheet, number, GridRow(values), columns)
        return
    more = {row for row in given if row in area.rows}
    for number in sorted(more.union(sheet.grid.numbers_between(area.rows.start, area.rows.stop))):
        row = sheet.grid.row(number) or GridRow()
        width = max(len(row.values), len(row.styles), max(row.extras, default=-1) + 1)
        width = max(width, max(given.get(number, {}), default=-1) + 1)
        columns = range(area.columns.start, min(width, area.columns.stop))
        spend(1 + STEPS_OF_CELL * len(columns))
        if sheet.spreads:
            yield number, [shower.show(sheet, number, column) for column in columns]
        else:
            yield number, shower.row(sheet, number, row, columns)


def _dimension(using: _Shown, sheet: SheetTab, axis: str, span: range, tree: Tree | None) -> list[Json]:
    with_metadata = masks.wants(tree, "developerMetadata")
    metadata = using.metadata.get((sheet.sheet_id, axis), []) if with_metadata else []
    using.book.work.spend(4 * len(span) + len(metadata))
    known = sheet.dimension(axis)
    default = {"pixelSize": ROW_PIXELS if axis == "ROWS" else COLUMN_PIXELS}
    entries = [default | known.get(str(index), {}) for index in span] if known else [dict(default) for _ in span]
    for one in metadata:
        start = one["location"]["dimensionRange"]["startIndex"]
        if start in span:
            shown = datafilters.shown_metadata(one)
            entries[start - span.start].setdefault("developerMetadata", []).append(shown)
    return entries
