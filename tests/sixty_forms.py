"""Sixty filled forms, Word and Excel in turn, varied as offices fill them, with the rows a person would type from each.

Made by code from a seed: letterheads of state and Party bodies, merged, nested and cut tables, numbers that Word writes
by itself, tracked changes, dates that are dates, headings and totals between the rows.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from openpyxl import Workbook

from tests.sent_forms import SUBTITLE, TITLES, saved

UNITS = {
    "VP-UBND": ("VĂN PHÒNG UBND TỈNH", "VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH", "VP UBND TỈNH BẮC GIANG"),
    "S-CT": ("SỞ CÔNG THƯƠNG", "SỞ CÔNG THƯƠNG TỈNH BẮC GIANG", "Đơn vị: Sở Công Thương"),
    "S-GDDT": ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SỞ GIÁO DỤC & ĐÀO TẠO", "SỞ GD&ĐT BẮC GIANG"),
}
NUMBERS = ("12/KH-SCT", "123/KH-UBND", "45-KH/HU", "07/CV-VP", "1204/SGDĐT-VP")
SHORT_TITLES = (
    "TT",
    "Tên nội dung hoạt động",
    "Thời gian",
    "Quy mô",
    "Đối tượng thụ hưởng",
    "Kết quả dự kiến",
    "Ghi chú",
)
NAMES = (
    "Thăm, tặng quà hộ nghèo, gia đình chính sách",
    "Tổ chức hội nghị đối thoại với Nhân dân",
    "Ra quân “Ngày Chủ nhật tình nguyện”",
    "Tuyên truyền Luật Thực hiện dân chủ ở cơ sở",
    "- Dọn vệ sinh đường làng\n- Trồng 250 cây xanh",
    "+ Hỗ trợ xóa nhà tạm",
    "Mô hình “Dân vận khéo”: 5S tại bộ phận một cửa",
    "Khám bệnh, cấp thuốc miễn phí cho 300 người (đợt 2)",
    "Giải bóng chuyền hơi CBCCVC & NLĐ",
    "Tọa đàm 93 năm Ngày truyền thống công tác dân vận",
)
TIMES = (
    "15/10/2023",
    "15.10.2023",
    "Từ ngày 01/10 đến ngày 15/10/2023",
    "Tháng 10/2023",
    "Trong tháng 10",
    "7g30 ngày 15/10/2023",
    "21-22/10",
    "Quý IV/2023",
    "Thường xuyên",
    "Dịp 15/10",
    "31/9/2023",
)
SCALES = ("Toàn tỉnh", "03 xã", "10 huyện, thành phố", "Trong cơ quan", "hơn 5000m", "-nt-")
TARGETS = ("Hộ nghèo", "Đoàn viên, hội viên", "42 tập thể và 15 cá nhân", "CBCCVC", "Như trên")
GOALS = (
    "50 suất quà, 50.000đ/phần",
    "95,5% hộ dân",
    "- 10 suất\n- 05 triệu đồng",
    "=A1+1",
    "trên 20 tỷ đồng",
    "17.743 lượt",
)
NOTES = ("", "", "Phối hợp với MTTQ", "@xem KH 12", "<b>mới</b>")


@dataclass
class SentForm:
    """One file, and what a person would type from it."""

    name: str
    content: bytes = b""
    unit: str = ""
    number: str = ""
    day: str = ""
    rows: list[list[str]] = field(default_factory=list)


def sixty_forms(seed: int = 2023) -> list[SentForm]:
    """Return the forms, always the same for a seed."""
    chance = random.Random(seed)
    return [_excel(chance, number) if number % 2 else _word(chance, number) for number in range(60)]


def _form(chance: random.Random, number: int, kind: str) -> SentForm:
    day = date(2023, 9, chance.randint(1, 28))
    made = SentForm(f"{number:02}.{kind}", unit=list(UNITS)[number % 3], number=NUMBERS[number % len(NUMBERS)])
    made.day = f"{day.day:02}/{day.month}/{day.year}"
    made.rows = _rows(chance)
    return made


def _rows(chance: random.Random) -> list[list[str]]:
    ordinals = chance.choice(("{}", "{:02}", "{}.", ""))
    rows: list[list[str]] = []
    if chance.random() < 0.4:
        rows.append(["I", "CÔNG TÁC TUYÊN TRUYỀN", "", "", "", "", ""])
    for number in range(1, chance.randint(3, 12)):
        name = f"{chance.choice(NAMES)} {number}"
        rest = [chance.choice(texts) for texts in (TIMES, SCALES, TARGETS, GOALS, NOTES)]
        if not any(row[2] for row in rows):
            rest[1], rest[2] = SCALES[0], TARGETS[0]
        rows.append([ordinals.format(number), name, *rest])
        if number == 4 and chance.random() < 0.5:
            rows.append(["II", "CÔNG TÁC XÃ HỘI", "", "", "", "", ""])
    if chance.random() < 0.3:
        rows.append(["", "Tổng cộng: 09 hoạt động", "", "", "", "", ""])
    return rows


def _day_words(day: str) -> str:
    figures = day.split("/")
    return f"Bắc Giang, ngày {figures[0]} tháng {figures[1]} năm {figures[2]}"


def _word(chance: random.Random, number: int) -> SentForm:
    made = _form(chance, number, "docx")
    document = docx.Document()
    head = ["UBND TỈNH BẮC GIANG", chance.choice(UNITS[made.unit]), f"Số: {made.number}"]
    if number % 4:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "\n".join(head)
        table.cell(
            0, 1
        ).text = f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{_day_words(made.day)}"
    else:
        for left, right in zip(head, ("ĐẢNG CỘNG SẢN VIỆT NAM", "", _day_words(made.day)), strict=True):
            document.add_paragraph(f"{left}\t\t{right}")
    for line in ("DANH SÁCH", SUBTITLE.format(year=2023)):
        document.add_paragraph(line)
    titles = chance.choice((TITLES, SHORT_TITLES))
    cut = len(made.rows) // 2 if number % 3 == 0 else len(made.rows)
    _word_table(document, chance, titles, made.rows[:cut], number)
    if cut < len(made.rows):
        document.add_paragraph("")
        again = [list(titles)] if number % 2 == 0 and number % 4 else []
        _word_table(document, chance, *((titles, made.rows[cut:]) if again else (None, made.rows[cut:])), number)
    signed = document.add_table(1, 2)
    signed.cell(0, 0).text = "Nơi nhận:\n- Ban Dân vận Tỉnh ủy;\n- Lưu: VT."
    signed.cell(0, 1).text = "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\n\nNguyễn Văn A"
    made.content = saved(document)
    return made


def _word_table(document, chance: random.Random, titles, rows: list[list[str]], number: int) -> None:
    lines = [*([list(titles)] if titles else []), *rows]
    table = document.add_table(len(lines), 7)
    for cells, texts in zip(table.rows, lines, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    first = len(lines) - len(rows)
    if number % 5 == 0:
        _number_by_itself(document, table, rows, first)
    if number % 5 == 1:
        _merge_down(table, rows, first)
    if number % 5 == 2:
        _track(chance, table, rows, first)
    if number % 5 == 3:
        _nest(table, rows, first)


def _number_by_itself(document, table: Table, rows: list[list[str]], first: int) -> None:
    """Let Word write the numbers: the cells themselves are blank."""
    numbering = document.part.numbering_part.element
    used = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), str(max(used) + 1))
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", "%1.")):
        part = OxmlElement(name)
        part.set(qn("w:val"), value)
        level.append(part)
    abstract.append(level)
    numbering.insert(0, abstract)
    list_id = numbering.add_num(max(used) + 1).numId
    count = 0
    for index, row in enumerate(rows):
        if not row[2]:
            continue
        count += 1
        paragraph = table.cell(first + index, 0).paragraphs[0]
        paragraph.text = ""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = list_id
        properties.get_or_add_ilvl().val = 0
        row[0] = f"{count}."


def _merge_down(table: Table, rows: list[list[str]], first: int) -> None:
    """Merge the scale of two neighbours: a person types it into both."""
    for index in range(len(rows) - 1):
        if rows[index][2] and rows[index + 1][2]:
            table.cell(first + index + 1, 3).text = ""
            merged = table.cell(first + index, 3).merge(table.cell(first + index + 1, 3))
            merged.text = "Toàn tỉnh"
            rows[index][3] = rows[index + 1][3] = "Toàn tỉnh"
            return


def _track(chance: random.Random, table: Table, rows: list[list[str]], first: int) -> None:
    """Insert and delete words with changes tracked: what is accepted counts."""
    for index, row in enumerate(rows):
        if not row[2] or chance.random() < 0.5:
            continue
        paragraph = table.cell(first + index, 1).paragraphs[0]
        for kind, tag, text in (("w:del", "w:delText", " (cũ)"), ("w:ins", "w:t", " (bổ sung)")):
            change, run, words = OxmlElement(kind), OxmlElement("w:r"), OxmlElement(tag)
            change.set(qn("w:author"), "A")
            words.text = text
            words.set(qn("xml:space"), "preserve")
            run.append(words)
            change.append(run)
            paragraph._p.append(change)
        row[1] = _after_first_line(row[1], " (bổ sung)")


def _after_first_line(text: str, added: str) -> str:
    # python-docx keeps the lines of a cell in one paragraph
    return text + added


def _nest(table: Table, rows: list[list[str]], first: int) -> None:
    """Put a table into a cell: its texts are lines of that cell."""
    for index, row in enumerate(rows):
        if row[2]:
            cell = table.cell(first + index, 5)
            cell.text = "Gồm:"
            nested = cell.add_table(2, 1)
            nested.cell(0, 0).text, nested.cell(1, 0).text = "10 suất quà", "05 triệu đồng"
            row[5] = "Gồm:\n10 suất quà\n05 triệu đồng"
            return


def _excel(chance: random.Random, number: int) -> SentForm:
    made = _form(chance, number, "xlsx")
    book = Workbook()
    sheet = book.active
    sheet.title = "Đăng ký"
    sheet["A1"], sheet["A2"] = "UBND TỈNH BẮC GIANG", chance.choice(UNITS[made.unit])
    sheet["A3"], sheet["E3"] = f"Số: {made.number}", _day_words(made.day)
    sheet["C5"], sheet["C6"] = "DANH SÁCH", SUBTITLE.format(year=2023)
    titles = chance.choice((TITLES, SHORT_TITLES))
    first = 8
    lines: list[list[str]] = [list(titles)]
    if number % 4 == 1:
        lines.append([f"({column})" for column in range(1, 8)])
    start = len(lines)
    lines += made.rows
    if number % 3 == 0 and len(made.rows) > 4:
        lines.insert(start + 3, list(titles))  # the page ends here, and the titles are said again
    for index, texts in enumerate(lines):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(first + index, column, text or None)
            cell.data_type = "s" if text else "n"
    if number % 5 == 1:
        _real_dates(sheet, made.rows, lines, first)
    if number % 5 == 3:
        _merge_cells(sheet, made.rows, lines, first)
    end = first + len(lines) + 1
    sheet.cell(end, 6, "KT. GIÁM ĐỐC")
    sheet.cell(end + 4, 6, "Nguyễn Văn A")
    if number % 7 == 1:
        book.create_sheet("Danh mục").append(["Xã", "Huyện"])
    made.content = saved(book)
    return made


def _real_dates(sheet, rows: list[list[str]], lines: list[list[str]], first: int) -> None:
    """Give times as dates, shown in several ways; a month before its day would be read as another date."""
    formats = ("dd/mm/yyyy", "d/m/yyyy", "mm-dd-yy", "[$-409]d-mmm-yy")
    number = 0
    for row in rows:
        if not row[2]:
            continue
        cell = sheet.cell(first + _place(lines, row), 3)
        cell.value = date(2023, 10, 15)
        cell.number_format = formats[number % len(formats)]
        row[2] = ("15/10/2023", "15/10/2023", "15/10/2023", "15-Oct-23")[number % len(formats)]
        number += 1


def _merge_cells(sheet, rows: list[list[str]], lines: list[list[str]], first: int) -> None:
    for above, below in pairwise(rows):
        places = [first + _place(lines, row) for row in (above, below)]
        if above[2] and below[2] and places[1] == places[0] + 1:
            sheet.cell(places[1], 4).value = None
            sheet.merge_cells(start_row=places[0], end_row=places[1], start_column=4, end_column=4)
            cell = sheet.cell(places[0], 4, "Toàn tỉnh")
            cell.data_type = "s"
            above[3] = below[3] = "Toàn tỉnh"
            return


def _place(lines: list[list[str]], row: list[str]) -> int:
    return next(index for index, line in enumerate(lines) if line is row)
