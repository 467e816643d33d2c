"""What taking a file into a tab would write, and which cells it would leave as they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.contents import Contents
from service.domain.differences import Difference, difference
from service.domain.intake_rows import TICKED, FileRow, own_columns, row_label, typed_texts
from service.domain.intakes import IntakeLine, IntakeMode, words_digest
from sheets_schema.campaign import Field, Form, TableKind, ValueType
from sheets_schema.reading.rows import FieldText, Row
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.folding import is_blank, squash

Texts = Mapping[str, str]
SAME = Difference((), ())


@dataclass(frozen=True, slots=True)
class TabTable:
    """The part of a tab that the unit fills: its first row, the one below its last, where columns and values are."""

    first: int
    end: int
    columns: Mapping[str, int]  # zero-based, by key
    fields: Mapping[str, FieldText]
    rows: tuple[Row, ...]  # within it


@dataclass(frozen=True, slots=True)
class IntakePlan:
    """What would be written, in which way, and what of it the tab says already."""

    mode: IntakeMode
    rows: Mapping[int, Texts]  # by row of the tab; a blank text empties a cell
    fields: Mapping[str, str]
    lines: tuple[IntakeLine, ...]
    repeated: tuple[FileRow, ...] = ()  # of the file, on the tab word for word
    kept: tuple[tuple[str, str, str], ...] = ()  # a cell's label, what stays there, what the file says
    beyond: int = 0  # rows that an open table has no room for
    lost: tuple[str, ...] = ()  # keys of rows that the file fills and the tab no longer has
    twice: tuple[FileRow, ...] = ()  # say what an earlier row of the file says for the same section
    clashes: tuple[tuple[FileRow, ...], ...] = ()  # rows of one section that say different things
    difference: Difference = SAME

    @property
    def writes(self) -> bool:
        """Return True if the tab would say anything else than it does."""
        return bool(self.rows or self.fields)


def lacking_columns(form: Form, table: TabTable, rows: Sequence[FileRow]) -> tuple[str, ...]:
    """Return the titles of columns that the file fills and the tab no longer has."""
    used = {key for row in rows for key in row.texts}
    titles = {column.key: column.title for column in own_columns(form)}
    return tuple(titles[key] for key in titles if key in used and key not in table.columns)


def holds_words(form: Form, table: TabTable) -> bool:
    """Return True if the unit typed anything into the table."""
    return any(_typed(form, row) for row in table.rows)


def plan_intake(
    form: Form, before: Contents, table: TabTable, rows: Sequence[FileRow], fields: Mapping[str, str], mode: IntakeMode
) -> IntakePlan:
    """Plan what a file's rows and values change on a tab.

    FILL and APPEND change no cell that says something; REPLACE puts the file's words in their place, and leaves a value
    beside the table that the file does not give.
    """
    plan = _plan_open if form.table is TableKind.OPEN else _plan_fixed
    planned = plan(form, table, rows, mode)
    written, kept = _plan_fields(form, table, fields, mode)
    planned = replace(planned, fields=written, kept=(*planned.kept, *kept))
    after = _after(form, before, table, planned)
    return replace(planned, difference=difference(before, after, form))


def _typed(form: Form, row: Row) -> dict[str, str]:
    """Return what a unit typed in a row; nothing where it only numbers a line."""
    return typed_texts(form, row.texts) if row.filled else {}


def _plan_open(form: Form, table: TabTable, rows: Sequence[FileRow], mode: IntakeMode) -> IntakePlan:
    filled = {row.number: _typed(form, row) for row in table.rows if _typed(form, row)}
    repeated: list[FileRow] = []
    if mode is IntakeMode.REPLACE or not filled:
        new, start = list(rows), table.first
    else:
        present = {words_digest(texts): number for number, texts in filled.items()}
        repeated = [row for row in rows if row.words in present]
        new, start = [row for row in rows if row.words not in present], max(filled) + 1
    wanted = dict(enumerate((row.texts for row in new), start=start))
    written: dict[int, Texts] = {}
    for number in sorted({*wanted, *(filled if mode is IntakeMode.REPLACE else ())}):
        change = _change(table, filled.get(number, _shown(table, number)), wanted.get(number, {}))
        if change:
            written[number] = change
    lines = [IntakeLine(number, row.sheet, row.line, row.words) for number, row in enumerate(new, start=start)]
    if repeated:
        lines += [IntakeLine(present[row.words], row.sheet, row.line, row.words) for row in repeated]
    beyond = max(0, start + len(new) - table.end)
    return IntakePlan(mode, written, {}, tuple(lines), tuple(repeated), beyond=beyond)


def _shown(table: TabTable, number: int) -> Texts:
    """Return what a row shows where nothing was typed: the template's own numbers."""
    return next((row.texts for row in table.rows if row.number == number), {})


