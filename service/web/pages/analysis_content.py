"""What the pages of the analysis show: lines, charts, the addresses of the rows behind each figure. Knows no HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.domain.analysis import weeks
from service.domain.analysis.annexes import number_words
from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.comparison import ComparedFigure, SeasonFigures, compared
from service.domain.analysis.counting import CountTable, FigureTotal
from service.domain.analysis.pairing import DoneClause, PairState, PromisedPair
from service.domain.analysis.rows import RegisteredActivity, RowPlace
from service.domain.analysis.suggesting import UNSORTED
from service.domain.pairings import PairJudgement
from service.web import current, queries
from service.web.failures import BadQueryError
from service.web.pages import dashboard_content
from service.web.pages.column_chart import ColumnChart, column_chart
from service.web.pages.progress_chart import format_short
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.quantities import QuantityKind
from sheets_schema.wording import message

STATES = tuple(PairState)
NO_CONTENT = "none"  # what an address says instead of a blank code
ACTIVITIES, FIGURES, RESULTS, FREE_WORDS, MODELS = LISTS = ("activities", "figures", "results", "free", "models")
MOST_SHOWN = 12  # rows of a list on the page itself; its own page has the rest
LONGEST_MEASURE = 500


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows a figure is made of; blank parts ask for all."""

    rows: str = ACTIVITIES
    content: str = ""  # its code, NO_CONTENT for activities without one
    group: str = ""
    week: str = ""
    measure: str = ""
    kind: str = ""  # of figures

    @property
    def as_args(self) -> dict[str, str]:
        """Return it as an address's arguments."""
        named = {name: getattr(self, name) for name in ("rows", "content", "group", "week", "measure", "kind")}
        return {name: text for name, text in named.items() if text}

    def has(self, place: RowPlace, content: str) -> bool:
        """Return True if a row of this place and content is asked for."""
        return self.group in ("", place.group) and self.content in ("", content or NO_CONTENT)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row behind a figure, in words, and where it is opened."""

    unit: str
    code: str
    texts: tuple[str, ...]
    row: int
    url: str


@dataclass(frozen=True, slots=True)
class CountCell:
    """A count and the address of its rows, blank for none."""

    count: int
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line of a table of counts; the last cell is the sum."""

    name: str
    cells: tuple[CountCell, ...]


@dataclass(frozen=True, slots=True)
class TotalLine:
    """What figures add up to, in words."""

    measure: str
    total: str
    figures: int
    units: int
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ContentTotals:
    """The figures of one content: those of several units, then those of one alone."""

    title: str
    shared: tuple[TotalLine, ...]
    single: tuple[TotalLine, ...]


@dataclass(frozen=True, slots=True)
class PairLine:
    """One registered activity with what was done, in words."""

    unit: str
    code: str
    activity: RegisteredActivity
    activity_url: str
    state: PairState
    likeness: int
    done: tuple[DoneLine, ...]
    said: tuple[SaidLine, ...]
    choices: tuple[DoneLine, ...]


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One part of a report, in words."""

    mark: str
    text: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A person's word on a pair."""

    mark: str
    text: str
    verdict: str
    by: str
    reason: str


