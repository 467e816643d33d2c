"""units.csv: who must send. Codes and tab titles are told apart without letter case, names as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence

from sheets_schema.campaign import Unit
from sheets_schema.declaration.csv_table import CsvReader, Record
from sheets_schema.declaration.faults import Fault, fold, suggested
from sheets_schema.vietnamese import folding

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


def read_roster(file: str, content: bytes, groups: Collection[str] | None) -> tuple[tuple[Unit, ...], list[Fault]]:
    """Return the units in the roster's order and what is wrong with it; groups None: nobody knows which there are."""
    reader = CsvReader(file, COLUMNS)
    records = reader.records(content)
    for record in records:
        _judge(reader, record, groups)
    _refuse_shared(reader, ((record, "code", record.cells["code"]) for record in records), fold)
    _refuse_shared(reader, ((record, "short_name", record.cells["short_name"]) for record in records), fold)
    _refuse_shared(reader, _names(records), folding.fold)
    return (() if reader.faults else tuple(_unit(record) for record in records)), reader.faults


def _judge(reader: CsvReader, record: Record, groups: Collection[str] | None) -> None:
    rules: dict[str, Callable[[str], bool]] = {
        "code": lambda cell: _CODE.fullmatch(cell) is not None,
        "name": _is_plain,
        "short_name": _is_tab_title,
        "group": lambda cell: cell != "" and (groups is None or cell in groups),
        "aliases": lambda cell: cell == "" or _is_plain(cell),
        "active": lambda cell: cell.lower() in _SWITCH,
    }
    for column, holds in rules.items():
        cell = record.cells[column]
        if not holds(cell):
            known = groups or () if column == "group" else ()
            reader.refuse(record.line, column, cell, COLUMNS[column] + suggested(cell, known))
    for email in record.several("emails"):
        if not _is_plain(email) or not _EMAIL.fullmatch(email):
            reader.refuse(record.line, "emails", email, COLUMNS["emails"])


def _names(records: Sequence[Record]) -> Iterator[tuple[Record, str, str]]:
    """Yield every name a unit is recognised by, short names first: those are told apart already."""
    for record in records:
        yield record, "short_name", record.cells["short_name"]
    for record in records:
        yield record, "name", record.cells["name"]
        for alias in record.several("aliases"):
            yield record, "aliases", alias


def _refuse_shared(reader: CsvReader, cells: Iterator[tuple[Record, str, str]], alike: Callable[[str], str]) -> None:
    """Refuse what two units share; `alike` gives what two cells are compared by."""
    owners: dict[str, Record] = {}
    for record, column, cell in cells:
        owner = owners.setdefault(alike(cell), record)
        accepted = f"a {column} of its own: line {owner.line} has it already"
        fault = Fault(reader.file, column, record.line, f"“{cell}”", accepted)
        if cell and owner is not record and fault not in reader.faults:
            reader.faults.append(fault)


def _is_plain(cell: str) -> bool:
    return cell != "" and not any(unicodedata.category(char) in ("Cc", "Cs") for char in cell)


def _is_tab_title(cell: str) -> bool:
    return (
        _is_plain(cell)
        and len(cell) <= _LONGEST_TITLE
        and not _REFUSED_IN_TITLES & set(cell)
        and not cell.startswith("'")
        and not cell.endswith("'")
        and cell.casefold() != "history"
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
        active=_SWITCH[cells["active"].lower()],
    )
