"""Limits in a plan's words, read as the instants they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sheets_schema.vietnamese.limit_words import read_limit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        ("trước ngày 30/9/2023", "2023-09-30T00:00"),
        ("TRƯỚC NGÀY 30/9/2023", "2023-09-30T00:00"),
        ("hết ngày 29/9/2023", "2023-09-30T00:00"),
        ("chậm nhất ngày 30 tháng 9 năm 2023", "2023-10-01T00:00"),
        ("xong trước ngày 05/11/2023", "2023-11-05T00:00"),
        ("trước 17 giờ ngày 02/10/2023", "2023-10-02T17:00"),
        ("trước 17h30 ngày 2/10/2023", "2023-10-02T17:30"),
        ("trước 24 giờ ngày 02/10/2023", "2023-10-03T00:00"),
    ],
)
def test_limit_is_read(words, instant):
    assert read_limit(words, ZONE) == datetime.fromisoformat(instant).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "words",
    ["", "sớm nhất có thể", "trước ngày 31/9/2023", "từ 01/9/2023 đến 30/9/2023", "trước 25 giờ ngày 02/10/2023"],
)
def test_words_without_one_day_are_no_limit(words):
    assert read_limit(words, ZONE) is None