class AnalysisView:
    """The analysis in the language that is set."""

    def __init__(self, found: BoardAnalysis, words: Words, as_of: datetime | None) -> None:
        self._found = found
        self._words = words
        self._moment = {"as_of": as_of.isoformat()} if as_of else {}
        self._groups = {group.code: group.name for group in found.campaign.groups}
        self._titles = content_titles(found.campaign, words)

    @property
    def is_empty(self) -> bool:
        """Return True if nothing was sent yet."""
        return not self._found.activities and not self._found.rows.results

    @property
    def counted(self) -> str:
        """What the figures are made of, and what is left out."""
        rows = self._found.rows
        units = len({one.place.unit for one in rows.activities})
        return " ".join(
            [
                self._words("analysis.counted", count=len(rows.activities), units=units),
                self._words("analysis.reported", units=len({one.place.unit for one in rows.results})),
                *([self._words("analysis.drafts", count=rows.drafts, units=rows.draft_units)] if rows.drafts else []),
            ]
        )

    def args(self, wanted: RowFilter) -> dict[str, str]:
        """Return the address's arguments of rows, as of the moment shown."""
        return wanted.as_args | self._moment

    @property
    def groups(self) -> list[str]:
        """The names of the groups, the columns of `contents`."""
        return [self._groups[code] for code in self._found.contents.columns]

    @property
    def contents(self) -> list[CountLine]:
        """Activities by content and group, the sums last."""

        def wanted(content: str | None, group: str | None) -> RowFilter:
            return RowFilter(content=_address(content), group=group or "")

        return self._count_lines(self._found.contents, self._titles.__getitem__, wanted)

    @property
    def reported(self) -> list[CountLine]:
        """Units that reported a result, by content and group; their sum over contents means nothing."""

        def wanted(content: str | None, group: str | None) -> RowFilter:
            return RowFilter(RESULTS, content=content or "", group=group or "")

        return self._count_lines(self._found.reported, self._titles.__getitem__, wanted)[:-1]

    @property
    def content_heads(self) -> list[tuple[str, str]]:
        """The codes and titles of the contents, the columns of `weeks`."""
        unsorted = self._words("analysis.unsorted_short")
        return [(code or unsorted, self._titles[code]) for code in self._found.weeks.columns]

    @property
    def weeks(self) -> list[CountLine]:
        """Activities by the week they begin in and by content, the sums last."""

        def wanted(week: str | None, content: str | None) -> RowFilter:
            return RowFilter(week=week or "", content=_address(content))

        return self._count_lines(self._found.weeks, self._week, wanted)

    def _count_lines(
        self, table: CountTable, name_of: Callable[[str], str], wanted: Callable[[str | None, str | None], RowFilter]
    ) -> list[CountLine]:
        def line(name: str, row: str | None, counts: Iterable[int], total: int) -> CountLine:
            cells = [
                CountCell(count, self.args(wanted(row, column)))
                for column, count in zip(table.columns, counts, strict=True)
            ]
            return CountLine(name, (*cells, CountCell(total, self.args(wanted(row, None)))))

        lines = [
            line(name_of(row), row, (table.at(row, column) for column in table.columns), table.row_total(row))
            for row in table.rows
        ]
        sums = [table.column_total(column) for column in table.columns]
        return [*lines, line(self._words("all"), None, sums, table.total)]

    def _week(self, week: str) -> str:
        window = self._found.campaign.window
        if week == weeks.BEFORE:
            return self._words("analysis.week_before", day=format_day(window.start))
        if week == weeks.AFTER:
            return self._words("analysis.week_after", day=format_day(window.end))
        if week == weeks.UNDATED:
            return self._words("analysis.week_undated")
        monday = date.fromisoformat(week)
        return f"{format_short(monday)} – {format_short(monday + weeks.WEEK - timedelta(days=1))}"

    @property
    def contents_chart(self) -> ColumnChart:
        """Columns of contents, stacked by group."""
        table = self._found.contents
        labels = [code or self._words("analysis.unsorted_short") for code in table.rows]
        counts = [[table.at(row, column) for column in table.columns] for row in table.rows]
        return column_chart(self._words("analysis.by_content"), labels, self.groups, counts)

    @property
    def weeks_chart(self) -> ColumnChart:
        """Columns of the weeks of the window: sorted activities below, those without a content above."""
        table = self._found.weeks
        shown = [week for week in table.rows if week not in (weeks.BEFORE, weeks.AFTER, weeks.UNDATED)]
        labels = [format_short(date.fromisoformat(week)) for week in shown]
        counts = [[table.row_total(week) - table.at(week, UNSORTED), table.at(week, UNSORTED)] for week in shown]
        series = [self._words("analysis.sorted"), self._words("analysis.unsorted")]
        return column_chart(self._words("analysis.by_week"), labels, series, counts)

    @property
    def suggesting_words(self) -> list[tuple[str, str]]:
        """Which words suggest which content."""
        return [
            (self._titles[item.code], "; ".join(item.words or (item.title,))) for item in self._found.campaign.contents
        ]

    @property
    def totals(self) -> list[ContentTotals]:
        """The figures of results by content; contents without any are left out."""
        found = []
        for code, title in self._titles.items():
            own = [one for one in self._found.totals if one.content == code]
            if own:
                shared = tuple(self._total_line(one) for one in own if one.units > 1)
                single = tuple(self._total_line(one) for one in own if one.units == 1)
                found.append(ContentTotals(title, shared, single))
        return found

    def _total_line(self, total: FigureTotal) -> TotalLine:
        shown = number_words(total.total, self._words.language)
        if total.about:
            shown = self._words("analysis.about", number=shown)
        wanted = RowFilter(FIGURES, total.content, measure=total.measure)
        return TotalLine(total.measure, shown, total.figures, total.units, self.args(wanted))

    @property
    def figure_kinds(self) -> list[tuple[str, CountCell]]:
        """How many figures are of each kind, with the address of those that were not added."""
        counts = self._found.figure_counts
        return [
            (
                self._words(f"analysis.kind_{kind.value}"),
                CountCell(counts[kind], self.args(RowFilter(FIGURES, kind=kind.value))),
            )
            for kind in QuantityKind
        ]

    @property
    def figure_count(self) -> int:
        """How many figures there are in all."""
        return len(self._found.figures)

    @property
    def states(self) -> list[tuple[PairState, str, int]]:
        """Where activities are beside the reports: each state with its words and count."""
        counts = self._found.pair_counts
        return [(state, self._words(f"analysis.pair_{state.value}"), counts[state]) for state in PairState]

    @property
    def pair_total(self) -> int:
        """How many activities the states add up to."""
        return sum(self._found.pair_counts.values())

    @property
    def activity_count(self) -> int:
        """How many activities were registered."""
        return len(self._found.activities)

    @property
    def judged_before(self) -> int:
        """How many judgements no longer fit what the rows say."""
        return self._found.judged_before

    @property
    def lists(self) -> list[tuple[str, str, list[FigureRow], int]]:
        """Models and free words: the list's name, its heading words, its first lines, how many there are."""
        shown = []
        for rows in (MODELS, FREE_WORDS):
            lines = row_lines(self._found, RowFilter(rows), self._words)
            shown.append((rows, self._words(f"analysis.list_{rows}"), lines[:MOST_SHOWN], len(lines)))
        return shown


