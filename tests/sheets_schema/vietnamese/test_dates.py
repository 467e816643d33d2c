"""Days in house style."""

from datetime import date

import pytest

from sheets_schema.vietnamese.dates import format_day


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2021, 3, 3), "03/3/2021"),
        (date(2023, 11, 5), "05/11/2023"),
        (date(2023, 9, 30), "30/9/2023"),
        (date(2024, 2, 1), "01/02/2024"),
        (date(2024, 1, 15), "15/01/2024"),
        (date(2021, 8, 10), "10/8/2021"),
    ],
)
def test_format_day_pads_the_day_and_only_the_first_two_months(day, written):
    assert format_day(day) == written
