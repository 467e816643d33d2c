"""Stacked columns as what an SVG is drawn from: one column a key, its parts from the bottom up. Knows no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 22.0, 34.0
GAP = 0.28  # of a column's share that stays free
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """One part of a column; `tone` is the number of its series, from 1."""

    tone: int
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One column with its label and how much it is in all."""

    x: float
    width: float
    middle: float
    top: float
    label: str
    total: int
    parts: tuple[ColumnPart, ...]


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """One chart with everything its SVG needs."""

    title: str
    columns: tuple[ChartColumn, ...]
    series: tuple[str, ...]
    lines: tuple[tuple[float, int], ...]  # where, and how much that is


def column_chart(
    title: str, labels: Sequence[str], series: Sequence[str], counts: Sequence[Sequence[int]]
) -> ColumnChart:
    """Return a chart of counts, a line of them a label, one count a series."""
    most = max((sum(line) for line in counts), default=0)
    step = _step(most)
    top = max(step, -(-most // step) * step)
    share = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    columns = (
        _column(LEFT + index * share, share, label, line, (series, top))
        for index, (label, line) in enumerate(zip(labels, counts, strict=True))
    )
    lines = tuple((round(_y(value, top), 1), value) for value in range(0, top + 1, step))
    return ColumnChart(title, tuple(columns), tuple(series), lines)


def _step(most: int) -> int:
    """Return the distance of the lines: at most five above the ground, at whole and round numbers."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * 5 >= most:
                return step * power
        power *= 10


def _column(left: float, share: float, label: str, line: Sequence[int], of: tuple[Sequence[str], int]) -> ChartColumn:
    series, top = of
    parts: list[ColumnPart] = []
    height = 0
    for tone, (count, name) in enumerate(zip(line, series, strict=True), start=1):
        if count:
            upper = _y(height + count, top)
            parts.append(ColumnPart(tone, round(upper, 1), round(_y(height, top) - upper, 1), f"{name}: {count}"))
        height += count
    x, width = left + share * GAP / 2, share * (1 - GAP)
    return ChartColumn(
        round(x, 1), round(width, 1), round(left + share / 2, 1), round(_y(height, top), 1), label, height, tuple(parts)
    )


def _y(count: int, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top
