"""A report that a unit mailed: its rows go beside the contents they answer, wherever those are on the tab."""

from __future__ import annotations

import docx
import pytest

from service.domain.intakes import IntakeMode
from service.errors import IntakeRefusedError
from service.intake.file_reading import SentFile
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
