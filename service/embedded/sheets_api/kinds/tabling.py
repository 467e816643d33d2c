"""Tables: a name and titled columns over a range, kept and returned; they paint nothing and refuse no value."""

import re
import secrets

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets

_NAME = re.compile(r"[^\W\d]\w{0,249}")
_KEPT = ("name", "range", "rowsProperties", "columnProperties")


def _tables(book: Book) -> list[tuple[SheetTab, Json]]:
    found = [(sheet, entry) for sheet in book.sheets for entry in sheet.parts.get("tables", [])]
    book.work.spend(len(book.sheets) + 2 * len(found))
    return found


def _checked(book: Book, wanted: Json, own: Json | None = None) -> SheetTab:
    """Return the tab of a table, its range put as it is kept; refuse what no table may be."""
    if "range" not in wanted:
        raise RefusedError("table.range must be specified.")
    wanted["range"] = targets.kept_range(book, wanted["range"])
    area, sheet = ranges.grid_area(wanted["range"]), book.sheet(wanted["range"]["sheetId"])
    area = area.within(sheet)
    wanted["range"] = ranges.grid_range(area, with_sheet=True)
    book.guard(area)
    others = [(tab, entry) for tab, entry in _tables(book) if entry is not own]
    name = wanted.get("name", "")
    if not _NAME.fullmatch(name) or ranges.parse_cells(name):
        raise RefusedError(f"Invalid name for a table: {name}")
    if any(entry["name"].casefold() == name.casefold() for _, entry in others):
        raise RefusedError(f"A table with the name {name} already exists.")
    if any(ranges.grid_area(entry["range"]).intersects(area) for tab, entry in others if tab is sheet):
        raise RefusedError("A table must not overlap another table.")
    _check_columns(wanted, len(area.columns))
    return sheet


def _check_columns(wanted: Json, width: int) -> None:
    places = [column.get("columnIndex", 0) for column in wanted.get("columnProperties", [])]
    if any(not 0 <= place < width for place in places) or len(set(places)) != len(places):
        raise RefusedError("columnProperties must name columns of the table, each once.")


def add(book: Book, given: Json) -> Json:
    """Do addTable; without titles of its own a table has those of its first row."""
    wanted = dict(given.get("table", {}))
    wanted.setdefault("name", _free_name(book))
    sheet = _checked(book, wanted)
    taken = {entry["tableId"] for _, entry in _tables(book)}
    number = wanted.get("tableId") or str(secrets.randbelow(2**31))
    if number in taken:
        raise RefusedError(f"A table with id {number} already exists.")
    wanted["columnProperties"] = _titled(sheet, ranges.grid_area(wanted["range"]), wanted.get("columnProperties", []))
    table = {"tableId": number} | {key: wanted[key] for key in _KEPT if key in wanted}
    sheet.part("tables").append(table)
    return {"table": table}


def _free_name(book: Book) -> str:
    names = {entry["name"] for _, entry in _tables(book)}
    return next(f"Table{number}" for number in range(1, len(names) + 2) if f"Table{number}" not in names)


def _titled(sheet: SheetTab, area: ranges.GridArea, given: list[Json]) -> list[Json]:
    known = {column.get("columnIndex", 0): column for column in given}
    titled = []
    for place, column in enumerate(area.columns):
        value = sheet.grid.value(area.rows.start, column)
        title = str(value) if isinstance(value, str | int | float) else f"Column {place + 1}"
        titled.append({"columnIndex": place, "columnName": title, **known.get(place, {})})
    return titled


def _find(book: Book, number: object) -> tuple[SheetTab, Json]:
    sheet, entry = targets.part_by(book, "tables", "tableId", number, "table")
    book.guard(ranges.grid_area(entry["range"]))
    return sheet, entry


def update(book: Book, given: Json) -> Json:
    """Do updateTable."""
    wanted = given.get("table", {})
    tree = masks.for_update("Table", given.get("fields"), root="table")
    sheet, entry = _find(book, wanted.get("tableId"))
    if "*" in tree:
        tree = {name: {} for name in _KEPT if name in wanted}
    tree.pop("tableId", None)
    changed = masks.merge(entry, wanted, tree)
    target = _checked(book, changed, entry)
    sheet.part("tables").remove(entry)
    target.part("tables").append(changed)
    return {}


def delete(book: Book, given: Json) -> Json:
    """Do deleteTable: the table with the cells of its range's values and formats."""
    sheet, entry = _find(book, given.get("tableId"))
    area = ranges.grid_area(entry["range"]).within(sheet)
    targets.cell_by_cell(book, area, steps=2)
    sheet.part("tables").remove(entry)
    for number in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        for column in area.columns:
            sheet.grid.set_value(number, column, None)
            sheet.grid.set_style(number, column, 0)
    return {}


KINDS = {"addTable": add, "updateTable": update, "deleteTable": delete}
