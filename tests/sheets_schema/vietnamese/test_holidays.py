"""Public holidays, by published calendars."""

from datetime import date

import pytest

from sheets_schema.vietnamese.holidays import Holiday, holiday_on


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2024, 1, 1), Holiday.NEW_YEAR),
        (date(2024, 2, 9), Holiday.LUNAR_NEW_YEAR),  # 30 Tết
        (date(2024, 2, 10), Holiday.LUNAR_NEW_YEAR),  # mùng 1
        (date(2024, 2, 13), Holiday.LUNAR_NEW_YEAR),  # mùng 4
        (date(2024, 2, 14), None),
        (date(2024, 4, 18), Holiday.HUNG_KINGS),
        (date(2025, 1, 28), Holiday.LUNAR_NEW_YEAR),
        (date(2025, 4, 7), Holiday.HUNG_KINGS),
        (date(2024, 4, 30), Holiday.LIBERATION),
        (date(2024, 5, 1), Holiday.LABOUR),
        (date(2024, 9, 2), Holiday.NATIONAL_DAY),
        (date(2024, 9, 30), None),
    ],
)
def test_holiday_on_a_day(day, holiday):
    assert holiday_on(day) == holiday
