"""A report that a unit mailed: its rows go beside the contents they answer, wherever those are on the tab."""

from __future__ import annotations

import docx
import pytest
from openpyxl import Workbook

from service.domain.intakes import IntakeMode
from service.errors import IntakeRefusedError
from service.intake.file_reading import SentFile
from service.intake.preview import Doubt
from tests.sent_forms import HEAD, fill, saved

TITLES = ("Mục", "Nội dung", "Kết quả thực hiện", "Số liệu nổi bật", "Không phát sinh", "Ghi chú")
ROWS = (
    ("II.2", "Hoạt động kỷ niệm", "Đã tổ chức 03 hội nghị", "300 lượt", "", ""),
    ("II.1", "Tuyên truyền", "- 12 tin, bài\n=SUM(1)", "1.250 lượt", "", "kèm ảnh"),
    ("II.4", "", "", "", "x", ""),
    ("", "Đánh giá chung", "Đạt kế hoạch", "", "", ""),
)


@pytest.fixture
def report() -> SentFile:
    document = docx.Document()
    for line in (*HEAD, "Bắc Giang, ngày 25 tháng 10 năm 2023", "BÁO CÁO KẾT QUẢ năm 2023"):
        document.add_paragraph(line)
    fill(document, (TITLES, *ROWS))
    return SentFile("bao cao.docx", saved(document))


def book(**sheets: tuple[tuple[str, ...], ...]) -> SentFile:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in (("BÁO CÁO",), TITLES, *rows):
            sheet.append(row)
    return SentFile("bao cao.xlsx", saved(made))


def said(messages) -> list[str]:
    return [str(one) for one in messages]


def result(table, code: str) -> list[str]:
    return next(row[2:] for row in table("S-CT", "report") if code in row[:2])


def test_rows_stand_beside_their_contents(take, report, table, value):
    outcome = take(report, form="report")

    assert result(table, "II.1") == ["- 12 tin, bài\n=SUM(1)", "1.250 lượt", "FALSE", "kèm ảnh"]
    assert result(table, "II.2") == ["Đã tổ chức 03 hội nghị", "300 lượt", "FALSE", ""]
    assert result(table, "II.4")[2] == "TRUE"
    assert result(table, "Đánh giá chung")[0] == "Đạt kế hoạch"
    assert value("Số và ký hiệu", form="report") == "12/KH-SCT"
    assert len(outcome.intake.lines) == 4


def test_cell_that_the_unit_filled_stays_unless_it_is_replaced(office, take, look, report, table):
    tab = office.tab("S-CT", "report")
    row, _ = office.find(tab.get_all_values(), "II.1")
    tab.update([["Đơn vị tự viết"]], f"C{row}", raw=True)

    take(report, form="report", mode=IntakeMode.APPEND)
    assert result(table, "II.1")[:2] == ["Đơn vị tự viết", "1.250 lượt"]
    assert any("Đơn vị tự viết" in str(note) for note in look(report, form="report", mode=IntakeMode.APPEND).notes)

    take(report, form="report", mode=IntakeMode.REPLACE)
    assert result(table, "II.1")[0] == "- 12 tin, bài\n=SUM(1)"


def test_lines_that_the_tab_lost_are_named_and_nothing_is_written(office, take, look, report, table):
    tab = office.tab("S-CT", "report")
    row, _ = office.find(tab.get_all_values(), "II.2")
    tab.delete_rows(row)

    faults = [str(one) for one in look(report, form="report").faults]
    assert len(faults) == 1
    assert "không còn các dòng: II.2" in faults[0]
    with pytest.raises(IntakeRefusedError):
        take(report, form="report")
    assert result(table, "II.1")[0] == ""

    tab.insert_row(["II.2"], row)
    take(report, form="report")
    assert result(table, "II.2")[:2] == ["Đã tổ chức 03 hội nghị", "300 lượt"]


