"""What a browser posts, read strictly: anything else is refused with a sentence that says what was expected."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from service.errors import ServiceError
from sheets_schema.grid import Grid, Merge
from sheets_schema.wording import message

MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CHANGES = MOST_ROWS * 8
LONGEST_CELL = 50_000  # characters, as many as a cell of a spreadsheet holds
MOST_MERGES = 5_000
LARGEST_INDEX = 10_000_000


class BadBodyError(ServiceError):
    """A posted body is not what the page posts."""

    http_status = HTTPStatus.BAD_REQUEST


class TooMuchError(ServiceError):
    """A posted body is understood, and more than is taken."""

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: its text when the clerk began to type, and its new text."""

    row: int
    column: int
    base: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes of one tab whose cells were laid out as in `layout`."""

    layout: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PostedGrid:
    """A grid to be checked, and which column is which key."""

    grid: Grid
    columns: dict[int, str]


def read_edit(body: bytes) -> Edit:
    """Read the body of a save; raise BadBodyError or TooMuchError."""
    content = _object(body)
    layout, changes = content.get("layout"), content.get("changes")
    if not isinstance(layout, str) or not isinstance(changes, list):
        raise BadBodyError(message("editor.bad_edit"))
    if len(changes) > MOST_CHANGES:
        raise TooMuchError(message("editor.too_many_changes", most=MOST_CHANGES))
    return Edit(layout, tuple(_change(item) for item in changes))


def read_grid(body: bytes) -> PostedGrid:
    """Read the body of a check; raise BadBodyError or TooMuchError."""
    content = _object(body)
    cells = _lines(content.get("cells"))
    if len(cells) > MOST_ROWS:
        raise TooMuchError(message("editor.too_many_rows", most=MOST_ROWS))
    lines = tuple(tuple(_text(cell) for cell in line) for line in cells)
    return PostedGrid(Grid(lines, _merges(content.get("merges", []))), _columns(content.get("columns", {})))


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise BadBodyError(message("editor.not_json"))
    return content


def _change(item: object) -> Change:
    if not isinstance(item, dict):
        raise BadBodyError(message("editor.bad_change"))
    return Change(
        _index(item.get("row")), _index(item.get("column")), _text(item.get("base", "")), _text(item.get("text"))
    )


def _index(value: object) -> int:
    if type(value) is not int or not 0 <= value < LARGEST_INDEX:
        raise BadBodyError(message("editor.bad_index"))
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadBodyError(message("editor.bad_text"))
    if len(value) > LONGEST_CELL:
        raise TooMuchError(message("editor.long_cell", most=LONGEST_CELL))
    if "\x00" in value or not _is_unicode(value):
        raise TooMuchError(message("editor.unsavable_text"))
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _lines(value: object) -> list[list[object]]:
    if not isinstance(value, list) or not all(isinstance(line, list) for line in value):
        raise BadBodyError(message("editor.bad_cells"))
    if any(len(line) > MOST_COLUMNS for line in value):
        raise TooMuchError(message("editor.too_many_columns", most=MOST_COLUMNS))
    return value


def _merges(value: object) -> tuple[Merge, ...]:
    if not isinstance(value, list) or len(value) > MOST_MERGES:
        raise BadBodyError(message("editor.bad_merges"))
    merges = []
    for item in value:
        if not isinstance(item, list) or len(item) != 4:
            raise BadBodyError(message("editor.bad_merge"))
        top, bottom, left, right = (_index(edge) for edge in item)
        # rows far below the table hold nothing and would only cost time
        merges.append(Merge(top, min(bottom, MOST_ROWS), left, right))
    return tuple(merges)


def _columns(value: object) -> dict[int, str]:
    if not isinstance(value, dict) or len(value) > MOST_COLUMNS:
        raise BadBodyError(message("editor.bad_columns"))
    columns = {}
    for index, key in value.items():
        if not index.isascii() or not index.isdigit() or len(index) > 4 or not isinstance(key, str):
            raise BadBodyError(message("editor.bad_columns"))
        columns[int(index)] = key
    return columns
