"""A CSV file with a known header: its lines as records that know where they stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets_schema.declaration.faults import NOTHING, Fault, shown, suggested
from sheets_schema.declaration.sources import UnreadableSourceError, decoded


@dataclass(frozen=True, slots=True)
class Record:
    """One line: its cells by column, without the spaces around them."""

    line: int
    cells: Mapping[str, str]

    def several(self, column: str) -> tuple[str, ...]:
        """Return the texts of a cell that holds several, separated by semicolons."""
        return tuple(part.strip() for part in self.cells[column].split(";") if part.strip())


class CsvReader:
    """Reads one CSV file and collects a fault for everything it refuses."""

    def __init__(self, file: str, columns: Collection[str]) -> None:
        self.file = file
        self.columns = tuple(columns)
        self.faults: list[Fault] = []

    def refuse(self, line: int | None, column: str, found: str, accepted: str) -> None:
        """Collect a fault in a column of a line."""
        self.faults.append(Fault(self.file, column, line, shown(found) if found else NOTHING, accepted))

    def records(self, content: bytes) -> list[Record]:
        """Return the lines below the header that have as many cells as it; blank lines do not count."""
        try:
            lines = self._lines(decoded(self.file, content))
        except UnreadableSourceError as error:
            self.faults.append(error.fault)
            return []
        line, header = next(lines, (1, []))
        if not self._header_holds(line, header):
            return []
        records = []
        for line, cells in lines:
            if len(cells) == len(header):
                records.append(Record(line, dict(zip(header, cells, strict=True))))
            else:
                self.faults.append(Fault(self.file, "(line)", line, f"{len(cells)} cells", f"{len(header)} cells"))
        if not records and not self.faults:
            self.refuse(None, "(lines)", "", "at least one line below the header")
        return records

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the cells of each line that is not blank, with the number it begins on."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1
        try:
            for row in reader:
                cells = [cell.strip() for cell in row]
                if any(cells):
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            self.faults.append(Fault(self.file, "(line)", begins, str(error), "cells between commas, quotes closed"))

    def _header_holds(self, line: int, names: Sequence[str]) -> bool:
        if sorted(names) == sorted(self.columns):
            return True
        known = ",".join(self.columns)
        if not set(names) & set(self.columns):
            self.refuse(line, "(header)", ",".join(names), known)
        else:
            for name in names:
                if name not in self.columns:
                    self.refuse(line, name or "(header)", name, f"one of {known}{suggested(name, self.columns)}")
            for name in self.columns:
                if names.count(name) != 1:
                    found = f"{names.count(name)} such columns" if name in names else NOTHING
                    self.faults.append(Fault(self.file, name, line, found, f"one column {name}"))
        return False
