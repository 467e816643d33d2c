"""Changes to the files of a campaign folder: what is not touched stays as it was written, comments included. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

import tomlkit
from tomlkit.items import AoT, Array, Table

from sheets_schema.declaration.csv_table import separator, without_blank_end
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.declaration.roster import COLUMNS
from sheets_schema.declaration.sources import decoded

Files = Mapping[str, bytes]
Value = str | int | bool | date | datetime | Sequence[str | int | date]
BLANK: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class TableEdit:
    """One table of a list as it is to be: which one it was before, None for a new one, and its keys with values.

    A key with None is taken out; keys that are not named stay.
    """

    was: int | None
    values: Mapping[str, Value | None]


def with_plan_values(content: bytes, changes: Mapping[KeyPath, Value | None], file: str = "campaign.toml") -> bytes:
    """Return a TOML file with some values changed; a value that is equal already is not written again."""
    plan = tomlkit.parse(decoded(file, content))
    for path, value in changes.items():
        *above, key = path
        holder: Any = plan
        for part in above:
            if isinstance(part, str) and part not in holder:
                holder.add(part, tomlkit.table())
            holder = holder[part]
        _put(holder, str(key), value)
    return tomlkit.dumps(plan).encode()


def with_plan_tables(content: bytes, section: str, tables: Sequence[TableEdit], file: str = "campaign.toml") -> bytes:
    """Return a TOML file with the tables of one list, [[section]], as they are to be, in this order."""
    plan = tomlkit.parse(decoded(file, content))
    listed = cast("AoT | None", plan.get(section))
    before = list(listed) if listed is not None else []
    if [one.was for one in tables] == list(range(len(before))):
        for table, edit in zip(before, tables, strict=True):
            _fill(table, edit.values)
        return tomlkit.dumps(plan).encode()
    made = tomlkit.aot()
    for edit in tables:
        table = before[edit.was] if edit.was is not None else tomlkit.table()
        _fill(table, edit.values)
        if edit.was is None:
            table.add(tomlkit.nl())
        made.append(table)
    if not tables:
        plan.pop(section, None)
    elif listed is None:
        plan.append(section, made)
    else:
        plan[section] = made
    return tomlkit.dumps(plan).encode()


def _fill(table: Table, values: Mapping[str, Value | None]) -> None:
    for key, value in values.items():
        _put(table, key, value)


def _put(holder: Any, key: str, value: Value | None) -> None:  # noqa: ANN401 – a document or one of its tables
    """Set a key, where it is another value than there is."""
    if value is None:
        holder.pop(key, None)
        return
    there = holder.get(key)
    plain = there.unwrap() if hasattr(there, "unwrap") else there
    wanted = list(value) if isinstance(value, (list, tuple)) else value
    if there is not None and type(plain) is type(wanted) and plain == wanted:
        return
    holder[key] = _lines(wanted) if isinstance(wanted, list) else wanted


def _lines(texts: Iterable[str | int | date]) -> Array:
    made = tomlkit.array()
    made.extend(texts)
    return made.multiline(multiline=True)


def form_content(content: bytes, file: str = "form.json") -> dict[str, Any]:
    """Return what a form's descriptor holds, keys in their order."""
    found: dict[str, Any] = json.loads(decoded(file, content))
    return found


def form_file(content: Mapping[str, Any]) -> bytes:
    """Return the file of a form's descriptor."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class RosterText:
    """A roster as it is written: its columns, those unknown to us too, and a cell text for each line and column."""

    columns: tuple[str, ...]
    lines: tuple[Mapping[str, str], ...]

    def with_lines(self, lines: Iterable[Mapping[str, str]]) -> RosterText:
        """Return the same with other lines; columns that a line brings along are added at the end."""
        kept = tuple(lines)
        known = dict.fromkeys([*self.columns, *(name for line in kept for name, cell in line.items() if cell)])
        return replace(self, columns=tuple(known), lines=kept)

    def line(self, code: str) -> Mapping[str, str]:
        """Return the line of a unit, an empty one where there is none."""
        return next((line for line in self.lines if line.get("code") == code), BLANK)

    @property
    def content(self) -> bytes:
        """The file."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([line.get(name, "") for name in self.columns] for line in self.lines)
        return written.getvalue().encode()


def roster_text(content: bytes, file: str = "units.csv") -> RosterText:
    """Return a roster that the loader takes, as it is written; blank lines are left out."""
    text = decoded(file, content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text, COLUMNS))
    filled = [row for line in lines if any(row := [cell.strip() for cell in line])]
    header = tuple(without_blank_end(filled[0])) if filled else ()
    return RosterText(header, tuple(dict(zip(header, row, strict=False)) for row in filled[1:]))
