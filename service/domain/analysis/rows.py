"""What an analysis is made from: registered activities and reported results, each with the row it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.analysis.suggesting import ContentSuggester, Suggestion, WordFinder, says_any
from service.domain.contents import Contents
from service.domain.printed_tables import digest
from sheets_schema.campaign import Campaign, ColumnRole, Form, TableKind
from sheets_schema.reading.ditto import is_ditto
from sheets_schema.reading.row_kinds import RowKind
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.folding import fold, is_blank, squash
from sheets_schema.vietnamese.quantities import Quantity, read_quantities

_TOLD_APART_BY = (ColumnRole.PERIOD, ColumnRole.SCALE, ColumnRole.TARGET)  # two activities of one name


@dataclass(frozen=True, slots=True)
class RowPlace:
    """The unit's row that a figure comes from."""

    unit: str
    group: str
    form: str
    spreadsheet_id: str
    sheet_id: int
    cell: str
    row: int


@dataclass(frozen=True, slots=True)
class RegisteredActivity:
    """One accepted row of a registration; `key` is the same as long as its name, time, scale and target are."""

    place: RowPlace
    name: str
    time: str
    goal: str
    note: str
    starts: date | None  # None: no dates, such as "thường xuyên", or open at its beginning
    suggestion: Suggestion
    model_words: str  # by which it is among the models, blank for none
    key: str

    @property
    def mark(self) -> str:
        """The key as an address carries it."""
        return digest(self.key)


@dataclass(frozen=True, slots=True)
class ReportedResult:
    """One row of a report: a content's result, or free words; nil where the unit ticked that there was nothing."""

    place: RowPlace
    key: str  # II.1, or a free row's key
    title: str  # of the content or the free row
    is_content: bool
    result: str
    figures: tuple[Quantity, ...]
    nil: bool
    model_words: str


@dataclass(frozen=True, slots=True)
class AnalysedRows:
    """The rows of all units: those that were sent, and how many accepted rows are left out as drafts."""

    activities: tuple[RegisteredActivity, ...]
    results: tuple[ReportedResult, ...]
    drafts: int  # accepted activities of units that have not sent
    draft_units: int
    reported: frozenset[str]  # units whose report was received


def analysed_rows(campaign: Campaign, tabs: Iterable[Contents], received: frozenset[tuple[str, str]]) -> AnalysedRows:
    """Return what was sent with the tabs of units, by unit and form in `received`; drafts are counted alone."""
    reader = _Reader(campaign)
    activities: list[RegisteredActivity] = []
    results: list[ReportedResult] = []
    drafts: dict[str, int] = {}
    for tab in tabs:
        form = campaign.form(tab.form)
        # what a unit that was merged into another has sent stays, and the other's standing is not its own
        is_merged = bool(campaign.unit(tab.unit).merged_into)
        is_sent = tab.confirmed if is_merged else (tab.unit, tab.form) in received
        if form.table is TableKind.OPEN:
            found = list(reader.activities(form, tab))
            if is_sent:
                activities += found
            elif found:
                drafts[tab.unit] = drafts.get(tab.unit, 0) + len(found)
        elif is_sent:
            results += reader.results(form, tab)
    reports = {form.key for form in campaign.forms if form.table is TableKind.FIXED}
    reported = frozenset(unit for unit, form in received if form in reports)
    return AnalysedRows(tuple(activities), tuple(results), sum(drafts.values()), len(drafts), reported)


class _Reader:
    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._suggester = ContentSuggester(campaign.contents)
        self._models = WordFinder(campaign.model_words)
        self._titles = {item.code: item.title for item in campaign.contents}

    def activities(self, form: Form, tab: Contents) -> Iterator[RegisteredActivity]:
        """Yield the activities of one tab, in its order."""
        above = ""
        for entry, accepted in tab.rows:
            text = _Texts(form, entry)
            name, note = text(ColumnRole.NAME), text(ColumnRole.NOTE)
            # "như trên", and a cell of several rows merged into one, mean the name above
            name = above = above if is_ditto(name) or is_blank(name) else name
            if not accepted:
                continue
            yield RegisteredActivity(
                place=self._place(tab, entry),
                name=name,
                time=text(ColumnRole.PERIOD),
                goal=text(ColumnRole.GOAL),
                note=note,
                starts=_starts(entry),
                suggestion=self._suggester.suggest(name, note),
                model_words=says_any(self._models, name, note, text(ColumnRole.GOAL)),
                key="\n".join((fold(name), *(fold(text(role)) for role in _TOLD_APART_BY))),
            )

    def results(self, form: Form, tab: Contents) -> Iterator[ReportedResult]:
        """Yield the results of one tab, in its order."""
        free = {row.key: row.title for row in form.free_rows}
        for entry in tab.entries:
            text, key = _Texts(form, entry), str(entry["key"])
            is_content = entry["kind"] == RowKind.CONTENT.value
            title = self._titles.get(key, key) if is_content else free.get(key, key)
            result = text(ColumnRole.RESULT)
            nil = is_ticked(text(ColumnRole.NIL))
            yield ReportedResult(
                place=self._place(tab, entry),
                key=key,
                title=title,
                is_content=is_content,
                result=result,
                figures=read_quantities(text(ColumnRole.FIGURES)),
                nil=nil,
                model_words=says_any(self._models, result, title if is_content and result else ""),
            )

    def _place(self, tab: Contents, entry: Mapping[str, object]) -> RowPlace:
        group = self._campaign.unit(tab.unit).group
        row = entry["row"]
        number = row if isinstance(row, int) else 0
        return RowPlace(tab.unit, group, tab.form, tab.spreadsheet_id, tab.sheet_id, str(entry["cell"]), number)


class _Texts:
    """The texts of a row by the role of their column."""

    def __init__(self, form: Form, entry: Mapping[str, object]) -> None:
        self._form = form
        values = entry["values"]
        self._values: Mapping[str, object] = values if isinstance(values, Mapping) else {}

    def __call__(self, role: ColumnRole) -> str:
        column = self._form.column(role)
        return squash(str(self._values.get(column.key, ""))) if column else ""


def _starts(entry: Mapping[str, object]) -> date | None:
    period = entry["period"]
    first = period.get("start") if isinstance(period, Mapping) else None
    return date.fromisoformat(first) if isinstance(first, str) else None
