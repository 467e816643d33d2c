"""What the page of the analysis shows: tables, charts, the season before. Knows no HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.domain.analysis import weeks
from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.comparison import ComparedFigure, SeasonFigures, compared
from service.domain.analysis.counting import CountTable, FigureTotal
from service.domain.analysis.pairing import PairState
from service.domain.analysis.suggesting import UNSORTED
from service.domain.written_numbers import number_words
from service.web.pages.column_chart import ColumnChart, column_chart
from service.web.pages.figure_rows import (
    FIGURES,
    FREE_WORDS,
    MODELS,
    NO_CONTENT,
    RESULTS,
    FigureRow,
    RowFilter,
    content_titles,
    row_lines,
)
from service.web.pages.progress_chart import format_short
from service.web.texts import Words
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.quantities import QuantityKind

MOST_SHOWN = 12  # rows of a list on the page itself; its own page has the rest


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
    def lists(self) -> list[tuple[str, str, Sequence[FigureRow], int]]:
        """Models and free words: the list's name, its heading words, its first lines, how many there are."""
        shown = []
        for rows in (MODELS, FREE_WORDS):
            lines = row_lines(self._found, RowFilter(rows), self._words)
            shown.append((rows, self._words(f"analysis.list_{rows}"), lines[:MOST_SHOWN], len(lines)))
        return shown


def _address(content: str | None) -> str:
    """Return how an address names a content; None is any."""
    return "" if content is None else content or NO_CONTENT
