"""Word and Excel forms as offices fill and mail them, made by code; each with what a person would type from it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document
from docx.table import Table
from openpyxl import Workbook

TITLES = (
    "Stt",
    "Tên nội dung, hoạt động",
    "Thời gian tổ chức, triển khai",
    "Quy mô, phạm vi triển khai",
    "Đối tượng thực hiện hoặc đối tượng thụ hưởng",
    "Mục tiêu hướng đến hoặc dự kiến kết quả đạt được",
    "Ghi chú",
)
SUBTITLE = "Đăng ký hoạt động triển khai hưởng ứng “Tháng Dân vận” năm {year}"
HEAD = ("UBND TỈNH BẮC GIANG", "SỞ CÔNG THƯƠNG", "Số: 12/KH-SCT")
PLACE_AND_DAY = "Bắc Giang, ngày 25 tháng 9 năm 2023"
ROWS = (
    ("I", "CÔNG TÁC TUYÊN TRUYỀN", "", "", "", "", ""),
    ("1", "Thăm, tặng quà hộ nghèo", "15/10/2023", "03 xã", "Hộ nghèo", "- 10 suất quà\n- 05 triệu đồng", ""),
    ("2", "=HYPERLINK(1)", "Từ 01/10 đến 15/10/2023", "Toàn tỉnh", "-nt-", "+ 100% hộ", "<b>phối hợp</b>"),
    ("3", "Tọa đàm về dân vận", "31/9/2023", "01 buổi", "Đoàn viên", "50 người", ""),
)


def word_form(
    rows: Iterable[Sequence[str]] = ROWS, head: Sequence[str] = HEAD, day: str = PLACE_AND_DAY, year: int = 2023
) -> bytes:
    """Return a .docx: the letterhead in a table without borders, the titles, the table, the signature."""
    document = docx.Document()
    letterhead = document.add_table(1, 2)
    letterhead.cell(0, 0).text = "\n".join(head)
    letterhead.cell(0, 1).text = f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{day}"
    for line in ("Mẫu", "DANH SÁCH", SUBTITLE.format(year=year)):
        document.add_paragraph(line)
    fill(document, (TITLES, *rows))
    document.add_paragraph("KT. GIÁM ĐỐC")
    document.add_paragraph("(Ký tên, đóng dấu)")
    return saved(document)


def fill(document: Document, rows: Iterable[Sequence[str]]) -> Table:
    """Add a table with these texts."""
    lines = list(rows)
    table = document.add_table(len(lines), len(lines[0]))
    for cells, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    return table


def excel_form(
    rows: Iterable[Sequence[str]] = ROWS, head: Sequence[str] = HEAD, day: str = PLACE_AND_DAY, year: int = 2023
) -> bytes:
    """Return a .xlsx with the same parts, a cell each, every text a text."""
    book = Workbook()
    sheet = book.active
    for line in head:
        sheet.append([line])
    sheet["E1"], sheet["E3"] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", day
    for line in ("DANH SÁCH", SUBTITLE.format(year=year)):
        sheet.append([line])
    for texts in (TITLES, *rows):
        sheet.append(list(texts))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    sheet.append(["", "", "", "", "", "KT. GIÁM ĐỐC"])
    return saved(book)


def saved(made: Document | Workbook) -> bytes:
    """Return a document or workbook as its file."""
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()
