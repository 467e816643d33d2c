"""units.csv: who must send. Codes and tab titles are compared without letter case, names as people write them."""

from __future__ import annotations

from collections.abc import Collection

from sheets_schema.campaign import Unit
from sheets_schema.declaration.csv_table import CsvFile, read_csv
from sheets_schema.declaration.faults import fold, phrase
from sheets_schema.declaration.record_building import unit_record
from sheets_schema.declaration.strict import Reader
from sheets_schema.declaration.switch import is_on
from sheets_schema.declaration.tables import UnitTable
from sheets_schema.vietnamese import folding

COLUMNS = tuple(UnitTable.model_fields)
OPTIONAL = tuple(name for name, info in UnitTable.model_fields.items() if not info.is_required())

SEVERAL = ("emails", "aliases", "former_codes", "contacts", "superior")  # with `;` between


def read_roster(file: str, content: bytes) -> CsvFile:
    """Return the roster as a source; raise UnreadableSourceError where it is not UTF-8."""
    return read_csv(file, content, COLUMNS, several=SEVERAL, optional=OPTIONAL)


def read_units(reader: Reader, groups: Collection[str] | None) -> tuple[Unit, ...]:
    """Return the units in the roster's order; with groups None it is not known which there are.

    What is wrong with the roster is collected by the reader.
    """
    lines = reader.source.content
    for at, group in reader.source.texts(None, "group"):
        if groups is not None and group not in groups:
            reader.refuse(at, group, phrase("group_code"), groups)
    tables = [reader.table(UnitTable, line, (at,)) for at, line in enumerate(lines if isinstance(lines, list) else ())]
    titles = reader.source.texts(None, "short_name")
    names = [*reader.source.texts(None, "name"), *reader.source.texts(None, "aliases", None)]
    names.sort(key=lambda text: reader.source.line(text[0]) or 0)
    reader.refuse_repeats(reader.source.texts(None, "code"))
    reader.refuse_repeats(titles)
    reader.refuse_repeats([*titles, *names], owner=1, alike=folding.fold)
    _check_successors(reader)
    return tuple(unit_record(table) for table in tables if table)


def _check_successors(reader: Reader) -> None:
    """Refuse a former code that a unit has, or two had, and a merger into no active unit or of an active one."""
    texts = reader.source.texts
    codes = {fold(code): at for at, code in texts(None, "code")}
    for at, former in texts(None, "former_codes", None):
        if fold(former) in codes:
            reader.refuse(at, former, phrase("free_code", line=reader.source.line(codes[fold(former)]) or 0))
    reader.refuse_repeats(texts(None, "former_codes", None))
    lines = reader.source.content
    tables = lines if isinstance(lines, list) else []
    active = {line.get("code") for line in tables if is_on(line.get("active"))}
    for at, target in texts(None, "merged_into"):
        own = tables[int(at[0])]
        if is_on(own.get("active")):
            reader.refuse(at, target, phrase("blank_while_active"))
        elif target not in active:
            reader.refuse(at, target, phrase("active_code"), [str(line.get("code")) for line in tables])