def test_rows_of_one_section_that_differ_are_refused_with_their_lines(take, look, table):
    first, second = ("II.1", "", "Kết quả đầu", "20 buổi", "", ""), ("II.1", "", "Kết quả thứ hai", "", "", "")
    file = book(Mau=(first, ("II.2", "", "Đã làm", "", "", ""), second))

    (fault,) = said(look(file, form="report", unit="S-CT").faults)
    assert "II.1 (dòng 3; dòng 5)" in fault
    with pytest.raises(IntakeRefusedError):
        take(file, form="report", unit="S-CT")
    assert result(table, "II.1") == ["", "", "FALSE", ""]
    assert result(table, "II.2")[0] == ""


def test_a_draft_on_a_second_sheet_is_refused_with_both_sheets(look):
    free = ("", "Đánh giá chung", "Tốt", "", "", "")
    final, draft = ("II.1", "", "Chính thức", "20 buổi", "", ""), ("II.1", "", "Nháp", "", "", "")
    file = book(Final=(final, free), Draft=(draft, (*free[:2], "Khá", *free[3:])))

    (fault,) = said(look(file, form="report", unit="S-CT", mode=IntakeMode.REPLACE).faults)
    assert "II.1 (Trang “Final”, dòng 3; Trang “Draft”, dòng 3)" in fault
    assert "Đánh giá chung (Trang “Final”, dòng 4; Trang “Draft”, dòng 4)" in fault


def test_rows_of_one_section_that_say_the_same_are_written_once(take, table):
    row, spaced = ("II.1", "", "Kết quả", "20 buổi", "", ""), ("II.1", "", "Kết  quả ", "20 buổi", "", "")
    outcome = take(book(Final=(row,), Copy=(spaced,)), form="report", unit="S-CT")

    assert result(table, "II.1")[:2] == ["Kết quả", "20 buổi"]
    assert [(one.sheet, one.line) for one in outcome.intake.lines] == [("Final", 3)]
    assert "Trang “Copy”, dòng 3: II.1 ghi giống dòng trước, chỉ ghi một lần." in said(outcome.preview.notes)


def left_in(found) -> list[str]:
    return [text.partition(", ")[2] for text in said(found.notes) if text.startswith("Không ghi vào trang")]


def test_words_beside_a_free_row_are_named_and_asked_about(take, look, table):
    file = book(Mau=(("II.1", "", "Đã làm", "", "", ""), ("Đánh giá chung", "", "Tốt", "95%", "", "quan trọng")))

    found = look(file, form="report", unit="S-CT")
    ((doubt, why),) = found.doubts
    assert (doubt, left_in(found)) == (Doubt.LEFT_OUT, ["dòng 4: “95%”; “quan trọng”"])
    assert "dòng 4" in str(why)
    with pytest.raises(IntakeRefusedError, match="dòng 4"):
        take(file, form="report", unit="S-CT")
    assert result(table, "II.1")[0] == ""

    outcome = take(file, form="report", unit="S-CT", confirmed=frozenset({Doubt.LEFT_OUT}))
    assert result(table, "Đánh giá chung") == ["Tốt", "", "", ""]
    assert left_in(outcome.preview) == ["dòng 4: “95%”; “quan trọng”"]
    assert take(file, form="report", unit="S-CT").repeated