def _address(content: str | None) -> str:
    """Return how an address names a content; None is any."""
    return "" if content is None else content or NO_CONTENT


def content_titles(campaign: Campaign, words: Words) -> dict[str, str]:
    """Return the titles of the contents by code, that of no content last."""
    titles = {item.code: f"{item.code}. {item.title}" for item in campaign.contents}
    return titles | {UNSORTED: words("analysis.unsorted")}


def read_filter(campaign: Campaign, args: Mapping[str, str]) -> RowFilter:
    """Read which rows an address asks for; BadQueryError says what is accepted."""
    contents = (*(item.code for item in campaign.contents), NO_CONTENT)
    measure = args.get("measure", "")
    if len(measure) > LONGEST_MEASURE:
        raise BadQueryError(message("web.bad_request"))
    return RowFilter(
        rows=queries.one_of(args.get("rows", ""), LISTS) or ACTIVITIES,
        content=queries.one_of(args.get("content", ""), contents),
        group=queries.one_of(args.get("group", ""), (group.code for group in campaign.groups)),
        week=queries.one_of(args.get("week", ""), weeks.weeks_of(campaign.window)),
        measure=measure,
        kind=queries.one_of(args.get("kind", ""), QuantityKind),
    )


def title_of(campaign: Campaign, wanted: RowFilter, words: Words) -> str:
    """Return what the rows asked for are, in words."""
    titles = content_titles(campaign, words)
    parts = [words(f"analysis.list_{wanted.rows}")]
    if wanted.content:
        parts.append(titles["" if wanted.content == NO_CONTENT else wanted.content])
    parts += [group.name for group in campaign.groups if group.code == wanted.group]
    if wanted.week in (weeks.BEFORE, weeks.AFTER, weeks.UNDATED):
        parts.append(words(f"analysis.only_{wanted.week}"))
    elif wanted.week:
        parts.append(words("analysis.only_week", day=format_day(date.fromisoformat(wanted.week))))
    if wanted.kind:
        parts.append(words(f"analysis.kind_{wanted.kind}"))
    return " · ".join([*parts, *([f"“{wanted.measure}”"] if wanted.measure else [])])


def headings_of(wanted: RowFilter) -> tuple[str, ...]:
    """Return the keys of the headings of a list's own columns."""
    return _HEADINGS[wanted.rows]


_HEADINGS = {
    ACTIVITIES: ("activity", "time", "suggested", "suggested_by"),
    FIGURES: ("of_content", "figure", "read_as"),
    RESULTS: ("of_content", "result", "figure"),
    FREE_WORDS: ("about_what", "words"),
    MODELS: ("where_said", "words", "said_word"),
}


def row_lines(found: BoardAnalysis, wanted: RowFilter, words: Words) -> list[FigureRow]:
    """Return the rows that a figure is made of, in the plan's order."""
    names = {unit.code: unit.name for unit in found.campaign.units}
    titles = content_titles(found.campaign, words)
    return [
        FigureRow(names[place.unit], place.unit, texts, place.row, _url(place))
        for place, texts in _LINES[wanted.rows](found, wanted, (words, titles))
    ]


def _url(place: RowPlace) -> str:
    return current.tab_url(place.spreadsheet_id, place.sheet_id, place.cell)


