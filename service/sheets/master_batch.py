"""One atomic replacement of what changed on the master; what is too large for one request waits in a hidden sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.printed_tables import CellLink, Line, Sheet
from service.domain.sheet_changes import Region
from service.sheets.batches import Request
from service.sheets.master_requests import Looks, area_of, make_room, row_of, sheet_id_of, write_rows
from service.sheets.staging import MasterFile, Staging

_CELL = 48  # bytes of a cell beside its words, about


@dataclass(frozen=True, slots=True)
class _Placed:
    """Lines of one region: where they go, and from which of all the lines of the batch on they are."""

    area: dict[str, int]
    first: int
    count: int


class MasterBatch:
    """Collects regions, sheet by sheet from the top; `requests` is the one batch that shows them.

    Where it is more than one request should hold, the lines go ahead into the staging sheet, and the batch copies
    them: no reader sees half of it.
    """

    def __init__(self, file: MasterFile) -> None:
        self._file = file
        self._head: list[Request] = []  # sizes and room
        self._looks: list[Request] = []
        self._placed: list[_Placed] = []
        self._lines: list[Line] = []  # of the batch itself; none once lines are staged
        self._size = 0
        self._staging: Staging | None = None

    def prepare(self, requests: Sequence[Request]) -> None:
        """Put requests before everything else on the sheet that comes next."""
        self._head += requests

    def add(self, sheet: Sheet, region: Region) -> None:
        """Make a region's lines and put them into the batch."""
        sheet_id = sheet_id_of(sheet.title)
        self._head += make_room(sheet_id, region.row, region.before, region.count)
        first = len(self._lines) if self._staging is None else self._staging.count
        looks = Looks(sheet, region.row)
        count = 0
        for item in region.lines():
            looks.see(item)
            self._take(item)
            count += 1
        if count != region.count:
            raise ValueError(f"{sheet.title}: {count} lines where {region.count} were announced")
        self._looks += looks.requests()
        if count:
            area = area_of(sheet_id, (region.row, region.row + count, 0, sheet.column_count))
            self._placed.append(_Placed(area, first, count))

    def _take(self, item: Line) -> None:
        if self._staging is not None:
            self._staging.add(item)
            return
        self._lines.append(item)
        self._size += _size_of(item)
        if self._size > self._file.piece:
            self._staging = Staging(self._file)
            self._staging.begin()
            for line in self._lines:
                self._staging.add(line)
            self._lines = []

    def requests(self) -> list[Request]:
        """Return the batch: room, then words, then looks."""
        if self._staging is None:
            return [*self._head, *(self._written(one) for one in self._placed), *self._looks]
        self._staging.finish()
        copies = [self._staging.copied(one.first, one.area) for one in self._placed]
        before, after = self._staging.before_copies(), self._staging.after_copies()
        return [*self._head, *before, *copies, *self._looks, *after]

    def _written(self, one: _Placed) -> Request:
        return write_rows(one.area, [row_of(item) for item in self._lines[one.first : one.first + one.count]])


def _size_of(item: Line) -> int:
    """Return about how many bytes a line's cells are on the wire."""
    words = [value for value in item.values if isinstance(value, str) and value]
    links = [value for value in item.values if isinstance(value, CellLink)]
    said = sum(map(len, words)) + sum([len(link.url) + len(link.label) for link in links])
    return said + _CELL * (len(words) + len(links)) + 2 * len(item.values)
