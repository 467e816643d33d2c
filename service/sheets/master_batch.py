"""One atomic replacement of what changed on the master; what is too large for one request waits in a hidden sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from service.domain.printed_tables import Sheet
from service.domain.sheet_changes import Region
from service.sheets.batches import BYTES_PER_REQUEST, Request
from service.sheets.json_bytes import json_bytes
from service.sheets.master_requests import Looks, area_of, make_room, row_of, sheet_id_of, write_rows
from sheets_schema.wording import SHEET_LANGUAGE, text

STAGING_TITLE = text("sheets.staging_title", SHEET_LANGUAGE)
STAGING_ID = sheet_id_of(STAGING_TITLE)

# sends requests at once, before the batch
Stage = Callable[[Sequence[Request]], None]


@dataclass(frozen=True, slots=True)
class _Placed:
    """Rows of one region: where they go, and which of all the rows of the batch they are."""

    sheet_id: int
    row: int
    first: int
    count: int
    width: int


class MasterBatch:
    """Collects regions, sheet by sheet from the top; `requests` is the one batch that shows them.

    Words beyond what one request should hold go ahead into the staging sheet, piece by piece, and the batch copies
    them: no reader sees half of it. `stage` sends a piece; `capacity` is how many rows and columns it may need there.
    """

    def __init__(self, capacity: tuple[int, int], stage: Stage, piece: int = BYTES_PER_REQUEST) -> None:
        self._capacity = capacity
        self._stage = stage
        self._piece = piece
        self._head: list[Request] = []  # sizes and room
        self._looks: list[Request] = []
        self._placed: list[_Placed] = []
        self._rows: list[orjson.Fragment] = []  # not staged yet; as JSON, which weighs them and is sent
        self._size = 0
        self._staged = 0  # rows that wait in the staging sheet

    def prepare(self, requests: Sequence[Request]) -> None:
        """Put requests before everything else on the sheet that comes next."""
        self._head += requests

    def add(self, sheet: Sheet, region: Region) -> None:
        """Make a region's lines and put them into the batch."""
        sheet_id = sheet_id_of(sheet.title)
        self._head += make_room(sheet_id, region.row, region.before, region.count)
        first = self._staged + len(self._rows)
        looks = Looks(sheet, region.row)
        count = 0
        for item in region.lines():
            looks.see(item)
            self._take(row_of(item))
            count += 1
        if count != region.count:
            raise ValueError(f"{sheet.title}: {count} lines where {region.count} were announced")
        self._looks += looks.requests()
        if count:
            self._placed.append(_Placed(sheet_id, region.row, first, count, sheet.column_count))

    def _take(self, row: dict[str, Any]) -> None:
        body = json_bytes(row)
        if self._rows and self._size + len(body) > self._piece:
            self._send_ahead()
        self._rows.append(orjson.Fragment(body))
        self._size += len(body)

    def _send_ahead(self) -> None:
        rows, width = self._capacity
        if not self._staged:
            grid = {"rowCount": max(rows, 1), "columnCount": width}
            properties = {"sheetId": STAGING_ID, "title": STAGING_TITLE, "hidden": True, "gridProperties": grid}
            self._stage([{"addSheet": {"properties": properties}}])
        area = (self._staged, self._staged + len(self._rows), 0, width)
        self._stage([write_rows(STAGING_ID, area, self._rows)])
        self._staged += len(self._rows)
        self._rows, self._size = [], 0

    def requests(self) -> list[Request]:
        """Return the batch: room, then words, then looks."""
        if not self._staged:
            return [*self._head, *(self._write(place) for place in self._placed), *self._looks]
        if self._rows:
            self._send_ahead()
        copies = [_copy(place) for place in self._placed]
        return [*self._head, *copies, *self._looks, {"deleteSheet": {"sheetId": STAGING_ID}}]

    def _write(self, place: _Placed) -> Request:
        rows = self._rows[place.first : place.first + place.count]
        return write_rows(place.sheet_id, (place.row, place.row + place.count, 0, place.width), rows)


def _copy(place: _Placed) -> Request:
    source = area_of(STAGING_ID, (place.first, place.first + place.count, 0, place.width))
    target = area_of(place.sheet_id, (place.row, place.row + place.count, 0, place.width))
    copied = {"source": source, "destination": target, "pasteType": "PASTE_FORMULA", "pasteOrientation": "NORMAL"}
    return {"copyPaste": copied}
