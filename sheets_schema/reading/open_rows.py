"""Rows of an open table: as many as the unit has activities, with whatever people put between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets_schema.campaign import ColumnRole, Form, ValueType
from sheets_schema.grid import Grid, column_letters
from sheets_schema.layout import feedback_title
from sheets_schema.problems import Problem, ProblemPlace, problem
from sheets_schema.reading import ditto, signature_block
from sheets_schema.reading.headers import UNIT_KEY, Header, Titles, plain, titles_of
from sheets_schema.reading.labels import LabelReader
from sheets_schema.reading.row_kinds import RowKind, RowTexts, is_number, kind_of
from sheets_schema.reading.row_records import NO_TEXTS, Row, TableRows, unit_of
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese import folding

_BULLETS = frozenset("-–+")


@dataclass(frozen=True, slots=True)
class _Roles:
    """The keys of the columns the rules ask for; blank where the form has none."""

    ordinal: str
    name: str
    period: str
    note: str
    others: tuple[str, ...]


@dataclass(slots=True)
class _Progress:
    """What is remembered from the rows above, within one unit's rows."""

    unit: str = ""
    above: Mapping[str, str] = field(default_factory=dict)  # the last activity's values
    signed: bool = False


class _OpenTable:
    def __init__(self, form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader) -> None:
        self.grid = grid
        self.header = header
        self.places = {key: column for key, column in places.items() if key != UNIT_KEY}
        self.unit_column = places.get(UNIT_KEY)
        self.labels = labels
        self.roles = _roles_of(form)
        self.ticks = {column.key: column for column in form.columns if column.type is ValueType.TICK}
        self.titles: Titles = titles_of(form)
        self.letters = {key: column_letters(column) for key, column in self.places.items()}
        self.covered = grid.merged_downwards()
        self.merged = {index for index, _ in self.covered} | set(self.covered.values())  # rows; few tabs have any
        self.merged_values: dict[tuple[int, int], str] = {}
        mapped = set(header.columns) | set(places.values()) | _feedback_columns(grid, header)
        widest = max(map(len, grid.cells), default=0)
        self.unmapped = tuple(column for column in range(widest) if column not in mapped)
        self.stray: dict[int, ProblemPlace] = {}

    def read(self, *, blanks: bool) -> TableRows:
        of_units: dict[str, _Progress] = {}
        rows = []
        for index in range(self.header.end, len(self.grid.cells)):
            if not blanks and not any(self.grid.cells[index]):
                # most rows of a tab are the template's empty ones
                continue
            unit = unit_of(self.grid, index, self.unit_column, self.covered)
            progress = of_units.get(unit)
            if progress is None:
                progress = of_units[unit] = _Progress(unit)
            row = self._row(index, progress)
            if row.kind is RowKind.SIGNATURE:
                progress.signed = True
            elif row.kind is RowKind.ACTIVITY:
                progress.above = row.values
            rows.append(row)
        return TableRows(tuple(rows), self._problems())

    def _row(self, index: int, progress: _Progress) -> Row:
        cells = self.grid.cells[index]
        number = self.grid.row_number(index)
        if not any(cells):
            return Row(number, RowKind.BLANK, {}, {}, {}, unit=progress.unit, filled=False)
        width = len(cells)
        texts = {key: cells[column] if column < width else "" for key, column in self.places.items()}
        kind = self._kind(index, texts, progress)
        values = self._values(index, texts, progress) if kind is RowKind.ACTIVITY else texts
        row = Row(number, kind, texts, values, self.letters, unit=progress.unit, days=self._days(index, texts))
        if kind is RowKind.BLANK:
            return row._replace(filled=False)
        return row._replace(below_signature=True) if progress.signed else row

    def _kind(self, index: int, texts: Mapping[str, str], progress: _Progress) -> RowKind:
        ordinal = texts.get(self.roles.ordinal, "")
        if not is_number(ordinal) and self.labels.read_within_table(index):
            return RowKind.HEADER
        stray = self._stray(index, note=not progress.signed)
        others = self.roles.others
        if self.ticks:
            others = tuple(key for key in others if not self._is_empty_tick(key, texts))
        line = RowTexts(
            ordinal,
            texts.get(self.roles.name, ""),
            texts.get(self.roles.period, ""),
            tuple([texts.get(key, "") for key in others]),
            texts.get(self.roles.note, ""),
            stray,
        )
        kind = kind_of(line, self.titles, texts)
        if kind is RowKind.ACTIVITY and line.only_name and self._heads_a_list(index, line):
            kind = RowKind.SECTION
        if progress.signed and kind is not RowKind.BLANK:
            return RowKind.ACTIVITY if kind is RowKind.ACTIVITY and self._may_be_activity(line) else RowKind.SIGNATURE
        return kind

    def _heads_a_list(self, index: int, line: RowTexts) -> bool:
        """Return True if a row with only a name is the heading of those below: 1 before 1.1, or before "- …"."""
        # a number 1.1 is shown as 1,1
        ordinal = self.grid.text(index + 1, self.places.get(self.roles.ordinal, -1)).strip().replace(",", ".")
        name = self.grid.text(index + 1, self.places.get(self.roles.name, -1)).strip()
        number = line.ordinal.strip(" .").replace(",", ".")
        if number and is_number(ordinal):
            return ordinal.startswith(f"{number}.") and ordinal.strip(" .") != number
        is_item = name[:1] in _BULLETS and line.name.strip()[:1] not in _BULLETS
        return folding.is_blank(ordinal) and is_item and not folding.is_blank(name)

    def _is_empty_tick(self, key: str, texts: Mapping[str, str]) -> bool:
        """Return True if a cell is an unticked check box: nothing of the unit's own."""
        return key in self.ticks and not is_ticked(texts.get(key, ""), self.ticks[key])

    def _may_be_activity(self, line: RowTexts) -> bool:
        return not folding.is_blank(line.name) and not folding.is_blank(line.period)

    def _values(self, index: int, texts: Mapping[str, str], progress: _Progress) -> Mapping[str, str]:
        above = {
            key: progress.above.get(key, "")
            for key, cell in texts.items()
            if len(cell) <= ditto.LONGEST_SIGN and key != self.roles.ordinal and ditto.is_ditto(cell)
        }
        if index not in self.merged:
            return {**texts, **above} if above else texts
        values = {**texts, **above}
        for key, cell in texts.items():
            if key == self.roles.ordinal:
                continue
            column = self.places[key]
            top = self.covered.get((index, column)) if folding.is_blank(cell) else None
            if top is not None:
                values[key] = self.merged_values.get((top, column), "")
            self.merged_values[index, column] = values[key]
        return values

    def _days(self, index: int, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Return what the cells that hold a date mean; a blank one under a merge means what the merged cell does."""
        if not self.grid.days:
            return NO_TEXTS
        days = {}
        for key, column in self.places.items():
            top = self.covered.get((index, column), index) if folding.is_blank(texts[key]) else index
            if (top, column) in self.grid.days:
                days[key] = self.grid.days[top, column]
        return days

    def _stray(self, index: int, *, note: bool) -> tuple[str, ...]:
        found = []
        cells = self.grid.cells[index]
        for column in self.unmapped:
            cell = cells[column] if column < len(cells) else ""
            if not cell or folding.is_blank(cell) or (index, column) in self.labels.used:
                continue
            found.append(cell)
            if note and not signature_block.is_signature_text(cell):
                self.stray.setdefault(
                    column, ProblemPlace("", self.grid.row_number(index), self.grid.address(index, column))
                )
        return tuple(found)

    def _problems(self) -> tuple[Problem, ...]:
        return tuple(problem("TEXT_OUTSIDE", place) for place in self.stray.values())


def read_rows(
    form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader, *, blanks: bool = True
) -> TableRows:
    """Read the rows below the header, with or without those that hold nothing at all.

    Labelled values met on the way go to `labels`.
    """
    return _OpenTable(form, grid, header, places, labels).read(blanks=blanks)


def _roles_of(form: Form) -> _Roles:
    keys = {column.role: column.key for column in form.columns}
    named = (ColumnRole.ORDINAL, ColumnRole.NAME, ColumnRole.PERIOD, ColumnRole.NOTE)
    ordinal, name, period, note = (keys.get(role, "") for role in named)
    return _Roles(
        ordinal,
        name,
        period,
        note,
        others=tuple(column.key for column in form.columns if column.role not in named),
    )


def _feedback_columns(grid: Grid, header: Header) -> set[int]:
    title = plain(feedback_title())
    return {column for column, cell in enumerate(grid.cells[header.start]) if plain(cell[:40]) == title}
