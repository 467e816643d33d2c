"""How the columns and rows of a tab wider than paper are shared out among its sheets: each of its tables by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]  # of an answer: `values`, a cell each

PAPER = 1_050  # pixels of columns that a sheet of A4, lying, takes at a size that is read with ease
NARROWED = 1.5  # as much wider a table may be to stay in one piece: its columns become narrower, its letters smaller
LETTER = 7  # pixels that a letter takes at the size of a page
NARROWEST = 60  # pixels of a column of a table that stands below another one, whose widths were not made for it


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Columns and rows of a tab that are shown together."""

    columns: Mapping[int, int]  # pixels of each
    first: int
    last: int  # the row after its last one
    titles: range  # numbers, from 1, of the rows that are the columns' titles, repeated on every sheet of paper
    frozen: int = 0  # how many columns, from the tab's first one, begin each part of this table
    number: int = 1  # of the parts of one table
    count: int = 1


def text_at(row: Row, column: int) -> str:
    """Return the text of a row's cell, "" beyond its last one."""
    values = row.get("values", ())
    return str(values[column].get("formattedValue", "")) if column < len(values) else ""


def has_text(row: Row) -> bool:
    """Return True if any cell of a row shows something."""
    return any(value.get("formattedValue") for value in row.get("values", ()))


def titles_of(frozen: Sequence[Row]) -> range:
    """Return the numbers of the last frozen rows with more than one text: above them stands the title of the tab."""
    first = len(frozen)
    while first and _text_count(frozen[first - 1]) > 1:
        first -= 1
    return range(first + 1, len(frozen) + 1)


def excerpts(rows: Sequence[Row], columns: Mapping[int, int], frozen: tuple[int, int]) -> list[Excerpt]:
    """Return what a tab's shown columns are printed in; none where all fit on paper side by side.

    `frozen` is how many rows and columns stay in sight. A table that stands below the first one has sheets of its own,
    its own titles, and of the columns those that it fills, as wide as its words need.
    """
    if sum(columns.values()) <= NARROWED * PAPER:
        return []
    frozen_rows, frozen_columns = frozen
    below = list(_tables_below(rows, frozen_rows))
    ends = [*(start for start, _ in below), len(rows)]
    titles = titles_of(rows[: min(frozen_rows, len(rows))])
    found = list(_with_rows(rows[: ends[0]], _parts(columns, frozen_columns), titles, frozen_columns))
    if len(found) == 1 and not below:
        return []  # one column of any width
    for (start, own_titles), end in zip(below, ends[1:], strict=True):
        found.extend(_table_below(rows, columns, (start, end), own_titles))
    return found


def _tables_below(rows: Sequence[Row], frozen: int) -> Iterator[tuple[int, range]]:
    """Yield the first row of each table below the first one, and the numbers of its titles: bold, under a blank row."""
    for index in range(frozen, len(rows)) if frozen else ():
        if has_text(rows[index - 1]) or not has_text(rows[index]):
            continue
        heading = index + 1 if _text_count(rows[index]) == 1 else index
        if heading < len(rows) and _are_titles(rows[heading]):
            yield index, range(heading + 1, heading + 2)


def _are_titles(row: Row) -> bool:
    said = [value for value in row.get("values", ()) if value.get("formattedValue")]
    return len(said) > 1 and all(value.get("effectiveFormat", {}).get("textFormat", {}).get("bold") for value in said)


def _table_below(
    rows: Sequence[Row], columns: Mapping[int, int], lines: tuple[int, int], titles: range
) -> Iterator[Excerpt]:
    start, end = lines
    own = rows[start:end]
    while not has_text(own[-1]):
        own = own[:-1]
    lines_of_it = [row for row in own if _text_count(row) > 1]
    first = min((column for column in columns if any(text_at(row, column) for row in lines_of_it)), default=None)
    if first is None:
        return  # all that it has is in hidden columns
    # a line of one text, left of the table, is set above its first column and runs on over blank cells
    under = {column: width for column, width in columns.items() if column >= first}
    filled = {column: width for column, width in under.items() if any(text_at(row, column) for row in own)}
    needed = {column: _width_needed(rows[titles.stop - 1 : end], column) for column in filled}
    widths = {column: min(width, max(NARROWEST, needed[column])) for column, width in filled.items()}
    if sum(widths.values()) <= NARROWED * PAPER:
        yield Excerpt(widths, start, start + len(own), titles)
        return
    named = min(widths) + 1
    for part in _with_rows(own, _parts(widths, named), titles, named):
        held = len(own) if part.number == 1 else part.last
        yield Excerpt(part.columns, start, start + held, titles, named, part.number, part.count)


def _width_needed(rows: Sequence[Row], column: int) -> int:
    texts = (text_at(row, column) for row in rows if _text_count(row) > 1)
    return LETTER + LETTER * max((len(line) for text in texts for line in text.split("\n")), default=0)


def _parts(columns: Mapping[int, int], frozen: int) -> list[Mapping[int, int]]:
    """Share out columns among sheets of paper, those that are frozen on each if half of a sheet is left for others."""
    titles = {index: width for index, width in columns.items() if index < frozen}
    if 2 * sum(titles.values()) > PAPER:
        titles = {}
    room, parts = PAPER - sum(titles.values()), list[dict[int, int]]()
    left = 0
    for index, width in columns.items():
        if index in titles:
            continue
        if not parts or width > left:
            parts.append(dict(titles))
            left = room
        parts[-1][index] = width
        left -= width
    return list[Mapping[int, int]](parts)


def _with_rows(
    rows: Sequence[Row], parts: Sequence[Mapping[int, int]], titles: range, frozen: int
) -> Iterator[Excerpt]:
    """Yield each part with how many rows it has: below its own last word the first part has them all."""
    for number, columns in enumerate(parts, 1):
        own = [column for column in columns if number == 1 or column >= frozen]
        held = (index for index, row in enumerate(rows) if any(text_at(row, column) for column in own))
        yield Excerpt(columns, 0, max(held, default=-1) + 1, titles, frozen, number, len(parts))


def _text_count(row: Row) -> int:
    return sum(bool(value.get("formattedValue")) for value in row.get("values", ()))
