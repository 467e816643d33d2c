"""One spreadsheet to try things on, by one identity: the API's own requests, each sent once and answered in JSON."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from service.errors import SheetsRefusedError
from service.sheets.api_addresses import DRIVE_CHANNELS_STOP_URL, DRIVE_FILES_URL, SPREADSHEET_URL
from service.sheets.batches import Request, values_body
from service.sheets.verbs import SPREADSHEET_MIME
from sheets_schema.wording import SHEET_LANGUAGE, message, text

if TYPE_CHECKING:
    import gspread

    from service.sheets.http import BoundedHTTPClient

    Client = gspread.Client

Json = dict[str, Any]
# whatever a person may have put into a spreadsheet: one without any of it is blank
CONTENT_FIELDS = (
    "namedRanges,developerMetadata,sheets(properties(sheetId),data(rowData(values(userEnteredValue,note))),"
    "merges,charts,protectedRanges,conditionalFormats,basicFilter,filterViews,developerMetadata)"
)
ALL_DRIVES = {"supportsAllDrives": True}


class Scratch:
    """A spreadsheet that may be changed at will."""

    def __init__(self, client: gspread.Client, spreadsheet_id: str) -> None:
        self.client = client
        self.spreadsheet_id = spreadsheet_id
        self._http = cast("BoundedHTTPClient", client.http_client)
        self._book = SPREADSHEET_URL % spreadsheet_id
        self._file = f"{DRIVE_FILES_URL}/{spreadsheet_id}"

    @classmethod
    def make(cls, client: gspread.Client, title: str, marks: Mapping[str, str]) -> Scratch:
        """Make a spreadsheet that is found again by its marks."""
        http = cast("BoundedHTTPClient", client.http_client)
        body = {"name": title, "mimeType": SPREADSHEET_MIME, "appProperties": dict(marks)}
        answer = http.request("post", DRIVE_FILES_URL, params={"fields": "id", **ALL_DRIVES}, json=body).json()
        return cls(client, str(answer["id"]))

    def apply(self, *requests: Request) -> list[Json]:
        """Apply requests together; return their replies."""
        answer = self._post(":batchUpdate", {"requests": list(requests)})
        return list(answer.get("replies", ()))

    def add_tab(self, rows: int = 20, columns: int = 10) -> int:
        """Add a tab of its own for one trial; return its id."""
        grid = {"rowCount": rows, "columnCount": columns}
        title = text("sheets.trial_tab", SHEET_LANGUAGE, name=secrets.token_hex(4))
        properties = {"title": title, "gridProperties": grid}
        return int(self.apply({"addSheet": {"properties": properties}})[0]["addSheet"]["properties"]["sheetId"])

    def type_rows(self, sheet_id: int, rows: Sequence[Sequence[object]], row: int = 0, *, raw: bool = False) -> None:
        """Write rows from the first column as a person types them, or raw."""
        area = area_of(sheet_id, row, row + len(rows), 0, max(len(line) for line in rows))
        body = values_body([(area, [list(line) for line in rows])], as_typed=not raw)
        self._post("/values:batchUpdateByDataFilter", body)

    def shown(self, sheet_id: int, render: str = "FORMATTED_VALUE") -> list[list[object]]:
        """Return a tab's values."""
        (match,) = self.by_filters([{"gridRange": {"sheetId": sheet_id}}], render)
        return list(match["valueRange"].get("values", ()))

    def by_filters(self, filters: Sequence[Json], render: str = "FORMATTED_VALUE") -> list[Json]:
        """Return what filters match, in the API's own form."""
        body = {"dataFilters": list(filters), "valueRenderOption": render, "majorDimension": "ROWS"}
        return list(self._post("/values:batchGetByDataFilter", body).get("valueRanges", ()))

    def by_addresses(self, ranges: Sequence[str]) -> list[Json]:
        """Return ranges by one GET, its address as long as they make it."""
        query = "&".join(f"ranges={quote(item, safe='')}" for item in ranges)
        return list(self._json("get", f"{self._book}/values:batchGet?{query}").get("valueRanges", ()))

    def look(self, fields: str) -> Json:
        """Return masked fields of the spreadsheet."""
        return self._json("get", self._book, params={"fields": fields})

    def tab(self, sheet_id: int, fields: str) -> Json:
        """Return masked fields of one tab; SheetsRefusedError when it is not there."""
        for sheet in self.look(f"sheets(properties(sheetId,title,index),{fields})").get("sheets", ()):
            if sheet["properties"].get("sheetId", 0) == sheet_id:
                return cast("Json", sheet)
        raise SheetsRefusedError(message("sheets.tab_not_found"))

    def is_own(self) -> bool:
        """Return True if the file is ours: what a writer turns off he may not turn on again. One Drive call."""
        return bool(self.file("ownedByMe").get("ownedByMe"))

    def file(self, fields: str) -> Json:
        """Return masked fields of the file."""
        return self._json("get", self._file, params={"fields": fields, **ALL_DRIVES})

    def change_file(self, body: Mapping[str, object]) -> None:
        """Change fields of the file."""
        self._http.request("patch", self._file, params=ALL_DRIVES, json=dict(body))

    def delete_file(self) -> None:
        """Delete the file for good."""
        self._http.request("delete", self._file, params=ALL_DRIVES)

    def permissions(self) -> list[Json]:
        """Return who may do what."""
        params = {"fields": "permissions(id,type,emailAddress,role)", "pageSize": 100, **ALL_DRIVES}
        return list(self._json("get", f"{self._file}/permissions", params=params).get("permissions", ()))

    def share(self, kind: str, address: str, role: str) -> str:
        """Share without mail; return the permission's id."""
        params = {"sendNotificationEmail": False, "fields": "id", **ALL_DRIVES}
        body = {"type": kind, "role": role, "emailAddress": address}
        return str(self._json("post", f"{self._file}/permissions", params=params, json=body)["id"])

    def unshare(self, permission_id: str) -> None:
        """Take a permission back."""
        self._http.request("delete", f"{self._file}/permissions/{permission_id}", params=ALL_DRIVES)

    def watch(self, channel_id: str, token: str, address: str, milliseconds: int) -> str:
        """Ask for a push channel until an instant; return its resource id."""
        body = {"id": channel_id, "type": "web_hook", "address": address, "token": token}
        body["expiration"] = str(milliseconds)
        return str(self._json("post", f"{self._file}/watch", params=ALL_DRIVES, json=body)["resourceId"])

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a push channel."""
        self._http.request("post", DRIVE_CHANNELS_STOP_URL, json={"id": channel_id, "resourceId": resource_id})

    def _post(self, verb: str, body: Json) -> Json:
        return self._json("post", f"{self._book}{verb}", json=body)

    def _json(self, method: str, url: str, **given: Any) -> Json:  # noqa: ANN401 – what requests takes
        answer = self._http.request(method, url, **given).json()
        if not isinstance(answer, dict):
            raise SheetsRefusedError(message("sheets.answer_unreadable"))
        return answer


def area_of(sheet_id: int, top: int, bottom: int, left: int, right: int) -> Json:
    """Return a range of the API."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }
