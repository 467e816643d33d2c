"""The parts of a campaign folder as a person edits them: texts in boxes, and back into the files. Pure.

What a box holds that cannot be a value goes into the file as it was typed: the loader names the fault.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.typed_instants import UnreadableInstantError, read_day
from service.errors import SeasonRefusedError
from sheets_schema.campaign import ColumnRole, FieldRole
from sheets_schema.declaration.edited_files import (
    Files,
    TableEdit,
    Value,
    form_content,
    form_file,
    with_plan_tables,
    with_plan_values,
)
from sheets_schema.declaration.lines import KeyPath
from sheets_schema.declaration.sources import decoded
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.folding import fold, without_marks
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.wording import message

PLAN_FILE = "campaign.toml"
LONGEST_KEY = 60
YES = "yes"
_TICK, _WORDS = "boolean", "string"  # types of a Table Schema
_TICKED_ROLES = {ColumnRole.NIL, FieldRole.NIL, FieldRole.DOCUMENT_WITHIN, FieldRole.CONFIRM}


class Kind(StrEnum):
    """How a value is typed."""

    LINE = "line"
    TEXT = "text"  # of several lines
    LINES = "lines"  # a list, one item a line
    DAY = "day"
    LIMIT = "limit"  # words, which are read as an instant
    FLAG = "flag"
    NUMBER = "number"
    NUMBERS = "numbers"  # several in a line
    DAYS = "days"  # a list, one a line
    TICK = "tick"  # whether a value is a box to tick
    ROLE = "role"
    SHOWN = "shown"  # not to be changed here


@dataclass(frozen=True, slots=True)
class DeclaredBox:
    """One value of a part: where it is in the file, how it is typed."""

    path: tuple[str, ...]
    kind: Kind

    @property
    def name(self) -> str:
        """Its name in forms and in the wording."""
        return "_".join(part.removeprefix("tonghop:") for part in self.path)


@dataclass(frozen=True, slots=True)
class DeclaredSection:
    """One part: single values, or a list of tables with these values each."""

    name: str
    boxes: tuple[DeclaredBox, ...]
    is_list: bool = True
    grows: bool = True  # tables may be added and taken out
    path: tuple[str, ...] = ()  # of the list, in a form's descriptor


def _boxes(**kinds: Kind) -> tuple[DeclaredBox, ...]:
    return tuple(DeclaredBox(tuple(name.split("__")), kind) for name, kind in kinds.items())


PLAN = DeclaredSection(
    "plan",
    _boxes(
        title=Kind.LINE, board=Kind.LINE, place=Kind.LINE, plan_number=Kind.LINE, plan_date=Kind.DAY,
        span__start=Kind.DAY, span__end=Kind.DAY, window__start=Kind.DAY, window__end=Kind.DAY,
        policy__due_soon_days=Kind.NUMBER, policy__count_boundary_day_as_on_time=Kind.FLAG,
        names=Kind.LINES, recipients=Kind.LINES,
    ),
    is_list=False,
)  # fmt: skip
LETTERHEAD = DeclaredSection(
    "letterhead",
    _boxes(
        letterhead__superior=Kind.LINE, letterhead__office=Kind.LINE, letterhead__symbol=Kind.LINE,
        letterhead__signer_title=Kind.TEXT, letterhead__signer_name=Kind.LINE, letterhead__filing=Kind.LINE,
        letterhead__urging_days=Kind.NUMBER,
    ),
    is_list=False,
)  # fmt: skip
MAIL = DeclaredSection(
    "mail",
    _boxes(
        mail__send=Kind.FLAG, mail__reminder_days=Kind.NUMBERS, mail__urging_days=Kind.NUMBERS,
        mail__escalation_days=Kind.NUMBER, mail__from_hour=Kind.NUMBER, mail__until_hour=Kind.NUMBER,
        mail__per_hour=Kind.NUMBER, mail__days_off=Kind.DAYS, mail__call=Kind.LINE,
    ),
    is_list=False,
)  # fmt: skip
SECTIONS = {
    one.name: one
    for one in (
        PLAN,
        LETTERHEAD,
        DeclaredSection("obligations", _boxes(form=Kind.SHOWN, title=Kind.LINE, words=Kind.LIMIT), grows=False),
        DeclaredSection("groups", _boxes(code=Kind.LINE, name=Kind.LINE)),
        DeclaredSection("contents", _boxes(code=Kind.LINE, title=Kind.LINE, text=Kind.TEXT)),
        DeclaredSection("board_tasks", _boxes(code=Kind.LINE, text=Kind.TEXT, words=Kind.LIMIT)),
        DeclaredSection("slogans", _boxes(heading=Kind.LINE, text=Kind.TEXT)),
        DeclaredSection("occasions", _boxes(day=Kind.DAY, names=Kind.LINES)),
        MAIL,
    )
}
_VALUE_BOXES = (
    DeclaredBox(("title",), Kind.LINE),
    DeclaredBox(("tonghop:role",), Kind.ROLE),
    DeclaredBox(("constraints", "required"), Kind.FLAG),
    DeclaredBox(("description",), Kind.LINE),
    DeclaredBox(("type",), Kind.TICK),
)
FORM_HEAD = DeclaredSection(
    "head",
    (
        DeclaredBox(("tonghop:title",), Kind.LINE),
        DeclaredBox(("tonghop:heading",), Kind.LINES),
        DeclaredBox(("tonghop:signature",), Kind.LINE),
        DeclaredBox(("tonghop:spare_rows",), Kind.NUMBER),
        DeclaredBox(("tonghop:needs_document",), Kind.FLAG),
    ),
    is_list=False,
)
FORM_COLUMNS = DeclaredSection(
    "columns",
    (
        *_VALUE_BOXES,
        DeclaredBox(("tonghop:expected",), Kind.FLAG),
        DeclaredBox(("tonghop:choices",), Kind.LINES),
        DeclaredBox(("tonghop:width",), Kind.NUMBER),
    ),
    path=("fields",),
)
FORM_BLOCK = DeclaredSection("block", _VALUE_BOXES, path=("tonghop:block", "fields"))
FORM_SECTIONS = {one.name: one for one in (FORM_HEAD, FORM_COLUMNS, FORM_BLOCK)}


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One table of a part as it is typed; `was` is its place in the file, None for a new one."""

    was: int | None
    texts: Mapping[str, str]
    place: str = ""  # as typed: where it goes
    is_gone: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Return True if nothing was typed into a new one."""
        typed = (text for name, text in self.texts.items() if name != "role")  # a choice is never blank
        return self.was is None and not any(text.strip() for text in typed)


def plan_rows(files: Files, section: DeclaredSection) -> list[TypedRow]:
    """Return a part of the plan as boxes hold it."""
    plan = tomllib.loads(decoded(PLAN_FILE, files[PLAN_FILE]))
    return _rows(plan.get(section.name, []) if section.is_list else [plan], section)


def form_rows(files: Files, form: str, section: DeclaredSection) -> list[TypedRow]:
    """Return a part of a form as boxes hold it."""
    content = form_content(files[f"{form}.json"])
    return _rows(_at(content, section.path) or [] if section.is_list else [content], section)


def _rows(tables: Sequence[Mapping[str, Any]], section: DeclaredSection) -> list[TypedRow]:
    return [
        TypedRow(place, {box.name: _box_text(box, table) for box in section.boxes}, str(place + 1))
        for place, table in enumerate(tables)
    ]


def _at(table: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 – whatever the file holds
    for part in path:
        table = table.get(part) if isinstance(table, Mapping) else None
    return table


def _box_text(box: DeclaredBox, table: Mapping[str, Any]) -> str:
    value = _at(table, box.path)
    if box.kind is Kind.TICK:
        return YES if value == _TICK else ""
    if isinstance(value, list) and box.kind is Kind.NUMBERS:
        return ", ".join(str(one) for one in value)
    return _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 – whatever the file holds
    if value is None or value is False:
        return ""
    if value is True:
        return YES
    if isinstance(value, list):
        return "\n".join(format_day(one) if isinstance(one, date) else str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def in_order(rows: Iterable[TypedRow]) -> list[TypedRow]:
    """Return the rows that stay, in the order of the numbers typed beside them; without a number where it was."""
    kept = [(index + 1, row) for index, row in enumerate(rows) if not row.is_gone and not row.is_blank]

    def place(numbered: tuple[int, TypedRow]) -> tuple[float, int]:
        now, row = numbered
        wanted = _number(row.place, now)
        # one that is moved takes the place it names: before what is there when it moves up, after it when down
        return wanted, (wanted > now) - (wanted < now)

    return [row for _, row in sorted(kept, key=place)]


def _number(text: str, otherwise: float) -> float:
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return otherwise
    return found if abs(found) < 1e6 else otherwise


def with_plan_rows(
    files: Files, section: DeclaredSection, rows: Sequence[TypedRow], zone: ZoneInfo
) -> dict[str, bytes]:
    """Return the files with a part of the plan as typed; rows are those that stay, in order."""
    content = files[PLAN_FILE]
    if not section.is_list:
        changes: dict[KeyPath, Value | None] = {}
        before = plan_rows(files, section)[0].texts
        for box in section.boxes:
            typed = rows[0].texts.get(box.name, "").replace("\r\n", "\n").strip()
            if typed != before[box.name]:
                # within a table what is blank is left out: it is then as if it had never been written
                is_blank = not typed and box.kind is not Kind.FLAG and len(box.path) > 1
                changes[box.path] = None if is_blank else _value(box, typed)
        return {**files, PLAN_FILE: with_plan_values(content, changes)}
    _refuse_strangers(rows, len(plan_rows(files, section)))
    edits = [TableEdit(row.was, _plan_table(section, row, zone)) for row in rows]
    return {**files, PLAN_FILE: with_plan_tables(content, section.name, edits)}


def _plan_table(section: DeclaredSection, row: TypedRow, zone: ZoneInfo) -> dict[str, Value | None]:
    made: dict[str, Value | None] = {}
    for box in section.boxes:
        text = row.texts.get(box.name, "")
        if box.kind is Kind.SHOWN:
            continue
        if box.kind is Kind.LIMIT:
            due = read_limit(text, zone)
            made["words"] = text.strip() or None
            made["due_before"] = due
            continue
        made[box.path[0]] = _value(box, text)
    return made


def _value(box: DeclaredBox, text: str) -> Value:
    text = text.replace("\r\n", "\n").strip()
    if box.kind is Kind.FLAG:
        return bool(text)
    if box.kind is Kind.TICK:
        return _TICK if text else _WORDS
    if box.kind is Kind.LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if box.kind is Kind.NUMBER:
        return _whole(text)
    if box.kind is Kind.NUMBERS:
        return [_whole(one) for one in re.split(r"[,;\s]+", text) if one]
    if box.kind is Kind.DAYS:
        return [_day(line.strip()) for line in text.split("\n") if line.strip()]
    if box.kind is Kind.DAY and text:
        return _day(text)
    return text


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _day(text: str) -> date | str:
    try:
        return read_day(text)
    except UnreadableInstantError:
        return text


def with_form_rows(files: Files, form: str, parts: Mapping[str, Sequence[TypedRow]]) -> dict[str, bytes]:
    """Return the files with parts of a form as typed; its version grows when anything else of it changes."""
    name = f"{form}.json"
    before = form_content(files[name])
    content = form_content(files[name])
    for section_name, rows in parts.items():
        section = FORM_SECTIONS[section_name]
        if not section.is_list:
            _put_all(content, section, rows[0])
            continue
        holder: Any = content
        for part in section.path[:-1]:
            holder = holder.setdefault(part, {})
        tables = holder.get(section.path[-1], [])
        _refuse_strangers(rows, len(tables))
        holder[section.path[-1]] = [_form_table(tables, section, row) for row in rows]
    if content == before:
        return dict(files)
    content["tonghop:version"] = _next_version(str(before.get("tonghop:version", "")))
    return {**files, name: form_file(content)}


def _refuse_strangers(rows: Sequence[TypedRow], count: int) -> None:
    """Raise SeasonRefusedError where a row goes back to one that the files do not have."""
    if any(row.was is not None and row.was >= count for row in rows):
        raise SeasonRefusedError(message("seasons.proposal_damaged"))


def _next_version(version: str) -> str:
    return str(int(version) + 1) if version.isascii() and version.isdigit() and len(version) < 9 else f"{version}.1"


def _form_table(tables: Sequence[Mapping[str, Any]], section: DeclaredSection, row: TypedRow) -> dict[str, Any]:
    if row.was is not None:
        made = {name: dict(one) if isinstance(one, dict) else one for name, one in tables[row.was].items()}
    else:
        taken = {str(table.get("name", "")) for table in tables}
        made = {"name": key_of(row.texts.get("title", ""), taken), "title": "", "type": _WORDS}
    role_before = made.get("tonghop:role")
    _put_all(made, section, row)
    role = made.get("tonghop:role")
    if role != role_before and role not in (ColumnRole.OTHER, FieldRole.OTHER):
        made["type"] = _TICK if role in _TICKED_ROLES else _WORDS
    return made


def _put_all(table: dict[str, Any], section: DeclaredSection, row: TypedRow) -> None:
    for box in section.boxes:
        typed = row.texts.get(box.name, "").replace("\r\n", "\n")
        if typed.strip() == _box_text(box, table):
            continue  # it stays as it is written
        value = _value(box, typed)
        holder: dict[str, Any] = table
        for part in box.path[:-1]:
            holder = holder.setdefault(part, {}) if value else holder.get(part, {})
        # what is blank stays out of the file where it was out
        if value or box.path[-1] in holder or box.path == ("title",):
            holder[box.path[-1]] = value
        if not value and box.kind is not Kind.LINE and box.path[-1] in holder:
            holder.pop(box.path[-1])


def key_of(title: str, taken: Iterable[str]) -> str:
    """Return a key for a column or a field of this title that no other has."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in without_marks(fold(title)))
    base = "_".join(part for part in letters.split("_") if part)[: LONGEST_KEY - 4] or "cot"
    base = base if base[0].isalpha() else f"c_{base}"
    known = set(taken)
    return next(
        name
        for number in range(1, len(known) + 2)
        if (name := base if number == 1 else f"{base}_{number}") not in known
    )


