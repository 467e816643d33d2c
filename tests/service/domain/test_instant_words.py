"""Instants as people write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from service.domain.instant_words import exact_message, exact_words, instant_words, limit_message
from sheets_schema.wording import Language

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("at", "instant", "limit", "exact"),
    [
        (
            "2023-09-30 00:00",
            "00:00 ngày 30/9/2023",
            "trước ngày 30/9/2023",
            "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)",
        ),
        (
            "2023-10-02 17:00",
            "17:00 ngày 02/10/2023",
            "trước 17:00 ngày 02/10/2023",
            "2023-10-02 17:00 +07:00 (Asia/Ho_Chi_Minh)",
        ),
        (
            "2023-02-03 23:59:59",
            "23:59:59 ngày 03/02/2023",
            "trước 23:59:59 ngày 03/02/2023",
            "2023-02-03 23:59:59 +07:00 (Asia/Ho_Chi_Minh)",
        ),
    ],
)
def test_words_of_an_instant(local, at, instant, limit, exact):
    moment = local(at).astimezone(ZoneInfo("America/New_York"))

    assert instant_words(moment, ZONE) == instant
    assert str(limit_message(moment, ZONE)) == limit
    assert exact_words(moment, ZONE) == exact
    assert str(exact_message(moment, ZONE)) == f"{instant}, giờ Việt Nam"
    assert str(exact_message(moment, ZoneInfo("Asia/Seoul"))).endswith("(giờ Asia/Seoul, +09:00)")


def test_instant_in_english(local):
    moment = local("2023-10-02 17:00")

    assert instant_words(moment, ZONE, Language.ENGLISH) == "17:00 on 02/10/2023"
    assert limit_message(moment, ZONE).text(Language.ENGLISH) == "before 17:00 on 02/10/2023"
