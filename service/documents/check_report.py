"""What checking a table found, as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

import click

from service.domain.contents import period_json
from sheets_schema.problems import Problem, Severity
from sheets_schema.rules.validation import Checked, CheckedRow
from sheets_schema.wording import one_line

Json = dict[str, object]

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_GRADES = {
    "vi": {Severity.ERROR: "lỗi", Severity.WARNING: "lưu ý", Severity.INFO: "thông tin"},
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"},
}
_VERDICTS = {
    "vi": {"accepted": "nhận", "rejected": "chưa nhận", "skipped": "bỏ qua"},
    "en": {"accepted": "accepted", "rejected": "rejected", "skipped": "skipped"},
}
_WORDS = {
    "vi": {"row": "Dòng", "tab": "Phần chung", "sum": "Nhận {0}, chưa nhận {1}, bỏ qua {2} dòng."},
    "en": {"row": "Row", "tab": "The whole", "sum": "Accepted {0}, rejected {1}, skipped {2} rows."},
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
    words = _WORDS[language]
    if checked.field_problems:
        yield click.style(words["tab"], bold=True)
        yield from (_problem_line(found, language) for found in checked.field_problems)
    for row in checked.rows:
        if row.accepted or row.rejected or row.problems:
            yield _row_line(checked, row, language)
            yield from (_problem_line(found, language) for found in row.problems)
    colour = "red" if checked.rejected else "green"
    counts = words["sum"].format(checked.accepted, checked.rejected, _skipped(checked))
    yield click.style(counts, fg=colour, bold=True)


def _row_line(checked: Checked, row: CheckedRow, language: str) -> str:
    verdict = "accepted" if row.accepted else "skipped" if row.skipped else "rejected"
    colour = {"accepted": "green", "skipped": "cyan", "rejected": "red"}[verdict]
    number = f"{_WORDS[language]['row']} {row.row.number:>4}"
    unit = f"  {printable(row.row.unit)}" if row.row.unit else ""
    name = printable(_name(checked, row))
    return f"{number}  {click.style(f'{_VERDICTS[language][verdict]:<9}', fg=colour)}{unit}  {name}"


def _name(checked: Checked, row: CheckedRow) -> str:
    """Return what tells a row from others: the first of its texts that is no number."""
    texts = [row.row.value(column.key) for column in checked.form.columns]
    return next((one for one in texts if one.strip() and not one.strip().isdigit()), "")


def _problem_line(found: Problem, language: str) -> str:
    grade = click.style(f"{_GRADES[language][found.severity]:<9}", fg=_COLOURS[found.severity])
    return f"      {grade} {found.cell:<6} {printable(found.message(language), 400)}"


def printable(words: str, length: int = NAME_LENGTH) -> str:
    """Return a text fit for a terminal: one line, no control characters, shortened."""
    return one_line(words, length)
