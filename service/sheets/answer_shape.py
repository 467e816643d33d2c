"""What an inventory or a list of files must look like to be believed: a line that garbles may answer any JSON."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
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
# rows, cells and conditions: most equal the one before them, which is then as well-formed
_MANY_ALIKE = frozenset({"rowData", "values"})
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
    # a large answer has a hundred thousand objects, most of them empty: no call for those, and none for a plain value
    unread: list[Mapping[str, Any]] = [answer]
    while unread:
        for name, value in unread.pop().items():
            kind = type(value)
            if kind is not _TYPES.get(name, kind):
                raise TypeError(name)
            if kind is dict:
                unread.append(value)
            elif kind is list:
                wanted = _ENTRIES.get(name)
                if wanted is not None and not {wanted}.issuperset(map(type, value)):
                    raise TypeError(name)
                if wanted is dict:
                    entries = (entry for entry, _same in groupby(value)) if name in _MANY_ALIKE else value
                    unread += filter(None, entries)
                elif wanted is None:
                    unread += [entry for entry in value if type(entry) is dict]
