"""The properties a new tab begins with, and the sizes no tab may have."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours
from service.embedded.book.ranges import MOST_COLUMNS

DEFAULT_ROWS, DEFAULT_COLUMNS = 1000, 26


def sheet_props(given: Json, title: str, sheet_id: int, index: int) -> Json:
    """Return the whole properties of a new tab from those given."""
    kind = given.get("sheetType", "GRID")
    if kind not in ("GRID", "SHEET_TYPE_UNSPECIFIED"):
        raise RefusedError(f"The embedded server has no sheets of type {kind}.")
    grid = {key: value for key, value in given.get("gridProperties", {}).items() if value is not False}
    grid.setdefault("rowCount", DEFAULT_ROWS)
    grid.setdefault("columnCount", DEFAULT_COLUMNS)
    check_grid(grid)
    props: Json = {"sheetId": sheet_id, "title": title, "index": index, "sheetType": "GRID", "gridProperties": grid}
    for key in ("hidden", "tabColor", "tabColorStyle", "rightToLeft"):
        if given.get(key):
            props[key] = given[key]
    return colours.paired({}, props)


def check_grid(grid: Json) -> None:
    """Refuse a size no sheet may have."""
    rows, columns = grid["rowCount"], grid["columnCount"]
    if rows < 1 or columns < 1:
        raise RefusedError("Invalid grid size: a sheet must have at least one row and one column.")
    if columns > MOST_COLUMNS:
        raise RefusedError(f"Invalid grid size: a sheet may have at most {MOST_COLUMNS} columns.")
    for key, count in (("frozenRowCount", rows), ("frozenColumnCount", columns)):
        frozen = grid.get(key, 0)
        if frozen < 0:
            raise RefusedError(f"{key} must not be negative")
        if frozen and frozen >= count:
            raise RefusedError("You can't freeze all visible rows or columns on the sheet.")
