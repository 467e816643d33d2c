"""Our marks on a spreadsheet: developer metadata that only this program's project can have written.

Every editor may write metadata of visibility DOCUMENT. What is visible to one project alone was written by it: only
that is believed, and only where one mark says one thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

OURS = "PROJECT"
PREFIX = "tonghop."
UNIT_KEY = f"{PREFIX}unit"
FORM_KEY = f"{PREFIX}form"
TEMPLATE_KEY = f"{PREFIX}template"
SHAPE_KEY = f"{PREFIX}shape"
COLUMN_KEY = f"{PREFIX}column"
FEEDBACK_KEY = "kiem_tra"  # the feedback column's value of COLUMN_KEY
ORPHANED = "orphaned"  # in the place of a template: a unit that comes back gets its tab renewed


class OwnMark(NamedTuple):
    """One mark; `column` is -1 for one of the whole tab."""

    id: int
    key: str
    value: str
    is_ours: bool
    column: int = -1


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that are believed, and the ids of those that are not."""

    believed: tuple[OwnMark, ...]
    stray: tuple[int, ...]


def marks_on(sheet: Mapping[str, Any]) -> Marks:
    """Return the marks on a tab as a whole: one that is there twice is not believed."""
    found = tuple(_marks(sheet.get("developerMetadata", ())))
    counts = Counter(mark.key for mark in found if mark.is_ours)
    return _sorted_out(found, [mark for mark in found if mark.is_ours and counts[mark.key] == 1])


def column_marks_on(sheet: Mapping[str, Any], key: str) -> Marks:
    """Return the marks on a tab's columns: one of two on a column, or on two columns, is not believed."""
    found = tuple(
        mark
        for data in sheet.get("data", ())
        for index, column in enumerate(data.get("columnMetadata", ()), start=data.get("startColumn", 0))
        for mark in _marks(column.get("developerMetadata", ()), index)
    )
    ours = [mark for mark in found if mark.is_ours and mark.key == key]
    values, columns = Counter(mark.value for mark in ours), Counter(mark.column for mark in ours)
    return _sorted_out(found, [mark for mark in ours if values[mark.value] == columns[mark.column] == 1])


def _marks(items: Sequence[Mapping[str, Any]], column: int = -1) -> Iterator[OwnMark]:
    for item in items:
        key, value = str(item.get("metadataKey", "")), str(item.get("metadataValue", ""))
        yield OwnMark(int(item.get("metadataId", 0)), key, value, item.get("visibility") == OURS, column)


def _sorted_out(found: Sequence[OwnMark], believed: Sequence[OwnMark]) -> Marks:
    stray = {mark.id for mark in found if mark.key.startswith(PREFIX)} - {mark.id for mark in believed}
    return Marks(tuple(believed), tuple(sorted(stray)))
