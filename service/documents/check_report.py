"""What checking a table found, as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import click

from service.documents.file_check import CheckedFile, CheckedSheet
from service.documents.grid_file import FileSheet
from service.documents.sheet_building import NAMED_CELLS
from sheets_schema.grid import a1
from sheets_schema.problems import Problem, Severity
from sheets_schema.reading.row_kinds import is_number
from sheets_schema.rules.validation import Checked, CheckedRow
from sheets_schema.wording import Language, Message, message, one_line, text

Json = dict[str, object]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_GRADES = {
    Severity.ERROR: "documents.report_error",
    Severity.WARNING: "documents.report_warning",
    Severity.INFO: "documents.report_info",
}
NAME_LENGTH = 60


def as_json(file: CheckedFile, language: str = "vi") -> Json:
    """Return the stable JSON of `check`: every row below the headers in order, the blocks, the counts, the sheets."""
    return {
        "rows": [_row(row, sheet.name, language) for sheet, checked in file.judged for row in checked.rows],
        "fields": [
            _of_sheet(_problem(found, language), sheet.name)
            for sheet, checked in file.judged
            for found in checked.field_problems
        ],
        "accepted": file.accepted,
        "rejected": file.rejected,
        "skipped": file.skipped,
        "empty": file.is_empty,
        "sheets": [_sheet(one) for one in file.sheets],
    }


def _sheet(one: CheckedSheet) -> Json:
    """Return what became of a sheet: its rows are those accepted, rejected and skipped, and those of its gaps."""
    sheet, rows = one.sheet, one.checked.rows if one.checked else ()
    return {
        "name": sheet.name,
        "read": one.left_out is None,
        "left_out": None if one.left_out is None else str(one.left_out),
        "hidden": sheet.hidden,
        "empty": one.is_empty,
        "rows_in": len(rows),
        "accepted": sum(row.accepted for row in rows),
        "rejected": sum(row.rejected for row in rows),
        "skipped": sum(row.skipped for row in rows),
        "gaps": [{"first_row": gap.first_row, "last_row": gap.last_row} for gap in one.gaps],
        "hidden_rows": sheet.hidden_rows,
        "beyond": sheet.beyond,
        "uncomputed": list(sheet.uncomputed),
        "ignored": [printable(name) for name in sheet.ignored],
        "unformatted": sheet.unformatted,
        "unknown_units": list(_unknown_units(one)),
    }


def _unknown_units(one: CheckedSheet) -> Iterator[str]:
    rows = one.checked.rows if one.checked else ()
    units = (row.row.unit for row in rows if any(found.code == "UNIT_UNKNOWN" for found in row.problems))
    yield from dict.fromkeys(map(printable, units))


def _of_sheet(listed: Json, name: str) -> Json:
    return {**listed, "sheet": printable(name)} if name else listed


def _row(checked: CheckedRow, sheet: str, language: str) -> Json:
    listed: Json = {
        "row": checked.row.number,
        "kind": str(checked.row.kind),
        "accepted": checked.accepted,
        "skipped": checked.skipped,
        "period": None if checked.period is None else checked.period.as_dict(),
        "certainty": None if checked.certainty is None else str(checked.certainty),
        "problems": [_problem(found, language) for found in checked.problems],
    }
    if checked.row.unit:
        listed["unit"] = printable(checked.row.unit)
    return _of_sheet(listed, sheet)


def _problem(found: Problem, language: str) -> Json:
    return {
        "code": found.code,
        "severity": str(found.severity),
        "column": found.column,
        "cell": found.cell,
        "message": found.message(language),
    }


def as_lines(file: CheckedFile, language: str = "vi") -> Iterator[str]:
    """Yield the lines of a coloured table: every sheet's entries with verdict and problems, then the counts."""
    for sheet, checked in file.judged:
        if sheet.name:
            yield click.style(sheet_title(sheet).text(Language(language)), bold=True)
        yield from _sheet_lines(checked, language)
    counts = {"accepted": file.accepted, "rejected": file.rejected, "skipped": file.skipped}
    yield from notes(file, language)
    colour = "green" if file.is_clean else "red"
    yield click.style(text("documents.report_sum", Language(language), **counts), fg=colour, bold=True)


