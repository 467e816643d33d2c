"""units.csv: who must send. Codes and tab titles are compared without letter case, names as people write them."""

from __future__ import annotations

from collections.abc import Collection

from sheets_schema.campaign import Unit
from sheets_schema.declaration.csv_table import CsvFile, read_csv
from sheets_schema.declaration.faults import phrase
from sheets_schema.declaration.strict import Reader
from sheets_schema.declaration.tables import UnitTable
from sheets_schema.vietnamese import folding

COLUMNS = tuple(UnitTable.model_fields)


def read_roster(file: str, content: bytes) -> CsvFile:
    """Return the roster as a source; raise UnreadableSourceError where it is not UTF-8."""
    return read_csv(file, content, COLUMNS, several=("emails", "aliases"))


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
    return tuple(Unit(**dict(table)) for table in tables if table)
