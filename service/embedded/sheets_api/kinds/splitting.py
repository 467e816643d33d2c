"""Texts cut into cells: pasteData and textToColumns. The parts are taken as if typed."""

import csv
import html
import io
import re

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book.cell_writing import LONGEST_TEXT, Writer
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api.kinds import targets

LONGEST_DELIMITER = 100
CHARACTERS_OF_STEP = 10
_VALUES = frozenset({"PASTE_NORMAL", "PASTE_VALUES", "PASTE_FORMULA", "PASTE_NO_BORDERS"})
_SIGNS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}
_TAG = re.compile(r"<(/?)([A-Za-z!][A-Za-z0-9]*)[^<>]*>")
_BORDERS = frozenset({"td", "th", "tr", "table"})
Rows = list[list[str]]


def paste_data(book: Book, given: Json) -> Json:
    """Do pasteData: lines and a delimiter, or a table of HTML, from a cell on; the grid grows as needed."""
    corner = given.get("coordinate", {})
    sheet = book.sheet(corner.get("sheetId", 0))
    top, left = corner.get("rowIndex", 0), corner.get("columnIndex", 0)
    if min(top, left) < 0:
        raise RefusedError("coordinate must not be negative.")
    text = given.get("data", "")
    book.work.spend(len(text) // CHARACTERS_OF_STEP)
    rows = _table_of(text) if given.get("html") else _lines(text, _delimiter(given.get("delimiter", "")))
    if given.get("type", "PASTE_NORMAL") in _VALUES:
        _write(book, sheet, top, left, rows)
    return {}


def _delimiter(given: str) -> str:
    if not given:
        raise RefusedError("One of delimiter and html must be specified.")
    if len(given) > LONGEST_DELIMITER:
        raise RefusedError(f"delimiter has more than {LONGEST_DELIMITER} characters.")
    return given


def _lines(text: str, delimiter: str) -> Rows:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if len(delimiter) == 1 and delimiter not in '\n"':
        try:
            return [list(row) for row in csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)]
        except csv.Error:
            return _cut(plain, delimiter)  # no quotes as CSV has them: the signs are part of the text
    return _cut(plain, delimiter)


def _cut(text: str, delimiter: str) -> Rows:
    return [line.split(delimiter) for line in text.split("\n")]


def _table_of(text: str) -> Rows:
    """Return the cells of a table of HTML; a text without any table is one cell.

    Read by one expression that passes over each character once: a parser of the whole language can be made to go over
    a text again and again.
    """
    rows: Rows = []
    cell: list[str] | None = None
    outside: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        (outside if cell is None else cell).append(text[at : tag.start()])
        at, name = tag.end(), tag[2].lower()
        if name == "br":
            (outside if cell is None else cell).append("\n")
        elif name in _BORDERS:
            _finish(rows, cell)
            cell = [] if name in ("td", "th") and not tag[1] else None
            if name == "tr" and not tag[1]:
                rows.append([])
    (outside if cell is None else cell).append(text[at:])
    _finish(rows, cell)
    return rows or [[_plain(outside)]]


def _finish(rows: Rows, cell: list[str] | None) -> None:
    if cell is not None:
        if not rows:
            rows.append([])
        rows[-1].append(_plain(cell))


def _plain(parts: list[str]) -> str:
    return html.unescape("".join(parts)).strip()


def _write(book: Book, sheet: SheetTab, top: int, left: int, rows: Rows) -> None:
    """Write rows of texts, as if typed, from a corner on."""
    book.work.spend(5 + sum(1 + 3 * len(row) for row in rows))
    width = max((len(row) for row in rows), default=0)
    if not width:
        return
    sheet.resize(max(sheet.row_count, top + len(rows)), max(sheet.column_count, left + width))
    book.guard(GridArea(sheet.sheet_id, top, top + len(rows), left, left + width))
    writer = Writer(book, typed=True)
    for number, row in enumerate(rows, start=top):
        for column, part in enumerate(row, start=left):
            writer.put(sheet, number, column, part)


def text_to_columns(book: Book, given: Json) -> Json:
    """Do textToColumns: the texts of one column, cut at a delimiter, over it and the columns to its right."""
    sheet, area = targets.editable(book, given, "source")
    if len(area.columns) != 1:
        raise RefusedError("source must span exactly one column.")
    texts = _texts(book, sheet, area)
    delimiter = _chosen(given, list(texts.values()))
    if not delimiter:
        return {}
    for number, text in texts.items():
        parts = text.split(delimiter)
        if len(parts) > 1:
            _write(book, sheet, number, area.columns.start, [parts])
    return {}


def _texts(book: Book, sheet: SheetTab, area: GridArea) -> dict[int, str]:
    texts: dict[int, str] = {}
    for number in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        value = sheet.grid.value(number, area.columns.start)
        book.work.spend(1)
        if isinstance(value, str):
            book.work.spend(len(value[:LONGEST_TEXT]) // CHARACTERS_OF_STEP)
            texts[number] = value
    return texts


def _chosen(given: Json, texts: list[str]) -> str:
    kind = given.get("delimiterType", "DELIMITER_TYPE_UNSPECIFIED")
    if kind == "CUSTOM":
        return _delimiter(given.get("delimiter", ""))
    if kind == "AUTODETECT":
        return _detected(texts)
    if kind not in _SIGNS:
        raise RefusedError("delimiterType must be specified.")
    return _SIGNS[kind]


def _detected(texts: list[str]) -> str:
    """Return the delimiter that the most texts hold, the usual one first; "" where no text holds any."""
    counts = {sign: sum(sign in text for text in texts) for sign in _SIGNS.values()}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ""


KINDS = {"pasteData": paste_data, "textToColumns": text_to_columns}
