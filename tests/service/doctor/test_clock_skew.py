"""Clocks compared: whole seconds and slow answers are no skew, half a minute is."""

from datetime import UTC, datetime, timedelta

import pytest

from service.doctor import clock_skew
from service.doctor.findings import State

NOW = datetime(2023, 9, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("theirs", "took", "state"),
    [
        (0, 0, State.WELL),
        (30, 0, State.WELL),
        (-30, 0, State.WELL),
        (31, 0, State.LOOK),
        (-31, 0, State.LOOK),
        (45, 60, State.WELL),
        (95, 60, State.LOOK),
    ],
)
def test_skew_is_told_beyond_half_a_minute(theirs, took, state):
    found = clock_skew.compared("Đồng hồ", NOW + timedelta(seconds=theirs), NOW, NOW + timedelta(seconds=took))

    assert found.state is state


def test_direction_is_told():
    ahead = clock_skew.compared("Đồng hồ", NOW - timedelta(minutes=5), NOW, NOW)
    behind = clock_skew.compared("Đồng hồ", NOW + timedelta(minutes=5), NOW, NOW)

    assert ahead.said.startswith("máy này nhanh 300 giây.")
    assert behind.said.startswith("máy này chậm 300 giây.")
