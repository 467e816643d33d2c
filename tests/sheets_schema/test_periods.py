import csv
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.campaign import Occasion, Window
from sheets_schema.periods import Calendar, Certainty, Note, Period, TimeFault, read_period

CALENDAR = Calendar(
    year=2023,
    span=Window(date(2023, 10, 1), date(2023, 10, 31)),
    names=("Tháng Dân vận",),
    occasions=(Occasion(date(2023, 10, 15), ("Ngày truyền thống công tác dân vận", "Ngày Dân vận của cả nước")),),
)
CERTAINTIES = {"ok": "exact", "warn": "exact", "approx": "approximate"}


def expressions():
    path = Path(__file__).parent / "data" / "time_expressions.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            (row["expression"].replace("\\n", "\n"), row["start"], row["end"], row["note"])
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def summary(reading):
    start = reading.period.start if reading.period else None
    end = reading.period.end if reading.period else None
    tag = reading.fault.name.lower() if reading.fault else reading.certainty.value
    return (str(start or ""), str(end or ""), tag)


def test_expressions_are_read_as_a_clerk_would():
    wrong = []
    for expression, start, end, note in expressions():
        tag, _, notes = note.partition("; ")
        reading = read_period(expression, CALENDAR)
        read, wanted = (*summary(reading), " ".join(reading.notes)), (start, end, CERTAINTIES.get(tag, tag), notes)
        if read != wanted:
            wrong.append((expression, read, wanted))

    assert wrong == []


def test_expressions_decomposed_read_the_same():
    found = {expression for expression, *_ in expressions()}
    read = {
        one: (read_period(unicodedata.normalize("NFD", one), CALENDAR), read_period(one, CALENDAR)) for one in found
    }

    assert {one: both for one, both in read.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize(
    ("expression", "fault", "culprit"),
    [
        ("31/9/2023", TimeFault.IMPOSSIBLE, "31/9/2023"),
        ("Từ 01/10 đến 31/11/2023", TimeFault.IMPOSSIBLE, "31/11/2023"),
        ("ngày 30 tháng 2", TimeFault.IMPOSSIBLE, "30 tháng 2"),
        ("Tháng 13/2023", TimeFault.IMPOSSIBLE, "Tháng 13/2023"),
        ("Từ 25/10 đến 15/10/2023", TimeFault.REVERSED, "25/10 - 15/10/2023"),
        ("Theo kế hoạch của huyện", TimeFault.UNPARSEABLE, "Theo kế hoạch của huyện"),
        ("", TimeFault.UNPARSEABLE, ""),
    ],
)
def test_fault_names_its_culprit(expression, fault, culprit):
    reading = read_period(expression, CALENDAR)

    assert (reading.fault, reading.culprit) == (fault, culprit)
    assert (reading.period, reading.certainty) == (None, Certainty.UNREADABLE)


def test_another_campaign_names_its_own_days():
    summer = Calendar(
        year=2024,
        span=Window(date(2024, 6, 1), date(2024, 8, 31)),
        names=("Chiến dịch Mùa hè xanh",),
        occasions=(Occasion(date(2024, 7, 12), ("Ngày hội làng",)),),
    )

    campaign = read_period("Trong “Chiến dịch Mùa hè xanh”", summer)
    occasion = read_period("Ngày hội làng", summer)
    year = read_period("15/7", summer)

    assert campaign.period == Period(date(2024, 6, 1), date(2024, 8, 31), Certainty.CAMPAIGN)
    assert occasion.period == Period(date(2024, 7, 12), date(2024, 7, 12), Certainty.EXACT)
    assert year.period == Period(date(2024, 7, 15), date(2024, 7, 15), Certainty.EXACT)


@pytest.mark.parametrize(
    "expression", ["của", "trong", "()", "(", "tại xã", "sáng", "…", "\n", "đợt 1", '"', "\x00", "(của)"]
)
def test_text_without_a_time_word_is_no_time(expression):
    assert read_period(expression, CALENDAR).fault is TimeFault.UNPARSEABLE


def test_endless_text_is_no_time():
    reading = read_period("15/10/2023 " * 5000, CALENDAR)

    assert reading.fault is TimeFault.UNPARSEABLE
    assert len(reading.culprit) <= 80


DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))
SHAPES = st.sampled_from(
    [
        "{0.day}/{0.month}/{0.year}{to}{1.day}/{1.month}/{1.year}",
        "{0.day:02d}.{0.month:02d}.{0.year}{to}{1.day:02d}.{1.month:02d}.{1.year}",
        "{0.day}-{0.month}-{0.year}{to}{1.day}-{1.month}-{1.year}",
        "ngày {0.day} tháng {0.month} năm {0.year}{to}ngày {1.day} tháng {1.month} năm {1.year}",
        "Từ {0.day} / {0.month} / {0.year}{to}{1.day}/{1.month}/ {1.year}",
        "từ 8h00 ngày {0.day}/{0.month}/{0.year}{to}17h30 ngày {1.day}/{1.month}/{1.year}",
    ]
)


@given(first=DAYS, length=st.integers(1, 300), shape=SHAPES, to=st.sampled_from([" đến ", " - ", " – ", " tới "]))
def test_formatted_range_is_given_back(first, length, shape, to):
    last = first + timedelta(length)

    reading = read_period(shape.format(first, last, to=to), CALENDAR)

    assert reading.period == Period(first, last, Certainty.EXACT)


@given(DAYS)
def test_formatted_day_is_given_back(day):
    for shape in (
        "{0.day}/{0.month}/{0.year}",
        "{0:%d.%m.%Y}",
        "{0:%Y-%m-%d}",
        "ngày {0.day} tháng {0.month}, {0.year}",
    ):
        assert read_period(shape.format(day), CALENDAR).period == Period(day, day, Certainty.EXACT)


VOCABULARY = """
từ đến trước sau ngày tháng năm quý tuần đầu cuối giữa nửa hết và , ; - / . ( ) : 15 10 2023 31 0 IV T9 thứ CN Hai hằng
hàng mỗi các thường xuyên dự kiến dịp theo khi tại 8h00 sáng mùng âm lịch … 45214 2023-10-12 5/10 Tháng Dân vận hoặc lần
người 2.000 9/2023 cao điểm trở đi nay kỷ niệm Quốc khánh 99999999999 0/0 mười
rằm tức Trung thu Chạp Giêng nhất ? không quá 8-10h tiết
15/X/2023 2023-W41 Oct-23 15th đợt 1/2023 2023-10-14T25:61:00Z 2023-10-14T17:30:00Z +07:00
cùng tiên làm việc 1/3 24h00 25h
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_gives_a_period_or_a_fault(expression):
    reading = read_period(expression, CALENDAR)

    assert (reading.period is None) == (reading.fault is not None)
    assert reading.certainty == (reading.period.certainty if reading.period else Certainty.UNREADABLE)
    if reading.period and reading.period.start and reading.period.end:
        assert reading.period.start <= reading.period.end


def test_half_a_time_is_read_or_refused():
    # what stands in a cell while its time is being typed: "24/" of "24/7", "Từ 01/10 đến"
    halves = {
        expression[: found.end()] for expression, *_ in expressions() for found in re.finditer(r"\w+|\W", expression)
    }

    readings = [read_period(half, CALENDAR) for half in halves]

    assert len(readings) > 5_000
    assert all((reading.period is None) == (reading.fault is not None) for reading in readings)


@given(st.text(max_size=40))
def test_any_text_decomposed_reads_the_same(expression):
    composed, decomposed = (unicodedata.normalize(form, expression) for form in ("NFC", "NFD"))

    assert read_period(composed, CALENDAR).period == read_period(decomposed, CALENDAR).period


@pytest.mark.parametrize(
    ("expression", "note"),
    [
        ("Thứ Hai, ngày 15/10/2023", Note.WEEKDAY_MISMATCH),
        ("10/15/2023", Note.MONTH_FIRST),
        ("45214", Note.EXCEL_SERIAL),
        ("2023-10-15", Note.ISO_DATE),
        ("15//10/2023", Note.TYPO),
    ],
)
def test_odd_writing_is_read_with_a_note(expression, note):
    reading = read_period(expression, CALENDAR)

    assert reading.period == Period(date(2023, 10, 15), date(2023, 10, 15), Certainty.EXACT)
    assert reading.notes == (note,)


@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        ("08-thg 10-23", "2023-10-08", "2023-10-08"),
        ("8-Thg10-23", "2023-10-08", "2023-10-08"),
        ("8-Tháng 10-2023", "2023-10-08", "2023-10-08"),
        ("thg 11-23", "2023-11-01", "2023-11-30"),
        ("Thg9-23", "2023-09-01", "2023-09-30"),
        ("8 thg 10, 2023", "2023-10-08", "2023-10-08"),
        ("Thg 10", "2023-10-01", "2023-10-31"),
        ("8-Oct-23", "2023-10-08", "2023-10-08"),
        ("28-Sep", "2023-09-28", "2023-09-28"),
        ("Nov-23", "2023-11-01", "2023-11-30"),
        ("November 2023", "2023-11-01", "2023-11-30"),
        ("từ 01-thg 10-23 đến 08-thg 10-23", "2023-10-01", "2023-10-08"),
        # what only resembles them
        ("thg 10-12", "2023-10-01", "2023-12-31"),
        ("lớp may 10-15/10", "2023-10-10", "2023-10-15"),
    ],
)
def test_date_with_the_name_of_its_month_is_read_as_spreadsheets_show_it(expression, start, end):
    period = read_period(expression, CALENDAR).period

    assert (str(period.start), str(period.end)) == (start, end)