def sheet_title(sheet: FileSheet) -> Message:
    """Return what a sheet is called in a sentence; a document's tables are numbered."""
    if sheet.columns:
        return message("documents.report_table", number=sheet.name.replace("#", ""))
    return message("documents.report_sheet", name=printable(sheet.name))


def _sheet_lines(checked: Checked, language: str) -> Iterator[str]:
    if checked.field_problems:
        yield click.style(text("documents.report_tab", Language(language)), bold=True)
        yield from (_problem_line(found, language) for found in checked.field_problems)
    for row in checked.rows:
        if row.accepted or row.rejected or row.problems:
            yield _row_line(checked, row, language)
            yield from (_problem_line(found, language) for found in row.problems)


def notes(file: CheckedFile, language: str = "vi") -> Iterator[str]:
    """Yield what was not read, or read otherwise than one might think, a sentence each."""
    for one in file.sheets:
        name = f"{sheet_title(one.sheet).text(Language(language))}: " if one.sheet.name else ""
        for key, values in _notes(one):
            yield name + text(key, Language(language), **values)
    if file.is_empty:
        yield text("documents.note_all_empty", Language(language))


def _notes(one: CheckedSheet) -> Iterator[tuple[str, dict[str, object]]]:
    sheet = one.sheet
    if one.left_out is not None:
        yield f"documents.note_{one.left_out}", {"rows": one.checked.rows_in if one.checked else 0}
        return
    for gap in one.gaps:
        yield "documents.note_gap", {"first": gap.first_row, "last": gap.last_row}
    if sheet.hidden_rows:
        yield "documents.note_hidden_rows", {"count": sheet.hidden_rows}
    if sheet.struck:
        cells = ", ".join(a1(*place) for place in sheet.struck[:NAMED_CELLS])
        more = len(sheet.struck) - NAMED_CELLS
        yield f"documents.note_struck{'_more' if more > 0 else ''}", {"cells": cells, "more": more}
    if sheet.beyond:
        yield "documents.note_beyond", {"cell": sheet.beyond}
    if sheet.unformatted:
        yield "documents.note_unformatted", {}
    if sheet.uncomputed:
        yield "documents.note_uncomputed", {"cells": ", ".join(sheet.uncomputed)}
    units = ", ".join(_unknown_units(one))
    if units:
        yield "documents.note_units", {"units": units}
    if sheet.name and one.is_empty:
        yield "documents.note_empty", {}


def _row_line(checked: Checked, row: CheckedRow, language: str) -> str:
    key, colour = _verdict(row)
    verdict = text(key, Language(language))
    number = f"{text('documents.report_row', Language(language))} {row.row.number:>4}"
    unit = f"  {printable(row.row.unit)}" if row.row.unit else ""
    name = printable(_name(checked, row))
    return f"{number}  {click.style(f'{verdict:<9}', fg=colour)}{unit}  {name}"


def _verdict(row: CheckedRow) -> tuple[str, str]:
    if row.accepted:
        return "documents.report_accepted", "green"
    return ("documents.report_skipped", "cyan") if row.skipped else ("documents.report_rejected", "red")


def _name(checked: Checked, row: CheckedRow) -> str:
    """Return what tells a row from others: the first of its texts that is no number."""
    texts = [row.row.value(column.key) for column in checked.form.columns]
    return next((one for one in texts if one.strip() and not is_number(one.strip())), "")


def _problem_line(found: Problem, language: str) -> str:
    words = text(_GRADES[found.severity], Language(language))
    grade = click.style(f"{words:<9}", fg=_COLOURS[found.severity])
    return f"      {grade} {found.cell:<6} {printable(found.message(language), 400)}"


def printable(words: str, length: int = NAME_LENGTH) -> str:
    """Return a text fit for a terminal: one line, no control characters, shortened."""
    return one_line(words, length)
