"""Lunar days against what almanacs print, and the texts that name them."""

from datetime import date

import pytest

from sheets_schema.campaign import Window
from sheets_schema.periods import Calendar, Note, TimeFault, read_period
from sheets_schema.periods.lunar import day_of_lunar, month_of_lunar, year_of_name

CALENDAR = Calendar(2023, Window(date(2023, 10, 1), date(2023, 10, 31)))
# the first day of the lunar year as printed, 2000 to 2030; that of 2007 and 2030 is not China's
PRINTED = """
2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17 2008-02-07 2009-01-26
2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05
2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13
2030-02-02
"""
NEW_YEARS = PRINTED.split()
# the first day of each month of the lunar year 2023, whose second month came twice
MONTHS_OF_2023 = {
    1: "2023-01-22",
    2: "2023-02-20",
    3: "2023-04-20",
    4: "2023-05-19",
    5: "2023-06-18",
    6: "2023-07-18",
    7: "2023-08-16",
    8: "2023-09-15",
    9: "2023-10-15",
    10: "2023-11-13",
    11: "2023-12-13",
    12: "2024-01-11",
}


@pytest.mark.parametrize("printed", NEW_YEARS)
def test_lunar_year_begins_as_printed(printed):
    assert str(day_of_lunar(int(printed[:4]), 1, 1)) == printed


@pytest.mark.parametrize(("month", "printed"), MONTHS_OF_2023.items())
def test_lunar_month_begins_as_printed(month, printed):
    assert str(day_of_lunar(2023, month, 1)) == printed


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2023, 9, 30), (2023, 13, 1), (2023, 0, 1), (0, 1, 1), (9999, 1, 1)]
)
def test_day_that_the_lunar_year_lacks_is_none(year, month, day):
    assert day_of_lunar(year, month, day) is None


def test_lunar_month_has_the_days_it_has():
    assert month_of_lunar(2023, 8) == (date(2023, 9, 15), date(2023, 10, 14))
    assert month_of_lunar(2023, 9) == (date(2023, 10, 15), date(2023, 11, 12))


@pytest.mark.parametrize(
    ("stem", "branch", "year"),
    [("giáp", "thìn", 2024), ("quý", "mão", 2023), ("canh", "tí", 2020), ("giáp", "sửu", None), ("năm", "nay", None)],
)
def test_year_is_known_by_its_name(stem, branch, year):
    assert year_of_name(stem, branch, 2023) == year


@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        ("Ngày 14, 15/8 âm lịch", "2023-09-28", "2023-09-29"),
        ("từ mùng 5 đến mùng 8 tháng 9 âm lịch", "2023-10-19", "2023-10-22"),
        ("Đêm rằm tháng Tám năm 2023", "2023-09-29", "2023-09-29"),
        ("Tháng 8 âm lịch", "2023-09-15", "2023-10-14"),
        ("mùng 6 tháng Giêng", "2023-01-27", "2023-01-27"),
        ("Trung thu năm 2024", "2024-09-17", "2024-09-17"),
        ("10/8 (ÂL)", "2023-09-24", "2023-09-24"),
        ("âm lịch: 12/9", "2023-10-26", "2023-10-26"),
        ("Từ 20/9 đến Tết Trung thu", "2023-09-20", "2023-09-29"),
        ("trước Tết Nguyên đán Giáp Thìn", "None", "2024-02-09"),
        ("rằm 15/9", "2023-10-29", "2023-10-29"),
    ],
)
def test_lunar_text_is_read_and_its_days_are_named(expression, start, end):
    reading = read_period(expression, CALENDAR)

    assert (str(reading.period.start), str(reading.period.end)) == (start, end)
    assert Note.LUNAR_DATE in reading.notes


@pytest.mark.parametrize(
    "expression",
    [
        "Biểu diễn âm nhạc 12/10",
        "12/10 âm nhạc đường phố",
        "Tết Trung thu (29/9/2023)",
        "Trung thu (27, 28, 29/9)",
        "12/10/2023",
    ],
)
def test_what_is_not_lunar_is_not_converted(expression):
    reading = read_period(expression, CALENDAR)

    assert Note.LUNAR_DATE not in reading.notes
    assert reading.period.start.month in (9, 10)


@pytest.mark.parametrize("expression", ["âm lịch", "rằm", "ngày 12 âm lịch", "15/2 nhuận âm lịch"])
def test_lunar_day_without_its_month_is_asked_about(expression):
    assert read_period(expression, CALENDAR).fault is TimeFault.UNPARSEABLE


def test_day_that_the_lunar_month_lacks_is_impossible():
    assert read_period("30/9 âm lịch", CALENDAR).fault is TimeFault.IMPOSSIBLE


def test_lunar_days_of_every_month_have_no_dates():
    assert read_period("Rằm và mùng một hằng tháng", CALENDAR).period.start is None


@pytest.mark.parametrize(
    ("expression", "other"),
    [
        ("29/9/2023 (tức 15/8 âm lịch)", None),
        ("29/9 tức ngày rằm tháng 8, tại đình làng", None),
        ("28/9/2023 (tức 15/8 âm lịch)", date(2023, 9, 29)),
        ("28/9 tức 15/8 âm lịch", date(2023, 9, 29)),
    ],
)
def test_day_named_by_both_calendars_is_compared(expression, other):
    reading = read_period(expression, CALENDAR)

    assert (reading.other and reading.other.start) == other
    assert (Note.TWO_READINGS in reading.notes) == (other is not None)
