"""The methods of the API: verb, path, and the function that answers; the table is the list of what there is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from service.embedded.drive import changes, channels, comments, drives, permissions, uploads
from service.embedded.drive import files as drive_files
from service.embedded.sheets_api import spreadsheets, values
from service.embedded.sheets_api.call import Answer, Call


@dataclass(frozen=True, slots=True)
class Method:
    """One method: how it is called and what it answers."""

    verb: str
    path: re.Pattern[str]
    name: str
    answer: Callable[[Call], Answer]
    writes: bool
    body: str = ""
    root: str = ""

    @property
    def is_drive(self) -> bool:
        """Return True if the method is Drive's, or a page of the editor, which answers errors as Drive does."""
        return not self.name.startswith("sheets.")

    @property
    def is_personal(self) -> bool:
        """Return True if the answer is about the caller, who must then be known."""
        return self.is_drive and not self.is_page and not self.name.startswith("drive.files.")

    @property
    def is_page(self) -> bool:
        """Return True if the address is one that browsers open, without a key or a token."""
        return self.name.startswith("pages.")


def _path(text: str) -> re.Pattern[str]:
    pattern = re.escape(text).replace(r"\{range\}", r"(.+)").replace(r"\{id\}", r"([^/:]+)")
    return re.compile(pattern, re.DOTALL)


_BOOK = "/v4/spreadsheets/{id}"
_FILE = "/drive/v3/files/{id}"
_SHEETS = "sheets.spreadsheets."


def _sheets(
    verb: str, path: str, name: str, answer: Callable[[Call], Answer], body: str = "", root: str = ""
) -> Method:
    reads = verb == "GET" or "GetByDataFilter" in name or name.endswith(("getByDataFilter", "search"))
    return Method(verb, _path(path), _SHEETS + name, answer, not reads, body, root)


def _drive(verb: str, path: str, name: str, answer: Callable[[Call], Answer], body: str = "") -> Method:
    return Method(verb, _path(path), f"drive.{name}", answer, verb != "GET", body)


