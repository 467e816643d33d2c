"""Tabs copied with everything on them, within a file or into another."""

import copy

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import part_numbers
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.sheet_grid import GridRow
from service.embedded.book.styles import PLAIN


def copy_sheet(source: Book, sheet: SheetTab, target: Book, *, title: str, sheet_id: int | None = None) -> SheetTab:
    """Return a new last tab like the source: cells, formats, merges, protections; metadata stays behind."""
    target.work.spend(sheet.grid.whole_size // 2 + len(sheet.parts_text()) // 5)
    sheet.note_formulas()
    chosen = target.new_sheet_id() if sheet_id is None else sheet_id
    props = copy.deepcopy(sheet.props) | {"sheetId": chosen, "title": title, "index": len(target.sheets)}
    parts = renumbered(target, retargeted(sheet.parts, sheet.sheet_id, chosen))
    twin = target.add_sheet(props, parts)
    same_file = source is target
    rows = {number: row.copy() if same_file else _restyled(row, source, target) for number, row in sheet.grid.rows()}
    twin.grid.replace_rows(rows)
    return twin


def _restyled(row: GridRow, source: Book, target: Book) -> GridRow:
    twin = row.copy()
    twin.styles = [target.styles.id_of(source.styles.body(style)) if style else PLAIN for style in row.styles]
    return twin


def retargeted(part: JsonValue, old: int, new: int) -> JsonValue:
    """Return a part with every range on one sheet now on another."""
    if isinstance(part, list):
        return [retargeted(entry, old, new) for entry in part]
    if not isinstance(part, dict):
        return part
    fresh = {key: retargeted(value, old, new) for key, value in part.items()}
    positional = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "dimension", "rowIndex"}
    if fresh.get("sheetId", 0) == old and (positional & fresh.keys() or "sheetId" in fresh):
        fresh["sheetId"] = new
    return fresh


def renumbered(book: Book, parts: Json) -> Json:
    """Return parts with fresh ids where ids must be unique in a file."""
    for name, key in part_numbers.KEYS.items():
        for entry in parts.get(name, []):
            entry[key] = part_numbers.take(book, None, name)
    for entry in parts.get("tables", []):
        # names and ids of tables are a file's own: the copy's get new ones
        entry["tableId"] = str(part_numbers.take(book, None, "table"))
        entry["name"] = f"{entry['name'][:200]}_{entry['tableId']}"
    return parts


def copy_book(source: Book, target: Book) -> None:
    """Fill a new spreadsheet with everything of another, ids and metadata kept."""
    for sheet in source.sheets:
        twin = target.add_sheet(copy.deepcopy(sheet.props), copy.deepcopy(sheet.parts))
        twin.grid.replace_rows({number: row.copy() for number, row in sheet.grid.rows()})
        for protection in twin.parts.get("protectedRanges", []):
            if "editors" in protection:
                protection["editors"] = {"users": [target.caller.email]}
    target.parts.update(copy.deepcopy(source.parts))
    shared = [entry for entry in source.metadata if entry["visibility"] != "PROJECT" or _is_own(entry, target)]
    target.metadata = copy.deepcopy(shared)


def _is_own(entry: Json, book: Book) -> bool:
    return bool(entry.get("creator") == book.caller.project)