def test_words_behind_the_label_of_a_free_row_are_written(take, table):
    take(book(Mau=(("Đề xuất, kiến nghị: tăng kinh phí", "", "", "", "", ""),)), form="report", unit="S-CT")

    assert result(table, "Đề xuất, kiến nghị")[0] == "tăng kinh phí"


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (("", "", "Không mã", "12", "", ""), "dòng 4: “Không mã”; “12”"),
        (("", "Nội dung tự do", "Kết quả đã làm", "", "", ""), "dòng 4: “Nội dung tự do”; “Kết quả đã làm”"),
        (("", "- đã làm ở ba xã", "", "", "", ""), "dòng 4: “- đã làm ở ba xã”"),
        (("", "Đã ký kết chương trình phối hợp", "", "", "", ""), "dòng 4: “Đã ký kết chương trình phối hợp”"),
        (("II.2", "Ghi nhầm: ba hội nghị ở các huyện", "", "", "", ""), "dòng 4: “Ghi nhầm: ba hội nghị ở các huyện”"),
        (("II.2", "", "Đã làm", "", "chưa rõ", ""), "dòng 4: “chưa rõ”"),
        (("II.2", "", "Đã làm", "", "", "", "Hội Nông dân"), "dòng 4: “Hội Nông dân”"),
        (
            ("", "Đề xuất, kiến nghị: tăng kinh phí", "Biên chế", "", "", ""),
            "dòng 4: “Đề xuất, kiến nghị: tăng kinh phí”",
        ),
        (("Số và ký hiệu", "12/BC-SCT", "thừa", "", "", ""), "dòng 4: “thừa”"),
    ],
)
def test_words_without_a_place_on_the_tab_are_asked_about(look, row, left):
    first, last = ("II.1", "", "Đã làm", "", "FALSE", ""), ("II.7", "", "Đã làm", "", "", "")

    found = look(book(Mau=(first, row, last)), form="report", unit="S-CT")

    assert [doubt for doubt, _ in found.doubts] == [Doubt.LEFT_OUT]
    assert left_in(found) == [left]


def test_plan_headings_and_the_signature_are_not_asked_about(office, look):
    rows = (
        ("1", "2", "3", "4", "5", "6"),
        ("II", "NHIỆM VỤ TRỌNG TÂM", "", "", "", ""),
        ("", "A. Phần chung", "", "", "", ""),
        *((one.code, one.text, "Đã làm", "20 buổi", "FALSE", "") for one in office.campaign.contents),
        ("III", "Đánh giá chung", "Tốt", "", "", ""),
        TITLES,
        ("Nơi nhận: Như trên", "", "", "GIÁM ĐỐC", "", ""),
        ("", "", "", "Nguyễn Văn A", "", ""),
    )

    found = look(book(Mau=rows), form="report", unit="S-CT")

    assert found.is_ready
    assert [text.partition(": ")[2] for text in left_in(found)] == [
        "“NHIỆM VỤ TRỌNG TÂM”",
        "“A. Phần chung”",
        "“Nguyễn Văn A”",
    ]


def test_second_row_of_a_section_merged_downwards_is_refused_with_both_lines(look):
    made = Workbook()
    for row in (("BÁO CÁO",), TITLES, ("II.1", "", "Một", "", "", ""), ("", "", "Hai", "", "", "")):
        made.active.append(row)
    made.active.merge_cells("A3:A4")

    (fault,) = said(look(SentFile("a.xlsx", saved(made)), form="report", unit="S-CT").faults)

    assert "II.1 (dòng 3; dòng 4)" in fault


def test_a_file_whose_rows_have_no_section_is_not_said_to_be_blank(look):
    found = look(book(Mau=(("", "", "Không mã", "", "", ""),)), form="report", unit="S-CT")

    assert said(found.faults) == ["Không dòng nào trong tệp thuộc một mục của mẫu, không có gì để nhận."]


def test_sheets_that_say_different_values_beside_the_table_are_refused_until_one_is_typed(take, look, value):
    file = book(
        Final=(("II.1", "", "Đã làm", "", "", ""), ("Số và ký hiệu", "12/BC-SCT")),
        Draft=(("II.2", "", "Đã làm", "", "", ""), ("Số và ký hiệu", "11/BC-SCT")),
    )

    (fault,) = said(look(file, form="report", unit="S-CT").faults)
    assert "Số và ký hiệu" in fault
    assert "Trang “Final” ghi “12/BC-SCT”; Trang “Draft” ghi “11/BC-SCT”" in fault

    take(file, form="report", unit="S-CT", number="12/BC-SCT")
    assert value("Số và ký hiệu", form="report") == "12/BC-SCT"
