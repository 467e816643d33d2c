"""The cells of an .xls or .xlsb file as lines of JSON: run as a process of its own, which may use so much and no more.

calamine holds a whole sheet with every blank cell between its corners, and a hostile file may end the process: neither
must reach the service. Usage: python -m service.documents.binary_reading BYTES SECONDS < FILE
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine

MOST_ROWS_READ = 1_048_576
MOST_COLUMNS_READ = 200


def main() -> None:
    """Read standard input and print a line for each sheet, merge and row."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        for line in _lines(content):
            sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    except python_calamine.PasswordError:
        sys.stdout.write('{"refused": "password"}\n')
    except (python_calamine.CalamineError, MemoryError, ValueError, OSError):
        sys.stdout.write('{"refused": "damaged"}\n')


def _lines(content: bytes) -> Iterator[object]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    for index, known in enumerate(book.sheets_metadata):
        if known.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        yield {"sheet": known.name, "hidden": known.visible is not python_calamine.SheetVisibleEnum.Visible}
        sheet = book.get_sheet_by_index(index)
        for start, end in sheet.merged_cell_ranges or ():
            yield {"merge": [start[0], end[0] + 1, start[1], end[1] + 1]}
        row, column = sheet.start or (0, 0)
        for values in sheet.iter_rows():
            cells = [[column + at, _plain(value)] for at, value in enumerate(values) if value != ""]
            if cells:
                yield [row + 1, cells[:MOST_COLUMNS_READ]]
            row += 1


def _plain(value: object) -> object:
    """Return a value as JSON has it; a date as a list: what it is, and its ISO form or its seconds."""
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    if isinstance(value, timedelta):
        return ["span", value.total_seconds()]
    return value


if __name__ == "__main__":
    main()
