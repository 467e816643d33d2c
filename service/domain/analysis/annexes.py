"""The analysis as plain tables for the annexes of a paper: headings, lines of words and numbers, a note. No layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.counting import CountTable
from service.domain.analysis.suggesting import UNSORTED
from service.domain.analysis.weeks import AFTER, BEFORE, UNDATED, WEEK
from service.domain.written_numbers import number_words
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language, text


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """One table; `name` is its key for a program, the rest is for people. A sum over all is the last line."""

    name: str
    title: str
    headings: tuple[str, ...]
    lines: tuple[tuple[str | int, ...], ...]
    note: str = ""


def annexes(found: BoardAnalysis, language: Language = Language.VIETNAMESE) -> tuple[AnnexTable, ...]:
    """Return every table of the analysis, those without a line too: that there is nothing is a result."""
    return tuple(make(_Words(found, language)) for make in _TABLES)


class _Words:
    """An analysis with the words of one language."""

    def __init__(self, found: BoardAnalysis, language: Language) -> None:
        self.found = found
        self.language = language
        self.groups = {group.code: group.name for group in found.campaign.groups}
        self.units = {unit.code: unit.name for unit in found.campaign.units}
        self.titles = {item.code: f"{item.code}. {item.title}" for item in found.campaign.contents}
        self.titles[UNSORTED] = self("analysis.unsorted")

    def __call__(self, key: str, **values: object) -> str:
        """Return a text of the catalogues."""
        return text(key, self.language, **values)

    def counts(
        self, table: CountTable, row_name: Callable[[str], str], sums: bool = True
    ) -> tuple[tuple[str | int, ...], ...]:
        """Return the lines of a table of counts, its sums last."""
        lines: list[tuple[str | int, ...]] = [
            (row_name(row), *(table.at(row, column) for column in table.columns), table.row_total(row))
            for row in table.rows
        ]
        if sums:
            last = [table.column_total(column) for column in table.columns]
            lines.append((self("headings.all"), *last, table.total))
        return tuple(lines)

    def week(self, week: str) -> str:
        """Return the name of a week."""
        window = self.found.campaign.window
        ends = {BEFORE: window.start, AFTER: window.end}
        if week in ends:
            return self(f"analysis.week_{week}", day=format_day(ends[week]))
        if week == UNDATED:
            return self("analysis.week_undated")
        monday = date.fromisoformat(week)
        return f"{format_day(monday)} – {format_day(monday + WEEK - timedelta(days=1))}"

    def number(self, number: Decimal) -> str:
        """Return a number as people write it."""
        return number_words(number, self.language)


def _by_content(words: _Words) -> AnnexTable:
    table = words.found.contents
    headings = (words("headings.content"), *(words.groups[code] for code in table.columns), words("headings.all"))
    lines = words.counts(table, words.titles.__getitem__)
    return AnnexTable("by_content", words("analysis.by_content"), headings, lines, words("analysis.suggestion_note"))


def _by_week(words: _Words) -> AnnexTable:
    table = words.found.weeks
    names = (code or words("analysis.unsorted_short") for code in table.columns)
    headings = (words("analysis.week"), *names, words("headings.all"))
    lines = words.counts(table, words.week)
    return AnnexTable("by_week", words("analysis.by_week"), headings, lines, words("analysis.weeks_note"))


def _reported(words: _Words) -> AnnexTable:
    table = words.found.reported
    headings = (words("headings.content"), *(words.groups[code] for code in table.columns), words("headings.all"))
    lines = words.counts(table, words.titles.__getitem__, sums=False)
    return AnnexTable("reported", words("analysis.reported_units"), headings, lines, words("analysis.reported_note"))


def _figures(words: _Words) -> AnnexTable:
    headings = _named(words, "analysis.of_content", "analysis.measure", "analysis.total", "analysis.unit_count")
    lines = tuple(
        (words.titles.get(one.content, one.content), one.measure, _total(words, one.total, one.about), one.units)
        for one in words.found.totals
    )
    return AnnexTable("figures", words("analysis.figures"), headings, lines, words("analysis.figures_note"))


def _total(words: _Words, total: Decimal, about: bool) -> str:
    shown = words.number(total)
    return words("analysis.about", number=shown) if about else shown


def _pairs(words: _Words) -> AnnexTable:
    counts = words.found.pair_counts
    lines: list[tuple[str | int, ...]] = [
        (words(f"analysis.pair_{state.value}"), count) for state, count in counts.items()
    ]
    lines.append((words("headings.all"), sum(counts.values())))
    headings = _named(words, "analysis.pair_state", "analysis.list_activities")
    return AnnexTable("pairs", words("analysis.pairs"), headings, tuple(lines), words("analysis.pairs_note"))


def _models(words: _Words) -> AnnexTable:
    headings = _named(words, "headings.unit", "analysis.where_said", "analysis.words")
    registered = [
        (words.units[one.place.unit], words("analysis.in_registration"), one.name) for one in words.found.models
    ]
    reported = [
        (words.units[one.place.unit], words("analysis.in_report"), one.result) for one in words.found.reported_models
    ]
    return AnnexTable(
        "models", words("analysis.models"), headings, (*registered, *reported), words("analysis.models_note")
    )


def _free_words(words: _Words) -> AnnexTable:
    headings = _named(words, "headings.unit", "analysis.about_what", "analysis.words")
    lines = tuple((words.units[one.place.unit], one.title, one.result) for one in words.found.free_words)
    return AnnexTable("free_words", words("analysis.free_words"), headings, lines)


def _named(words: _Words, *keys: str) -> tuple[str, ...]:
    return tuple(map(words, keys))


_TABLES: Sequence[Callable[[_Words], AnnexTable]] = (
    _by_content,
    _by_week,
    _reported,
    _figures,
    _pairs,
    _models,
    _free_words,
)
