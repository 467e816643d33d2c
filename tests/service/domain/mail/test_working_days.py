"""Working days of Vietnam 2023 to 2027, the campaign's own days off, and the hours mails go out."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.mail.working_days import WorkingDays

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def days(*off: date, country: str = "VN") -> WorkingDays:
    return WorkingDays(country, frozenset(off), 8, 17, ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2023-01-20", False), ("2023-01-26", False), ("2023-01-27", True),  # Tết
        ("2023-05-02", False), ("2023-05-03", False), ("2023-05-04", True),  # 30/4, 1/5 and their substitutes
        ("2023-09-01", False), ("2023-09-04", False), ("2023-09-05", True),  # 2/9
        ("2023-09-29", True), ("2023-09-30", False), ("2023-10-29", False), ("2023-10-30", True),
        ("2024-02-08", False), ("2024-02-14", False), ("2024-02-15", True),
        ("2024-04-29", False), ("2024-05-04", True),  # a Saturday that is worked for the 29th
        ("2025-01-27", False), ("2025-01-31", False), ("2025-02-03", True),
        ("2025-04-07", False), ("2025-05-02", False), ("2025-04-26", True),
        ("2026-02-16", False), ("2026-02-20", False), ("2026-02-23", True),
        ("2026-08-31", False), ("2026-08-22", True), ("2026-04-27", False),
        ("2027-02-04", False), ("2027-02-10", False), ("2027-02-11", True), ("2027-05-03", False),
    ],
)  # fmt: skip
def test_working_days_of_vietnam(day, works):
    assert days().is_working(date.fromisoformat(day)) is works


def test_campaign_may_have_days_off_of_its_own():
    off = date(2023, 10, 27)

    assert (days().on_or_before(date(2023, 10, 29)), days(off).on_or_before(date(2023, 10, 29))) == (
        date(2023, 10, 27),
        date(2023, 10, 26),
    )
    assert days().on_or_after(date(2023, 9, 1)) == date(2023, 9, 5)


def test_country_without_a_calendar_rests_on_weekends_alone():
    assert [days(country=country).is_working(date(2023, 9, 4)) for country in ("", "XX", "VN")] == [True, True, False]


def test_rest_without_end_gives_the_day_itself():
    every = frozenset(date.fromordinal(number) for number in range(738_000, 740_000))

    assert WorkingDays("VN", every, 8, 17, ZONE).on_or_before(date(2023, 10, 1)) == date(2023, 10, 1)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2023-09-29 08:00", "2023-09-29 08:00"),
        ("2023-09-29 16:59:59", "2023-09-29 16:59:59"),
        ("2023-09-29 07:59", "2023-09-29 08:00"),
        ("2023-09-29 17:00", "2023-10-02 08:00"),
        ("2023-09-30 10:00", "2023-10-02 08:00"),
        ("2023-08-31 18:00", "2023-09-05 08:00"),
    ],
)
def test_mails_go_out_on_working_days_within_their_hours(now, opens):
    assert days().opens_at(at(now)) == at(opens)
    assert days().is_open(at(now)) is (now == opens)
