"""What an analysis is made from: registered activities and reported results, each with the row it is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.analysis.suggesting import ContentSuggester, Suggestion, WordFinder, says_any
from service.domain.contents import Contents, TabSummary
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
    """One accepted row of a registration."""

    place: RowPlace
    name: str
    time: str
    goal: str
    note: str
    starts: date | None  # None: no dates, such as "thường xuyên", or open at its beginning
    suggestion: Suggestion
    model_words: str  # by which it is among the models, blank for none
    told_apart_by: tuple[str, ...]  # the texts by which two of one name are told apart

    @property
    def key(self) -> str:
        """By what it is known again: the same as long as its name, time, scale and target are."""
        return "\n".join(map(fold, (self.name, *self.told_apart_by)))

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
class TabRows:
    """What one tab says: how many of its rows are accepted, and each as an activity or a result."""

    unit: str
    form: str
    confirmed: bool
    accepted: int
    activities: tuple[RegisteredActivity, ...] = ()
    results: tuple[ReportedResult, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysedRows:
    """The rows of all units: those that were sent, and how many accepted rows are left out as drafts."""

    activities: tuple[RegisteredActivity, ...]
    results: tuple[ReportedResult, ...]
    drafts: int  # accepted activities of units that have not sent
    draft_units: int
    reported: frozenset[str]  # units whose report was received


def is_sent(campaign: Campaign, tab: TabRows | TabSummary, received: frozenset[tuple[str, str]]) -> bool:
    """Return True if what a tab says is a unit's word; `received` are units and forms."""
    # what a unit that was merged into another has sent stays, and the other's standing is not its own
    return tab.confirmed if campaign.unit(tab.unit).merged_into else (tab.unit, tab.form) in received


def analysed_rows(campaign: Campaign, tabs: Iterable[TabRows], received: frozenset[tuple[str, str]]) -> AnalysedRows:
    """Return what was sent with the tabs of units, by unit and form in `received`; drafts are counted alone."""
    activities: list[RegisteredActivity] = []
    results: list[ReportedResult] = []
    drafts: dict[str, int] = {}
    for tab in tabs:
        if is_sent(campaign, tab, received):
            activities += tab.activities
            results += tab.results
        elif tab.accepted and campaign.form(tab.form).table is TableKind.OPEN:
            drafts[tab.unit] = drafts.get(tab.unit, 0) + tab.accepted
    reports = {form.key for form in campaign.forms if form.table is TableKind.FIXED}
    reported = frozenset(unit for unit, form in received if form in reports)
    return AnalysedRows(tuple(activities), tuple(results), sum(drafts.values()), len(drafts), reported)


class TabReader:
    """What tabs say, by a campaign's contents and forms."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._suggester = ContentSuggester(campaign.contents)
        self._models = WordFinder(campaign.model_words)
        self._titles = {item.code: item.title for item in campaign.contents}

    def read(self, tab: Contents) -> TabRows:
        """Return what a tab says."""
        form = self._campaign.form(tab.form)
        is_open = form.table is TableKind.OPEN
        activities = tuple(self._activities(form, tab)) if is_open else ()
        results = () if is_open else tuple(self._results(form, tab))
        return TabRows(tab.unit, tab.form, tab.confirmed, len(tab.entries), activities, results)

    def _activities(self, form: Form, tab: Contents) -> Iterator[RegisteredActivity]:
        texts = _Texts(form)
        group, above = self._campaign.unit(tab.unit).group, ""
        for entry, accepted in tab.rows:
            values = texts.of(entry)
            name = values(ColumnRole.NAME)
            # "như trên", and a cell of several rows merged into one, mean the name above
            name = above = above if is_ditto(name) or is_blank(name) else name
            if not accepted:
                continue
            note, goal = values(ColumnRole.NOTE), values(ColumnRole.GOAL)
            yield RegisteredActivity(
                place=_place(tab, group, entry),
                name=name,
                time=values(ColumnRole.PERIOD),
                goal=goal,
                note=note,
                starts=_starts(entry),
                suggestion=self._suggester.suggest(name, note),
                model_words=says_any(self._models, name, note, goal),
                told_apart_by=tuple(map(values, _TOLD_APART_BY)),
            )

    def _results(self, form: Form, tab: Contents) -> Iterator[ReportedResult]:
        texts, free = _Texts(form), {row.key: row.title for row in form.free_rows}
        group = self._campaign.unit(tab.unit).group
        for entry in tab.entries:
            values, key = texts.of(entry), str(entry["key"])
            is_content = entry["kind"] == RowKind.CONTENT.value
            title = self._titles.get(key, key) if is_content else free.get(key, key)
            result = values(ColumnRole.RESULT)
            yield ReportedResult(
                place=_place(tab, group, entry),
                key=key,
                title=title,
                is_content=is_content,
                result=result,
                figures=read_quantities(values(ColumnRole.FIGURES)),
                nil=is_ticked(values(ColumnRole.NIL)),
                model_words=says_any(self._models, result, title if is_content and result else ""),
            )


def _place(tab: Contents, group: str, entry: Mapping[str, object]) -> RowPlace:
    row = entry["row"]
    number = row if isinstance(row, int) else 0
    return RowPlace(tab.unit, group, tab.form, tab.spreadsheet_id, tab.sheet_id, str(entry["cell"]), number)


class _Texts:
    """The texts of rows by the role of their column."""

    def __init__(self, form: Form) -> None:
        # the first column of a role is the one that plays it
        self._keys = {column.role: column.key for column in reversed(form.columns)}

    def of(self, entry: Mapping[str, object]) -> Callable[[ColumnRole], str]:
        """Return what gives the texts of one row."""
        found, keys = entry["values"], self._keys
        values: Mapping[str, object] = found if isinstance(found, Mapping) else {}
        return lambda role: squash(str(values.get(keys[role], ""))) if role in keys else ""


def _starts(entry: Mapping[str, object]) -> date | None:
    period = entry["period"]
    first = period.get("start") if isinstance(period, Mapping) else None
    return date.fromisoformat(first) if isinstance(first, str) else None
