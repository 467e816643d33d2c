"""What a tab holds, as plain values: its accepted entries and its problems, as one read found them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from service.domain.analysis.tab_counts import suggested_counts
from service.domain.consolidation import TabRead, Tally, tally
from service.domain.printed_tables import digest
from sheets_schema.campaign import Campaign, ColumnRole, Field, FieldRole, Form, ValueType
from sheets_schema.grid import a1
from sheets_schema.layout import GIVEN_ROLES
from sheets_schema.problems import Problem, Severity
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.rules.validation import CheckedRow
from sheets_schema.wording import Language

Json = dict[str, object]
_LANGUAGES = tuple(language.value for language in Language)
MEANT = "meant"  # the key of what cells of a row mean that say otherwise: "nt", or nothing under a merged cell
FIRST_ROW = ""  # the key of the table's first cell that is the unit's to fill


@dataclass(frozen=True, slots=True)
class TabSummary:
    """What is known of a tab without its words: where it is, its rows accounted for, how many problems.

    `kept` counts accepted rows by what they report on ("" in a table of open rows). `beside` changes whenever a value
    beside the table does, `digest` whenever an entry
    or a problem does; `grid` is what the tab is read from once our feedback is on it, "" where it must be checked
    again.
    """

    unit: str
    form: str
    spreadsheet_id: str
    sheet_id: int
    confirmed: bool
    tally: Tally
    kept: Mapping[str, int]
    errors: int
    warnings: int
    beside: str = ""
    suggested: Mapping[str, int] = field(default_factory=dict)  # accepted activities by week and suggested content
    digest: str = ""
    grid: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """One tab's words and problems; `seen_at` is the read that first found them so, `digest` the record's own.

    `entries` are the rows that passed, `others` those that did not or are structure; `fields` are the values beside the
    table by key, blank ones left out. `cells` says where all of them are, in A1 notation, and the table's FIRST_ROW.
    """

    unit: str
    form: str
    seen_at: datetime
    spreadsheet_id: str
    sheet_id: int
    confirmed: bool
    entries: tuple[Mapping[str, object], ...]
    problems: tuple[Mapping[str, object], ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Mapping[str, object], ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    digest: str = field(default="", compare=False)  # "" where it is not on record

    def field_text(self, field: Field) -> str:
        """Return the value beside a label as the unit typed it; a tick as the board writes one."""
        text = self.fields.get(field.key, "")
        return text if field.type is not ValueType.TICK else "x" if is_ticked(text, field) else ""

    @property
    def rows(self) -> list[tuple[Mapping[str, object], bool]]:
        """Return every filled row with whether it passed, in the order of the tab."""
        rows = [*((row, True) for row in self.entries), *((row, False) for row in self.others)]
        return sorted(rows, key=lambda found: int(str(found[0]["row"] or 0)))

    def as_dict(self, zone: tzinfo) -> Json:
        """Return it as JSON values, the instant in a zone."""
        return {
            "unit": self.unit,
            "form": self.form,
            "seen_at": self.seen_at.astimezone(zone).isoformat(),
            "confirmed": self.confirmed,
            "fields": dict(self.fields),
            "rows": [{"row": row["row"], "accepted": passed, "values": row["values"]} for row, passed in self.rows],
            "problems": list(self.problems),
        }


def shown_fields(form: Form) -> tuple[Field, ...]:
    """Return the values beside a form's table that lists show; whether it was sent is shown by the receipt."""
    return tuple(field for field in form.fields if field.role is not FieldRole.CONFIRM)


def contents_of(read: TabRead, seen_at: datetime) -> Contents:
    """Return what a read found on a tab."""
    rows = read.checked.counted
    return Contents(
        unit=read.unit.code,
        form=read.form.key,
        seen_at=seen_at,
        spreadsheet_id=read.spreadsheet_id,
        sheet_id=read.sheet_id,
        confirmed=read.confirmed,
        entries=tuple(_entry(row) for row in rows if row.accepted),
        problems=tuple(_problem(found) for found in read.checked.problems),
        fields=_fields(read),
        others=tuple(_entry(row) for row in rows if not row.accepted),
        cells=_cells(read),
    )


def _fields(read: TabRead) -> dict[str, str]:
    return {key: found.text for key, found in sorted(read.checked.content.fields.items()) if found.text.strip()}


def _cells(read: TabRead) -> dict[str, str]:
    content = read.checked.content
    cells = {key: found.cell for key, found in sorted(content.fields.items()) if found.cell}
    own = [column.key for column in read.form.columns if column.role not in (ColumnRole.ORDINAL, *GIVEN_ROLES)]
    column = next((content.columns[key] for key in own if key in content.columns), None)
    if content.header_row is not None and column is not None:
        cells[FIRST_ROW] = a1(content.header_row + 1, column)
    return cells


def summary_of(read: TabRead, campaign: Campaign, grid: str = "") -> TabSummary:
    """Return what is known of a tab without its words, and what it was read from; its digest is the caller's to add."""
    severities = Counter(found.severity for found in read.checked.problems)
    accepted = [row for row in read.checked.counted if row.accepted]
    return TabSummary(
        unit=read.unit.code,
        form=read.form.key,
        spreadsheet_id=read.spreadsheet_id,
        sheet_id=read.sheet_id,
        confirmed=read.confirmed,
        tally=tally(read.checked),
        kept=Counter(row.row.key for row in accepted),
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        beside=digest(_fields(read)),
        grid=grid,
        suggested=suggested_counts(campaign, read.form, accepted),
    )


def _entry(row: CheckedRow) -> Json:
    entry: Json = {
        "row": row.row.number,
        "cell": row.row.first_cell,
        "kind": row.row.kind.value,
        "key": row.row.key,
        "period": None if row.period is None else row.period.as_dict(),
        "certainty": None if row.certainty is None else row.certainty.value,
        "values": dict(row.row.texts),
    }
    if row.row.values is not row.row.texts:
        texts = row.row.texts
        meant = {key: said for key, said in row.row.values.items() if said.strip() and said != texts.get(key, "")}
        if meant:
            entry[MEANT] = meant
    return entry


def shown_values(entry: Mapping[str, object]) -> Mapping[str, object]:
    """Return the texts of a row for a list, where the rows above it are others than on its tab.

    A cell under a merge says what the merged cell does, "nt" what it stands for, in brackets.
    """
    values, meant = entry["values"], entry.get(MEANT)
    texts: Mapping[str, object] = values if isinstance(values, Mapping) else {}
    if not isinstance(meant, Mapping):
        return texts
    typed = {key: str(texts.get(key, "")).strip() for key in meant}
    return {**texts, **{key: f"{typed[key]} ({said})" if typed[key] else said for key, said in meant.items()}}


def _problem(found: Problem) -> Json:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "row": found.row,
        "column": found.column,
        "cell": found.cell,
        # both, so that the language may change without another read
        "message": {language: found.message(language) for language in _LANGUAGES},
    }
