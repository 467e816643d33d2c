"""`form`: a unit's form as the official template lays it out, filled, ready to sign and seal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.contents import Contents
from service.domain.papers.annexes import cell_words
from service.domain.papers.content import PaperContent
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
    widths_for,
)
from service.domain.signers import signer_lines
from sheets_schema.campaign import Campaign, ColumnRole, FieldRole, Form, TableKind, Unit
from sheets_schema.reading.rows import RowKind

ROOM = 250.0
LONG_WORDS = 1.5  # the share of the plan's own words, which are longer than what is answered
BLANK_ROWS = 10  # of a form that nothing was typed into
_DOTTED_DAY = re.compile(r"\.{2,}.*\.{2,}")  # "....., ngày..... tháng.....năm....."


def form_paper(content: PaperContent, unit: Unit, form_key: str) -> Paper:
    """Return the template whole, with a unit's own words; blank where nothing was typed, and that it has nothing."""
    form = content.campaign.form(form_key)
    held = content.held.get((unit.code, form_key))
    right, centre = _heading(form)
    signer = held.fields.get(_key(form, FieldRole.SIGNER), "") if held else ""
    texts = {
        "unit_name": unit.name.upper(),
        "right": right,
        "title": centre[0] if centre else form.title,
        "subtitle": centre[1:],
        "signature": form.signature,
        "signer": signer_lines(signer),
        "moment_line": content.moment_line,
        "account": content.text("form_rows", count=len(held.entries) if held else 0, others=_others(held)),
    }
    table = _table(content, form, held)
    return Paper(PaperName.FORM, form.title, texts, (table,), landscape=True, file_words=(unit.code, form_key))


def _key(form: Form, role: FieldRole) -> str:
    found = form.field(role)
    return found.key if found else ""


def _others(held: Contents | None) -> int:
    return len(held.others) if held else 0


def _heading(form: Form) -> tuple[list[str], list[str]]:
    """Return the lines at the right of the unit's name, down to the place and day, and the title lines below them."""
    lines = list(form.heading[1:])
    last = next((index for index, line in enumerate(lines) if _DOTTED_DAY.search(line)), -1)
    return lines[: last + 1], lines[last + 1 :]


def _table(content: PaperContent, form: Form, held: Contents | None) -> PaperTable:
    shown = form.columns[:MOST_COLUMNS]
    shares = [column.width * (LONG_WORDS if column.role is ColumnRole.GIVEN else 1.0) for column in shown]
    wide = widths_for(ROOM, shares, least=11)
    narrow = (ColumnRole.ORDINAL, ColumnRole.NIL, ColumnRole.SECTION)
    columns = tuple(
        PaperColumn(one.key, one.title, width, Align.CENTER if one.role in narrow else Align.LEFT)
        for one, width in zip(shown, wide, strict=True)
    )
    filled = _rows(form, held)
    rows = [] if filled else _nil_rows(form, held)
    fixed = form.table is TableKind.FIXED
    rows += _whole_template(content.campaign, form, filled) if fixed else [row for _, row in filled]
    if not rows:
        rows = [body(str(number), *[""] * (len(columns) - 1)) for number in range(1, BLANK_ROWS + 1)]
    return PaperTable("rows", "", columns, tuple(rows))


def _nil_rows(form: Form, held: Contents | None) -> list[PaperRow]:
    """Return the row of a unit that ticked that it has nothing to report, with its reason."""
    tick, reason = form.field(FieldRole.NIL), form.field(FieldRole.NIL_REASON)
    if held is None or tick is None or not held.field_text(tick):
        return []
    why = held.field_text(reason) if reason is not None else ""
    words = f"{tick.label}: {held.field_text(tick)}"
    return [group(f"{words}. {reason.label}: {why}" if reason is not None and why else words)]


def _whole_template(campaign: Campaign, form: Form, filled: Sequence[tuple[str, PaperRow]]) -> list[PaperRow]:
    """Return filled rows as they are on the tab, and a blank one for each of the template that has none."""
    template = {code.code: _given(form, code.code, code.text) for code in campaign.contents}
    template |= {free.key: _given(form, "", free.title) for free in form.free_rows}
    places = {key: place for place, key in enumerate(template)}
    missing = [key for key in template if key not in {key for key, _ in filled}]
    rows: list[PaperRow] = []
    for key, row in filled:
        while missing and places[missing[0]] < places.get(key, -1):
            rows.append(body(*template[missing.pop(0)]))
        rows.append(row)
    return [*rows, *(body(*template[key]) for key in missing)]


def _given(form: Form, code: str, words: str) -> list[str]:
    texts = {ColumnRole.SECTION: code, ColumnRole.GIVEN: words}
    return [texts.get(column.role, "") for column in form.columns[:MOST_COLUMNS]]


def _rows(form: Form, held: Contents | None) -> list[tuple[str, PaperRow]]:
    """Return every filled row in the order of the tab, as typed, by its key; an activity gets its number."""
    rows: list[tuple[str, PaperRow]] = []
    number = 0
    for entry, _ in held.rows if held else ():
        values = entry["values"]
        texts = values if isinstance(values, dict) else {}
        key = str(entry["key"] or "")
        activity = entry["kind"] == RowKind.ACTIVITY.value
        number += activity
        cells = [cell_words(texts, column) for column in form.columns[:MOST_COLUMNS]]
        if entry["kind"] == RowKind.SECTION.value and sum(map(bool, cells)) <= 2:
            rows.append((key, group(" ".join(cell for cell in cells if cell))))
            continue
        if activity and form.columns[0].role is ColumnRole.ORDINAL and not cells[0].strip():
            cells[0] = str(number)
        if any(cells):
            rows.append((key, body(*cells)))
    return rows
