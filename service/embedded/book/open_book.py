"""A spreadsheet within one transaction: loaded piece by piece, changed in memory, written back together."""

import secrets
import sqlite3
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service.embedded import json_text
from service.embedded.api_errors import Json, RefusedError, bad_request, forbidden, not_found
from service.embedded.book import protections
from service.embedded.book.ranges import MOST_COLUMNS, GridArea
from service.embedded.book.request_work import MOST, MOST_OF_OWNER, RequestWork
from service.embedded.book.sheet_grid import CellGrid, parsed
from service.embedded.book.styles import StyleCache, Styles
from service.embedded.storage import file_records
from service.embedded.storage.callers import Caller, FileRole, role_on
from service.embedded.storage.file_records import DriveFile

MOST_CELLS = 10_000_000
MOST_SHEETS = 1_000
MOST_PARTS = 10_000  # merges, rules, protections and so on of one tab; named ranges and metadata of a file


class SheetTab:
    """One tab: its properties as the API shows them, its parts (merges, protections, …) and its cells."""

    def __init__(self, book: "Book", sheet_id: int, props: Json, parts_text: str) -> None:
        # tab and book would keep each other, and every cell, until the garbage is collected
        self._book = weakref.proxy(book)
        self.sheet_id = sheet_id
        self.props = props
        self._parts_text = parts_text
        self._parts: Json | None = None
        self.kept: tuple[int, str, str] | None = None  # as the store holds it: place, properties, parts
        self._grid: CellGrid | None = None

    @property
    def grid(self) -> CellGrid:
        """Return the cells."""
        if self._grid is None:
            self._grid = CellGrid(self._book.connection, self._book.file.key, self.sheet_id)
        return self._grid

    @property
    def touched_grid(self) -> CellGrid | None:
        """Return the cells, if any of this request read or changed them."""
        return self._grid

    @property
    def title(self) -> str:
        """Return the title."""
        return str(self.props["title"])

    @property
    def row_count(self) -> int:
        """Return the number of rows."""
        return int(self.props["gridProperties"]["rowCount"])

    @property
    def column_count(self) -> int:
        """Return the number of columns."""
        return int(self.props["gridProperties"]["columnCount"])

    @property
    def area(self) -> GridArea:
        """Return the whole grid."""
        return GridArea(self.sheet_id, 0, self.row_count, 0, self.column_count)

    @property
    def parts(self) -> Json:
        """Return the parts of the tab other than its cells."""
        if self._parts is None:
            self._parts = json_text.loaded(self._parts_text)
        return self._parts

    @property
    def spreads(self) -> bool:
        """Return True if a formula was ever written to the tab that may fill cells beside and below its own."""
        if self.grid.spreads:
            return True
        return '"spreads":true' in self._parts_text if self._parts is None else bool(self._parts.get("spreads"))

    @property
    def refers(self) -> bool:
        """Return False if no formula of the tab refers to cells, as is known of it from its beginning or a search."""
        return (self._grid is not None and self._grid.refers) or not self.parts.get("refers_nowhere")

    def refers_nowhere(self) -> None:
        """Remember that no formula of the tab refers to cells."""
        self.parts["refers_nowhere"] = True
        self.grid.refers = False

    def note_formulas(self) -> None:
        """Keep with the parts what is known of the formulas that were written."""
        if self._grid is None:
            return
        if self._grid.spreads and not self.parts.get("spreads"):
            self.parts["spreads"] = True
        if self._grid.refers:
            self.parts.pop("refers_nowhere", None)

    def keeps(self, text: str) -> bool:
        """Return True if the parts, as the store holds them, have a text in them; of what is not stored yet, True."""
        return self.kept is None or text in self.kept[2]

    def part(self, name: str) -> list[Json]:
        """Return a list of parts to change in place."""
        listed: list[Json] = self.parts.setdefault(name, [])
        return listed

    def dimension(self, axis: str) -> Json:
        """Return the properties of single rows or columns, by their number as text."""
        properties: Json = self.parts.setdefault("rows" if axis == "ROWS" else "columns", {})
        return properties

    def resize(self, rows: int, columns: int) -> None:
        """Set the size of the grid."""
        if rows < 1 or columns < 1:
            raise RefusedError("You can't delete all the rows or columns on the sheet.")
        if columns > MOST_COLUMNS:
            raise RefusedError(f"Invalid number of columns: the sheet may have at most {MOST_COLUMNS} columns.")
        self.props["gridProperties"]["rowCount"] = rows
        self.props["gridProperties"]["columnCount"] = columns
        self._book.check_size()

    def parts_text(self) -> str:
        """Return the parts as the store keeps them."""
        return self._parts_text if self._parts is None else json_text.dumped(self._parts)


