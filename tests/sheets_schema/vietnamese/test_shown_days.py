"""What a cell that holds a date means, by its value and by what is shown of it."""

from datetime import datetime

import pytest

from sheets_schema.vietnamese.dates import day_shown, moment_of


@pytest.mark.parametrize(
    ("words", "moment", "means"),
    [
        ("05/10/2023", "2023-10-05", "5/10/2023"),
        ("10/5/2023", "2023-10-05", "5/10/2023"),
        ("10/5/23", "2023-10-05", "5/10/2023"),
        ("2023-10-05", "2023-10-05", "5/10/2023"),
        ("5-thg 10-23", "2023-10-05", "5/10/2023"),
        ("5-Oct-23", "2023-10-05", "5/10/2023"),
        ("5-Oct", "2023-10-05", "5/10/2023"),
        ("5/10", "2023-10-05", "5/10/2023"),
        ("10/10/2023", "2023-10-10", "10/10/2023"),
        ("Thứ Năm, 5 tháng 10, 2023", "2023-10-05", "5/10/2023"),
        ("8:30 5/10/2023", "2023-10-05T08:30", "8:30 5/10/2023"),
        ("05/10/2023", "2023-10-05T08:30", "5/10/2023"),
        ("Tháng 10", "2023-10-01", "10/2023"),
        ("Tháng 10", "2023-10-05", "10/2023"),
        ("10/2023", "2023-10-05", "10/2023"),
        ("Oct-23", "2023-10-05", "10/2023"),
        ("October 2023", "2023-10-01", "10/2023"),
        ("2023", "2023-10-05", "2023"),
        # not this date
        ("45204", "2023-10-05", ""),
        ("45.204", "2023-10-05", ""),
        ("6/10/2023", "2023-10-05", ""),
        ("5-Nov", "2023-10-05", ""),
        ("5/10/2022", "2023-10-05", ""),
        ("8:30", "2023-10-05T08:30", ""),
        ("", "2023-10-05", ""),
        ("Thường xuyên", "2023-10-05", ""),
    ],
)
def test_day_shown(words, moment, means):
    assert day_shown(words, datetime.fromisoformat(moment)) == means


@pytest.mark.parametrize(
    ("serial", "moment"), [(45204, "2023-10-05"), (45204.5, "2023-10-05T12:00"), (7, None), (2023, None)]
)
def test_moment_of(serial, moment):
    assert moment_of(serial) == (None if moment is None else datetime.fromisoformat(moment))
