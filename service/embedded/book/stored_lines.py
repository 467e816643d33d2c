"""The rows of one sheet in the store, and where they stand: rows that move are given their new numbers together, once.

Rows put in, taken out or moved change only where spans of stored rows stand; `settle` writes it to the store.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from service.embedded.book.request_work import Spend

ENDLESS = 10_000_000  # more rows than a file can have
STEPS_OF_ROW = 4  # to give it another number
SPANS_OF_STEP = 5
_CELLS = "vals, styles, extras"
_MOVED = f"CREATE TEMP TABLE IF NOT EXISTS moved_line (number INTEGER PRIMARY KEY, {_CELLS})"


class _Span(NamedTuple):
    """Stored rows that stand together."""

    start: int  # where the first stands
    stored: int  # its number in the store
    length: int

    @property
    def stop(self) -> int:
        return self.start + self.length

    def cut(self, at: int) -> "list[_Span]":
        """Return the part before a row and the part from it on."""
        before = at - self.start
        if not 0 < before < self.length:
            return [self]
        return [_Span(self.start, self.stored, before), _Span(at, self.stored + before, self.length - before)]


_ALL = _Span(0, 0, ENDLESS)


class StoredLines:
    """The stored rows of one sheet within one transaction, by where they stand now."""

    def __init__(self, connection: sqlite3.Connection, book: int, sheet_id: int) -> None:
        self._connection = connection
        self._sheet = (book, sheet_id)
        self._spans = [_ALL]  # in the order in which they stand

    def insert(self, at: int, count: int, spend: Spend) -> None:
        """Make room for rows before one."""
        self._cut(at, at, spend)
        self._spans = [span if span.start < at else span._replace(start=span.start + count) for span in self._spans]

    def delete(self, start: int, end: int, spend: Spend) -> None:
        """Take rows out; those below move up."""
        self._cut(start, end, spend)
        self._spans = [
            span if span.start < start else span._replace(start=span.start - (end - start))
            for span in self._spans
            if not start <= span.start < end
        ]

    def exchange(self, first: range, second: range, spend: Spend) -> None:
        """Let rows and those right below them change places."""
        self._cut(first.start, second.stop, spend)
        self._cut(first.stop, first.stop, spend)

        def moved(span: _Span) -> _Span:
            by = len(second) if span.start in first else -len(first) if span.start in second else 0
            return span._replace(start=span.start + by)

        self._spans = sorted(map(moved, self._spans))

    def _cut(self, first: int, second: int, spend: Spend) -> None:
        spend(1 + len(self._spans) // SPANS_OF_STEP)
        for at in (first, second):
            self._spans = [part for span in self._spans for part in span.cut(at)]

    def read(self, columns: str, top: int = 0, bottom: int = ENDLESS, where: str = "1") -> Iterator[sqlite3.Cursor]:
        """Give the number and columns of the rows that stand in a span, in order: a cursor for each part of it."""
        for span in self._spans:
            first, last = max(top, span.start), min(bottom, span.stop)
            if first < last:
                # columns and condition are words of this program
                sql = (
                    f"SELECT number + ?, {columns} FROM line "  # noqa: S608
                    f"WHERE book = ? AND sheet = ? AND number >= ? AND number < ? AND {where} ORDER BY number"
                )
                by = span.stored - span.start
                yield self._connection.execute(sql, (-by, *self._sheet, first + by, last + by))

    @property
    def has_moved(self) -> bool:
        """Return True if rows stand elsewhere than the store has them."""
        return self._spans != [_ALL]

    def settle(self, spend: Spend) -> None:
        """Give the rows in the store the numbers of where they stand."""
        if not self.has_moved:
            return
        moving = [span for span in self._spans if span.start != span.stored]
        left = [(span.stored, span.stored + span.length) for span in moving] + self._taken_out()
        for first, last in left:
            spend(1 + STEPS_OF_ROW * self._count(first, last))
        self._connection.execute(_MOVED)
        for span in moving:
            self._connection.execute(
                f"INSERT INTO moved_line SELECT number + ?, {_CELLS} FROM line "  # noqa: S608 – of this program
                "WHERE book = ? AND sheet = ? AND number >= ? AND number < ?",
                (span.start - span.stored, *self._sheet, span.stored, span.stored + span.length),
            )
        self._connection.executemany(
            "DELETE FROM line WHERE book = ? AND sheet = ? AND number >= ? AND number < ?",
            [(*self._sheet, first, last) for first, last in left],
        )
        self._connection.execute(
            f"INSERT INTO line (book, sheet, number, {_CELLS}) "  # noqa: S608 – of this program
            f"SELECT ?, ?, number, {_CELLS} FROM moved_line ORDER BY number",
            self._sheet,
        )
        self._connection.execute("DELETE FROM moved_line")
        self._spans = [_ALL]

    def _count(self, first: int, last: int) -> int:
        sql = "SELECT count(*) FROM line WHERE book = ? AND sheet = ? AND number >= ? AND number < ?"
        return int(self._connection.execute(sql, (*self._sheet, first, last)).fetchone()[0])

    def _taken_out(self) -> list[tuple[int, int]]:
        """Return the spans of stored rows that stand nowhere any more."""
        gaps, end = [], 0
        for first, length in sorted((span.stored, span.length) for span in self._spans):
            if first > end:
                gaps.append((end, first))
            end = first + length
        return [*gaps, (end, ENDLESS)] if end < ENDLESS else gaps

    def clear(self) -> None:
        """Take all rows out."""
        self._connection.execute("DELETE FROM line WHERE book = ? AND sheet = ?", self._sheet)
        self._spans = [_ALL]

    def write(self, rows: Iterator[Sequence[Any]]) -> None:
        """Write rows, each with its number, in place of what stands there."""
        self._connection.executemany(
            f"INSERT OR REPLACE INTO line (book, sheet, number, {_CELLS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            ((*self._sheet, *row) for row in rows),
        )

    def remove(self, numbers: Sequence[int]) -> None:
        """Take single rows out; nothing moves."""
        self._connection.executemany(
            "DELETE FROM line WHERE book = ? AND sheet = ? AND number = ?", [(*self._sheet, one) for one in numbers]
        )
