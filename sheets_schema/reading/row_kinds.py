"""What kind of row a row of an open table is, judged by what it holds and never by its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sheets_schema.reading import signature_block
from sheets_schema.reading.headers import Titles
from sheets_schema.vietnamese import folding


class RowKind(StrEnum):
    """What a row of a tab is."""

    ACTIVITY = "activity"
    SECTION = "section"
    TOTAL = "total"
    SIGNATURE = "signature"
    BLANK = "blank"
    HEADER = "header"
    PLACEHOLDER = "placeholder"
    CONTENT = "content"  # a fixed row of a report
    FREE = "free"  # a free row of a report


class RowTexts(NamedTuple):
    """The texts of one row by what their columns mean; `stray` is in none of the form's columns."""

    ordinal: str
    name: str
    period: str
    others: tuple[str, ...]
    note: str = ""
    stray: tuple[str, ...] = ()

    @property
    def filled(self) -> tuple[str, ...]:
        """What is not blank, in column order."""
        cells = (self.ordinal, self.name, self.period, *self.others, self.note, *self.stray)
        return tuple(cell for cell in cells if not folding.is_blank(cell))

    @property
    def only_name(self) -> bool:
        """Whether nothing but a name (and perhaps a number and a note) is given."""
        return folding.is_blank(self.period) and all(map(folding.is_blank, self.others))


LONGEST_MARK = 12  # a cell that only numbers its column is shorter

_NUMBER = re.compile(r"\W*\d+(?:[.,\-/]\d+)*\W*")
_COLUMN_NUMBER = re.compile(r"[(\[]?\s*(\d{1,2}|[A-ZĐa-zđ])\s*[)\]]?(?:\s*=.*)?")
_SECTION_NUMBER = re.compile(r"(?:(?:phan|muc|nhom)\s+)?(?:[ivxlc]+|[a-z])\s*[.)\-/:]*")
_SECTION_START = re.compile(
    r"(?:[IVXLC]+|[A-ZĐ])\s*(?:[.\-–):]|/(?![a-zđ]))\s*\S|(?:Phần|PHẦN|Mục|MỤC|Nhóm|NHÓM)\s+(?:[IVXLC]+|\d+|[A-Z]|thứ)\b"
)
_TOTAL = re.compile(
    r"\W*(?:tong cong|tong so|tong|cong|luy ke)\s*"
    r"(?:$|[:.(=…]|[-–]\s*\d|\d|(?:cac\s+)?(?:hoat dong|noi dung)\b|(?:so|chung|toan|muc|phan|nhom|khoi|[ivx]+)\b)"
    r"|\W*(?:an dinh\s+)?(?:danh sach|bang|bieu) (?:nay |tren |dang ky )?(?:gom\b|co\W*\d)"
)
_MONEY_TOTAL = re.compile(
    r"\W*(?:tong cong|tong so|tong|cong)\s+(?:kinh phi|nguon luc|so tien|ngan sach|nguon von|von|chi phi|gia tri)\b"
)
# how a total begins, with its marks or without any: "Công chứng" and "Băng cờ" are none
_TOTAL_WORD = re.compile(
    r"\W*(?:tổng|tong|cộng|cong|l[uũ]y|luỹ|ấn định|an dinh|danh sách|danh sach|bảng|bang|biểu|bieu)\b"
)
_TOTAL_ALONE = re.compile(r"\W*(?:tong cong|tong so|tong|cong|cong don|luy ke)\W*")
_REMARK = re.compile(r"\W*(?:ghi chu|luu y|chu thich)\s*:")
_EXAMPLE = re.compile(r"\W*(?:vd|v/d|vi du)\b|\W*[\[<({‹]\s*(?:nhap|ghi|dien|ten)\b")
_TO_FILL_IN = re.compile(
    r"\W*(?:dien|nhap|ghi)(?: ro| day du| cu the| vao)?(?: ten| noi dung| hoat dong| thong tin| thoi gian)"
    r"(?:,? (?:ten|noi dung|hoat dong|thong tin|thoi gian|cua don vi|don vi|tai day|vao day|o day|vao o nay|va))*\W*"
)
_CAMPAIGNING = re.compile(r"\W*[vV][đĐ]\b")  # "VĐ" is short for "vận động"
# how the words above begin; "tên" is one only in a bracket
_SECOND_OF_PLACEHOLDERS = {"v": "di/", "d": "i", "n": "h", "g": "h", "t": ""}
_EXAMPLE_NOTE = re.compile(r"\W*(?:vd|vi du|dong mau|dong vi du|mau)\W*")


def kind_of(line: RowTexts, titles: Titles, texts: Mapping[str, str]) -> RowKind:
    """Classify a row of an open table."""
    if _is_plain_activity(line):
        return RowKind.PLACEHOLDER if _is_example(line) else RowKind.ACTIVITY
    if _is_blank(line):
        return RowKind.BLANK
    if _has_placeholder(line.name):
        return RowKind.PLACEHOLDER
    if is_header(titles, texts) or numbers_columns(line.filled):
        return RowKind.HEADER
    if _may_sign(line) and signature_block.is_signature(line.filled, has_period=_has_own(line.period)):
        return RowKind.SIGNATURE
    if _is_total(line):
        return RowKind.TOTAL
    if _is_example(line):
        return RowKind.PLACEHOLDER
    return RowKind.SECTION if _is_section(line) else RowKind.ACTIVITY


