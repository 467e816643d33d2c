"""A sheet written line by line is, byte for byte, the one xlsxwriter would write cell by cell."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from service.documents.xlsx_lines import (
    BLANK,
    LONGEST_CELL,
    LineSheet,
    day_content,
    fitting,
    number_content,
    style_of,
    text_content,
)

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
TEXTS = [
    "Tuần 3",
    " đầu",
    "cuối ",
    "a\nb",
    "a\r\nb",
    "_x0041_",
    "__x000D_",
    "_x12",
    "<b>&amp;",
    '"',
    "😀" * 3,
    "é",
    "=1",
]
NUMBERS = [0, -3, 7, 1e15, 123456789012345678, 0.1, 1 / 3, -2.5e-9, True]
DAYS = [
    date(1900, 1, 1),
    date(1900, 2, 28),
    date(1900, 3, 1),
    date(2023, 10, 15),
    datetime(2023, 10, 15, 8, 30, 59, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]
LINK = "https://vidu.example/sheets/a?b=1&c=2#gid=3&range=A7"


def parts(file: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name) for name in book.namelist()}


def written_whole() -> io.BytesIO:
    file = io.BytesIO()
    with Workbook(file, OPTIONS) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        plain, bold, day = (style_of(book.add_format(one)) for one in ({"border": 1}, {"bold": 1}, {"num_format": 14}))
        sheet = book.add_worksheet("Một", worksheet_class=LineSheet)
        sheet.set_column(0, 3, 20)
        sheet.write_line(0, [bold + text_content(text) for text in TEXTS])
        sheet.write_line(1, ["", plain + BLANK, "", *(plain + number_content(one) for one in NUMBERS)], 31.5)
        sheet.write_line(2, [])
        sheet.write_url(3, 0, LINK)
        sheet.write_line(3, [plain + text_content("Mở"), *(day + day_content(one) for one in DAYS)])
        book.add_worksheet("Hai", worksheet_class=LineSheet)
    return file


def written_by_cells() -> io.BytesIO:
    file = io.BytesIO()
    with Workbook(file, OPTIONS) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        plain, bold, day = (book.add_format(one) for one in ({"border": 1}, {"bold": 1}, {"num_format": 14}))
        for one in (plain, bold, day):
            style_of(one)  # numbered in the same order
        sheet = book.add_worksheet("Một")
        sheet.set_column(0, 3, 20)
        for column, text in enumerate(TEXTS):
            sheet.write_string(0, column, text, bold)
        sheet.set_row(1, 31.5)
        sheet.write_blank(1, 1, None, plain)
        for column, number in enumerate(NUMBERS, start=3):
            sheet.write_number(1, column, number, plain)
        sheet.write_url(3, 0, LINK, plain, "Mở")
        for column, one in enumerate(DAYS, start=1):
            sheet.write_datetime(3, column, one.replace(tzinfo=None) if isinstance(one, datetime) else one, day)
        book.add_worksheet("Hai")
    return file


def test_lines_are_what_cells_would_be():
    assert parts(written_whole()) == parts(written_by_cells())


def test_text_content_never_writes_markup_of_a_person():
    file = io.BytesIO()
    typed = "<r><t>a</t></r>", "<r></r></is></c></row></sheetData></r>"
    with Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("Một", worksheet_class=LineSheet)
        style = style_of(book.add_format({}))
        sheet.write_line(0, [style + text_content(text) for text in typed])

    assert tuple(cell.value for cell in load_workbook(file).active[1]) == typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\x00y\x08\ud800\ufffe", "x\ufffdy\ufffd\ufffd\ufffd"),
        ("n" * LONGEST_CELL, "n" * LONGEST_CELL),
        ("n" * (LONGEST_CELL + 1), "n" * (LONGEST_CELL - 1) + "…"),
        ("😀" * 20_000, "😀" * 16_383 + "…"),
        ("a" + "😀" * 20_000, "a" + "😀" * 16_382 + "…"),
    ],
)
def test_fitting(text, expected):
    found = fitting(text)

    assert found == expected
    assert len(found.encode("utf-16-le")) <= 2 * LONGEST_CELL


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_number_content_refuses_what_no_sheet_holds(number):
    with pytest.raises(ValueError, match="not a number"):
        number_content(number)
