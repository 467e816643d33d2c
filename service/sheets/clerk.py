"""Type into a tab as a person does: through the same API, with a person's own identity and rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from service.sheets.api_addresses import SPREADSHEET_URL
from service.sheets.batches import values_body

if TYPE_CHECKING:
    import gspread

    from service.sheets.http import BoundedHTTPClient

_Typed = tuple[dict[str, int], list[list[str | bool]]]  # an area, and the rows typed into it
Cell = tuple[int, int]  # zero-based row and column


class Clerk:
    """A person at a keyboard; what is typed is read as typing is (USER_ENTERED)."""

    def __init__(self, client: gspread.Client) -> None:
        self._http = cast("BoundedHTTPClient", client.http_client)

    def type_cells(self, spreadsheet_id: str, sheet_id: int, cells: Mapping[Cell, str | bool]) -> None:
        """Write single cells in one request; what is protected from this person is refused as a whole."""
        data = [_typed(sheet_id, row, column, [[value]]) for (row, column), value in cells.items()]
        self._write(spreadsheet_id, data)

    def type_rows(self, spreadsheet_id: str, sheet_id: int, row: int, rows: Sequence[Sequence[str]]) -> None:
        """Write whole rows from the first column, as a paste does."""
        self._write(spreadsheet_id, [_typed(sheet_id, row, 0, rows)])

    def insert_rows(self, spreadsheet_id: str, sheet_id: int, row: int, rows: Sequence[Sequence[str]]) -> None:
        """Insert lines above a row and write them."""
        place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + len(rows)}
        insert = {"insertDimension": {"range": place, "inheritFromBefore": False}}
        self._http.batch_update(spreadsheet_id, {"requests": [insert]})
        self.type_rows(spreadsheet_id, sheet_id, row, rows)

    def _write(self, spreadsheet_id: str, typed: Sequence[_Typed]) -> None:
        url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchUpdateByDataFilter"
        self._http.request("post", url, json=values_body(typed, as_typed=True))


def _typed(sheet_id: int, row: int, column: int, values: Sequence[Sequence[str | bool]]) -> _Typed:
    area = {
        "sheetId": sheet_id,
        "startRowIndex": row,
        "endRowIndex": row + len(values),
        "startColumnIndex": column,
        "endColumnIndex": column + max(len(line) for line in values),
    }
    return area, [list(line) for line in values]
