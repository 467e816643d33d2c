"""A CSV file with a known header: its lines as tables that know where they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence

from sheets_schema.declaration.faults import Fault, phrase, shown, suggesting
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.declaration.sources import SourceFile, decoded
from sheets_schema.wording import Message, verbatim


class CsvFile(SourceFile):
    """A CSV file as read; a key is a column."""

    def key(self, at: KeyPath) -> str:
        """Return the column of a path."""
        return next(part for part in at if isinstance(part, str))


def read_csv(
    file: str, content: bytes, columns: Collection[str], several: Collection[str], optional: Collection[str] = ()
) -> CsvFile:
    """Return the lines below the header as tables; blank lines do not count, `several` are columns with `;` in cells.

    Columns in `optional` may be left out.
    Raise UnreadableSourceError where the file is not UTF-8.
    """
    faults: list[Fault] = []
    text = decoded(file, content)
    lines = _lines(file, text, separator(text, columns), faults)
    line, header = next(lines, (1, []))
    header = without_blank_end(header)
    places: dict[KeyPath, int] = {}
    tables: list[dict[str, object]] = []
    faults += _header_faults(file, line, header, tuple(columns), optional)
    for line, row in lines if not faults else ():
        cells = [*row[: len(header)], *without_blank_end(row[len(header) :])]
        if len(cells) != len(header):
            found, accepted = phrase("cells", count=len(cells)), phrase("cells", count=len(header))
            faults.append(Fault(file, "(line)", line, found, accepted))
            continue
        places[len(tables),] = line
        pairs = zip(header, cells, strict=True)
        tables.append({name: _parts(cell) if name in several else cell for name, cell in pairs})
    if not tables and not faults:
        faults.append(Fault(file, "(lines)", None, phrase("nothing"), phrase("some_lines")))
    return CsvFile(file, tables, places, tuple(faults))


def separator(text: str, columns: Collection[str]) -> str:
    """Return what stands between the cells, by the header: a spreadsheet writes what is usual in a country."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    named = {
        mark: sum(cell.strip() in columns for cell in next(csv.reader([header], delimiter=mark))) for mark in ",;\t"
    }
    return max(named, key=named.__getitem__)


def without_blank_end(cells: Sequence[str]) -> list[str]:
    """Return cells without the blank ones at their end, which a spreadsheet adds where a column was used once."""
    last = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
    return list(cells[:last])


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _lines(file: str, text: str, mark: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not blank, with the number it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    begins = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        faults.append(Fault(file, "(line)", begins, phrase("stray_quote"), phrase("cells_and_quotes")))


def _header_faults(
    file: str, line: int, names: Sequence[str], columns: Sequence[str], optional: Collection[str]
) -> Iterator[Fault]:
    known = ",".join(columns)

    def fault(key: str, found: Message, accepted: Message) -> Fault:
        return Fault(file, key, line, found, accepted)

    if not set(names) & set(columns):
        yield fault("(header)", shown(",".join(names)), verbatim(known))
        return
    for name in names:
        if name not in columns:
            accepted = suggesting(phrase("one_of", known=known), name, columns)
            yield fault(name or "(header)", shown(name), accepted)
    for name in columns:
        if names.count(name) != 1 and (name in names or name not in optional):
            found = phrase("such_columns", count=names.count(name)) if name in names else phrase("nothing")
            yield fault(name, found, phrase("one_column", name=name))
