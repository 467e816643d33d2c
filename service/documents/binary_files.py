"""Excel's binary workbooks (.xls, .xlsb), read by calamine in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from service.documents.grid_file import FileSheet
from service.documents.number_formats import FIRST_DAY, shown_number
from service.documents.sheet_building import FileBounds, SheetBuilder
from service.errors import UnreadableFileError
from sheets_schema.grid import Merge
from sheets_schema.wording import message

LARGEST_FILE = 30 * 1024 * 1024
MEMORY = 600 * 1024 * 1024  # of addresses; about 60 MB of it are the interpreter's own
SECONDS = 15
REFUSALS = {"password": "documents.has_password", "damaged": "documents.damaged_binary"}


def read(content: bytes) -> tuple[FileSheet, ...]:
    """Read every sheet of a workbook."""
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError(message("documents.too_large", megabytes=LARGEST_FILE // 2**20))
    command = [sys.executable, "-m", "service.documents.binary_reading", str(MEMORY), str(SECONDS)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603 – our own module
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(message("documents.damaged_binary")) from error
    if done.returncode:
        raise UnreadableFileError(message("documents.damaged_binary"))
    return tuple(replace(sheet.build(), unformatted=True) for sheet in _sheets(done.stdout))


def _sheets(printed: bytes) -> list[SheetBuilder]:
    bounds = FileBounds()
    sheets: list[SheetBuilder] = []
    for line in printed.splitlines():
        found = json.loads(line)
        if isinstance(found, list):
            for column, value in found[1]:
                sheets[-1].put(found[0], column, *_shown(value))
        elif "refused" in found:
            raise UnreadableFileError(message(REFUSALS[found["refused"]]))
        elif "sheet" in found:
            sheets.append(SheetBuilder(found["sheet"], bounds, found["hidden"]))
        else:
            sheets[-1].merge(Merge(*found["merge"]))
    if not sheets:
        raise UnreadableFileError(message("documents.no_sheets"))
    return sheets


def _shown(value: object) -> tuple[str, str]:
    """Return a value as text and what it means where it is a date; number formats are not known of these files."""
    if isinstance(value, list):
        return _shown_moment(value)
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, (int, float)):
        whole = int(value) if float(value).is_integer() and abs(value) < 1e15 else value
        return shown_number(whole).text, ""
    return str(value), ""


def _shown_moment(value: Sequence[object]) -> tuple[str, str]:
    kind, stored = value
    if kind == "span" and isinstance(stored, (int, float)):
        return shown_number(stored / 86_400, "[h]:mm").text, ""
    if kind == "time":
        clock = time.fromisoformat(str(stored))
        return f"{clock.hour}:{clock.minute:02d}", ""
    moment = datetime.fromisoformat(str(stored))
    serial = (moment - FIRST_DAY).total_seconds() / 86_400
    found = shown_number(serial, "dd/mm/yyyy h:mm" if moment.hour or moment.minute else "dd/mm/yyyy")
    return found.text, found.day
