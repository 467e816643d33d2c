"""What a reading leaves out, miscounts or could mean otherwise is on record with it."""

from datetime import UTC, date

import pytest

from sheets_schema.campaign import Window
from sheets_schema.periods import Calendar, Note, TimeFault, read_period

CALENDAR = Calendar(2023, Window(date(2023, 10, 1), date(2023, 10, 31)), ("Tháng Dân vận",))
DOUBTS = {Note.TWO_READINGS, Note.UNREAD, Note.COUNT_MISMATCH}


def read(expression):
    return read_period(expression, CALENDAR)


def days(period):
    return None if period is None else f"{period.start}..{period.end}"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # a range whose first day has no month
        ("Hằng ngày từ 05 - 20/10", "2023-10-05..2023-10-20"),
        ("Mỗi ngày, từ 5 đến 20/10/2023", "2023-10-05..2023-10-20"),
        ("Các ngày trong tuần từ 09 đến 13/10", "2023-10-09..2023-10-13"),
        # days of every month
        ("từ ngày 10-15 hằng tháng (tháng 9, 10)", "2023-09-10..2023-10-15"),
        ("ngày 05 và ngày 20 hằng tháng, tháng 10 đến tháng 11/2023", "2023-10-05..2023-11-20"),
        ("từ ngày 20 đến cuối tháng hằng tháng (tháng 9, 10, 11)", "2023-09-20..2023-11-30"),
        ("10 ngày một lần từ 05/10", "2023-10-05..None"),
        # the n-th weekday of a month
        ("thứ Sáu thứ ba của tháng 10", "2023-10-20..2023-10-20"),
        ("Chủ nhật thứ nhất tháng 11/2023", "2023-11-05..2023-11-05"),
        ("thứ Bảy tuần thứ ba của tháng 10", "2023-10-21..2023-10-21"),
        ("Thứ 7 thứ 2 và thứ 4 của tháng 10", "2023-10-14..2023-10-28"),
        ("Chủ nhật đầu tiên của tháng 11", "2023-11-05..2023-11-05"),
        ("Ngày đầu tiên của tháng 11", "2023-11-01..2023-11-01"),
        ("ngày cuối cùng của quý III", "2023-09-30..2023-09-30"),
        ("Chủ nhật thứ hai của tháng 10 và tháng 11", "2023-10-08..2023-11-12"),
        ("Thứ Tư đầu tiên của tháng 9 và tháng 10", "2023-09-06..2023-10-04"),
        ("Thứ Tư cuối cùng của quý III", "2023-09-27..2023-09-27"),
        ("Một ngày trong tuần 3 tháng 10", "2023-10-16..2023-10-22"),
        ("T3 - T5, từ 10/10 đến 26/10", "2023-10-10..2023-10-26"),
        ("12/10 và các ngày tiếp theo", "2023-10-12..None"),
        ("không sau 25/10", "None..2023-10-25"),
        ("sớm nhất 12/10", "2023-10-12..None"),
        ("ngày 15 của các tháng 9, 10, 11", "2023-09-15..2023-11-15"),
        # hours and ordinals that are no days
        ("9-11h ngày 20/10", "2023-10-20..2023-10-20"),
        ("Từ 7 đến 9 giờ ngày 20/10", "2023-10-20..2023-10-20"),
        ("Phiên họp thứ 12, ngày 20/10", "2023-10-20..2023-10-20"),
        ("Hội thi thứ 15, tháng 10/2023", "2023-10-01..2023-10-31"),
        ("Tiết 2 thứ Sáu ngày 20/10", "2023-10-20..2023-10-20"),
        # days of the month named before them
        ("Tháng 9: 11-15; tháng 10: 16-20", "2023-09-11..2023-10-20"),
        ("Trong tháng 10, từ 6-9", "2023-10-06..2023-10-09"),
        ("Ngày làm việc đầu tiên của tháng 10", "2023-10-02..2023-10-02"),
        # labels with their year
        ("Đợt 2/2023 (tháng 11)", "2023-11-01..2023-11-30"),
        ("Đợt 1/2024: tháng 3", "2024-03-01..2024-03-31"),
        ("Đợt 1/2024 (tháng 3)", "2024-03-01..2024-03-31"),
        ("Tháng 3, đợt 1/2024", "2024-03-01..2024-03-31"),
        ("Đợt 10/2023", "2023-10-01..2023-10-31"),
        # instants, on the day they are in the campaign's zone
        ("2023-10-11T18:00:00Z", "2023-10-12..2023-10-12"),
        ("2023-10-12 01:30:00+09:00", "2023-10-11..2023-10-11"),
        ("Wed Oct 11 2023 20:00:00 GMT-0500 (CDT)", "2023-10-12..2023-10-12"),
        ("Wed, 11 Oct 2023 16:59:00 GMT", "2023-10-11..2023-10-11"),
        # months by a Roman figure or an English ordinal
        ("07/XI/2023", "2023-11-07..2023-11-07"),
        ("7th November 2023", "2023-11-07..2023-11-07"),
        ("Trong 3 tháng 9, 10 và 11", "2023-09-01..2023-11-30"),
        ("7.30 ngày 21/10", "2023-10-21..2023-10-21"),
    ],
)
def test_every_figure_of_a_text_is_in_its_period(expression, expected):
    reading = read(expression)

    assert days(reading.period) == expected
    assert not DOUBTS & set(reading.notes)