@dataclass(slots=True)
class StoredBook:
    """A book's own record as read, its large pieces still text."""

    props: str
    parts: str
    metadata: str


class Book:
    """A spreadsheet as one caller sees it within one transaction."""

    def __init__(self, connection: sqlite3.Connection, file: DriveFile, caller: Caller, cache: StyleCache) -> None:
        self.connection = connection
        self.file = file
        self.caller = caller
        self.role = role_on(connection, file.key, caller)
        self.styles = Styles(connection, cache)
        row = connection.execute("SELECT props, parts, metadata FROM book WHERE key = ?", (file.key,)).fetchone()
        self._stored = StoredBook(*row)
        self.props: Json = json_text.loaded(self._stored.props)
        self._parts: Json | None = None
        self._metadata: list[Json] | None = None
        self.sheets: list[SheetTab] = list(self._read_sheets())
        self._known = {sheet.sheet_id for sheet in self.sheets}
        self.taken_numbers: set[int] | None = None  # by parts, once they were looked up
        self.unguarded = False
        self.now: datetime | None = None  # this instant, for formulas that ask for it
        self.work = RequestWork(MOST_OF_OWNER if caller.is_owner else MOST)

    def _read_sheets(self) -> Iterator[SheetTab]:
        sql = "SELECT id, position, props, parts FROM sheet WHERE book = ? ORDER BY position"
        rows = self.connection.execute(sql, (self.file.key,)).fetchall()
        for (sheet_id, position, text, parts), props in zip(rows, parsed(row[2] for row in rows), strict=True):
            sheet = SheetTab(self, sheet_id, props, parts)
            sheet.kept = (position, text, parts)
            yield sheet

    @property
    def parts(self) -> Json:
        """Return what belongs to the whole file: named ranges and the like."""
        if self._parts is None:
            self._parts = json_text.loaded(self._stored.parts)
        return self._parts

    @property
    def named_ranges(self) -> list[Json]:
        """Return the named ranges to change in place."""
        listed: list[Json] = self.parts.setdefault("namedRanges", [])
        return listed

    @property
    def metadata(self) -> list[Json]:
        """Return all developer metadata to change in place."""
        if self._metadata is None:
            self._metadata = json_text.loaded(self._stored.metadata)
        return self._metadata

    @metadata.setter
    def metadata(self, entries: list[Json]) -> None:
        self._metadata = entries

    @property
    def local_time(self) -> datetime | None:
        """Return this instant in the time zone of the file."""
        return None if self.now is None else self.now.astimezone(ZoneInfo(str(self.props.get("timeZone", "Etc/GMT"))))

    @property
    def locale(self) -> str:
        """Return the locale of the file."""
        return str(self.props.get("locale", "en_US"))

    def sheet(self, sheet_id: int) -> SheetTab:
        """Return a tab by its id, or refuse."""
        for sheet in self.sheets:
            if sheet.sheet_id == sheet_id:
                return sheet
        raise RefusedError(f"No grid with id: {sheet_id}")

    def sheet_titled(self, title: str) -> SheetTab | None:
        """Return a tab by its title, ignoring case."""
        folded = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == folded), None)

    def first_sheet(self) -> SheetTab:
        """Return the tab that a range without title means."""
        return self.sheets[0]

    def add_sheet(self, props: Json, parts: Json | None = None) -> SheetTab:
        """Put in a tab whose properties are whole and whose id is free."""
        own: Json = {"refers_nowhere": True} if parts is None else parts
        sheet = SheetTab(self, props["sheetId"], props, json_text.dumped(own))
        self.connection.execute("DELETE FROM line WHERE book = ? AND sheet = ?", (self.file.key, sheet.sheet_id))
        position = min(max(int(props.get("index", len(self.sheets))), 0), len(self.sheets))
        self.sheets.insert(position, sheet)
        self.check_size()
        return sheet

    def remove_sheet(self, sheet: SheetTab) -> None:
        """Take a tab out with its cells."""
        self.sheets.remove(sheet)
        self.connection.execute("DELETE FROM line WHERE book = ? AND sheet = ?", (self.file.key, sheet.sheet_id))

    def check_size(self) -> None:
        """Refuse to grow over the limits of cells and of tabs."""
        if len(self.sheets) > MOST_SHEETS:
            raise RefusedError(f"The embedded server keeps at most {MOST_SHEETS} sheets in a spreadsheet.")
        cells = sum(sheet.row_count * sheet.column_count for sheet in self.sheets)
        if cells > MOST_CELLS:
            raise RefusedError(
                f"This action would increase the number of cells in the workbook above the limit of {MOST_CELLS} cells."
            )

    def new_sheet_id(self) -> int:
        """Return an id no tab has."""
        taken = {sheet.sheet_id for sheet in self.sheets} | self._known
        return new_number(taken)

    def guard(self, area: GridArea) -> None:
        """Refuse a change of cells that are protected against the caller."""
        if self.is_bound:
            sheet = self.sheet(area.sheet_id)
            protections.guard_area(sheet, area, self.caller, self.named_ranges, self.work.spend)

    def guard_sheet(self, sheet: SheetTab, *, whole_only: bool = False) -> None:
        """Refuse a change of a tab that is protected against the caller."""
        if self.is_bound:
            protections.guard_sheet(sheet, self.caller, self.named_ranges, self.work.spend, whole_only=whole_only)

    @property
    def is_bound(self) -> bool:
        """Return True if protections bind the caller; they never bind the owner."""
        return not self.unguarded and self.role < FileRole.OWNER

    def save(self, now: datetime) -> None:
        """Write everything that changed, count a new version, and leave the time of it on the file."""
        self.flush()
        file_records.touch(self.connection, self.file, now, self.caller.email)

    def flush(self) -> None:
        """Write everything that changed."""
        self._flush_record()
        self._flush_sheets()

    def _flush_record(self) -> None:
        now = StoredBook(
            json_text.dumped(self.props),
            self._stored.parts if self._parts is None else json_text.dumped(self._parts),
            self._stored.metadata if self._metadata is None else json_text.dumped(self._metadata),
        )
        if now != self._stored:
            _check_counts({"developer metadata": self.metadata, **self.parts})
            record = (now.props, now.parts, now.metadata, self.file.key)
            self.connection.execute("UPDATE book SET props = ?, parts = ?, metadata = ? WHERE key = ?", record)
            self._stored = now

    def _flush_sheets(self) -> None:
        gone = self._known - {sheet.sheet_id for sheet in self.sheets}
        self.connection.executemany(
            "DELETE FROM sheet WHERE book = ? AND id = ?", [(self.file.key, sheet_id) for sheet_id in gone]
        )
        rows = []
        for position, sheet in enumerate(self.sheets):
            sheet.props["index"] = position
            grid = sheet.touched_grid
            sheet.note_formulas()
            now = (position, json_text.dumped(sheet.props), sheet.parts_text())
            if now != sheet.kept:
                _check_counts(sheet.parts)
                rows.append((self.file.key, sheet.sheet_id, *now))
                sheet.kept = now
            if grid is not None and grid.is_changed:
                grid.flush(self.work.spend)
        self.connection.executemany(
            "INSERT OR REPLACE INTO sheet (book, id, position, props, parts) VALUES (?, ?, ?, ?, ?)", rows
        )
        self._known = {sheet.sheet_id for sheet in self.sheets}


