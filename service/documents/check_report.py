"""What checking a table found, as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import click

from service.domain.contents import period_json
from sheets_schema.problems import Problem, Severity
from sheets_schema.rules.validation import Checked, CheckedRow
from sheets_schema.wording import Language, one_line, text

Json = dict[str, object]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_GRADES = {
    Severity.ERROR: "documents.report_error",
    Severity.WARNING: "documents.report_warning",
    Severity.INFO: "documents.report_info",
}
NAME_LENGTH = 60


def as_json(checked: Checked, language: str = "vi") -> Json:
    """Return the stable JSON of `check`: every row below the header in order, then the block, then the counts."""
    return {
        "rows": [_row(row, language) for row in checked.rows],
        "fields": [_problem(found, language) for found in checked.field_problems],
        "accepted": checked.accepted,
        "rejected": checked.rejected,
        "skipped": _skipped(checked),
    }


def _skipped(checked: Checked) -> int:
    # every listed row is counted here, blank ones too
    return sum(row.skipped for row in checked.rows)


def _row(checked: CheckedRow, language: str) -> Json:
    listed: Json = {
        "row": checked.row.number,
        "kind": str(checked.row.kind),
        "accepted": checked.accepted,
        "skipped": checked.skipped,
        "period": period_json(checked.period),
        "certainty": None if checked.certainty is None else str(checked.certainty),
        "problems": [_problem(found, language) for found in checked.problems],
    }
    return {**listed, "unit": printable(checked.row.unit)} if checked.row.unit else listed


def _problem(found: Problem, language: str) -> Json:
    return {
        "code": found.code,
        "severity": str(found.severity),
        "column": found.column,
        "cell": found.cell,
        "message": found.message(language),
    }


def as_lines(checked: Checked, language: str = "vi") -> Iterator[str]:
    """Yield the lines of a coloured table: every entry with its verdict and problems, then the counts."""
    if checked.field_problems:
        yield click.style(text("documents.report_tab", Language(language)), bold=True)
        yield from (_problem_line(found, language) for found in checked.field_problems)
    for row in checked.rows:
        if row.accepted or row.rejected or row.problems:
            yield _row_line(checked, row, language)
            yield from (_problem_line(found, language) for found in row.problems)
    colour = "red" if checked.rejected else "green"
    counts = {"accepted": checked.accepted, "rejected": checked.rejected, "skipped": _skipped(checked)}
    yield click.style(text("documents.report_sum", Language(language), **counts), fg=colour, bold=True)


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
    return next((one for one in texts if one.strip() and not one.strip().isdigit()), "")


def _problem_line(found: Problem, language: str) -> str:
    words = text(_GRADES[found.severity], Language(language))
    grade = click.style(f"{words:<9}", fg=_COLOURS[found.severity])
    return f"      {grade} {found.cell:<6} {printable(found.message(language), 400)}"


def printable(words: str, length: int = NAME_LENGTH) -> str:
    """Return a text fit for a terminal: one line, no control characters, shortened."""
    return one_line(words, length)
