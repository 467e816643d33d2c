"""What an inventory or a list of files must look like to be believed: a line that garbles may answer any JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WHOLE = (
    "sheetId", "index", "rowCount", "columnCount", "frozenRowCount", "frozenColumnCount", "metadataId", "chartId",
    "protectedRangeId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "startRow", "startColumn",
)  # fmt: skip
_TEXTS = (
    "title", "locale", "timeZone", "metadataKey", "metadataValue", "visibility", "description",
    "userEnteredValue",     "type", "id", "name", "emailAddress", "domain", "role", "nextPageToken", "driveId",
)  # fmt: skip
_OBJECTS = (
    "properties", "gridProperties", "range", "editors", "basicFilter", "booleanRule", "condition", "format",
    "effectiveValue", "location", "appProperties",
)  # fmt: skip
_LISTS_OF_OBJECTS = (
    "sheets", "developerMetadata", "merges", "conditionalFormats", "charts", "protectedRanges", "data",
    "columnMetadata", "rowData", "values", "ranges", "files", "permissions", "permissionDetails",
)  # fmt: skip
_LISTS_OF_TEXTS = ("users", "groups")
_TYPES: Mapping[str, type] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(_OBJECTS, dict),
    **dict.fromkeys((*_LISTS_OF_OBJECTS, *_LISTS_OF_TEXTS), list),
}
_ENTRIES: Mapping[str, type] = dict.fromkeys(_LISTS_OF_OBJECTS, dict) | dict.fromkeys(_LISTS_OF_TEXTS, str)


def check_shape(answer: Mapping[str, Any]) -> None:
    """Raise TypeError where a field of an answer, at any depth, is not of its type."""
    for name, value in answer.items():
        wanted = _TYPES.get(name)
        if wanted is not None and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
            raise TypeError(name)
        if isinstance(value, dict):
            check_shape(value)
        elif isinstance(value, list):
            _check_entries(name, value)


def _check_entries(name: str, entries: list[Any]) -> None:
    wanted = _ENTRIES.get(name)
    for entry in entries:
        if wanted is not None and not isinstance(entry, wanted):
            raise TypeError(name)
        if isinstance(entry, dict):
            check_shape(entry)
