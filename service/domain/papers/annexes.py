"""`registrations` and `results`: the units' words, verbatim, in the plan's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from service.domain.contents import shown_values
from service.domain.papers.content import PaperContent, numeral
from service.domain.papers.figures import TabRow
from service.domain.papers.lists import ROOM, list_paper
from service.domain.papers.records import (
    MOST_COLUMNS,
    Align,
    Paper,
    PaperColumn,
    PaperName,
    PaperRow,
    PaperTable,
    body,
    group,
    made_rows,
    total,
    widths_for,
)
from service.errors import PaperError
from sheets_schema.campaign import Column, ColumnRole, Form, TableKind, Unit, ValueType
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.wording import message

_UNIT_SHARE, _OWN_STT = 0.16, 60.0

_Line: TypeAlias = tuple[int, Unit, Mapping[str, object]]  # the number, the unit, what it wrote


def registrations(content: PaperContent) -> Paper:
    """Return every accepted activity as its unit wrote it, by group, counted."""
    tables = tuple(registration_table(content, form) for form in _forms(content, TableKind.OPEN))
    return _annex(content, PaperName.REGISTRATIONS, tables)


def results(content: PaperContent) -> Paper:
    """Return what units reported, content by content, then what they added of their own."""
    tables = tuple(result_table(content, form) for form in _forms(content, TableKind.FIXED))
    return _annex(content, PaperName.RESULTS, tables)


def _annex(content: PaperContent, name: PaperName, tables: tuple[PaperTable, ...]) -> Paper:
    if not tables:
        raise PaperError(message("papers.no_such_form", campaign=content.campaign.title))
    return list_paper(content, name, tables, content.text(f"title_{name}"), content.text(f"subtitle_{name}"))


def _forms(content: PaperContent, kind: TableKind) -> list[Form]:
    owed = (content.campaign.form(one.form) for one in content.campaign.obligations)
    return [form for form in owed if form.table is kind]


def registration_table(content: PaperContent, form: Form) -> PaperTable:
    """Return the accepted rows of a form of open rows."""
    own = _shown_columns(form.columns, MOST_COLUMNS - 2)
    columns = _columns(content, own)
    rows: list[PaperRow | _Line] = []
    running = units = 0
    for roman, one, members in _groups(content):
        lines: list[PaperRow | _Line] = []
        counted = 0
        for unit in members:
            held = content.held.get((unit.code, form.key))
            entries = held.entries if held else ()
            counted += bool(entries)
            lines += [(number, unit, entry) for number, entry in enumerate(entries, start=running + 1)]
            running += len(entries)
        units += counted
        heading = content.text("group_rows", number=roman, group=one, units=counted, count=len(lines))
        rows += [group(heading), *lines]
    rows.append(_sum(content.text("all_rows", units=units, count=running), len(columns)))
    return PaperTable(
        f"entries_{form.key}", "", columns, _made(content, rows, own, form), content.account_words([form.key])
    )


def _made(
    content: PaperContent, lines: Sequence[PaperRow | _Line], own: Sequence[Column], form: Form
) -> Sequence[PaperRow]:
    folded = [one for one in form.columns if one not in own and one.role not in (ColumnRole.SECTION, ColumnRole.GIVEN)]

    def make(line: _Line) -> PaperRow:
        number, unit, entry = line
        return body(str(number), unit_words(content, unit, form), *_own_cells(entry, own, folded))

    return made_rows(lines, make)


def _groups(content: PaperContent) -> Iterator[tuple[str, str, tuple[Unit, ...]]]:
    """Yield the groups with the units whose rows are accounted for, those merged into others too."""
    shown = 0
    for one in content.campaign.groups:
        members = tuple(unit for unit in content.campaign.accounted_units if unit.group == one.code)
        if members:
            yield numeral(shown), one.name, members
            shown += 1


def unit_words(content: PaperContent, unit: Unit, form: Form) -> str:
    """Return a unit's name; of rows that are no receipt yet it says so."""
    name = unit.name
    if unit.merged_into:
        return content.text("merged", unit=name, heir=content.campaign.unit(unit.merged_into).name)
    return name if is_received(content, unit, form) else content.text("unconfirmed", unit=name)


def is_received(content: PaperContent, unit: Unit, form: Form) -> bool:
    """Return True if a unit's rows are a receipt; those of a unit that was merged into another stay one."""
    return bool(unit.merged_into) or content.standing(unit.code, form.key).is_received


def result_table(content: PaperContent, form: Form) -> PaperTable:
    """Return what units reported under each content, then under each free row."""
    given = (ColumnRole.SECTION, ColumnRole.GIVEN)
    own = _shown_columns([column for column in form.columns if column.role not in given], MOST_COLUMNS - 2)
    columns = _columns(content, own)
    sections = [(one.code, f"{one.code}. {one.title}") for one in content.campaign.contents]
    sections += [(free.key, free.title) for free in form.free_rows]
    rows: list[PaperRow | _Line] = []
    count = 0
    for key, title in sections:
        found = list(rows_of(content, form, key))
        count += len(found)
        rows.append(group(content.text("section_units", title=title, count=len(found))))
        rows += [(number, unit, entry) for number, (unit, _, entry) in enumerate(found, 1)]
    rows.append(_sum(content.text("all_results", count=count), len(columns)))
    return PaperTable(
        f"results_{form.key}", "", columns, _made(content, rows, own, form), content.account_words([form.key])
    )


def rows_of(content: PaperContent, form: Form, key: str) -> Iterator[TabRow]:
    """Yield every unit's accepted row of a content, or of a free row, in the plan's order."""
    for unit in content.campaign.accounted_units:
        held = content.held.get((unit.code, form.key))
        for entry in held.entries if held else ():
            if held and entry["key"] == key:
                yield unit, held, entry


def _own_cells(entry: Mapping[str, object], shown: Sequence[Column], folded: Sequence[Column]) -> Iterator[str]:
    """Yield the words of a row; what has no column of its own follows in the last one."""
    texts = shown_values(entry)
    for column in shown:
        words = cell_words(texts, column)
        if column is shown[-1]:
            more = (f"{one.title}: {text}" for one in folded if (text := cell_words(texts, one)))
            words = "\n".join(part for part in (words, *more) if part)
        yield words


def cell_words(texts: Mapping[str, object], column: Column) -> str:
    """Return a cell as its unit typed it; a tick as the board writes one."""
    words = str(texts.get(column.key, ""))
    if column.type is ValueType.TICK:
        return "x" if is_ticked(words, column) else ""
    return words


def _shown_columns(columns: Sequence[Column], most: int) -> list[Column]:
    """Return the columns that a page has room for."""
    return list(columns[:most])


def _columns(content: PaperContent, own: Sequence[Column]) -> tuple[PaperColumn, ...]:
    shares = [_OWN_STT if one.role is ColumnRole.ORDINAL else float(max(one.width, 90)) for one in own]
    whole = sum(shares)
    wide = widths_for(ROOM, [whole * 0.045, whole * _UNIT_SHARE, *shares])
    ours = [
        PaperColumn("running", content.text("column_running"), wide[0], Align.CENTER),
        PaperColumn("unit", content.text("column_unit"), wide[1]),
    ]
    narrow = (ColumnRole.ORDINAL, ColumnRole.NIL)
    theirs = [
        PaperColumn(one.key, one.title, width, Align.CENTER if one.role in narrow else Align.LEFT)
        for one, width in zip(own, wide[2:], strict=True)
    ]
    return (*ours, *theirs)


def _sum(words: str, columns: int) -> PaperRow:
    return total("", words, *[""] * (columns - 2))
