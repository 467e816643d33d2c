"""The master's hidden sheet, where lines wait that are too many for one request, until one batch copies them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import orjson

from service.domain.printed_tables import CellLink, Line, Ordinal, Value
from service.sheets.batches import BYTES_PER_REQUEST, Request
from service.sheets.inventory import Inventory
from service.sheets.json_bytes import json_bytes
from service.sheets.master_requests import (
    area_of,
    cell_of,
    formula_cell,
    hyperlink,
    repeat_cell,
    sheet_id_of,
    write_rows,
)
from service.sheets.verbs import Sheets
from sheets_schema.wording import SHEET_LANGUAGE, text

STAGING_TITLE = text("sheets.staging_title", SHEET_LANGUAGE)
STAGING_ID = sheet_id_of(STAGING_TITLE)

_OFTEN = 50  # lines; what a column repeats for longer is not sent line for line
_LINK = 10  # bytes of a link beside its formula
_DROPPED: Request = {"deleteSheet": {"sheetId": STAGING_ID}}


def left_behind(inventory: Inventory) -> list[Request]:
    """Return what takes away the staging sheet of a run that was cut off."""
    return [_DROPPED] if inventory.tab(STAGING_ID) is not None else []


@dataclass(frozen=True, slots=True)
class MasterFile:
    """The master's spreadsheet; `rows` and `columns` are how many of them may have to wait."""

    sheets: Sheets
    spreadsheet_id: str
    rows: int
    columns: int
    piece: int = BYTES_PER_REQUEST


class Staging:
    """Sends lines ahead piece by piece; no reader sees half of what they will replace.

    Words go as plain values, a third of what they weigh as cells; raw, so that none is read as a number, a date or a
    formula. Our own links follow as they would be typed. What a column repeats line for line, and the last links, are
    in the batch itself.
    """

    def __init__(self, file: MasterFile) -> None:
        self._file = file
        self.count = 0  # lines that were added
        self._words = bytearray()  # of lines that were not sent yet, as JSON: a line by itself takes far more room
        self._words_from = 0
        self._links: dict[int, _Links] = {}  # that were not sent yet, by column
        self._links_size = 0
        self._above: Sequence[Value] = ()
        self._runs: dict[int, _Run] = {}  # by column, the last one
        self._repeated: list[_Run] = []

    def begin(self) -> None:
        """Make the sheet; what an earlier run left that was cut off while it staged goes first."""
        sheets, spreadsheet_id = self._file.sheets, self._file.spreadsheet_id
        grid = {"rowCount": max(self._file.rows, 1), "columnCount": self._file.columns}
        made = {"sheetId": STAGING_ID, "title": STAGING_TITLE, "hidden": True, "gridProperties": grid}
        sheets.apply(
            spreadsheet_id, [*left_behind(sheets.inventory(spreadsheet_id)), {"addSheet": {"properties": made}}]
        )

    def add(self, item: Line) -> None:
        """Take a line, below the one before."""
        words: list[Value] = list(item.values)
        above = self._above if len(self._above) == len(words) else [None] * len(words)
        for column, value in enumerate(item.values):
            if isinstance(value, CellLink):
                self._add_link(column, value)
                # left alone: the link may be there already
                words[column] = None
                continue
            may_repeat = isinstance(value, Ordinal) or (value and value is above[column])
            if may_repeat and self._goes_on(column, value):
                words[column] = None
        self._above = item.values
        body = json_bytes(words) + b","
        if len(self._words) + len(body) > self._file.piece:
            self._send_words()
        self._words += body
        self.count += 1
        if self._links_size > self._file.piece:
            self._send_links()

    def finish(self) -> None:
        """Send what was not sent yet, but for a few links."""
        self._send_words()
        if self._links_size > self._file.piece // 2:
            self._send_links()

    def before_copies(self) -> list[Request]:
        """Return what the batch writes before it copies."""
        links = [request for one in self._links.values() for request in one.cells()]
        return [*links, *(run.request() for run in self._repeated)]

    def copied(self, first: int, target: Mapping[str, int]) -> Request:
        """Return what copies lines, from one of them on, to an area of a sheet; looks stay."""
        left, right = target["startColumnIndex"], target["endColumnIndex"]
        last = first + target["endRowIndex"] - target["startRowIndex"]
        copied = {"source": area_of(STAGING_ID, (first, last, left, right)), "destination": target}
        return {"copyPaste": {**copied, "pasteType": "PASTE_FORMULA", "pasteOrientation": "NORMAL"}}

    def after_copies(self) -> list[Request]:
        """Return what the batch does once it has copied: it takes the sheet away."""
        return [_DROPPED]

    def _add_link(self, column: int, link: CellLink) -> None:
        links = self._links.get(column)
        if links is None:
            links = self._links[column] = _Links(column, self.count)
        formula = hyperlink(link)
        links.add(self.count, formula)
        self._links_size += len(formula) + _LINK

    def _goes_on(self, column: int, value: Value) -> bool:
        """Take a value as one more of the same in its column; return True if these are written at once."""
        run = self._runs.get(column)
        if run is None or run.end != self.count or run.value != value:
            seldom = 0 if isinstance(value, Ordinal) else _OFTEN
            run = self._runs[column] = _Run(column, self.count + seldom, self.count, value)
        run.end = self.count + 1
        if run.end == run.start + 1:
            self._repeated.append(run)
        return run.end > run.start

    def _send_words(self) -> None:
        if self._words:
            area = area_of(STAGING_ID, (self._words_from, self.count, 0, self._file.columns))
            words = orjson.Fragment(b"[" + self._words[:-1] + b"]")
            self._file.sheets.write_values(self._file.spreadsheet_id, [(area, words)])
        self._words, self._words_from = bytearray(), self.count

    def _send_links(self) -> None:
        typed = [links.typed() for links in self._links.values()]
        self._file.sheets.write_values(self._file.spreadsheet_id, typed, as_typed=True)
        self._links, self._links_size = {}, 0


@dataclass(slots=True)
class _Links:
    """Links of one column, from a line on; blank where a line has none."""

    column: int
    start: int
    formulas: list[str] = field(default_factory=list)

    def add(self, line: int, formula: str) -> None:
        """Take the link of a line below the last one."""
        self.formulas += [""] * (line - self.start - len(self.formulas))
        self.formulas.append(formula)

    def typed(self) -> tuple[dict[str, int], list[list[str]]]:
        """Return where they are typed, and what: nothing where a line has none."""
        return self._area, [[formula] if formula else [] for formula in self.formulas]

    def cells(self) -> Iterator[Request]:
        """Yield what writes them as cells; what stands where a line has none is left alone."""
        at = self.start
        for is_linked, several in groupby(self.formulas, key=bool):
            found = list(several)
            if is_linked:
                area = area_of(STAGING_ID, (at, at + len(found), self.column, self.column + 1))
                yield write_rows(area, [{"values": [formula_cell(one)]} for one in found])
            at += len(found)

    @property
    def _area(self) -> dict[str, int]:
        return area_of(STAGING_ID, (self.start, self.start + len(self.formulas), self.column, self.column + 1))


@dataclass(slots=True)
class _Run:
    """The same value in a column, line for line."""

    column: int
    start: int
    end: int
    value: Value

    def request(self) -> Request:
        """Return what writes it into the staging sheet."""
        area = area_of(STAGING_ID, (self.start, self.end, self.column, self.column + 1))
        return repeat_cell(area, cell_of(self.value), "userEnteredValue")