def with_faults(
    rows: Sequence[TypedRow], section: DeclaredSection, found: Iterable[tuple[str, str]]
) -> tuple[list[TypedRow], list[str]]:
    """Return the rows with each fault beside its box, by the loader's key; and the faults that no box shows."""
    beside: dict[int, dict[str, str]] = {}
    others: list[str] = []
    for key, said in found:
        place, box = _box_of(section, key)
        if box is None or place >= len(rows):
            others.append(said)
        else:
            beside.setdefault(place, {})[box.name] = said
    return [replace(row, faults=beside.get(place, {})) for place, row in enumerate(rows)], others


def _box_of(section: DeclaredSection, key: str) -> tuple[int, DeclaredBox | None]:
    """Return which row a loader's key is about, and which box: `obligations[0].due_before`."""
    place, rest = 0, key
    if section.is_list:
        head = ".".join(section.path or (section.name,)) + "["
        if not key.startswith(head):
            return 0, None
        number, _, rest = key.removeprefix(head).partition("]")
        place = int(number) if number.isdigit() else 0
        rest = rest.removeprefix(".")
    rest = "words" if rest == "due_before" else rest
    for box in section.boxes:
        path = ".".join(box.path)
        if rest == path or rest.startswith(f"{path}["):
            return place, box
    # a fault of a part that has no box of its own is shown at the first
    return place, section.boxes[0] if section.is_list else None
