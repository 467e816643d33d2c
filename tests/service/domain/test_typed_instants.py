"""Instants and days as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.typed_instants import UnreadableInstantError, read_day, read_instant

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    "text",
    [
        "2023-10-02T17:00",
        " 2023-10-02T17:00:00 ",
        "2023-10-02T17:00+07:00",
        "2023-10-02T17:00 07:00",
        "2023-10-02T10:00Z",
        "2023-10-02 17:00",
    ],
)
def test_read_instant_understands(text):
    assert read_instant(text, ZONE) == datetime(2023, 10, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "hôm nay", "30/9/2023", "2023-13-01", "<b>", "2023-10-02T25:00"],
)
def test_read_instant_refuses(text):
    with pytest.raises(UnreadableInstantError, match="2023-10-02T17:00"):
        read_instant(text, ZONE)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31", "2100-01-01"])
def test_year_of_no_campaign_is_named(text):
    with pytest.raises(UnreadableInstantError, match="từ 2000 đến 2099"):
        read_instant(text, None)


def test_instant_without_an_offset_is_naive_where_no_zone_is_given():
    assert read_instant("2023-10-02T17:00", None).tzinfo is None


@pytest.mark.parametrize("text", ["2023-10-05", "05/10/2023", "5/10/2023", " 20231005 "])
def test_read_day_understands(text):
    assert read_day(text) == date(2023, 10, 5)


@pytest.mark.parametrize(
    "text", ["", "x", "5/10", "31/9/2023", "1/1/1", "0001-01-01", "2023-10-05T00:00", "-/-/-", "\x00"]
)
def test_read_day_refuses(text):
    with pytest.raises(UnreadableInstantError):
        read_day(text)
