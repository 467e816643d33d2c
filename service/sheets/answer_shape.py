"""What an inventory or a list of files must look like to be believed: a line that garbles may answer any JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
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
# most rows equal the one before them, which is then as well-formed
_MANY_ALIKE = frozenset({"rowData"})
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
    # a large answer has a hundred thousand objects: those that have one name are looked at together, empty ones not
    unread: list[Sequence[Mapping[str, Any]]] = [[answer]]
    while unread:
        objects = unread.pop()
        for name in set().union(*objects):
            values = [one[name] for one in objects if name in one]
            kinds = set(map(type, values))
            if name in _TYPES and kinds != {_TYPES[name]}:
                raise TypeError(name)
            if list in kinds:
                unread.append(_objects_in(name, [value for value in values if type(value) is list]))
            if dict in kinds:
                unread.append([value for value in values if value and type(value) is dict])


def _objects_in(name: str, lists: Iterable[Iterable[Any]]) -> list[Mapping[str, Any]]:
    """Return the objects in all lists of one name, empty ones left out; TypeError where an entry is of another type."""
    entries: Iterable[Any] = chain.from_iterable(lists)
    if name in _MANY_ALIKE:
        entries = (entry for entry, _same in groupby(entries))
    found = list(entries)
    if name in _ENTRIES and not set(map(type, found)) <= {_ENTRIES[name]}:
        raise TypeError(name)
    return [entry for entry in found if entry and type(entry) is dict]
