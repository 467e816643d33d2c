"""Counts of activities and sums of figures, as tables whose cells add up. pandas does the counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from service.domain.analysis.rows import RegisteredActivity, ReportedResult, RowPlace
from service.domain.analysis.suggesting import UNSORTED
from service.domain.analysis.weeks import week_of, weeks_of
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.quantities import Quantity, QuantityKind


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts by row and column, every one of both, in order; whatever is not among them is an error."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    def at(self, row: str, column: str) -> int:
        """Return one count."""
        return self.counts[row, column]

    def row_total(self, row: str) -> int:
        """Return the sum of a row."""
        return sum(self.counts[row, column] for column in self.columns)

    def column_total(self, column: str) -> int:
        """Return the sum of a column."""
        return sum(self.counts[row, column] for row in self.rows)

    @property
    def total(self) -> int:
        """Return the sum of all."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of a report with its row."""

    place: RowPlace
    content: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class FigureTotal:
    """What figures of one content and one measure add up to."""

    content: str
    measure: str
    total: Decimal
    figures: int
    units: int
    about: bool  # one of them is said to be rounded


def contents_of_plan(campaign: Campaign) -> tuple[str, ...]:
    """Return the codes of the contents, then that of the activities without one."""
    return (*(item.code for item in campaign.contents), UNSORTED)


def by_content_and_group(campaign: Campaign, activities: Iterable[RegisteredActivity]) -> CountTable:
    """Count activities by suggested content and group of the unit."""
    rows, columns = contents_of_plan(campaign), _groups(campaign)
    pairs = [(one.suggestion.content, one.place.group) for one in activities]
    return _table(pairs, rows, columns)


def by_week_and_content(campaign: Campaign, activities: Iterable[RegisteredActivity]) -> CountTable:
    """Count activities by the week in which they begin and suggested content."""
    pairs = [(week_of(one.starts, campaign.window), one.suggestion.content) for one in activities]
    return _table(pairs, weeks_of(campaign.window), contents_of_plan(campaign))


def by_unit_and_content(campaign: Campaign, activities: Iterable[RegisteredActivity]) -> CountTable:
    """Count activities by unit, in the plan's order, and suggested content."""
    pairs = [(one.place.unit, one.suggestion.content) for one in activities]
    return _table(pairs, tuple(unit.code for unit in campaign.accounted_units), contents_of_plan(campaign))


def results_by_content_and_group(campaign: Campaign, results: Iterable[ReportedResult]) -> CountTable:
    """Count units whose report says something of a content, by content and group; nil is no result."""
    pairs = [(one.key, one.place.group) for one in results if one.is_content and not one.nil]
    known = tuple(item.code for item in campaign.contents)
    return _table([pair for pair in pairs if pair[0] in known], known, _groups(campaign))


def _groups(campaign: Campaign) -> tuple[str, ...]:
    accounted = {unit.group for unit in campaign.accounted_units}
    return tuple(group.code for group in campaign.groups if group.code in accounted)


def _table(pairs: Sequence[tuple[str, str]], rows: tuple[str, ...], columns: tuple[str, ...]) -> CountTable:
    frame = pd.DataFrame(pairs, columns=["row", "column"], dtype=object)
    counted = frame.groupby(["row", "column"]).size().to_dict()
    return CountTable(
        rows, columns, {(row, column): counted.get((row, column), 0) for row in rows for column in columns}
    )


def figure_lines(results: Iterable[ReportedResult]) -> tuple[FigureLine, ...]:
    """Return every figure of the reported contents, in order."""
    return tuple(
        FigureLine(result.place, result.key, figure)
        for result in results
        if result.is_content
        for figure in result.figures
    )


def figure_totals(campaign: Campaign, lines: Iterable[FigureLine]) -> tuple[FigureTotal, ...]:
    """Add up the counts of one content and one measure; shares, rates and unclear numbers are never added."""
    added = [one for one in lines if one.quantity.kind is QuantityKind.COUNT and one.quantity.number is not None]
    columns = ["content", "measure", "number", "unit", "about"]
    data = [
        (one.content, one.quantity.measure, one.quantity.number, one.place.unit, one.quantity.about) for one in added
    ]
    frame = pd.DataFrame(data, columns=columns, dtype=object)
    order = {code: index for index, code in enumerate(contents_of_plan(campaign))}
    found = [
        FigureTotal(
            content=str(content),
            measure=str(measure),
            total=sum(several["number"], Decimal(0)),
            figures=len(several),
            units=int(several["unit"].nunique()),
            about=bool(several["about"].any()),
        )
        for (content, measure), several in frame.groupby(["content", "measure"], sort=False)
    ]
    return tuple(sorted(found, key=lambda one: (order.get(one.content, len(order)), -one.units, one.measure)))
