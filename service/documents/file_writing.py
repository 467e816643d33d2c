"""Tables of ours as files to take away: .csv as Excel opens it, .xlsx ready for A4. No text in them is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO

from service.domain.printed_tables import CellLink, LineStyle, Table, Value

BOM = "\ufeff"
CHUNK = 64 * 1024
# what XML cannot hold, and halves of characters
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# what begins a formula, also behind spaces and letters without width: some program may leave those out
_UNSEEN = r"\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd"
_FORMULA_START = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠]")
_IN_CSV = (LineStyle.HEADER, LineStyle.BODY)


def csv_lines(table: Table) -> Iterator[str]:
    """Yield a table's header and body as CSV, UTF-8 with a BOM once encoded; a link becomes its address."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    for line in table.lines:
        if line.style in _IN_CSV:
            writer.writerow([_csv_text(value) for value in line.values])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_text(value: Value) -> object:
    if isinstance(value, CellLink):
        return guarded(value.url)
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else value


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe comes before what would begin one."""
    clean = UNWRITABLE.sub("\ufffd", text)
    return f"'{clean}" if _FORMULA_START.match(clean) else clean


def write_csv(table: Table, file: IO[bytes]) -> None:
    """Write a table's header and body as CSV."""
    for text in csv_lines(table):
        file.write(text.encode("utf-8"))


def write_xlsx(tables: Sequence[Table], file: IO[bytes]) -> None:
    """Write tables as the sheets of one workbook: A4 landscape, header frozen and printed on every page."""
    from service.documents import xlsx_writing  # noqa: PLC0415 – the web process starts without xlsxwriter

    xlsx_writing.write(tables, file)
