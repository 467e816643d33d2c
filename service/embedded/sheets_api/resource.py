"""A spreadsheet as spreadsheets.get answers it, built only as far as the mask asks."""

from collections.abc import Callable

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import datafilters, protections, themes
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea, clipped
from service.embedded.book.sheet_grid import GridRow
from service.embedded.contract import masks
from service.embedded.contract.masks import Tree
from service.embedded.sheets_api import blocks
from service.embedded.sheets_api.cells import CellShower
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
        "developerMetadata": lambda _: _metadata_at(book, "SPREADSHEET"),
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
    return {name: value for name, value in shown.items() if value not in ([], {})}


def _metadata_at(book: Book, kind: str) -> list[Json]:
    entries = [entry for entry in datafilters.visible_metadata(book) if entry["location"]["locationType"] == kind]
    return [datafilters.shown_metadata(entry) for entry in entries]


def _sheets(book: Book, tree: Tree | None, areas: list[GridArea] | None, *, with_cells: bool) -> list[Json]:
    shown = []
    renderer = Renderer(book)
    book.work.spend(len(book.sheets) * (2 + len(areas or [])) // 10)
    for sheet in book.sheets:
        own = [area for area in areas or [] if area.sheet_id == sheet.sheet_id]
        if areas is None or own:
            shown.append(_sheet(renderer, sheet, tree, own or [GridArea(sheet.sheet_id)], with_cells=with_cells))
    return shown


def _sheet(renderer: Renderer, sheet: SheetTab, tree: Tree | None, areas: list[GridArea], *, with_cells: bool) -> Json:
    book = renderer.book
    builders: dict[str, Callable[[Tree | None], JsonValue]] = {
        "properties": lambda _: sheet_properties(book, sheet),
        "developerMetadata": lambda _: _sheet_metadata(book, sheet),
        "protectedRanges": lambda _: [shown_protection(book, one) for one in sheet.parts.get("protectedRanges", [])],
        **{name: _part_builder(sheet, name) for name in _PARTS},
    }
    if with_cells:
        builders["data"] = lambda below: [_grid_data(renderer, sheet, area, below) for area in areas]
    return _built(builders, tree)


def _part_builder(sheet: SheetTab, name: str) -> Callable[[Tree | None], JsonValue]:
    return lambda _: _shown_ranges(sheet.parts.get(name))


def sheet_properties(book: Book, sheet: SheetTab) -> Json:
    """Return the SheetProperties of a tab with its place."""
    return sheet.props | {"index": book.sheets.index(sheet)}


def _sheet_metadata(book: Book, sheet: SheetTab) -> list[Json]:
    return [entry for entry in _metadata_at(book, "SHEET") if entry["location"].get("sheetId", 0) == sheet.sheet_id]


def shown_protection(book: Book, protection: Json) -> Json:
    """Return a protection as the caller may see it: editors only to those who may edit."""
    shown: Json = _shown_ranges(protection)
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


def _grid_data(renderer: Renderer, sheet: SheetTab, area: GridArea, tree: Tree | None) -> Json:
    cut = clipped(area, sheet)
    builders: dict[str, Callable[[Tree | None], JsonValue]] = {
        "startRow": lambda _: cut.rows.start,
        "startColumn": lambda _: cut.columns.start,
        "rowData": lambda below: _row_data(renderer, sheet, cut, below),
        "rowMetadata": lambda below: _dimension(renderer.book, sheet, "ROWS", cut.rows, below),
        "columnMetadata": lambda below: _dimension(renderer.book, sheet, "COLUMNS", cut.columns, below),
    }
    built = _built(builders, tree)
    return {key: value for key, value in built.items() if value != 0}


def _row_data(renderer: Renderer, sheet: SheetTab, area: GridArea, tree: Tree | None) -> list[Json]:
    shower = CellShower(renderer, masks.branch(tree, "values"))
    rows: list[Json] = []
    given = renderer.calculator.spread(sheet)
    more = {row for row in given if row in area.rows}
    for number in sorted(more.union(sheet.grid.numbers_between(area.rows.start, area.rows.stop))):
        row = sheet.grid.row(number) or GridRow()
        width = max(len(row.values), len(row.styles), max(row.extras, default=-1) + 1)
        width = max(width, max(given.get(number, {}), default=-1) + 1)
        columns = range(area.columns.start, min(width, area.columns.stop))
        renderer.book.work.spend(1 + STEPS_OF_CELL * len(columns))
        before = shower.characters
        cells = [shower.show(sheet, number, column) for column in columns]
        renderer.book.work.spend((shower.characters - before) // blocks.CHARACTERS_OF_STEP)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            empty = number - area.rows.start - len(rows)
            renderer.book.work.spend(empty // blocks.EMPTY_OF_STEP)
            rows.extend({} for _ in range(empty))
            rows.append({"values": cells})
    return rows


def _dimension(book: Book, sheet: SheetTab, axis: str, span: range, tree: Tree | None) -> list[Json]:
    book.work.spend(4 * len(span) + (len(book.metadata) if masks.wants(tree, "developerMetadata") else 0))
    known = sheet.dimension(axis)
    default = {"pixelSize": ROW_PIXELS if axis == "ROWS" else COLUMN_PIXELS}
    entries = [default | known.get(str(index), {}) for index in span] if known else [dict(default) for _ in span]
    if masks.wants(tree, "developerMetadata"):
        for metadata in datafilters.visible_metadata(book):
            location = metadata["location"].get("dimensionRange", {})
            here = location.get("dimension") == axis and location.get("sheetId", 0) == sheet.sheet_id
            if here and location["startIndex"] in span:
                entry = entries[location["startIndex"] - span.start]
                entry.setdefault("developerMetadata", []).append(datafilters.shown_metadata(metadata))
    return entries
