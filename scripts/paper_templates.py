#!/usr/bin/env python3
"""Make the Word templates that come with tonghop: service/documents/papers/templates/*.docx.

    scripts/paper_templates.py

The form is that of Party documents (Hướng dẫn 36-HD/VPTW): A4, margins 20, 20, 30 and 15 mm, Times New Roman.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as AT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

FOLDER = Path(__file__).resolve().parents[1] / "service" / "documents" / "papers" / "templates"
FONT = "Times New Roman"
ROOM = {False: 165, True: 252}  # millimetres between the margins, upright and across
SAME_DAY = (2000, 1, 1, 0, 0, 0)


class Sheet:
    """One document being written."""

    def __init__(self, *, landscape: bool = False, head: bool = True) -> None:
        self.doc = Document()
        style = self.doc.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(14)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), FONT)
        self.room = ROOM[landscape]
        _set_up(self.doc.sections[0], landscape=landscape)
        _number_pages(self.doc.sections[0], from_second=True)
        _compatible(self.doc)
        if head:
            self.doc.core_properties.author = ""

    def line(self, words: str, *, where: AT = AT.LEFT, size: float = 14, **how: bool) -> object:
        """Write a paragraph that stands alone."""
        return _write(self.doc.add_paragraph(), words, where=where, size=size, **how)

    def body(self, words: str, *, bold: bool = False, italic: bool = False) -> object:
        """Write a paragraph of the text: justified, first line in, room between."""
        paragraph = _write(self.doc.add_paragraph(), words, where=AT.JUSTIFY, bold=bold, italic=italic)
        shape = paragraph.paragraph_format
        shape.first_line_indent, shape.space_before, shape.space_after = Mm(10), Pt(6), Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(18)
        return paragraph

    def tag(self, tag: str) -> None:
        """Write a tag in a paragraph of its own; nothing is left of it."""
        self.doc.add_paragraph(tag)

    def head(self, *, subject: str = "") -> None:
        """Write the head of a Party document: the office at the left, the Party and the day at the right."""
        left_room = 68 if self.room < 200 else 100
        left, right = self.cells(left_room, self.room - left_room)
        lines = [("{{ superior }}", {}), ("{{ office }}", {"bold": True}), ("*", {}), ("{{ number }}", {})]
        _fill_cell(left, [(words, 14, how) for words, how in lines])
        if subject:
            _write(left.add_paragraph(), subject, where=AT.CENTER, size=12, italic=True)
        _fill_cell(
            right,
            [
                ("{{ party }}", 15, {"bold": True, "underline": True}),
                ("", 14, {}),
                ("{{ place_date }}", 14, {"italic": True}),
            ],
        )
        right.paragraphs[2].alignment = AT.RIGHT
        self.line("", size=12)

    def cells(self, *widths: float) -> list:
        """Return the cells of a line of cells without borders."""
        table = self.doc.add_table(1, len(widths))
        _fix(table, widths)
        _flag(table.rows[0], "w:cantSplit")
        return list(table.rows[0].cells)

    def foot(self, *, recipients: bool) -> None:
        """Write who is sent it, at the left, level with the signature."""
        _stay(self.line("", size=12))
        left, right = self.cells(self.room * 0.5, self.room * 0.5)
        if recipients:
            _write(left.paragraphs[0], "Nơi nhận:", underline=True)
            left.add_paragraph("{%p for line in recipients %}")
            _write(left.add_paragraph(), "{{ line }}", size=12)
            left.add_paragraph("{%p endfor %}")
        right.paragraphs[0].text = "{%p for line in signer_title %}"
        _write(right.add_paragraph(), "{{ line }}", where=AT.CENTER, bold=True)
        right.add_paragraph("{%p endfor %}")
        for _ in range(4):
            _write(right.add_paragraph(), "", where=AT.CENTER)
        _write(right.add_paragraph(), "{{ signer_name }}", where=AT.CENTER, bold=True)

    def table(self, *, of: str = "table", size: float = 12, head_size: float = 12) -> None:
        """Write a table of ours: titles, then rows of groups, of sums and of the body."""
        table = self.doc.add_table(9, 3)
        table.style = "Table Grid"
        _fix(table, [self.room / 3] * 3)
        loop = ("{%tc for column in " + of + ".columns %}", "{{ column.title }}", "{%tc endfor %}")
        cells = ("{%tc for cell in row.cells %}", "{{ cell }}", "{%tc endfor %}")
        _row(table.rows[0], loop, bold=True, size=head_size, where=AT.CENTER)
        _repeat(table.rows[0])
        _row(table.rows[1], ("{%tr for row in " + of + ".rows %}",))
        _row(table.rows[2], ("{%tr if row.is_group %}",))
        _row(table.rows[3], ("{% colspan " + of + ".columns|length %}{{ row.words }}",), bold=True, size=size)
        _keep(table.rows[3])
        _row(table.rows[4], ("{%tr elif row.is_total %}",))
        _row(table.rows[5], cells, bold=True, size=size)
        _row(table.rows[6], ("{%tr else %}",))
        _row(table.rows[7], cells, size=size)
        # the last row closes the condition, and another the loop
        _row(table.rows[8], ("{%tr endif %}",))
        _row(table.add_row(), ("{%tr endfor %}",))

    def notes(self, *, of: str = "table", size: float = 12) -> None:
        """Write what is noted below a table."""
        self.tag("{%p for note in " + of + ".notes %}")
        self.line("{{ note }}", size=size, italic=True)
        self.tag("{%p endfor %}")

    def across(self) -> None:
        """Begin pages that lie across."""
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        _set_up(section, landscape=True)
        section.different_first_page_header_footer = False
        self.room = ROOM[True]

    def save(self, name: str) -> None:
        """Write the file; the same template is the same bytes."""
        packed = io.BytesIO()
        self.doc.save(packed)
        with zipfile.ZipFile(packed) as read, zipfile.ZipFile(FOLDER / f"{name}.docx", "w") as written:
            for part in read.namelist():
                if part.startswith("docProps/thumbnail"):
                    continue
                content = read.read(part)
                if part == "_rels/.rels":
                    content = _without_thumbnail(content)
                written.writestr(zipfile.ZipInfo(part, SAME_DAY), content, zipfile.ZIP_DEFLATED)


def _without_thumbnail(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for one in list(root):
        if one.get("Target", "").startswith("docProps/thumbnail"):
            root.remove(one)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_up(section, *, landscape: bool) -> None:
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)


def _number_pages(section, *, from_second: bool) -> None:
    section.different_first_page_header_footer = from_second
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = AT.CENTER
    run = paragraph.add_run()
    run.font.name, run.font.size = FONT, Pt(14)
    for kind, words in (("begin", ""), ("", " PAGE "), ("separate", ""), ("words", "2"), ("end", "")):
        run._r.append(_piece_of_field(kind, words))


def _piece_of_field(kind: str, words: str):
    if kind == "words":
        made = OxmlElement("w:t")
        made.text = words
    elif kind:
        made = OxmlElement("w:fldChar")
        made.set(qn("w:fldCharType"), kind)
    else:
        made = OxmlElement("w:instrText")
        made.set(qn("xml:space"), "preserve")
        made.text = words
    return made


def _compatible(doc) -> None:
    """Let a line that a person ended not be stretched to the margin."""
    settings = doc.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        settings.append(compat)
    compat.insert(0, OxmlElement("w:doNotExpandShiftReturn"))


def _write(paragraph, words: str, *, where: AT = AT.LEFT, size: float = 14, **how: bool):
    """Write words into a paragraph; `how` is bold, italic, underline."""
    run = paragraph.add_run(words)
    run.font.name, run.font.size = FONT, Pt(size)
    for name, is_set in how.items():
        setattr(run, name, is_set or None)
    paragraph.alignment = where
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _stay(paragraph) -> None:
    """Keep a paragraph on the page of what follows: a signature is not alone."""
    paragraph.paragraph_format.keep_with_next = True


def _fill_cell(cell, lines) -> None:
    for number, (words, size, how) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        _write(paragraph, words, where=AT.CENTER, size=size, **how)


def _fix(table, widths) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    _set_cell_margins(table)


def _set_cell_margins(table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "57")
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    look.addprevious(margins) if look is not None else properties.append(margins)


def _row(row, texts, **how) -> None:
    for cell in row._tr.tc_lst[len(texts) :]:
        row._tr.remove(cell)
    for cell, words in zip(row.cells[: len(texts)], texts, strict=True):
        _write(cell.paragraphs[0], words, **how)


def _flag(row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _repeat(row) -> None:
    _flag(row, "w:cantSplit")
    _flag(row, "w:tblHeader")


def _keep(row) -> None:
    for cell in row.cells[:1]:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def a_list(name: str) -> None:
    """Write a list on pages that lie across."""
    sheet = Sheet(landscape=True)
    sheet.head()
    sheet.line("{{ title }}", where=AT.CENTER, size=15, bold=True)
    sheet.line("{{ subtitle }}", where=AT.CENTER, size=14, bold=True)
    sheet.line("{{ moment_line }}", where=AT.CENTER, size=14, italic=True)
    sheet.tag("{%p for table in tables %}")
    sheet.tag("{%p if table.title %}")
    heading = sheet.line("{{ table.title }}", size=14, bold=True)
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_before = Pt(6)
    sheet.tag("{%p else %}")
    sheet.line("", size=12)
    sheet.tag("{%p endif %}")
    sheet.table(size=11, head_size=11)
    sheet.notes()
    sheet.tag("{%p endfor %}")
    sheet.foot(recipients=False)
    sheet.save(name)


def urging() -> None:
    """Write the letter to those who have not sent."""
    sheet = Sheet()
    sheet.head(subject="{{ subject }}")
    _to(sheet)
    sheet.body(
        "Thực hiện {{ plan }} của {{ board }} về triển khai các hoạt động {{ campaign }}, các cơ quan, địa phương, "
        "đơn vị gửi về {{ board }} “{{ obligation }}” {{ limit }}."
    )
    sheet.body(
        "Tính đến {{ moment }}, {{ board }} đã nhận được của {{ sent }}/{{ roster }} cơ quan, địa phương, đơn vị; còn "
        "{{ unsent }} đơn vị chưa gửi hoặc gửi chưa đủ (có danh sách kèm theo){% if beside %}; {{ beside }}{% endif %}."
        "{% if thanks %} {{ thanks }}{% endif %}"
    )
    sheet.body(
        "Để kịp thời tổng hợp, báo cáo, {{ board }} trân trọng đề nghị các cơ quan, địa phương, đơn vị có tên trong "
        "danh sách quan tâm chỉ đạo, hoàn thiện và gửi nội dung trên {{ new_limit }}. Sau thời hạn trên, {{ board }} "
        "sẽ tổng hợp tình hình, báo cáo …"
    )
    _stay(
        sheet.body(
            "Đơn vị nào đã gửi sau thời điểm tổng hợp số liệu nêu trên thì không phải gửi lại. Rất mong nhận được sự "
            "quan tâm, phối hợp của các cơ quan, địa phương, đơn vị./."
        )
    )
    sheet.foot(recipients=True)
    sheet.line("{{ list_title }}", where=AT.CENTER, size=15, bold=True).paragraph_format.page_break_before = True
    sheet.line("{{ list_subtitle }}", where=AT.CENTER, size=14, bold=True)
    sheet.line(
        "(kèm theo Công văn {{ number }}, ngày … tháng … năm {{ year }} của {{ board }})", where=AT.CENTER, italic=True
    )
    sheet.line("{{ moment_line }}", where=AT.CENTER, italic=True)
    sheet.line("", size=12)
    sheet.table()
    sheet.notes()
    sheet.save("urging")


def _to(sheet: Sheet) -> None:
    sheet.tag("{%p if to|length == 1 %}")
    alone = sheet.line("Kính gửi: ", where=AT.CENTER, italic=True)
    _write(alone, "{{ to[0] }}", where=AT.CENTER)
    sheet.tag("{%p else %}")
    left, right = sheet.cells(48, sheet.room - 48)
    _write(left.paragraphs[0], "Kính gửi:", where=AT.RIGHT, italic=True)
    right.paragraphs[0].text = "{%p for line in to %}"
    _write(right.add_paragraph(), "- {{ line }}")
    right.add_paragraph("{%p endfor %}")
    sheet.tag("{%p endif %}")
    sheet.line("", size=12)


def returning() -> None:
    """Write the slip that asks a unit to complete or correct."""
    sheet = Sheet()
    sheet.head()
    sheet.line("{{ title }}", where=AT.CENTER, size=15, bold=True)
    sheet.line("{{ subtitle }}", where=AT.CENTER, size=14, bold=True)
    sheet.line("-----", where=AT.CENTER)
    _to(sheet)
    sheet.body(
        "{{ board }} trân trọng cảm ơn {{ to[0] }} đã quan tâm triển khai {{ campaign }}. Qua tổng hợp nội dung "
        "“{{ obligation }}” (số liệu tính đến {{ moment }}; tình trạng: {{ state }}), {{ board }} đề nghị đơn vị bổ "
        "sung, chỉnh sửa {{ count }} nội dung sau đây và gửi lại {{ new_limit }}:"
    )
    sheet.line("", size=12)
    sheet.table()
    sheet.line("", size=6)
    sheet.line("Các ô nêu trên là ô trên trang của đơn vị.", size=12, italic=True)
    sheet.line("Số liệu chung: {{ account }}", size=12, italic=True)
    sheet.foot(recipients=True)
    sheet.save("return")


def summary() -> None:
    """Write the closing report with its annexes."""
    sheet = Sheet()
    sheet.head()
    sheet.line("{{ title }}", where=AT.CENTER, size=16, bold=True)
    sheet.line("{{ subject }}", where=AT.CENTER, size=14, bold=True)
    sheet.line("-----", where=AT.CENTER)
    sheet.body(
        "Thực hiện {{ plan }} của {{ board }} về triển khai các hoạt động {{ campaign }}, {{ board }} báo cáo kết quả "
        "thực hiện (số liệu tính đến {{ moment }}) như sau:"
    )
    _section_one(sheet)
    _section_two(sheet)
    _sections_three_and_four(sheet)
    sheet.foot(recipients=True)
    sheet.across()
    sheet.tag("{%p for table in tables %}")
    sheet.line(
        "Phụ lục {{ table.number }}", where=AT.CENTER, size=14, bold=True
    ).paragraph_format.page_break_before = True
    sheet.line("{{ table.title }}", where=AT.CENTER, size=14, bold=True)
    sheet.line(
        "(kèm theo Báo cáo {{ number }}, ngày … tháng … năm {{ year }} của {{ board }})", where=AT.CENTER, italic=True
    )
    sheet.line("{{ moment_line }}", where=AT.CENTER, italic=True)
    sheet.line("", size=12)
    sheet.table(size=11, head_size=11)
    sheet.notes()
    sheet.tag("{%p endfor %}")
    sheet.save("summary")


def _section_one(sheet: Sheet) -> None:
    sheet.body("I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, TRIỂN KHAI", bold=True)
    sheet.body("1. Công tác lãnh đạo, chỉ đạo của {{ board }}: …")
    sheet.body("2. Tình hình triển khai của các cơ quan, địa phương, đơn vị", bold=True)
    sheet.body(
        "Trong {{ roster }} cơ quan, địa phương, đơn vị theo danh sách, {{ documents }} đơn vị đã có văn bản triển "
        "khai; {{ activities }} hoạt động hưởng ứng được đăng ký (Phụ lục 1), trong đó "
        "{{ activities_unconfirmed }} hoạt động của đơn vị chưa xác nhận gửi đủ. Tình hình gửi văn bản (từ Phụ lục 2):"
    )
    sheet.tag("{%p for one in obligations %}")
    sheet.body(
        "- {{ one.title }} ({{ one.words }}): {{ one.sent }}/{{ roster }} đơn vị đã gửi (kể cả {{ one.nil }} đơn vị "
        "báo không phát sinh), trong đó {{ one.on_time }} đơn vị đúng hạn, {{ one.late }} đơn vị trễ hạn, "
        "{{ one.unconfirmed }} đơn vị cần xác nhận thời điểm; {{ one.unsent }} đơn vị chưa gửi hoặc gửi chưa đủ, "
        "{{ one.extended }} đơn vị đang được gia hạn, {{ one.exempt }} đơn vị không thuộc diện."
    )
    sheet.body("Đối chiếu: {{ one.account }}", italic=True)
    sheet.tag("{%p endfor %}")
    sheet.body("3. Nhiệm vụ của {{ board }}: {{ tasks_done }}/{{ tasks_all }} nhiệm vụ đã hoàn thành", bold=True)
    sheet.tag("{%p for task in tasks %}")
    sheet.body("{{ task.mark }} {{ task.code }}. {{ task.text }} – {{ task.state }}.")
    sheet.tag("{%p endfor %}")


def _section_two(sheet: Sheet) -> None:
    sheet.body("II- KẾT QUẢ THỰC HIỆN", bold=True)
    sheet.tag("{%p for section in contents %}")
    sheet.body("{{ section.number }}. {{ section.title }}", bold=True)
    sheet.body(
        "{{ section.reported }} đơn vị báo cáo kết quả, trong đó {{ section.unconfirmed }} đơn vị chưa xác nhận "
        "gửi đủ; {{ section.nil }} đơn vị báo không phát sinh. Kết quả chung: …"
    )
    _units_words(sheet, "section.entries")
    sheet.tag("{%p endfor %}")


def _units_words(sheet: Sheet, of: str) -> None:
    sheet.tag("{%p for entry in " + of + " %}")
    sheet.body("- {{ entry.unit }}: {{ entry.words }}")
    sheet.tag("{%p endfor %}")


def _sections_three_and_four(sheet: Sheet) -> None:
    sheet.body("III- ĐÁNH GIÁ CHUNG", bold=True)
    sheet.body("1. Ưu điểm: …", bold=True)
    sheet.body("{{ strengths_count }} đơn vị có đánh giá chung:")
    _units_words(sheet, "strengths")
    sheet.body("2. Hạn chế, nguyên nhân: …", bold=True)
    sheet.body("{{ shortcomings_count }} đơn vị nêu khó khăn, vướng mắc:")
    _units_words(sheet, "shortcomings")
    sheet.body("IV- PHƯƠNG HƯỚNG, KIẾN NGHỊ", bold=True)
    sheet.body("1. Phương hướng: …", bold=True)
    sheet.body("2. Kiến nghị: …", bold=True)
    sheet.body("{{ proposals_count }} đơn vị có đề xuất, kiến nghị:")
    _units_words(sheet, "proposals")
    _stay(sheet.body("Trên đây là báo cáo {{ subject }} của {{ board }}./."))


def form() -> None:
    """Write the official template: neither the State's name nor the Party's is on it."""
    sheet = Sheet(landscape=True)
    left, right = sheet.cells(126, 126)
    _write(left.paragraphs[0], "{{ unit_name }}", where=AT.CENTER, bold=True)
    right.paragraphs[0].text = "{%p for line in right %}"
    _write(right.add_paragraph(), "{{ line }}", where=AT.CENTER, italic=True)
    right.add_paragraph("{%p endfor %}")
    # a cell has a paragraph whatever the list holds
    _write(right.add_paragraph(), "", size=6)
    sheet.line("{{ title }}", where=AT.CENTER, size=15, bold=True)
    sheet.tag("{%p for line in subtitle %}")
    sheet.line("{{ line }}", where=AT.CENTER, bold=True)
    sheet.tag("{%p endfor %}")
    sheet.line("", size=12)
    sheet.table(size=12)
    sheet.line("", size=6).paragraph_format.keep_with_next = True
    _, right = sheet.cells(126, 126)
    _write(right.paragraphs[0], "{{ signature }}", where=AT.CENTER, italic=True)
    for _ in range(4):
        _write(right.add_paragraph(), "", where=AT.CENTER, size=12)
    right.add_paragraph("{%p for line in signer %}")
    _write(right.add_paragraph(), "{{ line }}", where=AT.CENTER, bold=True)
    right.add_paragraph("{%p endfor %}")
    _write(right.add_paragraph(), "", where=AT.CENTER, size=6)
    sheet.save("form")


TEMPLATES: tuple[Callable[[], None], ...] = (urging, summary, returning, form)


def main() -> None:
    """Write every template."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("progress", "unsent", "registrations", "results"):
        a_list(name)
    for write in TEMPLATES:
        write()


if __name__ == "__main__":
    main()
