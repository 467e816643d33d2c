"""What a tab holds, as plain values: its accepted entries and its problems, as one read found them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.axes import Language
from service.domain.consolidation import TabRead
from sheets_schema.periods import Certainty, Period
from sheets_schema.problems import Problem
from sheets_schema.validation import CheckedRow

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Contents:
    """One tab's entries and problems; `seen_at` is the read that first found them so."""

    unit: str
    form: str
    seen_at: datetime
    spreadsheet_id: str
    sheet_id: int
    confirmed: bool
    entries: tuple[Mapping[str, object], ...]
    problems: tuple[Mapping[str, object], ...]


def contents_of(read: TabRead, seen_at: datetime) -> Contents:
    """Return what a read found on a tab."""
    return Contents(
        unit=read.unit.code,
        form=read.form.key,
        seen_at=seen_at,
        spreadsheet_id=read.spreadsheet_id,
        sheet_id=read.sheet_id,
        confirmed=read.confirmed,
        entries=tuple(_entry(row) for row in read.checked.entries),
        problems=tuple(_problem(found) for found in read.checked.problems),
    )


def _entry(row: CheckedRow) -> Json:
    return {
        "row": row.row.number,
        "kind": row.row.kind.value,
        "key": row.row.key,
        "period": period_json(row.period),
        "certainty": None if row.certainty is None else row.certainty.value,
        "values": dict(row.row.texts),
    }


def _problem(found: Problem) -> Json:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "row": found.row,
        "column": found.column,
        "cell": found.cell,
        # both, so that the language may be set anew without reading anew
        "message": {language.value: found.message(language.value) for language in Language},
    }


def period_json(period: Period | None) -> Json | None:
    """Return a period as JSON; None for one without dates."""
    if period is None or period.certainty is Certainty.ONGOING or (period.start is None and period.end is None):
        return None
    return {
        "start": None if period.start is None else period.start.isoformat(),
        "end": None if period.end is None else period.end.isoformat(),
        "certainty": period.certainty.value,
    }
