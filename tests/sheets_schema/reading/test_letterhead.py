"""The head of a document: its number, its day, the years of its titles, the unit it is of."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.letterhead import read_letterhead
from sheets_schema.reading.unit_names import named_unit


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Số: 12/KH-SCT", "12/KH-SCT"),
        ("Số 45-KH/HU", "45-KH/HU"),
        ("Số:  07 / CV - VP", "07/CV-VP"),
        ("SỞ CÔNG THƯƠNG\nSố: 123/KH-UBND\tBắc Giang, ngày 25 tháng 9 năm 2023", "123/KH-UBND"),
        ("(Kèm theo Kế hoạch số 12/KH-SCT ngày 25/9/2023 của Sở Công Thương)", "12/KH-SCT"),
        ("Số:        /KH-SCT", ""),
        ("Số lượng: 12 người", ""),
        ("Thực hiện Kế hoạch số 12-KH/BDVTU, ngày 15/8/2023 của Ban Dân vận", ""),
    ],
)
def test_number_is_the_documents_own(line, number):
    assert read_letterhead([line]).number == number


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Bắc Giang, ngày 25 tháng 9 năm 2023", date(2023, 9, 25)),
        ("TP. Bắc Giang, ngày 05 tháng 10 năm 2023", date(2023, 10, 5)),
        ("Bắc Giang, ngày 25/9/2023", date(2023, 9, 25)),
        ("(Kèm theo Công văn số 9/CV-SCT, ngày 25/9/2023)", date(2023, 9, 25)),
        ("....., ngày..... tháng.....năm.....", None),
        ("Bắc Giang, ngày 31 tháng 9 năm 2023", None),
        ("Thực hiện Kế hoạch số 12-KH/BDVTU, ngày 15/8/2023 của Ban Dân vận", None),
    ],
)
def test_day_is_the_documents_own(line, day):
    assert read_letterhead([line]).day == day


def test_years_are_those_of_titles_alone():
    lines = (
        "Đăng ký hưởng ứng “Tháng Dân vận” năm 2022",
        "Bắc Giang, ngày 25 tháng 9 năm 2023",
        "Số 1/KH ngày 1/1/2021",
    )

    assert read_letterhead(lines).years == (2022,)


def test_every_unit_is_known_by_its_letterhead(campaign):
    for unit in campaign.units:
        for line in (unit.name, unit.name.upper(), f"{unit.name.removesuffix(' tỉnh')} tỉnh Bắc Giang".upper()):
            assert named_unit(campaign, ("UBND TỈNH BẮC GIANG", line)).certain in (unit, None), line
        assert named_unit(campaign, (unit.name.upper(),)).certain == unit
        assert named_unit(campaign, (f"Tên đơn vị: {unit.short_name}",)).certain == unit


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (("Kế hoạch phối hợp giữa Sở Nội vụ và các đơn vị",), ["S-NV"]),
        (("UBND HUYỆN LỤC NAM",), ["HU-LNA"]),
        (("Kính gửi: Sở Công Thương",), []),
        (("TỈNH ỦY BẮC GIANG", "BAN DÂN VẬN"), []),
        (("SỞ NỘI VỤ", "SỞ NGOẠI VỤ"), ["S-NV", "S-NGV"]),
    ],
)
def test_name_among_other_words_is_only_a_candidate(campaign, lines, codes):
    found = named_unit(campaign, lines)

    assert found.certain is None
    assert [unit.code for unit in found.candidates] == codes
