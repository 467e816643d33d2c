"""Rows whose contents are in the wrong columns, or all in one cell."""

from __future__ import annotations

import re

from sheets_schema.campaign import ColumnRole, Form
from sheets_schema.periods import Certainty
from sheets_schema.reading.row_kinds import is_number
from sheets_schema.reading.row_records import Row
from sheets_schema.rules.time_rules import TimeRules
from sheets_schema.vietnamese import folding

LONGEST_TIME_CELL = 60

_TIME_WORDS = frozenset(
    re.findall(
        r"\w+",
        "ngay thang nam tu den het toi quy tuan dau giua cuoi trong thu hai ba sau bay chu nhat hang moi gio sang chieu"
        " truoc va du kien khoang mung nua g h t cn i ii iii iv dot ke cac",
    )
)
_DATED = re.compile(r"\d\s*[/.\-]\s*\d|\b(?:ngay|thang|quy|tuan|nam)\s*[\divx]|\bt\d", re.IGNORECASE)
_TIME_INSIDE = re.compile(r"\b\d{1,2}\s*/\s*\d{1,2}\b|\b(?:thang|ngay|quy)\s*\d|\bthoi gian\s*:", re.IGNORECASE)
_LABELS = re.compile(r"\b(?:thoi gian|quy mo|pham vi|doi tuong|muc tieu|ket qua|dia diem)\b[^:]{0,30}:", re.IGNORECASE)
_TIME_NAMED = re.compile(
    r"\bthoi gian\s*:?\s*(?:tu|ngay|thang|trong|\d)|\b(?:ngay|tu|thang)\s+\d[\d/.\s-]*,?\s+tai\b", re.IGNORECASE
)
_PARTS = re.compile(r"[\n;|\t]|\s[-–]\s")


class Shifts:
    """Recognises shifted rows of a form."""

    def __init__(self, form: Form, times: TimeRules) -> None:
        self._times = times
        keys = {column.role: column.key for column in form.columns}
        self._ordinal = keys.get(ColumnRole.ORDINAL, "")
        self._name = keys.get(ColumnRole.NAME, "")
        self._period = keys.get(ColumnRole.PERIOD, "")
        self._others = tuple(
            column.key for column in form.columns if column.key not in (self._ordinal, self._name, self._period)
        )
        self._all = (self._name, self._period, self._ordinal, *self._others)  # what most rows have first
        order = [column.key for column in form.columns]
        at = order.index(self._period) if self._period else -1
        self._neighbours = tuple(order[index] for index in (at - 1, at + 1) if at >= 0 and 0 <= index < len(order))

    def code_of(self, row: Row) -> str:
        """Return COLUMN_SHIFT or ALL_IN_ONE_CELL where the row shows it, else blank."""
        if not (self._name and self._period):
            return ""
        if self._is_all_in_one(row):
            return "ALL_IN_ONE_CELL"
        return "COLUMN_SHIFT" if self._is_shifted(row) else ""

    def _is_shifted(self, row: Row) -> bool:
        ordinal, period = row.value(self._ordinal), row.value(self._period)
        if self._period in row.days or (not folding.is_blank(period) and self._times.read(period).fault is None):
            return False
        if any(key in row.days or self.is_time(row.value(key)) for key in self._neighbours):
            return True
        # a name where only a number belongs, and a time ("Thường xuyên") where the name belongs
        name = row.value(self._name)
        named = len(ordinal.split()) > 1 and not is_number(ordinal)
        return named and 0 < len(name) <= LONGEST_TIME_CELL and self._times.read(name).fault is None

    def _is_all_in_one(self, row: Row) -> bool:
        contents = (key for key in self._all if _says_something(row.value(key)))
        only = next(contents, self._period)
        if only == self._period or next(contents, None) is not None:
            return False
        words = folding.without_marks(row.value(only)[:2000])
        return len(_LABELS.findall(words)) >= 2 or (bool(_TIME_INSIDE.search(words)) and _tells_more(words))

    def is_time(self, cell: str) -> bool:
        """Return True if a cell is a time and nothing else."""
        if not cell or len(cell) > LONGEST_TIME_CELL or not any(letter.isdigit() for letter in cell):
            return False
        words = folding.without_marks(folding.fold(cell))
        if not _DATED.search(words) or set(re.findall(r"[a-z]+", words)) - _TIME_WORDS:
            return False
        reading = self._times.read(cell)
        return reading.fault is None and reading.certainty is not Certainty.ONGOING


def _says_something(cell: str) -> bool:
    return not is_number(cell) and not folding.is_blank(cell)


def _tells_more(words: str) -> bool:
    """Return True if a text with a date in it is a whole form: in several parts, with a place, or naming the time."""
    parts = max(len(_PARTS.split(words)), words.count(", "))
    return parts >= 3 or _TIME_NAMED.search(words) is not None