def is_number(ordinal: str) -> bool:
    """Return True if an ordinal is a plain number: 1, 01, "1.", 2.1 (which a spreadsheet may show as 2,1)."""
    return bool(ordinal) and not ordinal[0].isalpha() and bool(_NUMBER.fullmatch(ordinal))


def is_header(titles: Titles, texts: Mapping[str, str]) -> bool:
    """Return True if a row repeats the header: its cells are the titles of their own columns."""
    filled = [(key, cell) for key, cell in texts.items() if not folding.is_blank(cell)]
    if len(filled) < 2 or any(len(cell) > 80 for _, cell in filled):
        return False
    return sum(titles.key_of(cell) == key for key, cell in filled) * 2 > len(filled)


def _is_plain_activity(line: RowTexts) -> bool:
    """Recognise at once what most rows are: a number, a name in words and a time."""
    return is_number(line.ordinal) and len(line.name) > LONGEST_MARK and not folding.is_blank(line.period)


def _may_sign(line: RowTexts) -> bool:
    """Return True if no number or letter of a list stands before a row."""
    ordinal = line.ordinal.strip()
    return not is_number(ordinal) and not (ordinal and _SECTION_NUMBER.fullmatch(_unmarked(ordinal)))


def _has_own(cell: str) -> bool:
    return not folding.is_blank(cell) and not signature_block.is_signature_text(cell)


def _is_blank(line: RowTexts) -> bool:
    if any(not folding.is_blank(cell) for cell in (line.name, line.period, *line.others, line.note, *line.stray)):
        return False
    ordinal = line.ordinal.strip()
    return folding.is_blank(ordinal) or is_number(ordinal) or bool(_SECTION_NUMBER.fullmatch(_unmarked(ordinal)))


def numbers_columns(filled: Sequence[str]) -> bool:
    """Return True if the cells of a row that are not blank number the columns: (1) (2) (3)…, or A B 1 2 3."""
    marks = [_COLUMN_NUMBER.fullmatch(cell.strip()) for cell in filled if len(cell) <= LONGEST_MARK]
    if len(marks) < 3 or len(marks) != len(filled):
        return False
    numbers = [int(mark[1]) for mark in marks if mark and mark[1].isdigit()]
    return all(marks) and len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_total(line: RowTexts) -> bool:
    first = line.filled[0]
    if is_number(first):
        first = line.name
    if not _TOTAL_WORD.match(folding.fold(first[:120])):
        return False
    alone = bool(_TOTAL_ALONE.fullmatch(_unmarked(first)))
    if folding.is_blank(line.period):
        of_money = not is_number(line.ordinal) and bool(_MONEY_TOTAL.match(_unmarked(first)))
        return alone or of_money or bool(_TOTAL.match(_unmarked(first)))
    return alone and not is_number(line.ordinal)


def _is_example(line: RowTexts) -> bool:
    cells = (line.ordinal, line.name) if line.name else line.filled
    return any(map(_has_placeholder, cells)) or (
        bool(line.note) and bool(_EXAMPLE_NOTE.fullmatch(_unmarked(line.note)))
    )


def _has_placeholder(cell: str) -> bool:
    first = next(filter(str.isalnum, cell), "")
    followed = _SECOND_OF_PLACEHOLDERS.get(_bare_letter(first))
    if followed is None or (cell.startswith(first) and _bare_letter(cell[1:2]) not in followed):
        return False
    if _CAMPAIGNING.match(cell):
        return False
    words = _unmarked(cell)
    return bool(_EXAMPLE.match(words) or _TO_FILL_IN.fullmatch(words))


def _bare_letter(letter: str) -> str:
    return letter.lower() if letter.isascii() else _unmarked(letter)


def _is_section(line: RowTexts) -> bool:
    if not line.only_name:
        return False
    if folding.is_blank(line.name):
        return _looks_like_heading(line.ordinal)
    if not folding.is_blank(line.ordinal) and _SECTION_NUMBER.fullmatch(_unmarked(line.ordinal)):
        return True
    if is_number(line.ordinal):
        return line.name.isupper()
    return _looks_like_heading(line.name)


def heads_sections(words: str) -> bool:
    """Return True if a text heads the rows below it and says nothing of its own: "II. NHIỆM VỤ", "Phần A:"."""
    words = words.strip()
    label, colon, rest = words.partition(":")
    return words.isupper() or (bool(colon) and not rest) or (not colon and bool(_SECTION_START.match(label)))


def _looks_like_heading(words: str) -> bool:
    words = words.strip()
    remark = bool(_REMARK.match(_unmarked(words)))
    return words.isupper() or words.endswith(":") or remark or bool(_SECTION_START.match(words))


def _unmarked(cell: str) -> str:
    """Fold the beginning of a cell: what a row is shows in its first words."""
    return folding.without_marks(folding.fold(cell[:120])).strip()