METHODS: tuple[Method, ...] = (
    _sheets("POST", "/v4/spreadsheets", "create", spreadsheets.create, "Spreadsheet", "spreadsheet"),
    _sheets("GET", _BOOK, "get", spreadsheets.get),
    _sheets("POST", _BOOK + ":getByDataFilter", "getByDataFilter", spreadsheets.get_by_data_filter,
            "GetSpreadsheetByDataFilterRequest"),
    _sheets("POST", _BOOK + ":batchUpdate", "batchUpdate", spreadsheets.batch_update, "BatchUpdateSpreadsheetRequest"),
    _sheets("GET", _BOOK + "/developerMetadata/{id}", "developerMetadata.get", spreadsheets.metadata_get),
    _sheets("POST", _BOOK + "/developerMetadata:search", "developerMetadata.search", spreadsheets.metadata_search,
            "SearchDeveloperMetadataRequest"),
    _sheets("POST", _BOOK + "/sheets/{id}:copyTo", "sheets.copyTo", spreadsheets.copy_to,
            "CopySheetToAnotherSpreadsheetRequest"),
    _sheets("GET", _BOOK + "/values:batchGet", "values.batchGet", values.batch_get),
    _sheets("POST", _BOOK + "/values:batchUpdate", "values.batchUpdate", values.batch_update,
            "BatchUpdateValuesRequest"),
    _sheets("POST", _BOOK + "/values:batchClear", "values.batchClear", values.batch_clear, "BatchClearValuesRequest"),
    _sheets("POST", _BOOK + "/values:batchGetByDataFilter", "values.batchGetByDataFilter",
            values.batch_get_by_data_filter, "BatchGetValuesByDataFilterRequest"),
    _sheets("POST", _BOOK + "/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter",
            values.batch_update_by_data_filter, "BatchUpdateValuesByDataFilterRequest"),
    _sheets("POST", _BOOK + "/values:batchClearByDataFilter", "values.batchClearByDataFilter",
            values.batch_clear_by_data_filter, "BatchClearValuesByDataFilterRequest"),
    _sheets("POST", _BOOK + "/values/{range}:append", "values.append", values.append, "ValueRange", "data"),
    _sheets("POST", _BOOK + "/values/{range}:clear", "values.clear", values.clear, "ClearValuesRequest"),
    _sheets("GET", _BOOK + "/values/{range}", "values.get", values.get),
    _sheets("PUT", _BOOK + "/values/{range}", "values.update", values.update, "ValueRange", "data"),
    _drive("GET", "/drive/v3/about", "about.get", drives.about),
    _drive("POST", "/drive/v3/drives", "drives.create", drives.create, "Drive"),
    _drive("GET", "/drive/v3/drives", "drives.list", drives.list_drives),
    _drive("GET", "/drive/v3/drives/{id}", "drives.get", drives.get),
    _drive("POST", "/drive/v3/files", "files.create", drive_files.create, "File"),
    _drive("GET", "/drive/v3/files", "files.list", drive_files.list_files),
    _drive("GET", _FILE, "files.get", drive_files.get),
    _drive("PATCH", _FILE, "files.update", drive_files.update, "File"),
    _drive("DELETE", _FILE, "files.delete", drive_files.delete),
    _drive("POST", _FILE + "/copy", "files.copy", drive_files.copy, "File"),
    _drive("GET", _FILE + "/export", "files.export", drive_files.export),
    _drive("POST", _FILE + "/watch", "files.watch", channels.watch, "Channel"),
    _drive("GET", "/drive/v3/changes/startPageToken", "changes.getStartPageToken", changes.start_page_token),
    _drive("GET", "/drive/v3/changes", "changes.list", changes.list_changes),
    _drive("POST", "/drive/v3/changes/watch", "changes.watch", changes.watch, "Channel"),
    _drive("POST", "/drive/v3/channels/stop", "channels.stop", channels.stop, "Channel"),
    _drive("PUT", "/upload/drive/v2/files/{id}", "v2.files.update", uploads.upload),
    _drive("GET", _FILE + "/comments", "comments.list", comments.list_comments),
    _drive("POST", _FILE + "/comments", "comments.create", comments.create, "Comment"),
    _drive("GET", _FILE + "/permissions", "permissions.list", permissions.list_permissions),
    _drive("POST", _FILE + "/permissions", "permissions.create", permissions.create, "Permission"),
    _drive("GET", _FILE + "/permissions/{id}", "permissions.get", permissions.get),
    _drive("PATCH", _FILE + "/permissions/{id}", "permissions.update", permissions.update, "Permission"),
    _drive("DELETE", _FILE + "/permissions/{id}", "permissions.delete", permissions.delete),
    Method("GET", _path("/spreadsheets/d/{id}/export"), "pages.export", drive_files.export_page, writes=False),
    Method("GET", _path("/spreadsheets/export"), "pages.export", drive_files.export_page, writes=False),
)  # fmt: skip


_VALUES = "/values/"


def tidied(path: str) -> str:
    """Return a path as the methods know it: slashes that are doubled, at the end, or before a verb are taken out.

    What follows `/values/` is a range, whose title may hold any of them, and stays as it is.
    """
    head, values, rest = path.partition(_VALUES)
    if rest.startswith(":"):
        head, values, rest = head + "/values" + rest, "", ""
    head = re.sub(r"/+(?=:)", "", re.sub(r"/{2,}", "/", head))
    return head + values + rest if rest else (head + values).rstrip("/")


def find(verb: str, path: str) -> tuple[Method, tuple[str, ...]] | None:
    """Return the method for a request and what its path names, or None; HEAD is answered as GET."""
    verb = "GET" if verb == "HEAD" else verb
    path = tidied(path)
    for method in METHODS:
        if method.verb == verb and (match := method.path.fullmatch(path)):
            return method, tuple(unquote(part) if method.is_drive else part for part in match.groups())
    return None