def _check_counts(parts: Json) -> None:
    """Refuse more of a kind than can be shown and moved along in reasonable time."""
    for name, entries in parts.items():
        if isinstance(entries, list) and len(entries) > MOST_PARTS:
            raise bad_request(f"The embedded server keeps at most {MOST_PARTS} {name} in one place.")


def new_number(taken: set[int]) -> int:
    """Return a positive 31-bit number that is not taken."""
    while True:
        number = secrets.randbelow(2**31 - 1) + 1
        if number not in taken:
            return number


def open_book(
    connection: sqlite3.Connection, file_id: str, caller: Caller, cache: StyleCache, needed: FileRole
) -> Book:
    """Return a spreadsheet the caller may use in the needed role, or raise the 404 or 403."""
    file = file_records.find(connection, file_id)
    if file is None or file.mime != file_records.SPREADSHEET:
        raise not_found()
    book = Book(connection, file, caller, cache)
    if book.role < needed:
        raise forbidden()
    return book


def new_book(connection: sqlite3.Connection, file: DriveFile, props: Json, caller: Caller, cache: StyleCache) -> Book:
    """Write an empty spreadsheet for a new file; it has no tab yet."""
    connection.execute(
        "INSERT INTO book (key, props, parts, metadata) VALUES (?, ?, ?, ?)",
        (file.key, json_text.dumped(props), "{}", "[]"),
    )
    return Book(connection, file, caller, cache)


def unknown_range(text: str) -> Exception:
    """Return the 400 for a range that cannot be read."""
    return bad_request(f"Unable to parse range: {text}")