def _change(table: TabTable, now: Texts, wanted: Texts) -> dict[str, str]:
    keys = [key for key in table.columns if key in wanted or now.get(key)]
    return {key: wanted.get(key, "") for key in keys if wanted.get(key, "") != now.get(key, "")}


def _plan_fixed(form: Form, table: TabTable, rows: Sequence[FileRow], mode: IntakeMode) -> IntakePlan:
    places = {row.key: row for row in reversed(table.rows) if row.key}
    once, twice, clashes = _once_each(rows)
    columns = {column.key: column for column in own_columns(form)}
    written: dict[int, Texts] = {}
    lines, repeated = [], []
    kept: list[tuple[str, str, str]] = []
    lost: list[str] = []
    for row in once:
        place = places.get(row.key)
        if place is None:
            lost.append(row.key)
            continue
        now, change = _typed(form, place), {}
        for key in columns:
            said, new = now.get(key, ""), row.texts.get(key, "")
            if squash(said) == squash(new) or (not new and mode is not IntakeMode.REPLACE):
                continue
            if said and mode is not IntakeMode.REPLACE:
                kept.append((f"{row_label(form, row.key)}, {columns[key].title}", said, new))
            else:
                change[key] = new
        if change:
            written[place.number] = change
        else:
            repeated.append(row)
        lines.append(IntakeLine(place.number, row.sheet, row.line, row.words))
    return IntakePlan(
        mode,
        written,
        {},
        tuple(lines),
        tuple(repeated),
        tuple(kept),
        lost=tuple(lost),
        twice=twice,
        clashes=clashes,
    )


def _once_each(
    rows: Sequence[FileRow],
) -> tuple[list[FileRow], tuple[FileRow, ...], tuple[tuple[FileRow, ...], ...]]:
    """Return the first row of every section, those that only say it again, and those of a section that differ."""
    of_section: dict[str, list[FileRow]] = {}
    for row in rows:
        of_section.setdefault(row.key, []).append(row)
    first = [several[0] for several in of_section.values()]
    twice = [row for several in of_section.values() for row in several[1:] if row.words == several[0].words]
    differing = (
        (several[0], *(row for row in several if row.words != several[0].words)) for several in of_section.values()
    )
    return first, tuple(twice), tuple(clash for clash in differing if len(clash) > 1)


def _plan_fields(
    form: Form, table: TabTable, fields: Mapping[str, str], mode: IntakeMode
) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    written: dict[str, str] = {}
    kept: list[tuple[str, str, str]] = []
    for field in form.fields:
        new, place = fields.get(field.key, ""), table.fields.get(field.key)
        if not new or place is None:
            continue
        said = _said(field, place.text)
        if squash(said) == squash(new):
            continue
        if said and mode is not IntakeMode.REPLACE:
            kept.append((field.label, said, new))
        else:
            written[field.key] = new
    return written, kept


def _said(field: Field, text: str) -> str:
    if field.type is ValueType.TICK:
        return TICKED if is_ticked(text, field) else ""
    return "" if is_blank(text) else text


def _after(form: Form, before: Contents, table: TabTable, plan: IntakePlan) -> Contents:
    """Return what the tab would hold."""
    rows = {row.number: row for row in table.rows}
    known = {int(str(row["row"])): row for row, _ in before.rows}
    for number, texts in plan.rows.items():
        row = rows.get(number)
        values = {**(row.texts if row else {}), **texts}
        if any(values.get(column.key) for column in own_columns(form)):
            known[number] = {"row": number, "key": row.key if row else "", "values": values}
        else:
            known.pop(number, None)
    entries = tuple(known[number] for number in sorted(known))
    return replace(before, entries=entries, others=(), fields={**before.fields, **plan.fields})
