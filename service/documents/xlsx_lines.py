"""A sheet of xlsxwriter that takes whole lines: what a cell holds is written as XML at once.

xlsxwriter makes an object of every cell, checks it and asks it again what it is: several times the work, half a minute
for 180,000 rows. Styles, page, columns, links and charts stay its own. `tests/service/documents/test_xlsx_lines.py`
holds that both write the same sheet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from service.documents.file_writing import UNWRITABLE

LONGEST_CELL = 32_767  # what a cell of Excel holds, in units of UTF-16; a longer text would make it refuse the file
BLANK = "/>"  # the content of a cell that has a style alone

_WORD = 40  # letters of a text that is likely to be in other lines too
_SHORT = LONGEST_CELL // 2  # letters, that fit whatever they are
_EPOCH = date(1899, 12, 31).toordinal()
_SECONDS_A_DAY = 86_400
_AFTER_FEBRUARY = 59  # Excel counts a 29th of February 1900
_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")  # what Excel would read as a character's number


def text_content(text: str) -> str:
    """Return the content of a cell that holds a text."""
    return _repeated_content(text) if len(text) <= _WORD else _text_content(text)


def _text_content(text: str) -> str:
    if _is_plain(text):
        return f' t="inlineStr"><is><t>{text}</t></is></c>'
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    escaped = _ESCAPE.sub("_x005F_", fitting(text)).replace("\r", "_x000D_")
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{escaped}</t></is></c>'


_repeated_content = lru_cache(maxsize=4_096)(_text_content)  # a unit's name, a group, a reading stand in every line


def _is_plain(text: str) -> bool:
    """Return True if a text is written as it is; what XML cannot hold is not printable."""
    return (
        text.isprintable()
        and len(text) <= _SHORT
        and not (text[:1] == " " or text[-1:] == " " or "&" in text or "<" in text or ">" in text or "_x" in text)
    )


def fitting(text: str) -> str:
    """Return a text that a cell takes: what cannot be written replaced, what is too long cut, with “…” at its end."""
    clean = UNWRITABLE.sub("\ufffd", text)
    if len(clean) <= _SHORT:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return clean
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def number_content(number: float) -> str:
    """Return the content of a cell that holds a number."""
    if not math.isfinite(number):
        raise ValueError(f"not a number of a sheet: {number}")
    return f"><v>{number:.16G}</v></c>"


def day_content(day: date) -> str:
    """Return the content of a cell that holds a day, or an instant as its own clock shows it: a sheet has no zones."""
    if isinstance(day, datetime):
        seconds = float(day.hour * 3600 + day.minute * 60 + day.second)
        return _day_content(day.toordinal(), (seconds + day.microsecond / 1e6) / _SECONDS_A_DAY)
    return _day_content(day.toordinal())


@lru_cache(maxsize=4_096)  # the days of a season are few
def _day_content(ordinal: int, part: float = 0.0) -> str:
    number = ordinal - _EPOCH + part
    return f"><v>{number + (number > _AFTER_FEBRUARY):.16G}</v></c>"


def style_of(made: Format) -> str:
    """Return what says in a cell that it has a format: it comes before the content."""
    return f' s="{made._get_xf_index()}"'


class LineSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A sheet whose lines are written whole, from the top."""

    def __init__(self) -> None:
        super().__init__()
        self.ignore_write_string = True  # `write_url` notes the link alone: its text is in the line
        self._letters: list[str] = []
        self._widest = 0  # columns

    def write_line(self, row: int, cells: Sequence[str], height: float | None = None) -> None:
        """Write a line: style and content of each column from the left, blank where there is no cell.

        `height` is in points; without it the line is as high as one of its letters.
        """
        while len(self._letters) < len(cells):
            self._letters.append(xl_col_to_name(len(self._letters)))
        number = row + 1
        written = "".join(
            [f'<c r="{letter}{number}"{held}' for letter, held in zip(self._letters, cells, strict=False) if held]
        )
        if written:
            if len(cells) > self._widest:
                self._widest = len(cells)
                self._check_dimensions(row, 0)
                self._check_dimensions(row, self._widest - 1)
            self.dim_rowmax = row
            high = "" if height is None else f' ht="{height:.16g}" customHeight="1"'
            self.fh.write(f'<row r="{number}"{high}>{written}</row>')
