"""JSON lines: one row an object, by the form's keys or titles; a row's number is its line."""

from __future__ import annotations

import json

from service.documents import csv_files
from service.documents.grid_file import FileSheet, no_header
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.reading.headers import UNIT_KEY, find_header, titles_of
from sheets_schema.reading.rows import Grid
from sheets_schema.wording import message, one_line

_SHOWN = 40  # characters of where reading stopped


def read(content: bytes, form: Form) -> tuple[FileSheet, ...]:
    """Read a file of JSON lines; a line that is no object is refused by its number."""
    objects = [_object(number, line) for number, line in enumerate(csv_files.decoded(content).split("\n"), start=1)]
    if objects and objects[-1] is None:
        objects.pop()  # the line break at the end of the last line
    names = list(dict.fromkeys(name for row in objects for name in row or ()))
    titles = titles_of(form)
    keys = {name: titles.key_of(name) for name in names}
    order = [*(column.key for column in form.columns if column.key in keys.values())]
    if find_header(form, Grid((tuple(order),))) is None:
        raise UnreadableFileError(no_header(form, (Grid((tuple(names),)),)))
    order += [UNIT_KEY] if UNIT_KEY in keys.values() else []
    rows = tuple(_cells(row or {}, keys, order) for row in objects)
    # the header is row 0, so that row n is line n
    grid = Grid((tuple(order), *rows), first_row=0)
    ignored = tuple(name for name in names if keys[name] is None)
    return (FileSheet("", grid, ignored=ignored),)


def _object(number: int, line: str) -> dict[str, object] | None:
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        rest = one_line(line[error.pos :], _SHOWN)
        where = message("documents.json_stops", at=error.pos + 1, rest=rest) if rest else message("documents.json_ends")
        raise UnreadableFileError(message("documents.not_json", number=number, where=where)) from error
    except (ValueError, RecursionError) as error:
        where = message("documents.json_too_deep")
        raise UnreadableFileError(message("documents.not_json", number=number, where=where)) from error
    if not isinstance(row, dict):
        raise UnreadableFileError(message("documents.not_an_object", number=number))
    return row


def _cells(row: dict[str, object], keys: dict[str, str | None], order: list[str]) -> tuple[str, ...]:
    values: dict[str, str] = {}
    for name, value in row.items():
        key = keys[name]
        if key is not None and not values.get(key):
            values[key] = _text(value)
    return tuple(values.get(key, "") for key in order)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(value).upper() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
