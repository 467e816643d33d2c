"""What moves in a text with the season's year, and what is left for a person to look at."""

import pytest

from sheets_schema.vietnamese.next_year import Shift, move_text


@pytest.mark.parametrize(
    ("text", "moved", "shifts"),
    [
        ("“Tháng Dân vận” năm 2023", "“Tháng Dân vận” năm 2024", (Shift.YEAR,)),
        ("kỷ niệm 93 năm Ngày truyền thống", "kỷ niệm 94 năm Ngày truyền thống", (Shift.ANNIVERSARY,)),
        ("24 năm Ngày Dân vận của cả nước", "25 năm Ngày Dân vận của cả nước", (Shift.ROUND_ANNIVERSARY,)),
        ("(15/10/1930 - 15/10/2023)", "(15/10/1930 - 15/10/2024)", (Shift.YEAR,)),
        ("giai đoạn 2022-2023", "giai đoạn 2022-2023", (Shift.PERIOD,)),
        ("giai đoạn 2021 - 2025", "giai đoạn 2021 - 2025", ()),
        ("Kết luận số 54-KL/TU ngày 03/3/2023", "Kết luận số 54-KL/TU ngày 03/3/2023", (Shift.DOCUMENT,)),
        ("Kết luận số 54-KL/TU ngày 03/3/2021", "Kết luận số 54-KL/TU ngày 03/3/2021", ()),
        ("Kế hoạch số: 12/KH-UBND, ngày 05/9/2023", "Kế hoạch số: 12/KH-UBND, ngày 05/9/2023", (Shift.DOCUMENT,)),
        ("Công văn 45-CV/BDV (ngày 05/9/2023)", "Công văn 45-CV/BDV (ngày 05/9/2023)", (Shift.DOCUMENT,)),
        ("54-KL/TU của Tỉnh ủy, ngày 03/3/2023", "54-KL/TU của Tỉnh ủy, ngày 03/3/2023", (Shift.DOCUMENT,)),
        ("số 54-KL/TU ngày 03 tháng 3 năm 2023", "số 54-KL/TU ngày 03 tháng 3 năm 2023", (Shift.DOCUMENT,)),
        ("tại nhà số 12, ngày 05/11/2023", "tại nhà số 12, ngày 05/11/2024", (Shift.YEAR,)),
        ("trước ngày 05 tháng 11 năm 2023", "trước ngày 05 tháng 11 năm 2024", (Shift.YEAR,)),
        ("theo 54-KL/TU, gửi trước ngày 05/11/2023", "theo 54-KL/TU, gửi trước ngày 05/11/2024", (Shift.YEAR,)),
        ("xong trước ngày 05/11/2023", "xong trước ngày 05/11/2024", (Shift.YEAR,)),
        ("Hội thi lần thứ XII", "Hội thi lần thứ XII", (Shift.ORDINAL,)),
        ("trong 5 năm qua", "trong 5 năm qua", ()),
        ("12023 hộ", "12023 hộ", ()),
        ("", "", ()),
    ],
)
def test_text_of_the_next_year(text, moved, shifts):
    found = move_text(text, 2023, 2024)

    assert (found.text, found.shifts) == (moved, shifts)


def test_a_day_that_the_other_year_lacks_is_the_last_of_its_month():
    assert move_text("hết ngày 29/02/2024", 2024, 2025).text == "hết ngày 28/02/2025"


def test_years_may_go_back():
    assert (
        move_text("kỷ niệm 93 năm Ngày truyền thống, 2023", 2023, 2021).text == "kỷ niệm 91 năm Ngày truyền thống, 2021"
    )
