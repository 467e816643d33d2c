"""Excel workbooks: every cell as the text a person sees in it, formulas as they are typed."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from service.documents.grid_file import TableFile, no_header
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.reading import headers
from sheets_schema.reading.rows import Grid, Merge
from sheets_schema.wording import message

LARGEST_UNPACKED = 400 * 1024 * 1024
LONGEST_GAP = 5_000  # blank rows after which nothing but stray formats follows
MOST_COLUMNS = 200  # a stray format far to the right must not make every row a thousand cells

_NOT_EXCEL = message("documents.not_excel")
# what openpyxl raises for a file that is not what it says
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    SyntaxError,
)


class _Cell(Protocol):
    """What is asked of a cell."""

    @property
    def value(self) -> object: ...

    @property
    def number_format(self) -> str: ...


def read(content: bytes, form: Form) -> TableFile:
    """Read the first sheet in which the form's header is found, its merges included."""
    _refuse_what_unpacks_too_large(content)
    for sheet in _workbook(content).worksheets:
        grid = _grid(sheet)
        if headers.find_header(form, grid) is not None:
            return TableFile(grid)
    raise UnreadableFileError(no_header(form))


def _workbook(content: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():
            # what openpyxl cannot carry over (validation, styles) does not matter to a reader
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except _BROKEN as error:
        raise UnreadableFileError(_NOT_EXCEL) from error


def _refuse_what_unpacks_too_large(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(_NOT_EXCEL) from error
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableFileError(message("documents.too_large_unpacked"))


def _grid(sheet: Worksheet) -> Grid:
    rows: list[tuple[str, ...]] = []
    filled = 0
    for cells in _cells(sheet):
        rows.append(tuple(shown(cell) for cell in cells))
        if any(rows[-1]):
            filled = len(rows)
        elif len(rows) - filled > LONGEST_GAP:
            break
    del rows[filled:]
    merges = tuple(
        Merge(merged.min_row - 1, merged.max_row, merged.min_col - 1, merged.max_col)
        for merged in sheet.merged_cells.ranges
    )
    return Grid(tuple(rows), merges)


def _cells(sheet: Worksheet) -> Iterator[tuple[_Cell, ...]]:
    return iter(sheet.iter_rows(min_row=1, min_col=1, max_col=min(sheet.max_column, MOST_COLUMNS)))


def shown(cell: _Cell) -> str:
    """Return a cell's text as Excel shows it in Vietnam: 5/10/2023, 95,5%, TRUE."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (ArrayFormula, DataTableFormula)):
        return str(getattr(value, "text", None) or "")
    if isinstance(value, (datetime, date)):
        return _date(value, cell.number_format)
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    return _number(value, cell.number_format) if isinstance(value, (int, float, Decimal)) else str(value)


def _date(value: date, number_format: str) -> str:
    if "d" not in number_format.lower() and "y" in number_format.lower():
        return f"{value.month}/{value.year}"
    day = f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value.hour}:{value.minute:02d} {day}"
    return day


def _number(value: float | Decimal, number_format: str) -> str:
    if "%" in number_format:
        return _plain(float(value) * 100) + "%"
    return _plain(float(value)) if not isinstance(value, int) else str(value)


def _plain(value: float) -> str:
    return f"{value:.10g}".replace(".", ",")