_Texts = tuple[RowPlace, tuple[str, ...]]
_Said = tuple[Words, Mapping[str, str]]


def _activity_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    _, titles = said
    for one in found.activities:
        week = weeks.week_of(one.starts, found.campaign.window)
        if wanted.has(one.place, one.suggestion.content) and wanted.week in ("", week):
            spoken = ", ".join(f"“{word}”" for word in one.suggestion.words)
            yield one.place, (one.name, one.time, titles[one.suggestion.content], spoken)


def _figure_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    words, titles = said
    for one in found.figures:
        quantity = one.quantity
        if not wanted.has(one.place, one.content) or wanted.kind not in ("", quantity.kind):
            continue
        if wanted.measure in ("", quantity.measure) and (not wanted.measure or quantity.kind is QuantityKind.COUNT):
            read = words(f"analysis.kind_{quantity.kind.value}")
            if quantity.kind is QuantityKind.COUNT and quantity.number is not None:
                read = f"{number_words(quantity.number, words.language)} {quantity.measure}"
            yield one.place, (titles.get(one.content, one.content), quantity.text, read)


def _result_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    _, titles = said
    for one in found.rows.results:
        if one.is_content and not one.nil and wanted.has(one.place, one.key):
            figures = "; ".join(figure.text for figure in one.figures)
            yield one.place, (titles.get(one.key, one.key), one.result, figures)


def _free_texts(found: BoardAnalysis, wanted: RowFilter, _said: _Said) -> Iterator[_Texts]:
    for one in found.free_words:
        if wanted.group in ("", one.place.group):
            yield one.place, (one.title, one.result)


def _model_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    words, _ = said
    for activity in found.models:
        if wanted.group in ("", activity.place.group):
            yield activity.place, (words("analysis.in_registration"), activity.name, f"“{activity.model_words}”")
    for result in found.reported_models:
        if wanted.group in ("", result.place.group):
            yield result.place, (words("analysis.in_report"), result.result, f"“{result.model_words}”")


_LINES: Mapping[str, Callable[[BoardAnalysis, RowFilter, _Said], Iterator[_Texts]]] = {
    ACTIVITIES: _activity_texts,
    FIGURES: _figure_texts,
    RESULTS: _result_texts,
    FREE_WORDS: _free_texts,
    MODELS: _model_texts,
}


def pair_lines(workspace: Workspace, pairs: Iterable[PromisedPair], words: Words) -> list[PairLine]:
    """Return activities beside what was done, in words."""
    campaign = workspace.campaign
    titles = content_titles(campaign, words)
    names = {unit.code: unit.name for unit in campaign.units}

    def done(clause: DoneClause) -> DoneLine:
        title = titles.get(clause.result.key, clause.result.key)
        return DoneLine(clause.mark, clause.text, title, _url(clause.result.place))

    def said(one: PairJudgement, choices: Sequence[DoneClause]) -> SaidLine:
        clause = next(clause for clause in choices if clause.key == one.done)
        at = words.instant(dashboard_content.minute(one.recorded_at), campaign.zone)
        by = words("recorded_by", who=one.actor, at=at)
        return SaidLine(clause.mark, clause.text, one.verdict.value, by, one.reason)

    return [
        PairLine(
            unit=names[one.activity.place.unit],
            code=one.activity.place.unit,
            activity=one.activity,
            activity_url=_url(one.activity.place),
            state=one.state,
            likeness=one.likeness,
            done=tuple(map(done, one.done)),
            said=tuple(said(judged, one.choices) for judged in one.judgements),
            choices=tuple(map(done, one.choices)),
        )
        for one in pairs
    ]


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One figure of both seasons, in words."""

    name: str
    now: str
    before: str
    change: str


@dataclass(frozen=True, slots=True)
class LastSeason:
    """Both seasons' names and their figures."""

    now: str
    before: str
    lines: tuple[ComparedLine, ...]


def last_season(seasons: tuple[SeasonFigures, SeasonFigures] | None, words: Words) -> LastSeason | None:
    """Return this season beside the last; None where none is on record."""
    if seasons is None:
        return None
    now, before = seasons
    return LastSeason(now.title, before.title, tuple(_compared_line(one, words) for one in compared(now, before)))


def _compared_line(one: ComparedFigure, words: Words) -> ComparedLine:
    name = " – ".join(part for part in (words(f"analysis.compared_{one.name}"), one.detail) if part)
    change = "–" if one.change is None else f"{one.change:+d}" if one.change else "0"
    shown = ["–" if count is None else str(count) for count in (one.now, one.before)]
    return ComparedLine(name, shown[0], shown[1], change.replace("-", "−"))
