"""units.csv: who must send. Codes, names and tab titles are told apart without letter case."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sheets_schema.campaign import Unit
from sheets_schema.declaration.faults import NOTHING, Fault, fold, shown, suggested
from sheets_schema.declaration.sources import UnreadableSourceError, decoded

COLUMNS = {
    "code": "letters without marks, digits and . _ -, at most 60",
    "name": "the unit's full name",
    "short_name": "a tab title: at most 100 characters, none of [ ] : * ? / \\, no ' at either end, not History",
    "group": "the code of a group in campaign.toml",
    "emails": "e-mail addresses separated by ;",
    "aliases": "other names separated by ;",
    "active": "true or false",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_EMAIL = re.compile(r"[^\s@;,<>()\[\]\"\\]+@[^\s@;,<>()\[\]\"\\.]+(\.[^\s@;,<>()\[\]\"\\.]+)+")
_LONGEST_TITLE = 100
_REFUSED_IN_TITLES = set("[]:*?/\\")  # what a worksheet of an .xlsx file cannot be called
_SWITCH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the roster: its cells by column, without surrounding spaces."""

    line: int
    cells: dict[str, str]

    def several(self, column: str) -> tuple[str, ...]:
        """Return the texts of a cell that holds several, separated by semicolons."""
        return tuple(text for part in self.cells[column].split(";") if (text := part.strip()))


class RosterReader:
    """Reads one roster and collects a fault for everything it refuses."""

    def __init__(self, file: str, groups: Collection[str] | None) -> None:
        self.file = file
        self.groups = groups  # None: the groups themselves could not be read
        self.faults: list[Fault] = []

    def units(self, content: bytes) -> tuple[Unit, ...]:
        """Return the roster's units in its order; meaningless once there are faults."""
        try:
            records = self._records(decoded(self.file, content))
        except UnreadableSourceError as error:
            self.faults.append(error.fault)
            return ()
        for record in records:
            self._judge(record)
        self._refuse_repeats(records)
        return tuple(_unit(record) for record in records)

    def refuse(self, line: int | None, column: str, found: str, accepted: str) -> None:
        """Collect a fault in a column of a line."""
        self.faults.append(Fault(self.file, column, line, shown(found) if found else NOTHING, accepted))

    def _records(self, text: str) -> list[Record]:
        lines = self._lines(text)
        first = next(lines, None)
        if first is None or not self._header_holds(*first):
            if first is None:
                self.refuse(1, "(header)", "", ",".join(COLUMNS))
            return []
        header = [cell.strip() for cell in first[1]]
        records = []
        for line, cells in lines:
            if len(cells) != len(header):
                self.faults.append(Fault(self.file, "(line)", line, f"{len(cells)} cells", f"{len(header)} cells"))
            else:
                records.append(Record(line, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
        if not records and not self.faults:
            self.refuse(None, "(roster)", "", "at least one unit")
        return records

    def _lines(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Yield each line that is not blank, with the number it begins on."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            self.faults.append(Fault(self.file, "(line)", begins, str(error), "comma-separated text, quotes closed"))

    def _header_holds(self, line: int, cells: Sequence[str]) -> bool:
        names = [cell.strip() for cell in cells]
        before = len(self.faults)
        if not set(names) & set(COLUMNS):
            self.refuse(line, "(header)", ",".join(names), ",".join(COLUMNS))
            return False
        for name in names:
            if name not in COLUMNS:
                self.refuse(line, name or "(header)", name, f"one of {', '.join(COLUMNS)}{suggested(name, COLUMNS)}")
        for name in COLUMNS:
            if names.count(name) != 1:
                found = "" if name not in names else f"{names.count(name)} columns {name}"
                self.refuse(line, name, found, f"one column {name}")
        return len(self.faults) == before

    def _judge(self, record: Record) -> None:
        rules: dict[str, Callable[[str], bool]] = {
            "code": lambda text: _CODE.fullmatch(text) is not None,
            "name": _is_plain,
            "short_name": _is_tab_title,
            "group": lambda text: text != "" and (self.groups is None or text in self.groups),
            "aliases": lambda text: text == "" or _is_plain(text),
            "active": lambda text: text.lower() in _SWITCH,
        }
        for column, holds in rules.items():
            text = record.cells[column]
            if not holds(text):
                known = self.groups or () if column == "group" else ()
                self.refuse(record.line, column, text, COLUMNS[column] + suggested(text, known))
        for email in record.several("emails"):
            if not _EMAIL.fullmatch(email) or not _is_plain(email):
                self.refuse(record.line, "emails", email, COLUMNS["emails"])

    def _refuse_repeats(self, records: Sequence[Record]) -> None:
        for column in ("code", "short_name"):
            first: dict[str, Record] = {}
            for record in records:
                text = record.cells[column]
                earlier = first.setdefault(fold(text), record)
                if text and earlier is not record:
                    self.refuse(record.line, column, text, f"a {column} of its own: line {earlier.line} has it already")
        self._refuse_shared_names(records)

    def _refuse_shared_names(self, records: Sequence[Record]) -> None:
        """Refuse a name two units share: a unit is recognised by any of its names."""
        owners: dict[str, Record] = {}
        for record in records:
            owners.setdefault(fold(record.cells["short_name"]), record)
        for record in records:
            for column, text in [
                ("name", record.cells["name"]),
                *(("aliases", name) for name in record.several("aliases")),
            ]:
                owner = owners.setdefault(fold(text), record)
                if text and owner is not record:
                    self.refuse(record.line, column, text, f"a name of its own: line {owner.line} has it already")


def _is_plain(text: str) -> bool:
    return text != "" and not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)


def _is_tab_title(text: str) -> bool:
    return (
        _is_plain(text)
        and len(text) <= _LONGEST_TITLE
        and not _REFUSED_IN_TITLES & set(text)
        and not text.startswith("'")
        and not text.endswith("'")
        and text.casefold() != "history"
    )


def _unit(record: Record) -> Unit:
    cells = record.cells
    return Unit(
        code=cells["code"],
        name=cells["name"],
        short_name=cells["short_name"],
        group=cells["group"],
        emails=record.several("emails"),
        aliases=record.several("aliases"),
        active=_SWITCH.get(cells["active"].lower(), False),
    )