@pytest.mark.parametrize(
    ("expression", "period", "other"),
    [
        ("10-11/2023", "2023-10-01..2023-11-30", "2023-11-10..2023-11-10"),
        ("08,10/2023", "2023-08-01..2023-10-31", "2023-10-08..2023-10-08"),
        ("Chủ nhật tuần 3 tháng 10", "2023-10-22..2023-10-22", "2023-10-15..2023-10-15"),
        ("ngày 8 tháng 9, 10, 11", "2023-09-08..2023-09-11", "2023-09-08..2023-11-08"),
        ("5-10", "2023-10-05..2023-10-05", "2023-10-05..2023-10-10"),
        ("trong 3 ngày 10/10", "2023-10-10..2023-10-10", "2023-10-10..2023-10-12"),
    ],
)
def test_text_with_two_plausible_readings_names_both(expression, period, other):
    reading = read(expression)

    assert (days(reading.period), days(reading.other)) == (period, other)
    assert Note.TWO_READINGS in reading.notes


@pytest.mark.parametrize(
    "expression",
    [
        "ngày 5-10",
        "5-10 đến 12-10",
        "17-10",
        "5/10",
        "tháng 9-11/2023",
        "8, 9, 10/2023",
        "10-11/10/2023",
        "Thứ Bảy tuần 3 tháng 10",
        "3 ngày từ 10/10",
        "9/2023-11/2023",
    ],
)
def test_text_with_one_plausible_reading_has_no_other(expression):
    assert read(expression).other is None


@pytest.mark.parametrize(
    ("expression", "unread"),
    [
        ("12/10 (nếu mưa lùi sang 19/10)", "nếu mưa lùi sang 19/10"),
        ("12/10 (31/11)", "31/11"),
        ("ngày …/10/2023", "…"),
        ("12/10?", "?"),
        ("Sau hội nghị triển khai (ngày 05/10)", "Sau hội nghị triển khai"),
        ("10 ngày trước 15/10", "10 ngày"),
        ("sau 15/10 một tuần", "một tuần"),
        ("thứ Năm trước 20/10", "thứ Năm"),
        ("ngoài ngày 20/10", "ngoài"),
        ("chưa đến 20/10", "chưa"),
        ("10/10 đến", "đến"),
        ("Mỗi tháng 1 lần vào Chủ nhật tuần 3, từ tháng 9 đến tháng 11", "tuần 3"),
        ("Từ 05/10 đến lễ bế giảng", "đến"),
        ("12/10 sau khi họp ngày 05/10", "sau khi họp ngày 05/10"),
    ],
)
def test_day_that_is_not_in_the_period_is_named(expression, unread):
    reading = read(expression)

    assert Note.UNREAD in reading.notes
    assert reading.unread == unread


@pytest.mark.parametrize(
    "expression",
    [
        "18/10 (chào mừng ngày Phụ nữ Việt Nam 20/10)",
        "Tháng 10 (ngày 15)",
        "12/10 (phòng 203, tầng 2)",
        "Tháng 10/2023 theo Kế hoạch số 12/KH-UBND ngày 15/9/2023",
        "Tháng 10 (hoàn thành trước 25/10)",
        "Tuần lễ từ 09-15/10",
    ],
)
def test_remark_beside_the_time_is_no_doubt(expression):
    assert not DOUBTS & set(read(expression).notes)


@pytest.mark.parametrize(
    "expression",
    [
        "02 tháng (từ tháng 9 đến tháng 11)",
        "04 ngày (từ 16/10 đến 20/10)",
        "02 ngày: 10, 12, 14/10",
        "5 ngày, 10-12/10/2023",
    ],
)
def test_number_of_days_that_does_not_match_is_noted(expression):
    assert Note.COUNT_MISMATCH in read(expression).notes


@pytest.mark.parametrize(
    "expression",
    [
        "05 ngày (từ 16/10 đến 20/10)",
        "03 ngày: 10, 12, 14/10",
        "mỗi xã 01 ngày, từ 02/10 đến 13/10",
        "tháng 10 (03 ngày)",
        "trong 2 tuần từ 02/10 đến 13/10",
        "khoảng 5 ngày từ 10/10 đến 20/10",
    ],
)
def test_number_of_days_that_may_match_is_not_noted(expression):
    assert Note.COUNT_MISMATCH not in read(expression).notes


@pytest.mark.parametrize("expression", ["25h ngày 12/10", "8h75 ngày 12/10", "24h30 ngày 12/10"])
def test_hour_that_no_clock_shows_is_noted(expression):
    assert read(expression).notes == (Note.TYPO,)


@pytest.mark.parametrize("expression", ["24h00 ngày 12/10", "0h ngày 12/10", "23:59 ngày 12/10", "7h30 ngày 12/10"])
def test_hour_that_a_clock_shows_is_not_noted(expression):
    assert read(expression).notes == ()


@pytest.mark.parametrize(
    "expression",
    [
        "10/11/12",
        "1/3 tháng 10",
        "không tổ chức ngày 12/10",
        "Thứ Tư thứ hai của quý IV",
        "Đợt 1/2023",
        "ngày 05/10/09",
        "thứ Bảy thứ 5 của tháng 10",
    ],
)
def test_text_that_could_be_anything_is_refused(expression):
    assert read(expression).fault in (TimeFault.UNPARSEABLE, TimeFault.IMPOSSIBLE)


def test_instant_is_read_in_the_zone_it_is_given():
    in_london = Calendar(2023, Window(date(2023, 10, 1), date(2023, 10, 31)), zone=UTC)

    assert days(read_period("2023-10-11T18:00:00Z", in_london).period) == "2023-10-11..2023-10-11"
